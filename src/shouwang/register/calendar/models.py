"""Tables of the working calendar (工作日历).

Rows are never deleted: one that was wrong is taken back, so that a limit counted last year can be counted again.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.calendar.choices import DayKind
from shouwang.register.staff.queries import Actor


class SpecialDayQuerySet(models.QuerySet[Any]):
    """Special days with the questions that others ask of them."""

    def in_force(self) -> Self:
        """Those that were not taken back."""
        return self.filter(removed_at=None)

    def touching(self, actor: Actor) -> Self:
        """Those that hold somewhere inside the actor's place; they are no personal data."""
        return self.filter(range_low__lt=actor.range_high, range_high__gt=actor.range_low)

    def of_year(self, year: int) -> Self:
        """Those of one year."""
        return self.filter(day__gte=date(year, 1, 1), day__lt=date(year + 1, 1, 1))


class SpecialDay(models.Model):
    """A holiday (放假) on a weekday, or a weekend that is worked (调休上班), in a place."""

    day = models.DateField("日期")
    kind = models.CharField("安排", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=40)
    source = models.CharField("依据", max_length=200)
    place_code = models.CharField("适用地方", max_length=12, blank=True, help_text="empty: everywhere")
    place_name = models.CharField("适用地方名称", max_length=120, blank=True)
    range_low = models.BigIntegerField("地区范围起")
    range_high = models.BigIntegerField("地区范围止", help_text="exclusive")
    set_by = models.CharField("录入人", max_length=40)
    set_at = models.DateTimeField("录入时间")
    removed_by = models.CharField("撤销人", max_length=40, blank=True)
    removed_at = models.DateTimeField("撤销时间", null=True)

    objects = SpecialDayQuerySet.as_manager()

    class Meta:
        db_table = "calendar_special_day"
        verbose_name = "特殊日"
        constraints = [
            models.CheckConstraint(condition=Q(range_low__lt=F("range_high")), name="special_day_range_not_empty"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(name=""), name="special_day_has_source"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by="") | Q(removed_at__isnull=False) & ~Q(removed_by=""),
                name="special_day_removed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["day", "range_low", "range_high"], condition=Q(removed_at=None), name="special_day_once"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="special_day_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
