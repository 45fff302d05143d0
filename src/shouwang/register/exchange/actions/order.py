"""Large sheets (大表后台导出): asked for on the page, made by a job a few thousand households at a time, then downloaded."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions.send import (
    Wish,
    candidates,
    keep_sheet,
    let_people_leave,
    prepare_sheet,
    records_of,
    refuse_without_reason,
    workbook,
)
from shouwang.register.exchange.choices import OrderState
from shouwang.register.exchange.models import OutgoingOrder
from shouwang.register.households.queries import Record
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor

HOUSEHOLDS_AT_ONCE = 2_000


class NoOrder(Refusal):
    """No such sheet is waiting to be made (没有这个导出任务)."""


@transaction.atomic
def order_sheet(*, wish: Wish, reason: str, actor: Actor, at: datetime) -> OutgoingOrder:
    """Put a large sheet on record (申请导出); a job makes it. Raises CannotSend and NotAllowed as sending does.

    Whether a reason is asked for goes by the most people that it may tell of.
    """
    prepared = prepare_sheet(wish=wish, actor=actor, at=at)
    refuse_without_reason(prepared, reason)
    let_people_leave(prepared, actor, at)
    order = OutgoingOrder.objects.create(
        wish=asdict(wish),
        reason=reason.strip()[:200],
        range_low=actor.range_low,
        range_high=actor.range_high,
        asked_at=at,
        asked_by=actor.username,
    )
    details = {"layout": wish.layout, "households": prepared.households, "full": wish.in_full}
    note(act="order_sheet", subject=f"order:{order.pk}", reason=order.reason, actor=actor, at=at, details=details)
    return order


def make_ordered_sheet(*, order_id: int, actor: Actor, at: datetime) -> OutgoingOrder:
    """Make a sheet that was asked for (生成大表); begun anew after a crash, made once. Raises NoOrder.

    What stands in the way is written on the order: whoever asked may have lost the right to it meanwhile.
    """
    order = OutgoingOrder.objects.visible_to(actor).filter(pk=order_id, asked_by=actor.username).first()
    if order is None or order.finished:
        raise NoOrder("没有等待生成的表。")
    try:
        return _made(order, actor, at)
    except Refusal as refusal:
        _report(order, state=OrderState.REFUSED, problem=str(refusal)[:500])
    order.refresh_from_db()
    return order


def _made(order: OutgoingOrder, actor: Actor, at: datetime) -> OutgoingOrder:
    wish = Wish(**order.wish | {"listed": tuple(order.wish["listed"])})
    _report(order, state=OrderState.MAKING, progress=2, progress_text="选出农户")
    prepared = prepare_sheet(wish=wish, actor=actor, at=at)
    ids = list(candidates(wish, actor, prepared.only).values_list("household_id", flat=True))
    sent: dict[str, bool] = {}
    persons = 0
    for done, records, digests in _pieces(wish, actor, ids):
        sent |= {one.household.household_id: one.household.cleared_on is not None for one in records}
        persons += sum(max(1, len(one.members)) for one in records)
        prepared.digests |= digests
        _report(order, progress=2 + 48 * done // len(ids), progress_text=f"核对了 {done:,} 户")
    prepared = replace(prepared, records=[], most=(len(sent), persons))
    refuse_without_reason(prepared, order.reason)
    content = workbook(prepared, _told(order, wish, actor, list(sent)), actor, at)
    _report(order, progress=98, progress_text="加密存放")
    with transaction.atomic():
        locked = OutgoingOrder.objects.select_for_update().get(pk=order.pk)
        if not locked.finished:
            locked.sheet = keep_sheet(prepared, content, order.reason, actor, at, sent=sent)
            locked.state, locked.progress, locked.progress_text = OrderState.READY, 100, "已生成"
            locked.save()
    return locked


def _pieces(wish: Wish, actor: Actor, ids: list[str]) -> Iterator[tuple[int, list[Record], dict[str, str]]]:
    """How many households are done, and those of the next ones that the wish is for, with their digests."""
    for start in range(0, len(ids), HOUSEHOLDS_AT_ONCE):
        some = ids[start : start + HOUSEHOLDS_AT_ONCE]
        records, digests = records_of(wish, actor, some)
        kept = {one.household.household_id for one in records}
        yield start + len(some), records, {key: value for key, value in digests.items() if key in kept}


def _told(order: OutgoingOrder, wish: Wish, actor: Actor, ids: list[str]) -> Iterator[Record]:
    """The chosen households once more, one by one as the sheet is written: a county's do not fit into memory."""
    for done, records, _ in _pieces(wish, actor, ids):
        yield from records
        _report(order, progress=50 + 48 * done // len(ids), progress_text=f"写了 {done:,} 户")


def _report(order: OutgoingOrder, **told: Any) -> None:
    OutgoingOrder.objects.filter(pk=order.pk, sheet=None).update(**told)
