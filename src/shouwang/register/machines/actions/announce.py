"""Telling subscribers (通知订阅者): a row per subscriber in the transaction of the act, so that nothing told is lost."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from shouwang.register.machines.choices import PULL_EVENTS, Event
from shouwang.register.machines.models import Message, Subscription
from shouwang.register.machines.queries import Known, known_machine


class AnnouncedOutside(RuntimeError):
    """A message that could survive when its act is rolled back, or vanish while the act stays."""


def announce(
    *, event: Event, keys: dict[str, Any], range_low: int, range_high: int, at: datetime, unit: str = ""
) -> int:
    """Tell every subscriber whom this concerns, inside the act's transaction; gives back how many.

    `keys` are counts and keys, never personal data. It concerns a machine whose range covers the whole area, and, where
    a `unit` is named, that unit's alone; decisions only those that may pull them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise AnnouncedOutside(event)
    asked = Subscription.objects.filter(ended_at=None, events__contains=[event], machine__revoked_at=None)
    made = []
    for one in asked.select_related("machine__user"):
        known = known_machine(one.machine, on=localtime(at).date())
        if known is not None and _concerns(known, event, range_low, range_high, unit):
            made.append(_message(one, event, keys, at))
    Message.objects.bulk_create(made)
    return len(made)


def _concerns(known: Known, event: Event, low: int, high: int, unit: str) -> bool:
    inside = known.actor.range_low <= low and high <= known.actor.range_high
    own = not unit or unit == known.actor.unit
    return inside and own and (known.may_pull or event not in PULL_EVENTS)


def _message(subscription: Subscription, event: Event, keys: dict[str, Any], at: datetime) -> Message:
    key = uuid.uuid4()
    told = {"message": str(key), "event": event.value, "at": at.isoformat(), **keys}
    body = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return Message(subscription=subscription, key=key, event=event, body=body, next_at=at, made_at=at)
