"""Stages of the river (各环节): what stands there, what of it is late, how long the oldest has been waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min

from shouwang.register.households.queries import watched_households
from shouwang.register.procedure.choices import LEVEL_TITLES, Matter
from shouwang.register.procedure.queries import waiting_by_level
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.queries import help_figures, late_measures
from shouwang.stream.clues.queries import waiting_clues, waiting_since
from shouwang.stream.screening.queries import totals
from shouwang.watch.flow.queries.area import Area

CLEARANCES = (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE)
CASE_LEVELS = ("village", "township", "county")
Waiting = dict[tuple[str, str], dict[str, Any]]
"""Matter and level → what waits there."""


@dataclass(frozen=True)
class Stage:
    """One stage (环节): `kind` and `filters` name the list that shows exactly these rows."""

    name: str
    title: str
    unit: str
    count: int
    late: int = 0
    oldest_days: int | None = None
    kind: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    late_kind: str = ""
    late_filters: dict[str, str] = field(default_factory=dict)


def stages(actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12) -> list[Stage]:
    """The river from warning to clearance as it stands now; stages that the actor may not see are left out."""
    area = Area(range_low=range_low, range_high=range_high)
    found: list[Stage] = []
    if actor.may(Permission.SEE_HOUSEHOLDS):
        sums = totals(actor, **area)
        found.append(Stage("warned", "预警", "户", sums.red + sums.orange + sums.yellow, kind="warnings"))
    if actor.may(Permission.SEE_CLUES):
        found.append(_clues(actor, on, area))
    waiting = waiting_by_level(actor, on=on, **area) if actor.may(Permission.SEE_CASES) else {}
    if actor.may(Permission.SEE_CASES):
        found += _cases(waiting, on)
    if actor.may(Permission.SEE_PLANS):
        found += _help(actor, on, area)
    if actor.may(Permission.SEE_CASES):
        found += _clearance(waiting, actor, on, area)
    return found


def stuck_at(found: Sequence[Stage]) -> Stage | None:
    """The stage with most that is late (堵点), None where nothing is."""
    late = [one for one in found if one.late]
    return max(late, key=lambda one: (one.late, one.oldest_days or 0)) if late else None


def _clues(actor: Actor, on: date, area: Area) -> Stage:
    waiting = waiting_clues(actor, **area)
    late = sum(one.count for one in waiting if one.due_on < on)
    since = waiting_since(actor, **area)
    return Stage(
        "clues", "线索核实", "条", sum(one.count for one in waiting), late, _days(since, on), kind="clues",
        late_kind="clues", late_filters={"overdue": "1"},
    )  # fmt: skip


def _cases(waiting: Waiting, on: date) -> list[Stage]:
    rows = {level: row for (matter, level), row in waiting.items() if matter == Matter.DETERMINATION}
    # What waits for the household itself is waited for in the village.
    rows["village"] = _together(rows.get("village"), rows.get("household"))
    return [_case_stage(level, rows.get(level) or {}, on) for level in CASE_LEVELS]


def _case_stage(level: str, row: dict[str, Any], on: date) -> Stage:
    filters = {"state": "running", "matter": str(Matter.DETERMINATION), "level": level}
    return Stage(
        f"case_{level}", f"{LEVEL_TITLES[level]}级认定", "件", row.get("count", 0), row.get("late", 0),
        _days(row.get("since"), on), kind="cases", filters=filters, late_kind="cases",
        late_filters={**filters, "late": "1"},
    )  # fmt: skip


def _together(one: dict[str, Any] | None, other: dict[str, Any] | None) -> dict[str, Any]:
    rows = [row for row in (one, other) if row]
    since = [row["since"] for row in rows if row["since"]]
    return {
        "count": sum(row["count"] for row in rows),
        "late": sum(row["late"] for row in rows),
        "since": min(since) if since else None,
    }


def _help(actor: Actor, on: date, area: Area) -> list[Stage]:
    found = help_figures(actor, on=on, **area)
    unhelped = Stage(
        "no_plan", "待定方案", "户", found.no_plan, found.red, _days(found.no_plan_since, on), kind="plans",
        filters={"what": "no_plan"}, late_kind="plans", late_filters={"what": "red"},
    )  # fmt: skip
    late = late_measures(actor, on=on, **area).order_by() if found.overdue else None
    since = late.aggregate(since=Min("due_on"))["since"] if late is not None else None
    helped = Stage(
        "helped", "监测帮扶", "户", found.monitored, found.overdue, _days(since, on), kind="plans",
        late_kind="plans", late_filters={"what": "overdue"},
    )  # fmt: skip
    return [unhelped, helped]


def _clearance(waiting: Waiting, actor: Actor, on: date, area: Area) -> list[Stage]:
    rows = [row for (matter, _), row in waiting.items() if matter in CLEARANCES]
    since = [row["since"] for row in rows if row["since"]]
    filters = {"state": "running", "matter": "clearances"}
    checking = Stage(
        "clearance", "消除核查", "件", sum(row["count"] for row in rows), sum(row["late"] for row in rows),
        _days(min(since) if since else None, on), kind="cases", filters=filters, late_kind="cases",
        late_filters={**filters, "late": "1"},
    )  # fmt: skip
    homes = watched_households(actor, cleared=True, **area).exclude(cleared_on=None)
    return [
        checking,
        Stage("cleared", "风险已消除", "户", homes.count(), kind="follow_ups", filters={"only": "cleared"}),
    ]


def _days(since: date | None, on: date) -> int | None:
    return (on - since).days if since else None
