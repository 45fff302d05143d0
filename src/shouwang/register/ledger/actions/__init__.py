"""Writing the ledger (记台账)."""

from shouwang.register.ledger.actions.look import record_look
from shouwang.register.ledger.actions.note import NoteOutsideTransaction, note
from shouwang.register.ledger.actions.sealing import NotAsSealed, Sealing, accept_restored_ledger, seal_entries
from shouwang.register.ledger.actions.verification import record_verification

__all__ = [
    "NotAsSealed",
    "NoteOutsideTransaction",
    "Sealing",
    "accept_restored_ledger",
    "note",
    "record_look",
    "record_verification",
    "seal_entries",
]
