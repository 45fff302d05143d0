"""Clues (线索)."""

from hashlib import sha256
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shouwang.stream.clues.choices import (
    ABOVE_THE_VILLAGE,
    DUPLICATE,
    ENTERED,
    NO_RISK,
    SEVERITY,
    UNFINISHED,
    ActorLevel,
    ClueState,
    Escalation,
    Grade,
    OwnerLevel,
)
from shouwang.stream.clues.models.placed import PlacedQuerySet, text


class ClueQuerySet(PlacedQuerySet):
    """Clues with the questions that others ask of them."""

    def unfinished(self) -> Self:
        """Those that somebody still has to work on."""
        return self.filter(state__in=UNFINISHED)


class Clue(models.Model):
    """All that speaks for a household being in trouble (线索), whose turn it is, until when, and how it ended."""

    household_id = text("户编号", 40, help_text="empty: not found in the register yet")
    place_number = models.BigIntegerField("行政村代码")
    channel = models.CharField("渠道", max_length=40, help_text="of the pack's list channels: the first one")
    grade = models.CharField("等级", max_length=8, choices=Grade)
    severity = models.SmallIntegerField("等级次序")
    is_application = models.BooleanField("含申请", default=False, db_default=False)
    state = models.CharField("状态", max_length=10, choices=ClueState, default=ClueState.OPEN)
    owner_level = models.CharField("承办层级", max_length=10, choices=OwnerLevel)
    owner = text("承办人", 40, help_text="account; empty: whoever is at that level")
    opened_on = models.DateField("立线索日期")
    due_on = models.DateField("本环节到期日")
    escalates_on = models.DateField("过了哪天升级")
    escalation = models.SmallIntegerField("逾期升级", choices=Escalation, default=Escalation.NONE, db_default=0)
    reported_by = models.CharField("登记人", max_length=40)
    reported_at = models.DateTimeField("登记时间")
    dispatched_by = text("交办人", 40)
    dispatched_at = models.DateTimeField("交办时间", null=True)
    taken_by = text("核实人", 40)
    taken_at = models.DateTimeField("开始核实时间", null=True)
    closed_by = text("办结人", 40)
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_level = text("办结层级", 10, choices=ActorLevel)
    closing_reason = text("办结原因", 40, help_text="of the pack's list closing_reasons")
    closing_sentence = text("办结说明", 500)
    rules = ArrayField(
        models.CharField(max_length=60), verbose_name="有预警的规则", default=list, db_default=[], editable=False,
        help_text="whose warnings were among the reasons when it was closed; the database writes them down",
    )  # fmt: skip
    no_risk_until = models.DateField("核实无风险至", null=True)
    checked_until_before = models.DateField("办结前的核查无风险至", null=True)
    answered_to = text("告知了谁", 60)
    answered_on = models.DateField("告知日期", null=True)
    answer_remedy = text("怎样提出异议", 300)
    case_number = text("识别认定办理编号", 40)
    carried_by = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # an application is followed through it
        related_name="carries",
        verbose_name="并入的线索",
    )

    objects = ClueQuerySet.as_manager()

    class Meta:
        db_table = "clues_clue"
        verbose_name = "线索"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id"],
                condition=Q(state__in=UNFINISHED) & ~Q(household_id=""),
                name="clue_one_open_per_household",
            ),
            models.CheckConstraint(condition=Q(severity__in=list(SEVERITY.values())), name="clue_severity_known"),
            models.CheckConstraint(condition=Q(due_on__gte=F("opened_on")), name="clue_due_after_opening"),
            models.CheckConstraint(
                condition=Q(state=ClueState.CLOSED, closed_at__isnull=False)
                & ~Q(closed_by="")
                & ~Q(closing_reason="")
                & ~Q(closed_level="")
                | ~Q(state=ClueState.CLOSED)
                & Q(closed_at=None, closed_by="", closing_reason="", closed_level="", carried_by=None, case_number=""),
                name="clue_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClueState.CLOSED)
                | Q(is_application=False)
                | Q(closing_reason=ENTERED)
                | Q(closing_reason=DUPLICATE)
                | Q(closed_level__in=ABOVE_THE_VILLAGE, answered_on__isnull=False)
                & ~Q(closing_sentence="")
                & ~Q(answered_to="")
                & ~Q(answer_remedy=""),
                name="clue_application_answered_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(closing_reason=ENTERED) & ~Q(case_number="")
                | ~Q(closing_reason=ENTERED) & Q(case_number=""),
                name="clue_entered_with_a_case",
            ),
            models.CheckConstraint(
                condition=Q(closing_reason=DUPLICATE, carried_by__isnull=False)
                | ~Q(closing_reason=DUPLICATE) & Q(carried_by=None),
                name="clue_duplicate_is_carried_on",
            ),
            models.CheckConstraint(
                condition=Q(no_risk_until=None) | Q(closing_reason=NO_RISK), name="clue_no_risk_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(is_application=True, state=ClueState.OPEN, owner_level=OwnerLevel.VILLAGE),
                name="clue_application_waits_above_the_village",
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at=None, dispatched_by="")
                | Q(dispatched_at__isnull=False) & ~Q(dispatched_by=""),
                name="clue_dispatched_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by="") | Q(taken_at__isnull=False) & ~Q(taken_by=""),
                name="clue_taken_by_somebody",
            ),
        ]
        indexes = [
            # With all that the figures of the list and of the inbox ask, so that counting reads no rows.
            models.Index(
                fields=["place_number", "due_on"],
                include=["grade", "state", "is_application", "escalation", "owner_level", "owner", "opened_on"],
                condition=Q(state__in=UNFINISHED),
                name="clue_open_by_place",
            ),
            models.Index(
                fields=["due_on", "-is_application", "severity", "place_number", "id"],
                condition=Q(state__in=UNFINISHED),
                name="clue_open_by_due",
            ),
            models.Index(
                fields=["place_number", "household_id"],
                condition=Q(state__in=UNFINISHED, owner_level=OwnerLevel.VILLAGE),
                name="clue_in_the_village",
            ),
            models.Index(fields=["escalates_on"], condition=Q(state__in=UNFINISHED), name="clue_open_by_escalation"),
            models.Index(fields=["household_id"], name="clue_by_household"),
            models.Index(fields=["place_number", "opened_on"], include=["is_application"], name="clue_by_opening"),
            models.Index(
                fields=["place_number", "closed_at"],
                include=["opened_on"],
                condition=Q(state=ClueState.CLOSED),
                name="clue_by_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def mark(self) -> str:
        """How it stands (现状标记), as a form carries it: with another one, somebody acted on it in the meantime."""
        held = (self.state, self.owner_level, self.owner, self.taken_by, self.household_id, self.is_application)
        times = (self.dispatched_at, self.taken_at, self.closed_at)
        said = "|".join(map(str, (*held, *(time and time.timestamp() for time in times))))
        return sha256(said.encode()).hexdigest()[:16]
