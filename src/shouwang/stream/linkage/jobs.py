"""Background work of linkage (后台任务): one job accepts one delivery."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shouwang.register.ledger.keys import open_keys
from shouwang.register.staff.queries import Actor, actor_named
from shouwang.stream.feeds.actions import NotTwice
from shouwang.stream.linkage.actions import accept_delivery
from shouwang.stream.linkage.holding import holder


@app.task(name="accept_delivery", queue="stream", retry=3)
def accept(delivery_id: int, username: str) -> None:
    """Accept one received file in the name of who delivered it; started again after a crash, it begins anew."""
    now = timezone.now()
    actor = actor_named(username, on=timezone.localdate(now))
    if actor is None:
        return
    open_keys(at=now)
    try:
        accept_delivery(delivery_id=delivery_id, actor=actor, at=now, people_of=holder.people)
    except NotTwice:
        return


def defer_acceptance(*, delivery_id: int, actor: Actor) -> None:
    """Queue the acceptance of a delivery in the caller's transaction; asked for twice, it is queued once."""
    name = f"delivery:{delivery_id}"
    # Being queued already shows as a failed statement, which must not spoil the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        accept.configure(lock=name, queueing_lock=name).defer(delivery_id=delivery_id, username=actor.username)
