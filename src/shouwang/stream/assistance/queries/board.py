"""The plan board (方案看板): per place how many monitored households have no plan, no measure, or something overdue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, IntegerField, Min, Q, QuerySet
from django.db.models.functions import Cast, Floor

from shouwang.register.households.queries import households, monitored_households, without_measure
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import PlanState
from shouwang.stream.assistance.models import Plan, PlannedMeasure
from shouwang.stream.assistance.queries.findings import day_limits
from shouwang.stream.rules.queries import pack_in_force

NOBODY = Q(pk__in=[])
FILTERS = ("no_plan", "draft", "proposed", "no_measure", "red", "overdue")


@dataclass(frozen=True)
class HelpFigures:
    """Monitored households of an area, and how many of them wait for what."""

    monitored: int
    no_plan: int
    no_plan_since: date | None
    red: int
    overdue: int


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
    return here.filter(_waits(actor, what, on))


def help_figures(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> HelpFigures:
    """How many monitored households wait for what (帮扶情况): those that `waiting_households` lists, counted in one go."""
    if not actor.may(Permission.SEE_PLANS):
        return HelpFigures(0, 0, None, 0, 0)
    here = waiting_households(actor, "", on=on, range_low=range_low, range_high=range_high)
    unplanned = _waits(actor, "no_plan", on)
    row = here.order_by().aggregate(
        monitored=Count("place_number"),
        no_plan=Count("place_number", filter=unplanned),
        no_plan_since=Min("monitored_on", filter=unplanned),
        red=Count("place_number", filter=_waits(actor, "red", on)),
        overdue=Count("place_number", filter=_waits(actor, "overdue", on)),
    )
    return HelpFigures(**row)


def _waits(actor: Actor, what: str, on: date) -> Q:
    """What makes a monitored household wait for something; empty for what is none of `FILTERS`."""
    plans = Plan.objects.visible_to(actor)
    if what == "no_plan":
        return ~Q(pk__in=plans.open().values("household_id"))
    if what in (PlanState.DRAFT, PlanState.PROPOSED):
        return Q(pk__in=plans.filter(state=what).values("household_id"))
    if what in ("no_measure", "red"):
        reminder, red = day_limits(pack_in_force(settings.PACK, on=on), place_code=actor.place_code, on=on)
        days = red if what == "red" else reminder
        return NOBODY if days is None else without_measure(days=days, on=on)
    if what == "overdue":
        late = PlannedMeasure.objects.visible_to(actor).waiting().filter(due_on__lt=on)
        return Q(pk__in=late.exclude(plan__state=PlanState.CLOSED).values("household_id"))
    return Q()


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
