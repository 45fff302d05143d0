"""Writing deliveries (送达的办理)."""

from shouwang.stream.feeds.actions.receive import Receipt, WrongUnit, receive_delivery
from shouwang.stream.feeds.actions.settle import (
    NotTwice,
    Settled,
    begin_reading,
    quarantine_delivery,
    replace_resolved,
    report_progress,
    settle_delivery,
)
from shouwang.stream.feeds.actions.sheet import NoRejects, download_rejects
from shouwang.stream.feeds.actions.undo import NothingToUndo, undo_delivery

__all__ = [
    "NoRejects",
    "NotTwice",
    "NothingToUndo",
    "Receipt",
    "Settled",
    "WrongUnit",
    "begin_reading",
    "download_rejects",
    "quarantine_delivery",
    "receive_delivery",
    "replace_resolved",
    "report_progress",
    "settle_delivery",
    "undo_delivery",
]
