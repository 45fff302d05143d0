"""The plan board (方案看板): per place how many monitored households have no plan, no measure, or something overdue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, IntegerField, QuerySet
from django.db.models.functions import Cast, Floor

from shouwang.register.households.queries import households, monitored_households, without_measure
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import PlanState
from shouwang.stream.assistance.models import Plan, PlannedMeasure
from shouwang.stream.assistance.queries.findings import day_limits
from shouwang.stream.rules.queries import pack_in_force

FILTERS = ("no_plan", "draft", "proposed", "no_measure", "red", "overdue")


@dataclass
class PlaceBoard:
    """Counts of one place: monitored households, and how many of them wait for what."""

    code: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("monitored", *FILTERS), 0))


def plan_board(actor: Actor, *, codes: Iterable[str], on: date) -> list[PlaceBoard]:
    """One row per place code of the same length, in their order (方案看板); set-based, whatever the size of the area."""
    rows = {code: PlaceBoard(code) for code in codes}
    width = max((len(code) for code in rows), default=12)
    for name in ("monitored", *FILTERS):
        for code, number in _counted(waiting_households(actor, name, on=on), width):
            if code in rows:
                rows[code].counts[name] = number
    return list(rows.values())


def waiting_households(
    actor: Actor, what: str, *, on: date, range_low: int = 0, range_high: int = 10**12
) -> QuerySet[Any]:
    """Monitored and first-helped households that wait for something: one of `FILTERS`; anything else gives all."""
    if not actor.may(Permission.SEE_PLANS):
        return households(actor).none()
    here = monitored_households(actor, on=on).filter(place_number__gte=range_low, place_number__lt=range_high)
    plans = Plan.objects.visible_to(actor)
    if what == "no_plan":
        return here.exclude(pk__in=plans.open().values("household_id"))
    if what in (PlanState.DRAFT, PlanState.PROPOSED):
        return here.filter(pk__in=plans.filter(state=what).values("household_id"))
    if what in ("no_measure", "red"):
        reminder, red = day_limits(pack_in_force(settings.PACK, on=on), place_code=actor.place_code, on=on)
        days = red if what == "red" else reminder
        return here.none() if days is None else without_measure(here, days=days, on=on)
    if what == "overdue":
        late = PlannedMeasure.objects.visible_to(actor).waiting().filter(due_on__lt=on)
        return here.filter(pk__in=late.exclude(plan__state=PlanState.CLOSED).values("household_id"))
    return here


def plans_by_household(actor: Actor, household_ids: Iterable[str]) -> dict[str, Plan]:
    """Household → its open plan, for one page of a list."""
    found = Plan.objects.visible_to(actor).open().filter(household_id__in=list(household_ids))
    return {one.household_id: one for one in found.prefetch_related("measures")}


def _counted(found: QuerySet[Any], width: int) -> list[tuple[str, int]]:
    cut = 10 ** (12 - width)
    grouped = (
        found.order_by()
        .annotate(area=Cast(Floor(F("place_number") / cut), IntegerField()) if width < 12 else F("place_number"))
        .values("area")
        .annotate(number=Count("pk"))
    )
    return [(str(row["area"]), row["number"]) for row in grouped]


def late_measures(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Any]:
    """Measures of open plans that should have been in place by now (逾期措施)."""
    found = PlannedMeasure.objects.visible_to(actor).waiting().filter(due_on__lt=on)
    return found.exclude(plan__state=PlanState.CLOSED).filter(place_number__gte=range_low, place_number__lt=range_high)
