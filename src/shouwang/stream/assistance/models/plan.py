"""The plan of one household (一户一策)."""

from hashlib import sha256
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import OPEN, AgreedHow, PlanState


class PlanQuerySet(models.QuerySet[Any]):
    """Plans with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Plans inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_PLANS):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)

    def open(self) -> Self:
        """Those that are not closed."""
        return self.filter(state__in=OPEN)


class Plan(models.Model):
    """What one household wants to reach and how it is helped (帮扶方案); drafted by one person, approved by another."""

    household_id = models.CharField("户编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    masked_name = models.CharField("户主（遮盖）", max_length=60, help_text="what a department sees: 李**")
    version = models.IntegerField("稿次", default=1)
    state = models.CharField("状态", max_length=10, choices=PlanState, default=PlanState.DRAFT)
    green_channel = models.BooleanField("先行帮扶", default=False, help_text="help first, papers later")
    goals_cipher = models.TextField("目标（密文）")
    contact_name = models.CharField("帮扶联系人", max_length=30)
    contact_phone_cipher = models.TextField("联系人电话（密文）")
    drafted_by = models.CharField("起草人", max_length=40)
    drafted_at = models.DateTimeField("起草时间")
    agreed_on = models.DateField("和农户商量的日期", null=True)
    agreed_how = models.CharField("商量方式", max_length=16, choices=AgreedHow, blank=True)
    proposed_by = models.CharField("送审人", max_length=40, blank=True)
    proposed_at = models.DateTimeField("送审时间", null=True)
    decided_by = models.CharField("审批人", max_length=40, blank=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    held_since = models.DateTimeField("最近一次批准时间", null=True, help_text="measures planned until then may go on")
    decision_reason = models.CharField("审批意见", max_length=300, blank=True)
    closed_by = models.CharField("结束人", max_length=40, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_reason = models.CharField("结束原因", max_length=300, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        db_table = "assistance_plan"
        verbose_name = "帮扶方案"
        constraints = [
            models.UniqueConstraint(fields=["household_id"], condition=Q(state__in=OPEN), name="plan_one_open"),
            models.CheckConstraint(
                condition=Q(place_number__gte=10**11, place_number__lt=10**12), name="plan_place_12_digits"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="plan_version_counted"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("drafted_by")) & ~Q(decided_by=F("proposed_by")),
                name="plan_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.PROPOSED)
                | ~Q(proposed_by="") & Q(proposed_at__isnull=False, agreed_on__isnull=False),
                name="plan_proposed_after_agreement",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.APPROVED)
                | ~Q(decided_by="") & ~Q(decision_reason="") & Q(decided_at__isnull=False, agreed_on__isnull=False),
                name="plan_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on=None, agreed_how="") | Q(agreed_on__isnull=False) & ~Q(agreed_how=""),
                name="plan_agreed_when_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.CLOSED)
                | ~Q(closed_by="") & ~Q(closed_reason="") & Q(closed_at__isnull=False),
                name="plan_closed_with_reason",
            ),
            models.CheckConstraint(condition=~Q(contact_name=""), name="plan_has_contact"),
        ]
        indexes = [
            models.Index(fields=["place_number", "state"], name="plan_by_place"),
            models.Index(fields=["household_id", "-id"], name="plan_by_household"),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.version}"

    @property
    def mark(self) -> str:
        """How it stands (现状标记), as a form carries it: with another one, somebody changed it in the meantime."""
        said = (self.version, self.state, self.goals_cipher, self.contact_name, self.agreed_on, self.agreed_how)
        times = (self.proposed_at, self.decided_at, self.closed_at)
        text = "|".join(map(str, (*said, *(time and time.timestamp() for time in times))))
        return sha256(text.encode()).hexdigest()[:16]
