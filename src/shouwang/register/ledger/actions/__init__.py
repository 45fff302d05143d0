"""Writing the ledger (记台账)."""

from shouwang.register.ledger.actions.look import record_look
from shouwang.register.ledger.actions.note import NoteOutsideTransaction, note

__all__ = ["NoteOutsideTransaction", "note", "record_look"]
