"""Closing clues (线索办结): quickly, with a reason; an application only with a written answer or a case.

Agreeing (`confirm_clue`) and overruling (`close_clue`) cost the same: one tap, a sentence where there is something to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions import record_no_risk
from shouwang.register.households.queries import households
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions.recording import (
    NotNow,
    day_of,
    locked,
    locked_all,
    owner_level_of,
    pass_on,
    remember,
    remember_all,
    require_above_the_village,
    written,
)
from shouwang.stream.clues.choices import (
    DUPLICATE,
    ENTERED,
    NO_RISK,
    ClueAct,
    ClueState,
    Grade,
    OwnerLevel,
    level_of,
)
from shouwang.stream.clues.limits import closing_reasons, limits_from, quarter_ends
from shouwang.stream.clues.models import Clue


@dataclass(frozen=True)
class Closing:
    """Why a clue is closed (办结): a reason of the pack, perhaps a sentence, and until when a finding of no risk holds."""

    reason: str
    sentence: str = ""
    no_risk_until: date | None = None


@dataclass(frozen=True)
class Answer:
    """What an applicant was told (书面告知): who was told, when, and how to object."""

    to: str
    on: date | None
    remedy: str


@transaction.atomic
def close_clue(*, clue_id: int, closing: Closing, answer: Answer | None = None, actor: Actor, at: datetime) -> Clue:
    """Close a clue that people have looked at (办结). An application needs a written answer from above the village.

    依据: 社会救助法 第四十五条 (书面说明理由). Raises NotAllowed, ClueNotFound, NotNow, Refusal for a reason that the
    pack does not know, a date that is not offered, or an application without an answer.
    """
    found = locked(clue_id, actor, Permission.CHECK_CLUE)
    closing = _checked(closing, day_of(at))
    if found.is_application:
        _answer(found, closing, answer, actor, day_of(at))
    _close(found, closing, actor, at)
    _record([found], actor, at)
    fault_point("clue.close.recorded")
    found.save()
    fault_point("clue.close.saved")
    remember(found, ClueAct.CLOSED, actor, at, sentence=closing.sentence, reason=closing.reason)
    return found


@transaction.atomic
def close_clues(*, clue_ids: Iterable[int], closing: Closing, actor: Actor, at: datetime) -> int:
    """Close many yellow clues with one reason (批量办结): only by the person who checked them. Gives back how many."""
    closing = _checked(closing, day_of(at))
    found = [
        one
        for one in locked_all(clue_ids, actor, Permission.CHECK_CLUE)
        if one.grade == Grade.YELLOW and not one.is_application and one.taken_by == actor.username
    ]
    for one in found:
        _close(one, closing, actor, at)
    _record(found, actor, at)
    if found:
        Clue.objects.bulk_update(found, CLOSED_FIELDS, batch_size=500)
        remember_all(found, ClueAct.CLOSED, actor, at, sentence=closing.sentence)
    return len(found)


@transaction.atomic
def confirm_clue(*, clue_id: int, sentence: str = "", actor: Actor, at: datetime) -> Clue:
    """Say that it is true (核实属实): the township now sees to it that a determination begins."""
    states = (ClueState.OPEN, ClueState.DISPATCHED, ClueState.TAKEN)
    found = locked(clue_id, actor, Permission.CHECK_CLUE, states)
    kept = written(sentence, "说明", needed=False)
    found.taken_by, found.taken_at = found.taken_by or actor.username, found.taken_at or at
    pass_on(found, ClueState.CONFIRMED, OwnerLevel.TOWNSHIP, limits_from(day_of(at)))
    found.save()
    remember(found, ClueAct.CONFIRMED, actor, at, sentence=kept)
    return found


@transaction.atomic
def settle_clue(*, clue_id: int, case_number: str, actor: Actor, at: datetime) -> Clue:
    """Close a clue because a determination was opened (进入识别认定); the case carries on what it was about."""
    found = locked(clue_id, actor, Permission.OPEN_CASE)
    found.case_number = written(case_number, "办理编号", most=40)
    _close(found, Closing(ENTERED), actor, at)
    found.save()
    fault_point("clue.settle.saved")
    remember(found, ClueAct.SETTLED, actor, at, case=found.case_number)
    return found


@transaction.atomic
def reopen_clue(*, clue_id: int, actor: Actor, at: datetime) -> Clue:
    """Take a closing back (撤销办结): on the same day by who closed it, later by the township or the county.

    What the household was marked with is taken back too. Raises NotNow for a clue that became a case, Refusal when
    somebody else closed it or the household has another open clue by now.
    """
    found = locked(clue_id, actor, Permission.CHECK_CLUE, (ClueState.CLOSED,))
    if found.closing_reason == ENTERED:
        raise NotNow("这条线索已经进入识别认定。", "请在办理件里处理。")
    own = found.closed_by == actor.username and found.closed_at and day_of(found.closed_at) == day_of(at)
    if not own and not actor.may(Permission.DISPATCH_CLUE):
        raise Refusal("只有办结人当天可以撤销。", "过了当天，请乡镇或县里撤销。")
    _take_back(found, actor, at)
    mine = found.taken_by == actor.username
    limits = limits_from(day_of(at))
    if mine:
        pass_on(found, ClueState.TAKEN, owner_level_of(actor), limits, owner=actor.username)
    else:
        pass_on(found, ClueState.OPEN, OwnerLevel.TOWNSHIP, limits)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Refusal("这一户已经有另一条没办完的线索。", "请在那一条里接着办。") from None
    remember(found, ClueAct.REOPENED, actor, at)
    return found


CLOSED_FIELDS = [
    "state", "closed_by", "closed_at", "closed_level", "closing_reason", "closing_sentence", "no_risk_until",
    "checked_until_before", "taken_by", "taken_at",
]  # fmt: skip


def _checked(closing: Closing, day: date) -> Closing:
    """The closing as it is kept. Raises Refusal for what the pack or the calendar of rounds does not offer."""
    if closing.reason in (DUPLICATE, ENTERED) or closing.reason not in closing_reasons(day):
        raise Refusal("没有这个办结原因。", "请从列出的原因里选一个。")
    until = closing.no_risk_until if closing.reason == NO_RISK else None
    if closing.reason == NO_RISK and until not in quarter_ends(day):
        raise Refusal("没有选核实结果管到哪天。", "请选一个季度末，最长到四个季度之内的一次排查。")
    return Closing(closing.reason, written(closing.sentence, "办结说明", needed=False), until)


def _answer(clue: Clue, closing: Closing, answer: Answer | None, actor: Actor, day: date) -> None:
    require_above_the_village(actor)
    written(closing.sentence, "理由")
    if answer is None or answer.on is None or answer.on > day:
        raise Refusal("申请要书面告知本人后才能办结。", "请写明告知了谁、哪天告知、怎样提出异议。")
    clue.answered_to = written(answer.to, "告知了谁", most=60)
    clue.answered_on = answer.on
    clue.answer_remedy = written(answer.remedy, "怎样提出异议", most=300)


def _close(clue: Clue, closing: Closing, actor: Actor, at: datetime) -> None:
    clue.state = ClueState.CLOSED
    clue.closed_by, clue.closed_at, clue.closed_level = actor.username, at, level_of(actor)
    clue.closing_reason, clue.closing_sentence = closing.reason, closing.sentence
    clue.no_risk_until = closing.no_risk_until
    clue.taken_by, clue.taken_at = clue.taken_by or actor.username, clue.taken_at or at


def _record(clues: list[Clue], actor: Actor, at: datetime) -> None:
    """Tell the register what was found, and remember what stood there before."""
    found = {one.household_id: one.no_risk_until for one in clues if one.no_risk_until and one.household_id}
    if found:
        before = record_no_risk(until=found, actor=actor, at=at)
        for one in clues:
            one.checked_until_before = before.get(one.household_id)


def _take_back(clue: Clue, actor: Actor, at: datetime) -> None:
    if clue.no_risk_until and clue.household_id:
        home = households(actor).filter(pk=clue.household_id, checked_until=clue.no_risk_until)
        if home.exists():  # what was found since stays
            record_no_risk(until={clue.household_id: clue.checked_until_before}, actor=actor, at=at)
    clue.closed_by, clue.closed_at, clue.closed_level = "", None, ""
    clue.closing_reason, clue.closing_sentence = "", ""
    clue.no_risk_until = clue.checked_until_before = None
    clue.answered_to, clue.answered_on, clue.answer_remedy = "", None, ""
    clue.carried_by = None
