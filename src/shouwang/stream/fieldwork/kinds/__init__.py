"""Kinds of visits (走访事项): what a phone takes along of each, and how what it brings back is done."""

from shouwang.stream.fieldwork.kinds import cases, clues, measures, monitored
from shouwang.stream.fieldwork.kinds.base import Kind, Reading, Side, Standing, Task, lists_of

KINDS: dict[str, Kind] = {
    "clue_check": clues.ClueCheck(),
    "verification": cases.Verification(),
    "follow_up": monitored.FollowUpVisit(),
    "round_update": monitored.RoundUpdate(),
    "measure_record": measures.MeasureRecord(),
}
"""Form → its kind."""

__all__ = ["KINDS", "Kind", "Reading", "Side", "Standing", "Task", "lists_of"]
