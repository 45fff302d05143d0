"""Words for amendments (修订用语)."""

from django.db import models


class AmendmentKind(models.TextChoices):
    """What is said otherwise (修订对象)."""

    PARAMETER = "parameter", "参数"
    RULE = "rule", "预警规则"


class AmendmentState(models.TextChoices):
    """Where an amendment stands (修订状态)."""

    DRAFT = "draft", "草稿"
    SHADOW = "shadow", "影子运行"
    REQUESTED = "requested", "待批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "退回修改"
    WITHDRAWN = "withdrawn", "已撤回"


OPEN = (AmendmentState.DRAFT, AmendmentState.SHADOW, AmendmentState.REQUESTED, AmendmentState.RETURNED)
"""States in which an amendment is still being worked on."""

EDITABLE = (AmendmentState.DRAFT, AmendmentState.SHADOW, AmendmentState.RETURNED)
"""States in which its content may change; a change sends it back to be a draft."""
