"""Reading clues (查线索)."""

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
from shouwang.stream.clues.queries.todo import Waiting, counts, overdue_ladder, todo, workload

__all__ = [
    "Reason",
    "Waiting",
    "Wanted",
    "clue_of",
    "clues",
    "clues_of_household",
    "counts",
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
    "workload",
]
