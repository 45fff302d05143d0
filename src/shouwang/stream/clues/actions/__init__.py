"""Working on clues (线索的办理)."""

from shouwang.stream.clues.actions.close import (
    Answer,
    Closing,
    close_clue,
    close_clues,
    confirm_clue,
    reopen_clue,
    settle_clue,
)
from shouwang.stream.clues.actions.counts import gather_counts
from shouwang.stream.clues.actions.dispatch import dispatch_clue, dispatch_clues, return_clue, take_clues
from shouwang.stream.clues.actions.escalate import escalate_overdue_clues
from shouwang.stream.clues.actions.join import identify_household, merge_clues, split_clue
from shouwang.stream.clues.actions.recording import ClueNotFound, NotNow, QuickerElsewhere, hold_clue
from shouwang.stream.clues.actions.report import Report, report_clue
from shouwang.stream.clues.actions.seeing import open_contact, see_notes
from shouwang.stream.clues.actions.take_up import take_up_warnings

__all__ = [
    "Answer",
    "Closing",
    "ClueNotFound",
    "NotNow",
    "QuickerElsewhere",
    "Report",
    "close_clue",
    "close_clues",
    "confirm_clue",
    "dispatch_clue",
    "dispatch_clues",
    "escalate_overdue_clues",
    "gather_counts",
    "hold_clue",
    "identify_household",
    "merge_clues",
    "open_contact",
    "reopen_clue",
    "report_clue",
    "return_clue",
    "see_notes",
    "settle_clue",
    "split_clue",
    "take_clues",
    "take_up_warnings",
]
