"""Which household a clue is about (归户): found out, two clues of one household joined, one of two households split."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import households
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions.recording import (
    NotNow,
    day_of,
    locked,
    locked_all,
    noted,
    remember,
    require_above_the_village,
    written,
)
from shouwang.stream.clues.choices import (
    DUPLICATE,
    SEVERITY,
    ClueAct,
    ClueState,
    Grade,
    OwnerLevel,
    SourceKind,
    level_of,
)
from shouwang.stream.clues.limits import limits_from
from shouwang.stream.clues.models import Clue, ClueSource

GRADE_OF = {number: grade for grade, number in SEVERITY.items()}


@transaction.atomic
def merge_clues(*, clue_id: int, into_id: int, sentence: str = "", actor: Actor, at: datetime) -> Clue:
    """Join two clues that are about one household (合并): the other one goes on with all reasons of both.

    Gives back the one that goes on. Raises ClueNotFound, NotNow, Refusal when one holds an application and the actor
    acts from the village.
    """
    if clue_id == into_id:
        raise Refusal("不能并入它自己。", "请选择另一条线索。")
    both = {one.pk: one for one in locked_all((clue_id, into_id), actor, Permission.CHECK_CLUE)}
    if len(both) < 2:
        raise NotNow("有一条线索不在您的辖区内，或者已经办结。", "请刷新页面再看。")
    return _join(both[clue_id], both[into_id], sentence, actor, at)


@transaction.atomic
def identify_household(*, clue_id: int, household_id: str, actor: Actor, at: datetime) -> Clue:
    """Say which household a clue is about (确定农户); if that one has an open clue, the two are joined.

    Gives back the clue that goes on. Raises ClueNotFound, NotNow, Refusal for a household outside the own area.
    """
    found = locked(clue_id, actor, Permission.CHECK_CLUE)
    home = households(actor).filter(pk=household_id).first()
    if home is None:
        raise Refusal("没有找到这一户。", "请重新查找。")
    if found.household_id == household_id:
        return found
    other: Clue | None = (
        Clue.objects.visible_to(actor).unfinished().filter(household_id=household_id).select_for_update().first()
    )
    if other is not None:
        return _join(found, other, "", actor, at)
    found.household_id, found.place_number = household_id, home.place_number
    found.save()
    remember(found, ClueAct.IDENTIFIED, actor, at, household=household_id)
    return found


@transaction.atomic
def split_clue(
    *, clue_id: int, source_ids: Iterable[int], household_id: str = "", sentence: str = "", actor: Actor, at: datetime
) -> Clue:
    """Give some reasons of a clue to another living unit (分户): they stay with the first and are looked at in both.

    Without a household the new clue waits to be told which one. Gives back the clue of the other household. Raises
    ClueNotFound, NotNow, Refusal when no reason is chosen or the household is this one or not in the own area.
    """
    found = locked(clue_id, actor, Permission.CHECK_CLUE)
    reasons = list(found.sources.filter(pk__in=list(source_ids)).order_by("pk"))
    if not reasons:
        raise Refusal("没有选要分出去的来由。", "请至少选一条。")
    if household_id and household_id == found.household_id:
        raise Refusal("不能分给同一户。", "请选择另一户。")
    applied = any(one.kind == SourceKind.APPLICATION for one in reasons)
    if applied:
        require_above_the_village(actor)
    other = _clue_for(found, reasons, household_id, applied, actor, at)
    _copy(reasons, other)
    kept = written(sentence, "说明", needed=False)
    remember(found, ClueAct.SPLIT, actor, at, sentence=kept, to=other.pk, reasons=len(reasons))
    return other


def _join(clue: Clue, into: Clue, sentence: str, actor: Actor, at: datetime) -> Clue:
    if clue.is_application or into.is_application:
        require_above_the_village(actor)
    kept = written(sentence, "说明", needed=False)
    into.is_application = into.is_application or clue.is_application
    _graver(into, clue.severity)
    into.due_on = into.escalates_on = max(min(into.due_on, clue.due_on), into.opened_on)
    into.escalation = max(into.escalation, clue.escalation)
    into.save()
    _copy(list(clue.sources.order_by("pk")), into)
    clue.state, clue.carried_by = ClueState.CLOSED, into
    clue.closed_by, clue.closed_at, clue.closed_level = actor.username, at, level_of(actor)
    clue.closing_reason, clue.closing_sentence = DUPLICATE, kept
    clue.save()
    remember(clue, ClueAct.MERGED, actor, at, sentence=kept, into=into.pk)
    remember(into, ClueAct.CARRIED, actor, at, ledger=False, other=clue.pk)
    return into


def _clue_for(
    found: Clue, reasons: list[ClueSource], household_id: str, applied: bool, actor: Actor, at: datetime
) -> Clue:
    """The open clue of the other household, or a new one that waits at the township."""
    home = households(actor).filter(pk=household_id).first() if household_id else None
    if household_id and home is None:
        raise Refusal("没有找到这一户。", "请重新查找，或留空由乡镇确定。")
    other: Clue | None = None
    if household_id:
        theirs = Clue.objects.unfinished().filter(household_id=household_id)
        other = theirs.select_for_update().first()
    severity = min((one.severity or SEVERITY[Grade.UNRATED] for one in reasons), default=SEVERITY[Grade.UNRATED])
    if other is not None:
        other.is_application = other.is_application or applied
        _graver(other, severity)
        other.save()
        remember(other, ClueAct.FED, actor, at, ledger=False, other=found.pk)
        return other
    place = home.place_number if home else found.place_number
    return _new(found, household_id, place, severity, applied, actor, at)


def _new(found: Clue, household_id: str, place: int, severity: int, applied: bool, actor: Actor, at: datetime) -> Clue:
    day = day_of(at)
    due = limits_from(day).accept_by(place)
    made = Clue.objects.create(
        household_id=household_id, place_number=place, channel=found.channel, grade=GRADE_OF[severity],
        severity=severity, is_application=applied, owner_level=OwnerLevel.TOWNSHIP, opened_on=day, due_on=due,
        escalates_on=due, reported_by=found.reported_by, reported_at=found.reported_at,
    )  # fmt: skip
    remember(made, ClueAct.OPENED, actor, at, ledger=False, split_from=found.pk)
    noted(ClueAct.OPENED, f"clue:{made.pk}", actor, at, {"split_from": found.pk})
    return made


def _graver(clue: Clue, severity: int) -> None:
    if severity < clue.severity:
        clue.severity, clue.grade = severity, GRADE_OF[severity]


def _copy(reasons: list[ClueSource], into: Clue) -> None:
    """The same reasons on another clue; what was told is read where it was first written down."""
    ClueSource.objects.bulk_create(
        [
            ClueSource(
                clue=into, household_id=one.household_id, kind=one.kind,
                channel=one.channel, noted_on=one.noted_on, reported_by=one.reported_by, reported_at=one.reported_at,
                unit=one.unit, rule=one.rule, resident_id=one.resident_id, severity=one.severity,
                warning_id=one.warning_id, first_seen_run_id=one.first_seen_run_id, told_name=one.told_name,
                told_where=one.told_where, told_by=one.told_by, on_behalf=one.on_behalf, trouble=one.trouble,
                original_id=one.original_id or one.pk,
            )
            for one in reasons
        ],
        ignore_conflicts=True,
    )  # fmt: skip
