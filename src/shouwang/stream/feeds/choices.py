"""Words for deliveries (送达用语)."""

from django.db import models


class DeliveryStatus(models.TextChoices):
    """Where a delivered file stands (送达状态)."""

    RECEIVED = "received", "已收到"
    READING = "reading", "读取中"
    LINKING = "linking", "匹配中"
    ACCEPTED = "accepted", "已入库"
    QUARANTINED = "quarantined", "已隔离"
    UNDONE = "undone", "已撤回"


CADENCE_DAYS = {"at_once": 7, "monthly": 31, "quarterly": 92, "half_yearly": 184, "yearly": 366}
"""Cadence of a feed → days after which its last delivery counts as old (超期)."""

CADENCE_LABELS = {
    "at_once": "随时",
    "monthly": "每月",
    "quarterly": "每季度",
    "half_yearly": "每半年",
    "yearly": "每年",
}

IDENTITY_TYPES = ("name", "id_number", "phone")
"""Column types that say who somebody is."""

IDENTITY_COLUMNS = ("name", "id_number", "birth_on", "sex", "place_name", "phone")
"""Columns by which a row is linked; they never reach a stored batch."""
