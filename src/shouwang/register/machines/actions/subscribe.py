"""Subscribing (订阅): a machine says where it wants to be told of what."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.machines.addresses import refuse_address
from shouwang.register.machines.choices import PULL_EVENTS, Event
from shouwang.register.machines.models import Subscription
from shouwang.register.machines.queries import Known, subscriptions_of

MOST = 10


@transaction.atomic
def subscribe(*, known: Known, address: str, events: Sequence[str], at: datetime) -> Subscription:
    """Subscribe a machine's address to events (订阅). Raises Refusal for an address that we do not call."""
    wanted = sorted(set(events))
    if not wanted or set(wanted) - set(Event.values):
        raise Refusal("没有写要订阅的事项，或事项不对。", f"可选：{'、'.join(Event.values)}。")
    if set(wanted) & PULL_EVENTS and not known.may_pull:
        raise Refusal("这个系统没有取认定结果的授权，不能订阅认定事项。", "需要时请联系县安全管理员。")
    refuse_address(address)
    if subscriptions_of(known.machine).count() >= MOST:
        raise Refusal(f"一个系统最多订阅 {MOST} 个地址。", "请先结束不用的订阅。")
    try:
        with transaction.atomic():
            made = Subscription.objects.create(machine=known.machine, address=address, events=wanted, made_at=at)
    except IntegrityError:
        raise Refusal("这个地址已经订阅过。", "要改事项请先结束原来的订阅。") from None
    note(
        act="subscribe",
        subject=f"machine:{known.actor.username}",
        actor=known.actor,
        at=at,
        details={"subscription": made.pk, "events": wanted},
    )
    return made


@transaction.atomic
def end_subscription(*, known: Known, subscription_id: int, at: datetime) -> Subscription:
    """End a subscription (结束订阅); what was written for it before is still sent. Raises Refusal."""
    found = subscriptions_of(known.machine).select_for_update().filter(pk=subscription_id).first()
    if found is None:
        raise Refusal("没有找到这个订阅。")
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    details = {"subscription": found.pk}
    note(act="end_subscription", subject=f"machine:{known.actor.username}", actor=known.actor, at=at, details=details)
    return found
