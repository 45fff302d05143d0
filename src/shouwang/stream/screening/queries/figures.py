"""Figures for the dashboard (首页数字), within the actor's area."""

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from shouwang.register.households.queries import households
from shouwang.register.places.queries import places_at
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import Factor
from shouwang.stream.screening.models import IssuedWarning, Tally
from shouwang.stream.screening.queries.lists import rule_titles

STEP = {"prefecture": 10**8, "county": 10**6, "township": 10**3, "village": 1}
LEVELS = ("red", "orange", "yellow", "review")
NEW = tuple(f"new_{level}" for level in LEVELS)
SUMS = {name: Sum(name) for name in ("households", *LEVELS, *NEW)}


@dataclass(frozen=True)
class Totals:
    """The figures above the dashboard: households by their gravest level, those with a new warning by the gravest of
    what is new, and what changed."""

    households: int
    residents: int
    warned_households: int
    red: int
    orange: int
    yellow: int
    review: int
    new_red: int
    new_orange: int
    new_yellow: int
    new_review: int
    warnings: int
    new: int
    gone: int
    gaps: int
    doubts: int


@dataclass(frozen=True)
class PlaceFigures:
    """One place of the table or map below the dashboard: warned households by their gravest level."""

    code: str
    name: str
    level: str
    households: int
    warned_households: int
    red: int
    orange: int
    yellow: int
    review: int
    new: int

    @property
    def share(self) -> float:
        """Warned households per hundred."""
        return round(100 * self.warned_households / self.households, 1) if self.households else 0.0


def totals(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> Totals:
    """The figures above the dashboard (总览): of those whom the last screening judged; of the register before the first."""
    found = _tallies(actor, range_low, range_high).filter(factor="")
    names = [one.name for one in fields(Totals) if one.name not in ("warned_households", "warnings")]
    sums = {name: number or 0 for name, number in found.aggregate(**{n: Sum(n) for n in (*names, "unchanged")}).items()}
    warnings = sums.pop("unchanged") + sums["new"]
    if not sums["households"]:
        homes = households(actor, range_low=range_low, range_high=range_high)
        told = homes.aggregate(households=Count("pk"), residents=Sum("members"))
        sums |= {name: number or 0 for name, number in told.items()}
    return Totals(**sums, warned_households=sum(sums[level] for level in LEVELS), warnings=warnings)


def figures_by_place(actor: Actor, *, level: str, range_low: int = 0, range_high: int = 10**12) -> list[PlaceFigures]:
    """Warned households per county, township or village (分县、分乡镇), places without any included."""
    step = STEP[level]
    found = _by_part(_tallies(actor, range_low, range_high).filter(factor=""), step).annotate(**SUMS)
    parts = {row.pop("part"): row for row in found.values("part", *SUMS)}
    if not parts:
        homes = _by_part(households(actor, range_low=range_low, range_high=range_high).order_by(), step)
        parts = {
            row["part"]: {"households": row["count"], **dict.fromkeys((*LEVELS, *NEW), 0)}
            for row in homes.annotate(count=Count("pk")).values("part", "count")
        }
    low, high = max(range_low, actor.range_low), min(range_high, actor.range_high)
    return [
        PlaceFigures(
            code=place.code,
            name=place.name,
            level=level,
            warned_households=sum(row[name] for name in LEVELS),
            new=sum(row[name] for name in NEW),
            **{name: row[name] for name in ("households", *LEVELS)},
        )
        for place in places_at(level, range_low=low, range_high=high)
        if (row := parts.get(place.range_low // step)) and row["households"]
    ]


def households_by_factor(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> dict[str, dict[str, int]]:
    """Factor → households by their gravest warning of it (因素构成)."""
    found = (
        _tallies(actor, range_low, range_high)
        .exclude(factor="")
        .values("factor")
        .annotate(**{level: Sum(level) for level in LEVELS})
    )
    return {row.pop("factor"): row for row in found.values("factor", *LEVELS)}


def _tallies(actor: Actor, range_low: int, range_high: int) -> QuerySet[Tally]:
    return Tally.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)


def _by_part(rows: QuerySet[Any], step: int) -> QuerySet[Any]:
    return rows.annotate(part=F("place_number") / step).values("part")


def factor_figures(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> list[dict[str, object]]:
    """Warnings in force per factor: factor, label, count, households; most first (因素构成)."""
    found = IssuedWarning.objects.visible_to(actor).current()
    found = found.filter(place_number__gte=range_low, place_number__lt=range_high)
    rows = found.values("factor").annotate(count=Count("id"), households=Count("household_id", distinct=True))
    labels = dict(Factor.choices)
    return [{**row, "label": labels.get(row["factor"], row["factor"])} for row in rows.order_by("-count")]


def rule_figures(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> list[dict[str, object]]:
    """Warnings in force per rule: rule, title, factor and counts per level; most first."""
    found = IssuedWarning.objects.visible_to(actor).current()
    found = found.filter(place_number__gte=range_low, place_number__lt=range_high)
    counts = {level: Count("id", filter=Q(level=level)) for level in LEVELS}
    titles = rule_titles()
    rows = found.values("rule", "factor").annotate(count=Count("id"), **counts).order_by("-count")
    return [{**row, "title": titles.get(row["rule"], row["rule"])} for row in rows]
