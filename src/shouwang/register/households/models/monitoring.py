"""Periods of monitoring (监测时段): when a household was watched, as what, how it began and how it ended."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from shouwang.register.households.choices import ClearanceManner, MonitoredClass, MonitoringBeginning
from shouwang.register.households.models.fields import code
from shouwang.register.households.models.household import Household
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class MonitoringPeriodQuerySet(models.QuerySet["MonitoringPeriod"]):
    """Periods with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Periods of households inside the actor's place range, and none without the permission."""
        if not actor.may(Permission.SEE_HOUSEHOLDS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class _Period(Func):
    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, *bounds: Any) -> None:
        super().__init__(*bounds, Value("[)"))


class MonitoringPeriod(models.Model):
    """One stretch of monitoring: a later one never wipes out an earlier one, and two never overlap."""

    household = models.ForeignKey(
        Household, on_delete=models.RESTRICT, db_index=False, verbose_name="户"
    )  # kept for ever; in an index below
    place_number = models.BigIntegerField("行政村代码", editable=False)  # the household's; a trigger sees to it
    monitored_class = code("监测对象类别", MonitoredClass)
    from_on = models.DateField("开始")
    until_on = models.DateField("结束", null=True, help_text="exclusive; empty while it lasts")
    began = models.CharField("怎样开始", max_length=12, choices=MonitoringBeginning)
    manner = code("风险消除方式", ClearanceManner)
    began_by = models.CharField("开始的办理件", max_length=30, blank=True, help_text="empty: as imported")
    ended_by = models.CharField("结束的办理件", max_length=30, blank=True, help_text="empty: as imported")

    objects = MonitoringPeriodQuerySet.as_manager()

    class Meta:
        db_table = "households_monitoring"
        verbose_name = "监测时段"
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="monitoring_forward"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=False) | Q(manner=None, ended_by=""), name="monitoring_end_whole"
            ),
            ExclusionConstraint(
                name="monitoring_no_overlap",
                expressions=[
                    (F("household"), RangeOperators.EQUAL),
                    (_Period(F("from_on"), F("until_on")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["household", "from_on"], name="monitoring_by_household"),
            models.Index(fields=["place_number", "from_on"], include=["household"], name="monitoring_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.from_on}"
