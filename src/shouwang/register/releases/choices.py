"""Words of lists that leave (名单导出用语)."""

from django.db import models


class Sensitivity(models.TextChoices):
    """What a list tells of people (敏感程度), from the most to the least."""

    PROPERTY = "property", "财产、收入"
    HEALTH = "health", "健康"
    OTHER = "other", "其他个人信息"


class RequestState(models.TextChoices):
    """Where a request stands (申请状态)."""

    WAITING = "waiting", "等待审批"
    ALLOWED = "allowed", "已同意，可以导出"
    REFUSED = "refused", "不同意"
    USED = "used", "已导出"
    EXPIRED = "expired", "已过期"
