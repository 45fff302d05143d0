"""Keeping the counts of clues short (整理计数)."""

from django.db import transaction

from shouwang.kernel.running_counts import gather
from shouwang.stream.clues.models import ClueCount


@transaction.atomic
def gather_counts() -> int:
    """Put the changes so far together; what they tell stays the same. Gives back how many rows that saved."""
    return gather(ClueCount)
