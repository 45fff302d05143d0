"""Background work of exchanged sheets (后台任务): one job compares one large sheet, or makes one."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shouwang.register.exchange.actions import NoOrder, NotOpen, compare_sheet, make_ordered_sheet
from shouwang.register.ledger.keys import open_keys
from shouwang.register.staff.queries import Actor, actor_named


@app.task(name="compare_sheet", queue="stream", retry=3)
def work_on(sheet_id: int, username: str) -> None:
    """Compare one received sheet in the name of who brought it; started again after a crash, it begins anew."""
    now = timezone.now()
    actor = actor_named(username, on=timezone.localdate(now))
    if actor is None:
        return
    open_keys(at=now)
    with suppress(NotOpen):
        compare_sheet(sheet_id=sheet_id, actor=actor, at=now)


@app.task(name="make_ordered_sheet", queue="stream", retry=3)
def make_large(order_id: int, username: str) -> None:
    """Make one large sheet in the name of who asked for it."""
    now = timezone.now()
    actor = actor_named(username, on=timezone.localdate(now))
    if actor is None:
        return
    open_keys(at=now)
    with suppress(NoOrder):
        make_ordered_sheet(order_id=order_id, actor=actor, at=now)


def defer_making(*, order_id: int, actor: Actor) -> None:
    """Queue the making of a large sheet in the caller's transaction; asked for twice, it is queued once."""
    name = f"order:{order_id}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        make_large.configure(lock=name, queueing_lock=name).defer(order_id=order_id, username=actor.username)


def defer_comparison(*, sheet_id: int, actor: Actor) -> None:
    """Queue the comparison of a sheet in the caller's transaction; asked for twice, it is queued once."""
    name = f"sheet:{sheet_id}"
    # Being queued already shows as a failed statement, which must not spoil the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        work_on.configure(lock=name, queueing_lock=name).defer(sheet_id=sheet_id, username=actor.username)
