"""What is asked of the villages (基层负担): forms, meetings and visits, and what could be done in one visit.

Places are listed by their code and never ranked, and nobody is counted by name. 依据: 国办函〔2026〕12号 (不得积分排名).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value

from shouwang.register.places.queries import place_names
from shouwang.register.procedure.queries import cases, village_records
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.queries import late_measures
from shouwang.stream.clearance.queries import follow_up_households, visits_by_place
from shouwang.stream.clues.choices import OwnerLevel
from shouwang.stream.clues.queries import Wanted, checks_by_place, clues
from shouwang.watch.flow.queries.area import Area

DUTIES = {"clue": "线索核实", "case": "识别认定", "measure": "措施落实", "follow_up": "跟踪回访"}


@dataclass(frozen=True)
class PlaceLoad:
    """A village with what its people entered since a day (填报量)."""

    place_number: int
    place_name: str
    checks: int
    forms: int
    meetings: int
    visits: int

    @property
    def total(self) -> int:
        """Everything that was entered."""
        return self.checks + self.forms + self.meetings + self.visits


@dataclass(frozen=True)
class Stacked:
    """A household for which the village has several things to do at once (一户多事)."""

    household_id: str
    place_number: int
    place_name: str
    duties: tuple[str, ...]


def place_loads(actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12) -> list[PlaceLoad]:
    """Villages in which anything was entered since a day, in the order of their codes."""
    area = Area(range_low=range_low, range_high=range_high)
    checks = checks_by_place(actor, since=since, **area)
    records = village_records(actor, since=since, **area)
    visits = visits_by_place(actor, since=since, **area)
    names = place_names({*checks, *records, *visits})
    none = {"forms": 0, "meetings": 0}
    return [
        PlaceLoad(one, names.get(one, ""), checks.get(one, 0), **records.get(one, none), visits=visits.get(one, 0))
        for one in sorted({*checks, *records, *visits})
    ]


def stacked_duties(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> list[Stacked]:
    """Households with two or more duties of the village open on a day: one visit can do them all."""
    area = Area(range_low=range_low, range_high=range_high)
    open_clues = clues(actor, Wanted(owner_level=OwnerLevel.VILLAGE, **area), on=on).exclude(household_id="")
    found = {
        "clue": open_clues,
        "case": cases(actor, state="running", level="village", **area),
        "measure": late_measures(actor, on=on, **area),
    }
    if actor.may(Permission.SEE_CASES):
        found["follow_up"] = follow_up_households(actor, on=on, due=True, **area)
    several = _with_several({name: rows.order_by() for name, rows in found.items()})
    titles = place_names({place for place, _, _ in several})
    return [
        Stacked(home, place, titles.get(place, ""), tuple(title for name, title in DUTIES.items() if name in names))
        for place, home, names in several
    ]


def _with_several(found: dict[str, QuerySet[Any]]) -> list[tuple[int, str, list[str]]]:
    """Place, household and duties of those with more than one, put together where the rows lie.

    A kind of duty is one bit of a number, so that the rows need no sorting: more than one kind is more than one bit. Who
    has several has one that is no case: of the cases, which are many, only those of such households are gathered.
    """
    bits = {name: 1 << place for place, name in enumerate(found)}
    parts = {
        name: rows.annotate(duty=Value(bits[name])).values("place_number", "household_id", "duty")
        for name, rows in found.items()
    }
    told = {name: part.query.sql_with_params() for name, part in parts.items() if not part.query.is_empty()}
    others = [told[name] for name in told if name != "case"]
    if not others:
        return []
    query = " UNION ALL ".join(f"({one})" for one, _ in others)
    given = [value for _, values in others for value in values]
    also = ""
    if "case" in told:
        cases_of, values = told["case"]
        also = (
            f"UNION ALL SELECT * FROM ({cases_of}) AS one (place, home, duty) WHERE home IN (SELECT home FROM others)"  # noqa: S608
        )
        given += values
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH others (place, home, duty) AS MATERIALIZED ({query}) "  # noqa: S608
            f"SELECT place, home, bit_or(duty) FROM (SELECT * FROM others {also}) AS found "
            "GROUP BY 1, 2 HAVING bit_or(duty) & (bit_or(duty) - 1) <> 0 ORDER BY 1, 2",
            given,
        )
        rows = cursor.fetchall()
    return [(place, home, [name for name, bit in bits.items() if duties & bit]) for place, home, duties in rows]
