"""How many people's data an account took out (导出累计)."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings

from shouwang.register.ledger.queries import entries_of_act
from shouwang.register.releases.models import Departure
from shouwang.register.staff.queries import Actor

Told = dict[str, tuple[set[int], int]]
"""Kind → the marks of people, and how many more were counted without."""


def left_today(username: str, *, at: datetime) -> Told:
    """What an account took out in the last hours, under whichever of its posts (近二十四小时导出)."""
    since = at - timedelta(hours=settings.EXPORT_HOURS)
    told: dict[str, tuple[set[int], int]] = defaultdict(lambda: (set(), 0))
    found = Departure.objects.filter(left_by=username, left_at__gt=since)
    for kind, people, marks in found.values_list("kind", "people", "marks"):
        known, more = told[kind]
        told[kind] = (known | set(marks or ()), more + (people if marks is None else 0))
    return dict(told)


def held_back(actor: Actor, *, at: datetime) -> int:
    """How often the second line stopped somebody in the last hours; only for who reads the ledger (审计提醒)."""
    since = at - timedelta(hours=settings.EXPORT_HOURS)
    return entries_of_act(actor, "hold_export", since=since).filter(details__needed=2).count()
