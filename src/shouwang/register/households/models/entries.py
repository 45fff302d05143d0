"""Dated entries of a household (收支、标签、风险、措施): what came in, what holds, what threatens, what was done."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from shouwang.register.households.choices import (
    IncomeBasis,
    IncomeItem,
    IncomeKind,
    MeasureItem,
    MeasureKind,
    RiskKind,
    Tag,
)
from shouwang.register.households.models.fields import code, money
from shouwang.register.households.models.household import Household
from shouwang.register.households.models.resident import Resident


class Entry(models.Model):
    """What all dated entries share: the household and, where it concerns one person, the resident."""

    household = models.ForeignKey(
        Household, on_delete=models.RESTRICT, db_index=False, verbose_name="户"
    )  # evidence of warnings; each kind's own index begins with it
    resident = models.ForeignKey(Resident, null=True, on_delete=models.RESTRICT, verbose_name="成员")  # same

    class Meta:
        abstract = True


class IncomeEntry(Entry):
    """Income or expenditure (收支) of one kind over a period, with the basis of the figure (实际/申报/估算)."""

    kind = models.CharField("收支类别", max_length=24, choices=IncomeKind)
    item = code("明细", IncomeItem)
    amount = models.DecimalField("金额(元)", max_digits=14, decimal_places=2)
    from_on = models.DateField("所属期起")
    until_on = models.DateField("所属期止", null=True)
    basis = code("数据来源性质", IncomeBasis)

    class Meta:
        db_table = "households_income"
        verbose_name = "收支"
        indexes = [models.Index(fields=["household", "from_on"], name="income_by_household")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.from_on} {self.amount}元"


class _Period(Func):
    function = "DATERANGE"

    def __init__(self, *bounds: Any) -> None:
        super().__init__(*bounds, Value("[)"))


class StatusTag(Entry):
    """Status (身份标签) that holds for a period with exclusive end; the same tag never overlaps itself."""

    tag = models.CharField("身份", max_length=24, choices=Tag)
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期", null=True)

    class Meta:
        db_table = "households_status"
        verbose_name = "身份标签"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="status_period_forward"
            ),
            ExclusionConstraint(
                name="status_no_overlap",
                expressions=[
                    (F("household"), RangeOperators.EQUAL),
                    (Coalesce(F("resident"), Value("")), RangeOperators.EQUAL),
                    (F("tag"), RangeOperators.EQUAL),
                    (_Period(F("valid_from"), F("valid_until")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["household"], name="status_by_household")]

    def __str__(self) -> str:
        return f"{self.get_tag_display()} {self.valid_from}"


class Risk(Entry):
    """Risk of falling into poverty (返贫致贫风险) as it was identified."""

    risk = models.CharField("风险", max_length=24, choices=RiskKind)
    since_on = models.DateField("识别时间", null=True)
    note = models.CharField("备注", max_length=200, null=True)

    class Meta:
        db_table = "households_risk"
        verbose_name = "返贫致贫风险"
        indexes = [models.Index(fields=["household"], name="risk_by_household")]

    def __str__(self) -> str:
        return self.get_risk_display()


class Measure(Entry):
    """Measure of help (帮扶措施) that the household receives."""

    place_number = models.BigIntegerField("行政村代码", editable=False)  # the household's; a trigger sees to it
    kind = models.CharField("帮扶措施", max_length=24, choices=MeasureKind)
    item = code("措施明细", MeasureItem)
    since_on = models.DateField("落实时间", null=True)
    until_on = models.DateField("结束时间", null=True)
    amount = money("金额(元)")
    origin = models.CharField(
        "来自", max_length=60, null=True, unique=True, help_text="what recorded it here, as measure:12; null = imported"
    )

    class Meta:
        db_table = "households_measure"
        verbose_name = "帮扶措施"
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(since_on=None) | Q(until_on__gte=F("since_on")) | Q(origin=None),
                name="measure_period_forward",
            )
        ]
        indexes = [
            models.Index(
                fields=["household"], include=["place_number", "since_on", "until_on"], name="measure_by_household"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
