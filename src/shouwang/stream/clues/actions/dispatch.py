"""Handing clues on (线索交办): by the township to a village or a person, taken, given back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor, actor_named
from shouwang.register.staff.rights import may
from shouwang.stream.clues.actions.recording import (
    OPEN_TO_DISPATCH,
    day_of,
    locked,
    locked_all,
    owner_level_of,
    pass_on,
    remember,
    remember_all,
    written,
)
from shouwang.stream.clues.choices import ActorLevel, ClueAct, ClueState, OwnerLevel, level_of
from shouwang.stream.clues.limits import limits_from
from shouwang.stream.clues.models import Clue

PASSED = ["state", "owner_level", "owner", "due_on", "escalates_on"]


@transaction.atomic
def dispatch_clue(*, clue_id: int, to: str = "", sentence: str = "", actor: Actor, at: datetime) -> Clue:
    """Hand a clue to its village, or to one person who works there (网上交办); again means to somebody else (改派).

    Raises NotAllowed, ClueNotFound, NotNow, Refusal for a person who may not check clues in that village.
    """
    found = locked(clue_id, actor, Permission.DISPATCH_CLUE, OPEN_TO_DISPATCH)
    level = _level_of_owner(to, found, at) if to else OwnerLevel.VILLAGE
    _hand_on(found, level, to, actor, at)
    found.save()
    remember(found, ClueAct.DISPATCHED, actor, at, sentence=written(sentence, "说明", needed=False), to=to)
    return found


@transaction.atomic
def dispatch_clues(*, clue_ids: Iterable[int], actor: Actor, at: datetime) -> int:
    """Hand many clues to their villages at once; gives back how many. What is under way already is left alone."""
    found = [one for one in locked_all(clue_ids, actor, Permission.DISPATCH_CLUE) if one.state == ClueState.OPEN]
    for one in found:
        _hand_on(one, OwnerLevel.VILLAGE, "", actor, at)
    if found:
        Clue.objects.bulk_update(found, [*PASSED, "dispatched_by", "dispatched_at"], batch_size=500)
        remember_all(found, ClueAct.DISPATCHED, actor, at)
    return len(found)


@transaction.atomic
def take_clues(*, clue_ids: Iterable[int], actor: Actor, at: datetime) -> int:
    """Begin to check clues (开始核实): they are in the hands of who took them. Gives back how many.

    A village may begin without being told, but with an application only when the township has handed it on.
    """
    found = [one for one in locked_all(clue_ids, actor, Permission.CHECK_CLUE) if _may_take(one, actor)]
    limits = limits_from(day_of(at))
    for one in found:
        due = one.due_on
        pass_on(one, ClueState.TAKEN, owner_level_of(actor), limits, owner=actor.username)
        if one.dispatched_at:  # the limit began when it was handed on
            one.due_on = one.escalates_on = due
        one.taken_by, one.taken_at = actor.username, at
    if found:
        Clue.objects.bulk_update(found, [*PASSED, "taken_by", "taken_at"], batch_size=500)
        fault_point("clue.take.saved")
        remember_all(found, ClueAct.TAKEN, actor, at)
    return len(found)


@transaction.atomic
def return_clue(*, clue_id: int, sentence: str, actor: Actor, at: datetime) -> Clue:
    """Give a clue back to the township with what was found or why it is not ours (退回). Raises Refusal without a word."""
    found = locked(clue_id, actor, Permission.CHECK_CLUE, (ClueState.DISPATCHED, ClueState.TAKEN, ClueState.CONFIRMED))
    kept = written(sentence, "退回原因")
    pass_on(found, ClueState.OPEN, OwnerLevel.TOWNSHIP, limits_from(day_of(at)))
    found.dispatched_by, found.dispatched_at, found.taken_by, found.taken_at = "", None, "", None
    found.save()
    remember(found, ClueAct.RETURNED, actor, at, sentence=kept)
    return found


def _hand_on(clue: Clue, level: str, to: str, actor: Actor, at: datetime) -> None:
    pass_on(clue, ClueState.DISPATCHED, level, limits_from(day_of(at)), owner=to)
    clue.dispatched_by, clue.dispatched_at = actor.username, at
    clue.taken_by, clue.taken_at = "", None


def _level_of_owner(to: str, clue: Clue, at: datetime) -> str:
    person = actor_named(to, on=day_of(at))
    if person is None or not may(person, Permission.CHECK_CLUE, clue):
        raise Refusal("这位同事不能核实这个村的线索。", "请选择本村的采集员、村干部或乡镇专干。")
    return owner_level_of(person)


def _may_take(clue: Clue, actor: Actor) -> bool:
    if clue.state not in (ClueState.OPEN, ClueState.DISPATCHED):
        return False
    village = level_of(actor) == ActorLevel.VILLAGE
    return not (village and clue.is_application and clue.state == ClueState.OPEN)
