"""What all acts on clues share: the locked clue, its history and the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import (
    ABOVE_THE_VILLAGE,
    UNFINISHED,
    ClueAct,
    ClueState,
    OwnerLevel,
    level_of,
)
from shouwang.stream.clues.limits import Limits
from shouwang.stream.clues.models import Clue, ClueEvent

MOST_WORDS = 500


class ClueNotFound(Refusal):
    """No clue of this number within the own area (没有找到): the same answer whether it is elsewhere or nowhere."""


class QuickerElsewhere(Refusal):
    """Somebody else acted on the clue since it was looked at (别人先办了)."""


class NotNow(Refusal):
    """The clue does not stand where this could be done (当前状态不能办理)."""


def day_of(at: datetime) -> date:
    """The local day of a time."""
    return localtime(at).date()


def locked(clue_id: int, actor: Actor, permission: Permission, states: Sequence[str] = UNFINISHED) -> Clue:
    """One clue of the actor's area, locked. Raises NotAllowed, ClueNotFound, NotNow in another state."""
    actor.require(permission)
    found: Clue | None = Clue.objects.visible_to(actor).select_for_update().filter(pk=clue_id).first()
    if found is None:
        raise ClueNotFound("没有找到这条线索。", "请从线索列表里打开。")
    if found.state not in states:
        raise NotNow(f"这条线索现在是“{found.get_state_display()}”。", "请刷新页面再看。")
    return found


def hold_clue(*, clue_id: int, mark: str, actor: Actor) -> None:
    """Hold a clue until the end of the transaction, as it stood when it was looked at. Raises QuickerElsewhere."""
    found = Clue.objects.visible_to(actor).select_for_update().filter(pk=clue_id).first()
    if found is not None and found.mark != mark:
        said = f"这条线索刚刚有人办过，现在是“{found.get_state_display()}”。"
        raise QuickerElsewhere(said, "请看过最新的情况再办。")


def locked_all(clue_ids: Iterable[int], actor: Actor, permission: Permission) -> list[Clue]:
    """Several unfinished clues of the actor's area, locked in one order; those that are not are left out."""
    actor.require(permission)
    found: QuerySet[Clue] = Clue.objects.visible_to(actor).unfinished().filter(pk__in=list(clue_ids))
    return list(found.order_by("pk").select_for_update())


def require_above_the_village(actor: Actor) -> None:
    """Raises Refusal for somebody who acts from the village."""
    if level_of(actor) not in ABOVE_THE_VILLAGE:
        raise Refusal("农户的申请要由乡镇或以上办理。", "请写明核实情况后退回乡镇。")


def pass_on(clue: Clue, state: str, owner_level: str, limits: Limits, *, owner: str = "") -> None:
    """Put a clue in somebody's hands with a date; what was passed upwards for being late stays known."""
    clue.state, clue.owner_level, clue.owner = state, owner_level, owner
    clue.due_on = max(limits.due(state, clue.place_number, clue.grade), clue.opened_on)
    clue.escalates_on = clue.due_on


def remember(
    clue: Clue, act: ClueAct, actor: Actor, at: datetime, *, sentence: str = "", ledger: bool = True, **details: Any
) -> None:
    """Add one step to the history and a row to the ledger; the sentence stays in the history alone."""
    ClueEvent.objects.create(
        clue=clue, act=act, at=at, actor=actor.username, role=actor.role,
        level=level_of(actor), sentence=sentence, details=details,
    )  # fmt: skip
    if ledger:
        noted(act, f"clue:{clue.pk}", actor, at, details)


def remember_all(clues: Sequence[Clue], act: ClueAct, actor: Actor, at: datetime, *, sentence: str = "") -> None:
    """The same step in the history of many clues, and one row in the ledger."""
    ClueEvent.objects.bulk_create(
        ClueEvent(
            clue=clue, act=act, at=at, actor=actor.username, role=actor.role,
            level=level_of(actor), sentence=sentence,
        )
        for clue in clues
    )  # fmt: skip
    noted(act, "clues", actor, at, {"clues": len(clues)})


def noted(act: ClueAct, subject: str, actor: Actor, at: datetime, details: dict[str, Any] | None = None) -> None:
    """One row in the ledger, named after the step."""
    note(act=f"clue_{act.value}", subject=subject, actor=actor, at=at, details=details)


def written(given: str, what: str, *, needed: bool = True, most: int = MOST_WORDS) -> str:
    """A sentence as it is kept. Raises Refusal for one that is missing or too long."""
    kept = given.strip()
    if needed and not kept:
        raise Refusal(f"没有写{what}。", f"请写一句{what}。")
    if len(kept) > most:
        raise Refusal(f"{what}太长，最多 {most} 个字。", "请写得短一些。")
    return kept


def owner_level_of(actor: Actor) -> str:
    """The level at which a clue lies that this person works on."""
    level = level_of(actor)
    return level.value if level.value in OwnerLevel.values else OwnerLevel.COUNTY


OPEN_TO_DISPATCH = (ClueState.OPEN, ClueState.DISPATCHED, ClueState.TAKEN)
"""States in which a clue may be handed to somebody (else)."""
