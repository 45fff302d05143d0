"""Reading work on the way (查外出采集)."""

from shouwang.stream.fieldwork.queries.entries import (
    EntryView,
    count_to_settle,
    entries,
    entry_of,
    entry_view,
    receipts_of,
)
from shouwang.stream.fieldwork.queries.phones import own_phones, phone_of_token, phones
from shouwang.stream.fieldwork.queries.tasks import tasks_of

__all__ = [
    "EntryView",
    "count_to_settle",
    "entries",
    "entry_of",
    "entry_view",
    "own_phones",
    "phone_of_token",
    "phones",
    "receipts_of",
    "tasks_of",
]
