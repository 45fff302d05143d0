"""Look-back visits (跟踪回访): who is due, what was found, who stays in touch."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, DateField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest

from shouwang.register.households.queries import watched_households
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clearance.models import Contact, FollowUp
from shouwang.stream.rules.queries import pack_in_force

WORDS = "clearance_follow_up.words"
INTERVAL = "follow_up_interval_days"
COUNTY = 10**6


@dataclass(frozen=True)
class Visit:
    """A look-back visit with its words opened."""

    visit: FollowUp
    by_name: str
    words: str


def follow_up_interval(place_number: int, *, on: date) -> int | None:
    """Days between two visits in a county (回访间隔); None where nobody has set them: no document says a number."""
    found = pack_in_force(settings.PACK, on=on).program(on).parameters.get(INTERVAL)
    value = found.at(f"{place_number:012d}") if found else None
    return int(value) if value is not None else None


def follow_up_households(
    actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12, due: bool = False
) -> QuerySet[Any]:
    """Monitored and cleared households with `last_visit` and `next_due` (None: no interval is set), longest ago first.

    With `due` only those whose visit should have been by today.
    """
    found = watched_households(actor, cleared=True, range_low=range_low, range_high=range_high)
    newest = FollowUp.objects.filter(household_id=OuterRef("pk")).order_by("-visited_on").values("visited_on")[:1]
    begun = Coalesce("cleared_on", "monitored_on")
    found = found.select_related("place").annotate(
        last_visit=Subquery(newest), counted_from=Coalesce(Greatest(Subquery(newest), begun), begun)
    )
    intervals = {
        county: follow_up_interval(county * COUNTY, on=on) for county in _counties(actor, found, range_low, range_high)
    }
    waits = [
        When(
            place_number__gte=county * COUNTY,
            place_number__lt=(county + 1) * COUNTY,
            then=Cast(F("counted_from") + Value(timedelta(days=days)), DateField()),
        )
        for county, days in intervals.items()
        if days is not None
    ]
    if due and not waits:
        return found.none()
    next_due = Case(*waits, output_field=DateField()) if waits else Value(None, output_field=DateField())
    found = found.annotate(next_due=next_due).order_by("counted_from", "household_id")
    return found.filter(next_due__lte=on) if due else found


def _counties(actor: Actor, found: QuerySet[Any], range_low: int, range_high: int) -> list[int]:
    low, high = max(range_low, actor.range_low), min(range_high, actor.range_high)
    if low // COUNTY == (high - 1) // COUNTY:  # of one county nobody needs to ask in which it lies
        return [low // COUNTY]
    numbers = found.order_by().values_list(F("place_number") / COUNTY, flat=True).distinct()
    return sorted(set(numbers))


def visits(actor: Actor, household_id: str) -> list[Visit]:
    """Every look-back visit to a household, the newest first."""
    rows = list(FollowUp.objects.visible_to(actor).filter(household_id=household_id).order_by("-visited_on", "-id"))
    opened = keyring().decrypt_all(WORDS, [visit_key(row) for row in rows], [row.words_cipher for row in rows])
    names = names_of(row.visited_by for row in rows)
    return [
        Visit(row, names.get(row.visited_by, row.visited_by), json.loads(text)["words"] if text else "")
        for row, text in zip(rows, opened, strict=True)
    ]


def visit_key(visit: FollowUp) -> str:
    """What the encrypted words of a visit are bound to."""
    return f"{visit.household_id}.{visit.visited_on.isoformat()}.{visit.visited_by}"


def contact_of(household: Any) -> str:
    """Who stays in touch with a household that was found for the actor: named here, else the register's collector."""
    found = Contact.objects.filter(household_id=household.household_id, until_on=None).first()
    return found.name if found else (household.collector_name or "")


def contacts_of(households: list[Any]) -> dict[str, str]:
    """Household → who stays in touch, for one page of a list."""
    named = Contact.objects.filter(household_id__in=[one.pk for one in households], until_on=None)
    found = dict(named.values_list("household_id", "name"))
    return {one.pk: found.get(one.pk) or one.collector_name or "" for one in households}


def visits_by_place(actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12) -> dict[int, int]:
    """Village → look-back visits since a day (回访次数)."""
    found = FollowUp.objects.visible_to(actor).filter(
        visited_on__gte=since, place_number__gte=range_low, place_number__lt=range_high
    )
    return dict(found.order_by().values_list("place_number").annotate(Count("pk")))
