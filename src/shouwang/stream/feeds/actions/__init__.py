"""Writing deliveries (送达的办理)."""

from shouwang.stream.feeds.actions.receive import (
    Declared,
    NothingToCorrect,
    OpenFile,
    Receipt,
    WrongUnit,
    receive_delivery,
    receive_file,
    receive_signed_file,
)
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
    "Declared",
    "NoRejects",
    "NotTwice",
    "NothingToCorrect",
    "NothingToUndo",
    "OpenFile",
    "Receipt",
    "Settled",
    "WrongUnit",
    "begin_reading",
    "download_rejects",
    "quarantine_delivery",
    "receive_delivery",
    "receive_file",
    "receive_signed_file",
    "replace_resolved",
    "report_progress",
    "settle_delivery",
    "undo_delivery",
]
