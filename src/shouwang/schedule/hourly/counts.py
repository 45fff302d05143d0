"""Every hour the counts that go along with clues and cases are made short again (整理计数)."""

from shouwang.register.procedure.actions import gather_counts as gather_case_counts
from shouwang.stream.clues.actions import gather_counts as gather_clue_counts


def gather_all_counts() -> int:
    """Put the changes of the hour together; gives back how many rows that saved."""
    return gather_case_counts() + gather_clue_counts()
