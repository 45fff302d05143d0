"""Tables of clues (线索).

Nothing here is ever deleted, reasons and history are never changed, and an application cannot end without a decision, a
written answer from above the village, or an open clue that carries it on: triggers of the database see to it (see the
migrations). Households are named by their number without a foreign key: a person who applies may be in no register yet.
"""

from hashlib import sha256
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from shouwang.register.households.choices import RiskKind
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import (
    ABOVE_THE_VILLAGE,
    CHECKED,
    DUPLICATE,
    ENTERED,
    NO_RISK,
    SEVERITY,
    UNFINISHED,
    ActorLevel,
    ClueAct,
    ClueState,
    Escalation,
    Grade,
    HeldBecause,
    OwnerLevel,
    SourceKind,
)


def text(title: str, length: int, **more: Any) -> models.CharField:  # type: ignore[type-arg]
    """A text that is empty when there is none, for rows that are also written by SQL."""
    return models.CharField(title, max_length=length, blank=True, default="", db_default="", **more)


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that lie in a village, with the questions that others ask of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows inside the actor's place range; nobody else's, and none without the permission."""
        if not actor.may(Permission.SEE_CLUES):
            return self.none()
        return self.filter(place_number__gte=actor.range_low, place_number__lt=actor.range_high)


class ClueQuerySet(PlacedQuerySet):
    """Clues with the questions that others ask of them."""

    def unfinished(self) -> Self:
        """Those that somebody still has to work on."""
        return self.filter(state__in=UNFINISHED)


class OfClueQuerySet(models.QuerySet[Any]):
    """Rows below a clue: they are seen where the clue is, wherever its household turned out to live."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows of clues inside the actor's place range; nobody else's, and none without the permission."""
        return self.filter(clue__in=Clue.objects.visible_to(actor))


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


class ClueSource(models.Model):
    """One reason of a clue (线索来由): a warning, an application, a report, a push, a letter. Never changed."""

    clue = models.ForeignKey(
        Clue,
        on_delete=models.RESTRICT,
        related_name="sources",
        verbose_name="线索",  # evidence
    )
    household_id = text("户编号", 40)
    kind = models.CharField("来由", max_length=12, choices=SourceKind)
    channel = models.CharField("渠道", max_length=40)
    noted_on = models.DateField("日期")
    reported_by = models.CharField("登记人", max_length=40)
    reported_at = models.DateTimeField("登记时间")
    unit = text("单位", 30)
    rule = text("规则", 60)
    resident_id = text("人编号", 40)
    severity = models.SmallIntegerField("级别次序", null=True)
    warning_id = models.BigIntegerField("预警", null=True)
    first_seen_run_id = models.BigIntegerField("预警首次出现", null=True)
    key = text("密文位置", 32, help_text="what the ciphertexts of this row are bound to")
    told_name = text("谁需要帮助", 60)
    told_where = text("住在哪里", 120)
    told_by = text("谁反映的", 60)
    on_behalf = models.BooleanField("代为申请", default=False, db_default=False)
    told_cipher = models.TextField("发生了什么（密文）", null=True)
    phone_cipher = models.TextField("联系电话（密文）", null=True)
    phone_lookup = models.CharField("联系电话（检索）", max_length=64, null=True)
    trouble = text("说的难处", 20, choices=RiskKind, help_text="as the applicant says; nobody has looked yet")
    id_number_lookup = models.CharField(
        "证件号（检索）", max_length=64, null=True, help_text="where a person is to say which household is meant"
    )
    original = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.RESTRICT,  # its text is read there
        related_name="+",
        verbose_name="原件",
    )

    objects = OfClueQuerySet.as_manager()

    class Meta:
        db_table = "clues_source"
        verbose_name = "线索来由"
        constraints = [
            models.UniqueConstraint(
                fields=["clue", "household_id", "rule", "resident_id", "first_seen_run_id", "severity"],
                condition=Q(kind=SourceKind.WARNING),
                name="clue_source_warning_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SourceKind.WARNING)
                | ~Q(rule="") & Q(severity__isnull=False, warning_id__isnull=False, first_seen_run_id__isnull=False),
                name="clue_source_warning_is_one",
            ),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.WARNING) | ~Q(told_name="") | Q(original__isnull=False),
                name="clue_source_names_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["household_id", "rule", "resident_id", "-id"],
                condition=Q(kind=SourceKind.WARNING),
                name="clue_source_warning",
            ),
            models.Index(fields=["reported_by", "-reported_at"], name="clue_source_by_reporter"),
            models.Index(fields=["phone_lookup"], condition=Q(phone_lookup__isnull=False), name="clue_source_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.clue_id} {self.kind}"


class ClueEvent(models.Model):
    """One step in the history of a clue (办理过程). Never changed."""

    clue = models.ForeignKey(
        Clue,
        on_delete=models.RESTRICT,
        related_name="events",
        verbose_name="线索",  # evidence
    )
    act = models.CharField("办理", max_length=12, choices=ClueAct)
    at = models.DateTimeField("时间")
    actor = models.CharField("账号", max_length=40)
    role = models.CharField("角色", max_length=20)
    level = models.CharField("办理层级", max_length=10, choices=ActorLevel)
    sentence = text("说明", 500)
    details = models.JSONField("详情", default=dict, db_default={})

    objects = OfClueQuerySet.as_manager()

    class Meta:
        db_table = "clues_event"
        verbose_name = "线索办理"
        indexes = [
            models.Index(fields=["clue", "id"], name="clue_event_by_clue"),
            models.Index(
                fields=["at"], condition=Q(level=ActorLevel.VILLAGE, act__in=CHECKED), name="clue_event_checked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clue_id} {self.act}"


class HeldWarning(models.Model):
    """A warning that stands and leads to no new clue (暂不立线索的预警), why, and until when: counted, never hidden."""

    household_id = models.CharField("户编号", max_length=40)
    rule = models.CharField("规则", max_length=60)
    resident_id = models.CharField("人编号", max_length=40)
    place_number = models.BigIntegerField("行政村代码")
    severity = models.SmallIntegerField("级别次序")
    warning_id = models.BigIntegerField("预警")
    first_seen_run_id = models.BigIntegerField("预警首次出现")
    because = models.CharField("原因", max_length=10, choices=HeldBecause)
    held_until = models.DateField("至", null=True)
    held_on = models.DateField("从")
    seen_by = text("知悉人", 40)
    seen_at = models.DateTimeField("知悉时间", null=True)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        db_table = "clues_held_warning"
        verbose_name = "暂不立线索的预警"
        constraints = [
            models.UniqueConstraint(fields=["household_id", "rule", "resident_id"], name="held_warning_once"),
            models.CheckConstraint(
                condition=Q(seen_at=None, seen_by="") | Q(seen_at__isnull=False) & ~Q(seen_by=""),
                name="held_warning_seen_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["place_number", "because"], name="held_warning_by_place")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.rule}"
