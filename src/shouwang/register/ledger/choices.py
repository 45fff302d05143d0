"""Words of the ledger (台账用语)."""

from django.db import models


class Look(models.TextChoices):
    """Acts that are looks at personal data (查看)."""

    HOUSEHOLD = "look_household", "查看农户信息"
    RESIDENT = "reveal_identity", "查看完整证件号"
    REVIEW = "open_identity", "打开待复核记录"
    LIST = "look_list", "查看名单"


LOOKS = {"household": Look.HOUSEHOLD, "resident": Look.RESIDENT, "review": Look.REVIEW, "place": Look.LIST}
"""Kind of subject → the act by which a look at it is recorded."""

EXPORT = "export_"
"""An act that begins so took a list out of the platform (导出)."""
