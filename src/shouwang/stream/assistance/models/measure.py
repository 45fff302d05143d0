"""The planned measure (计划措施): one thing that somebody does for a household until a day."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.households.choices import MeasureItem, MeasureKind
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import WAITING, Fit, Ground, MeasureState
from shouwang.stream.assistance.models.plan import Plan


class PlannedMeasureQuerySet(models.QuerySet[Any]):
    """Planned measures with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Measures inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_PLANS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def asked_of(self, actor: Actor) -> Self:
        """Measures that the actor's own unit was asked for, once the plan holds; no other unit's, none without a unit."""
        if not actor.may(Permission.REPLY_MEASURE) or not actor.unit:
            return self.none()
        holds = Q(plan__held_since__gte=F("planned_at")) | Q(plan__green_channel=True)
        within = self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)
        return within.filter(holds, unit=actor.unit, withdrawn_at=None)

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def waiting(self) -> Self:
        """Those for which somebody still has to do something."""
        return self.filter(withdrawn_at=None, state__in=WAITING)


class PlannedMeasure(models.Model):
    """A measure of a plan (计划措施): a policy tool or words of one's own, what it answers, who, until when."""

    plan = models.ForeignKey(Plan, on_delete=models.RESTRICT, related_name="measures", verbose_name="方案")  # evidence
    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    resident_id = models.CharField("人编号", max_length=40, blank=True)
    tool = models.CharField("政策工具", max_length=60, blank=True, help_text="empty: words of one's own")
    title = models.CharField("措施", max_length=120)
    kind = models.CharField("登记为", max_length=24, choices=MeasureKind, blank=True)
    item = models.CharField("明细", max_length=24, choices=MeasureItem, blank=True)
    answers = models.JSONField("针对的风险", default=list)
    asks = models.CharField("要办的事", max_length=300, blank=True)
    unit = models.CharField("责任单位", max_length=40, blank=True)
    person = models.CharField("责任人", max_length=30, blank=True)
    planned_on = models.DateField("计划日期")
    due_on = models.DateField("办结期限")
    evidence_asked = models.CharField("证明材料", max_length=200, blank=True)
    amount_planned = models.DecimalField("预计金额(元)", max_digits=14, decimal_places=2, null=True)
    fit = models.CharField("是否符合条件", max_length=12, choices=Fit)
    fit_because = models.TextField("符合与否的说明", blank=True)
    ground = models.CharField("选用理由", max_length=16, choices=Ground)
    ground_words = models.CharField("理由说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=MeasureState, default=MeasureState.PLANNED)
    delivered_on = models.DateField("落实日期", null=True)
    delivered_amount = models.DecimalField("落实金额(元)", max_digits=14, decimal_places=2, null=True)
    delivered_file = models.CharField("落实凭证指纹", max_length=64, blank=True)
    no_file_reason = models.CharField("没有凭证的原因", max_length=300, blank=True)
    undelivered_reason = models.CharField("没有落实的原因", max_length=40, blank=True)
    replied_at = models.DateTimeField("单位答复时间", null=True)
    ended_on = models.DateField("结束日期", null=True)
    planned_by = models.CharField("填写人", max_length=40)
    planned_at = models.DateTimeField("填写时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_by = models.CharField("撤下人", max_length=40, blank=True)

    objects = PlannedMeasureQuerySet.as_manager()

    class Meta:
        db_table = "assistance_measure"
        verbose_name = "计划措施"
        constraints = [
            models.CheckConstraint(condition=~Q(unit="") | ~Q(person=""), name="measure_somebody_responsible"),
            models.CheckConstraint(condition=Q(due_on__gte=F("planned_on")), name="measure_due_after_planned"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(ground=""), name="measure_titled_and_grounded"),
            models.CheckConstraint(
                condition=~Q(ground=Ground.FITS) | Q(fit=Fit.ELIGIBLE), name="measure_fits_only_when_it_does"
            ),
            models.CheckConstraint(
                condition=~Q(state=MeasureState.DELIVERED)
                | Q(delivered_on__isnull=False) & (~Q(delivered_file="") | ~Q(no_file_reason="")),
                name="measure_delivered_with_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeasureState.UNDELIVERED) | ~Q(undelivered_reason=""),
                name="measure_undelivered_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(state=MeasureState.DELIVERED, ended_on__gte=F("delivered_on")),
                name="measure_ended_after_delivery",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(state=MeasureState.DELIVERED) & ~Q(withdrawn_by=""),
                name="measure_withdrawn_before_delivery",
            ),
            models.CheckConstraint(
                condition=Q(amount_planned=None) | Q(amount_planned__gte=0), name="measure_amount_not_negative"
            ),
            models.UniqueConstraint(
                fields=["plan", "tool", "resident_id"],
                condition=Q(withdrawn_at=None, state__in=WAITING) & ~Q(tool=""),
                name="measure_tool_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "place_number"], name="measure_by_unit"),
            models.Index(fields=["place_number", "due_on"], condition=Q(state__in=WAITING), name="measure_due"),
        ]

    def __str__(self) -> str:
        return self.title
