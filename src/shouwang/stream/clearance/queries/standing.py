"""What is left to do per place (动态清零), and clearances that a recheck took back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shouwang.register.households.queries import (
    counted_by_place,
    monitored_households,
    newest_periods,
    watched_households,
)
from shouwang.register.places.queries import place_names
from shouwang.register.procedure.choices import CaseState, Matter, Outcome
from shouwang.register.procedure.queries import cases
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.queries import Wanted, clues


@dataclass(frozen=True)
class PlaceStanding:
    """A village with what is not at zero yet."""

    place_number: int
    place_name: str
    monitored: int
    no_measure: int
    cases_late: int
    clues_late: int

    @property
    def open_count(self) -> int:
        """Everything that should be at zero."""
        return self.no_measure + self.cases_late + self.clues_late


def place_standings(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> list[PlaceStanding]:
    """Villages with monitored households or late cases, those with the most to do first."""
    counts = counted_by_place(watched_households(actor, range_low=range_low, range_high=range_high))
    bare = counted_by_place(helpless_households(actor, on=on, range_low=range_low, range_high=range_high))
    cases_by_place = _counted(late_cases(actor, on=on, range_low=range_low, range_high=range_high))
    clues_by_place = _counted(late_clues(actor, on=on, range_low=range_low, range_high=range_high))
    numbers = {*counts, *cases_by_place, *clues_by_place}
    names = place_names(numbers)
    rows = [
        PlaceStanding(
            one,
            names.get(one, ""),
            counts.get(one, 0),
            bare.get(one, 0),
            cases_by_place.get(one, 0),
            clues_by_place.get(one, 0),
        )
        for one in numbers
    ]
    return sorted(rows, key=lambda row: (-row.open_count, row.place_number))


def helpless_households(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Any]:
    """Households that are monitored and have had no measure since (未落实措施)."""
    found = monitored_households(actor, on=on).filter(helped=False)
    return found.filter(place_number__gte=range_low, place_number__lt=range_high)


def late_cases(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Any]:
    """Running cases whose next step, or the whole of them, should have been done by now."""
    found = cases(actor, state="running", range_low=range_low, range_high=range_high)
    return found.filter(Q(due_on__lt=on) | Q(whole_due_on__lt=on))


def late_clues(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Any]:
    """Open clues that should have been dealt with by now; none for who may not see clues."""
    return clues(actor, Wanted(overdue=True, range_low=range_low, range_high=range_high), on=on)


def _counted(found: QuerySet[Any]) -> dict[int, int]:
    return dict(found.order_by().values("place_number").annotate(n=Count("pk")).values_list("place_number", "n"))


def reversed_clearances(actor: Actor) -> list[Any]:
    """Rechecks that took a clearance back while the household still stands as cleared by it."""
    found = cases(actor, matter=Matter.OBJECTION, state=CaseState.CLOSED).filter(
        outcome=Outcome.REVERSED, about__outcome=Outcome.CLEARED
    )
    found = found.select_related("about")
    periods = {one.household_id: one for one in _closed_periods(actor, [one.household_id for one in found])}
    return [
        one
        for one in found
        if one.about is not None
        and one.household_id in periods
        and periods[one.household_id].ended_by == one.about.number
    ]


def _closed_periods(actor: Actor, household_ids: list[str]) -> list[Any]:
    return [one for one in newest_periods(actor, household_ids) if one.until_on is not None]
