"""Keeping the counts of cases short (整理计数)."""

from django.db import transaction

from shouwang.kernel.running_counts import gather
from shouwang.register.procedure.models import CaseCount


@transaction.atomic
def gather_counts() -> int:
    """Put the changes so far together; what they tell stays the same. Gives back how many rows that saved."""
    return gather(CaseCount)
