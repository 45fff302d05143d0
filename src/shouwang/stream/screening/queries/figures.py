"""Figures for the dashboard (首页数字), within the actor's area."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F, Q, Sum

from shouwang.register.households.queries import households
from shouwang.register.places.queries import places_at
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.screening.choices import Factor, WarningState
from shouwang.stream.screening.models import Doubt, Gap, IssuedWarning
from shouwang.stream.screening.queries.lists import rule_titles

STEP = {"prefecture": 10**8, "county": 10**6, "township": 10**3, "village": 1}
LEVELS = ("red", "orange", "yellow", "review")
NOBODY = {"warned_households": 0, "red": 0, "orange": 0, "yellow": 0, "review": 0, "new": 0}

# A household counts once, by its gravest warning.
WARNED = """
SELECT part, count(*), count(*) FILTER (WHERE gravest = 1), count(*) FILTER (WHERE gravest = 2),
    count(*) FILTER (WHERE gravest = 3), count(*) FILTER (WHERE gravest = 4), count(*) FILTER (WHERE fresh)
FROM (
    SELECT household_id, place_number / %(step)s AS part, min(severity) AS gravest, bool_or(state = 'new') AS fresh
    FROM screening_warning
    WHERE state <> 'gone' AND place_number >= %(low)s AND place_number < %(high)s
    GROUP BY household_id, place_number
) households
GROUP BY part
"""


@dataclass(frozen=True)
class Totals:
    """The figures above the dashboard: households by their gravest level, and what changed."""

    households: int
    residents: int
    warned_households: int
    red: int
    orange: int
    yellow: int
    review: int
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
    """The figures above the dashboard (总览)."""
    limits = {"place_number__gte": range_low, "place_number__lt": range_high}
    found = IssuedWarning.objects.visible_to(actor).filter(**limits)
    warned = _warned(actor, 10**12, range_low, range_high).get(0, NOBODY)
    homes = households(actor, range_low=range_low, range_high=range_high)
    states = dict(found.values_list("state").annotate(Count("id")))
    return Totals(
        households=homes.count(),
        residents=homes.aggregate(sum=Sum("members"))["sum"] or 0,
        **{name: warned[name] for name in ("warned_households", *LEVELS)},
        warnings=states.get(WarningState.NEW, 0) + states.get(WarningState.UNCHANGED, 0),
        new=states.get(WarningState.NEW, 0),
        gone=states.get(WarningState.GONE, 0),
        gaps=Gap.objects.visible_to(actor).filter(**limits).count(),
        doubts=Doubt.objects.visible_to(actor).filter(**limits).count(),
    )


def figures_by_place(actor: Actor, *, level: str, range_low: int = 0, range_high: int = 10**12) -> list[PlaceFigures]:
    """Warned households per county, township or village (分县、分乡镇), places without any included."""
    step = STEP[level]
    low, high = max(range_low, actor.range_low), min(range_high, actor.range_high)
    warned = _warned(actor, step, low, high)
    homes = dict(
        households(actor, range_low=low, range_high=high)
        .order_by()
        .annotate(part=F("place_number") / step)
        .values_list("part")
        .annotate(Count("household_id"))
    )
    out = []
    for place in places_at(level, range_low=low, range_high=high):
        part = place.range_low // step
        if part in homes:
            out.append(PlaceFigures(place.code, place.name, level, homes[part], **warned.get(part, NOBODY)))
    return out


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


def _warned(actor: Actor, step: int, low: int, high: int) -> dict[int, dict[str, int]]:
    """Part of the area → its warned households; the same limits as `visible_to` sets."""
    if not actor.may(Permission.SEE_HOUSEHOLDS):
        return {}
    limits = {"step": step, "low": max(low, actor.range_low), "high": min(high, actor.range_high)}
    with connection.cursor() as cursor:
        cursor.execute(WARNED, limits)
        return {part: dict(zip(NOBODY, counts, strict=True)) for part, *counts in cursor.fetchall()}
