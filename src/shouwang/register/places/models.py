"""Tables of places (行政区划).

Do not join on a bare code: the statistics bureau and civil affairs give the same nine digits to different townships.
"""

from django.db import models
from django.db.models import F, Q

from shouwang.register.places.choices import CodeSystem, Level


class Place(models.Model):
    """One division (区划) in one code system for one period."""

    system = models.CharField("代码体系", max_length=3, choices=CodeSystem)
    code = models.CharField("代码", max_length=12)
    level = models.CharField("层级", max_length=10, choices=Level)
    name = models.CharField("名称", max_length=60)
    full_name = models.CharField("全称", max_length=120, help_text="county and below, for screens")
    parent = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # a place that others lie in cannot vanish
        related_name="children",
        verbose_name="上级",
    )
    range_low = models.BigIntegerField("数值范围起", help_text="the code filled up with zeros to twelve digits")
    range_high = models.BigIntegerField("数值范围止", help_text="exclusive")
    valid_from = models.DateField("有效期起", null=True, help_text="null = no beginning known")
    valid_until = models.DateField("有效期止", null=True, help_text="exclusive; null = still valid")

    class Meta:
        db_table = "places_place"
        verbose_name = "区划"
        constraints = [
            models.UniqueConstraint(
                fields=["system", "code", "valid_from"], name="place_once_per_period", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="place_range_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_from__lt=F("valid_until")),
                name="place_period_forward",
            ),
        ]
        indexes = [models.Index(fields=["system", "range_low"], name="place_range")]

    def __str__(self) -> str:
        return self.full_name


class TownshipMatch(models.Model):
    """A township of one code system beside the same township of the other (代码对照), found by name."""

    nbs_code = models.CharField("统计代码", max_length=12, null=True)
    mca_code = models.CharField("民政代码", max_length=12, null=True)
    name = models.CharField("名称", max_length=60)
    how = models.CharField("对照方式", max_length=10)

    class Meta:
        db_table = "places_township_match"
        verbose_name = "乡镇代码对照"
        constraints = [models.UniqueConstraint(fields=["nbs_code", "mca_code"], name="township_match_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.nbs_code} {self.mca_code}"
