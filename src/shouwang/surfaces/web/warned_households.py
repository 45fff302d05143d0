"""Warned households (预警户): warnings put together by household, one row each, by the gravest level."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import SEVERITY
from shouwang.stream.screening.queries import with_households

LEVEL_OF = {number: level for level, number in SEVERITY.items()}
SHOWN = ("red", "orange", "yellow")


@dataclass(frozen=True)
class WarnedHousehold:
    """One household on the list: its gravest warning and how many others it has."""

    household_id: str
    head_name: str
    place_name: str
    members: int
    level: str
    title: str
    because: str
    is_new: bool
    others: int
    why_address: str
    household_address: str


def by_household(found: QuerySet[Any], *, levels: Iterable[str] = ()) -> QuerySet[Any, Any]:
    """Warnings grouped by household, gravest first; `levels` keeps those whose gravest level is one of them."""
    grouped = (
        found.order_by()
        .values("household_id")
        .annotate(gravest=Min("severity"), place=Min("place_number"), warnings=Count("id"))
    )
    wanted = [SEVERITY[level] for level in levels if level in SEVERITY]
    grouped = grouped.filter(gravest__in=wanted) if wanted else grouped
    return grouped.order_by("gravest", "place", "household_id")


def shown_households(actor: Actor, found: QuerySet[Any], groups: Iterable[dict[str, Any]]) -> list[WarnedHousehold]:
    """The households of one page, each with its gravest warning of those found."""
    groups = list(groups)
    members = found.filter(household_id__in=[group["household_id"] for group in groups])
    gravest: dict[str, Any] = {}
    for row in with_households(actor, members):
        gravest.setdefault(row.warning.household_id, row)
    return [_row(gravest[group["household_id"]], group["warnings"] - 1) for group in groups]


def _row(row: Any, others: int) -> WarnedHousehold:
    warning = row.warning
    return WarnedHousehold(
        household_id=warning.household_id,
        head_name=row.head_name,
        place_name=row.place_name,
        members=row.members,
        level=warning.level,
        title=row.title,
        because=warning.because,
        is_new=warning.state == "new",
        others=others,
        why_address=reverse("why", args=[warning.pk]),
        household_address=f"{reverse('household_file', args=[warning.household_id])}?for=warning:{warning.pk}",
    )
