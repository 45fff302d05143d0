"""Words for link reviews (核对用语)."""

from django.db import models


class ReviewStatus(models.TextChoices):
    """Where a doubtful link stands (核对状态)."""

    OPEN = "open", "待核对"
    LINKED = "linked", "已关联"
    REFUSED = "refused", "无对应人员"
    WITHDRAWN = "withdrawn", "随送达撤回"


TIER_LABELS = {1: "证件号一致", 2: "证件号修正后一致", 3: "姓名等多项相符"}
"""How a row was linked → its label."""
