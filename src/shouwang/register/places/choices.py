"""Words for places (行政区划用语)."""

from django.db import models


class CodeSystem(models.TextChoices):
    """Whose codes these are (代码体系); a code means nothing without it."""

    NBS = "nbs", "统计用区划代码（2023）"
    MCA = "mca", "民政部区划代码（2026）"


class Level(models.TextChoices):
    """Level of a place (层级)."""

    PROVINCE = "province", "省"
    PREFECTURE = "prefecture", "市州"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "行政村"
