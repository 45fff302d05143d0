"""Deciding what becomes of differences (处理差异): keep ours, take theirs, or look on the spot; all three cost the same."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.choices import Decision
from shouwang.register.exchange.models import Difference, IncomingSheet
from shouwang.register.exchange.queries import differences
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class NothingToDecide(Refusal):
    """No such difference within the own area (没有可处理的差异)."""


@transaction.atomic
def decide_differences(*, sheet_id: int, decisions: Mapping[int, str], actor: Actor, at: datetime) -> dict[str, int]:
    """Write down decisions, difference by difference (逐项处理); gives back how many of each.

    What cannot be taken over stays open when 采用 is asked for it. Raises NothingToDecide, NotAllowed.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    open_ones = _undecided(actor, sheet_id).filter(pk__in=list(decisions))
    found = {one.pk: one for one in open_ones.select_for_update()}
    if not found:
        raise NothingToDecide("没有可处理的差异。")
    counts: dict[str, int] = {}
    for wanted in Decision.values:
        asked = [pk for pk, decision in decisions.items() if decision == wanted and pk in found]
        set_now = _decide(open_ones.filter(pk__in=asked), wanted, actor, at)
        counts |= {wanted: set_now} if set_now else {}
    note(act="decide_differences", subject=f"sheet:{sheet_id}", actor=actor, at=at, details=counts)
    return counts


@transaction.atomic
def decide_all(
    *, sheet_id: int, decision: str, actor: Actor, at: datetime, filters: Mapping[str, str], only_blank: bool = False
) -> int:
    """Write down one decision for all that a filter shows (成批处理), or for those where ours is blank.

    Raises NothingToDecide, NotAllowed.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    if decision not in Decision.values:
        raise NothingToDecide("请先选择怎样处理。")
    shown = differences(actor, sheet_id, **filters).filter(takeover=None)
    shown = shown.filter(fills_blank=True) if only_blank else shown
    counted = _decide(_undecided(actor, sheet_id).filter(pk__in=shown.values("pk")), decision, actor, at)
    if not counted:
        raise NothingToDecide("没有可以这样处理的差异。")
    details = {decision: counted}
    note(act="decide_differences", subject=f"sheet:{sheet_id}", actor=actor, at=at, details=details)
    return counted


def _undecided(actor: Actor, sheet_id: int) -> QuerySet[Difference]:
    mine = IncomingSheet.objects.visible_to(actor).filter(pk=sheet_id)
    return Difference.objects.visible_to(actor).filter(sheet__in=mine, takeover=None)


def _decide(found: QuerySet[Difference], decision: str, actor: Actor, at: datetime) -> int:
    if decision == Decision.TAKE:
        found = found.filter(can_take=True)
    if decision == Decision.OPEN:
        return found.update(decision=decision, decided_at=None, decided_by=None)
    return found.update(decision=decision, decided_at=at, decided_by=actor.username, stale=False)


def chosen(ids: Collection[str], decision: str) -> dict[int, str]:
    """The same decision for several differences, as a form sends their numbers."""
    return {int(one): decision for one in ids if one.isdigit()}
