"""The quarterly round (季度动态管理): every monitored household is looked at again, and what help has done is said."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clearance.choices import Effect, RowState


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rounds that touch the actor's area, and none without the permission."""
        if not actor.may(Permission.SEE_CASES):
            return self.none()
        return self.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)


class _Area(Func):
    function = "INT8RANGE"
    output_field = BigIntegerRangeField()

    def __init__(self, *bounds: Any) -> None:
        super().__init__(*bounds, Value("[)"))


class Round(models.Model):
    """One round (动态管理轮次) of a county in a quarter."""

    year = models.IntegerField("年度")
    quarter = models.IntegerField("季度")
    place_code = models.CharField("地区代码", max_length=12)
    place_name = models.CharField("地区", max_length=120)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    from_on = models.DateField("开始")
    until_on = models.DateField("截止", help_text="exclusive")
    opened_by = models.CharField("发起人", max_length=40)
    opened_at = models.DateTimeField("发起时间")

    objects = RoundQuerySet.as_manager()

    class Meta:
        db_table = "clearance_round"
        verbose_name = "动态管理轮次"
        constraints = [
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="round_quarter"),
            models.CheckConstraint(condition=Q(from_on__lt=F("until_on")), name="round_forward"),
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="round_area"),
            ExclusionConstraint(
                name="round_once_a_quarter",
                expressions=[
                    (F("year"), RangeOperators.EQUAL),
                    (F("quarter"), RangeOperators.EQUAL),
                    (_Area(F("range_low"), F("range_high")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年第 {self.quarter} 季度"


class RoundRowQuerySet(models.QuerySet["RoundRow"]):
    """Rows with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range, and none without the permission."""
        if not actor.may(Permission.SEE_CASES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class RoundRow(models.Model):
    """One monitored household in a round (更新任务): updated or not yet, and what help has done."""

    round = models.ForeignKey(Round, on_delete=models.RESTRICT, related_name="rows", verbose_name="轮次")  # its history
    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    state = models.CharField("更新情况", max_length=10, choices=RowState, default=RowState.WAITING)
    done_by = models.CharField("更新人", max_length=40, blank=True)
    done_at = models.DateTimeField("更新时间", null=True)
    effect = models.CharField("成效评议", max_length=10, choices=Effect, blank=True)
    effect_cipher = models.TextField("评议说明（密文）", null=True)
    effect_by = models.CharField("评议人", max_length=40, blank=True)
    effect_at = models.DateTimeField("评议时间", null=True)

    objects = RoundRowQuerySet.as_manager()

    class Meta:
        db_table = "clearance_round_row"
        verbose_name = "更新任务"
        constraints = [
            models.UniqueConstraint(fields=["round", "household_id"], name="round_row_once"),
            models.CheckConstraint(
                condition=Q(state=RowState.WAITING, done_at=None, done_by="")
                | ~Q(state=RowState.WAITING) & Q(done_at__isnull=False) & ~Q(done_by=""),
                name="round_row_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_at=None, effect_by="", effect_cipher=None)
                | ~Q(effect="") & Q(effect_at__isnull=False, effect_cipher__isnull=False) & ~Q(effect_by=""),
                name="round_row_effect_in_words",
            ),
        ]
        indexes = [models.Index(fields=["round", "place_number", "state"], name="round_row_by_place")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.household_id}"
