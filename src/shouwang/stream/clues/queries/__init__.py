"""Reading clues (查线索)."""

from shouwang.stream.clues.queries.figures import (
    Confirmed,
    checks_by_place,
    clues_by_month,
    confirmed_by_rule,
    days_to_close,
)
from shouwang.stream.clues.queries.lists import Wanted, clues, held_warnings, reported, sources_by_clue
from shouwang.stream.clues.queries.one import (
    Reason,
    clue_of,
    clues_of_household,
    history_of,
    likely_duplicates,
    likely_households,
    open_clue_of_household,
    reasons_of,
)
from shouwang.stream.clues.queries.todo import Waiting, clues_to_check, counts, overdue_ladder, todo, workload
from shouwang.stream.clues.queries.waiting import waiting_clues, waiting_since

__all__ = [
    "Confirmed",
    "Reason",
    "Waiting",
    "Wanted",
    "checks_by_place",
    "clue_of",
    "clues",
    "clues_by_month",
    "clues_of_household",
    "clues_to_check",
    "confirmed_by_rule",
    "counts",
    "days_to_close",
    "held_warnings",
    "history_of",
    "likely_duplicates",
    "likely_households",
    "open_clue_of_household",
    "overdue_ladder",
    "reasons_of",
    "reported",
    "sources_by_clue",
    "todo",
    "waiting_clues",
    "waiting_since",
    "workload",
]
