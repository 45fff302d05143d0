"""Reading the whole river (查全流程)."""

from shouwang.watch.flow.queries.area import Area
from shouwang.watch.flow.queries.months import MONTHS, Month, months
from shouwang.watch.flow.queries.speed import Span, rule_shares, spans
from shouwang.watch.flow.queries.stages import Stage, stages, stuck_at
from shouwang.watch.flow.queries.workload import PlaceLoad, Stacked, place_loads, stacked_duties

__all__ = [
    "MONTHS",
    "Area",
    "Month",
    "PlaceLoad",
    "Span",
    "Stacked",
    "Stage",
    "months",
    "place_loads",
    "rule_shares",
    "spans",
    "stacked_duties",
    "stages",
    "stuck_at",
]
