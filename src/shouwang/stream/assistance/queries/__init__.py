"""Reading assistance (查帮扶)."""

from shouwang.stream.assistance.queries.board import (
    FILTERS,
    HelpFigures,
    PlaceBoard,
    help_figures,
    late_measures,
    plan_board,
    plans_by_household,
    waiting_households,
)
from shouwang.stream.assistance.queries.fields import plan_fields
from shouwang.stream.assistance.queries.findings import Finding, plan_findings
from shouwang.stream.assistance.queries.needs import Need, need_titles, needs_of
from shouwang.stream.assistance.queries.plans import (
    MeasureView,
    PlanView,
    Said,
    feedback_file,
    feedback_of,
    measure_of,
    measure_view,
    open_plan_of,
    plan_of,
    plan_view,
    plans,
)
from shouwang.stream.assistance.queries.requests import UnitRequest, own_replies, unit_request, unit_requests
from shouwang.stream.assistance.queries.suggestions import NeedTools, Suggestion, Suggestions, suggested_tools
from shouwang.stream.assistance.queries.todo import Todo, measures_to_record, todo
from shouwang.stream.assistance.queries.words import goals_of, phone_of

__all__ = [
    "FILTERS",
    "Finding",
    "HelpFigures",
    "MeasureView",
    "Need",
    "NeedTools",
    "PlaceBoard",
    "PlanView",
    "Said",
    "Suggestion",
    "Suggestions",
    "Todo",
    "UnitRequest",
    "feedback_file",
    "feedback_of",
    "goals_of",
    "help_figures",
    "late_measures",
    "measure_of",
    "measure_view",
    "measures_to_record",
    "need_titles",
    "needs_of",
    "open_plan_of",
    "own_replies",
    "phone_of",
    "plan_board",
    "plan_fields",
    "plan_findings",
    "plan_of",
    "plan_view",
    "plans",
    "plans_by_household",
    "suggested_tools",
    "todo",
    "unit_request",
    "unit_requests",
    "waiting_households",
]
