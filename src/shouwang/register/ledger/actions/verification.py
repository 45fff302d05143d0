"""The nightly verification (每夜核验): what it found stands in the ledger itself."""

from datetime import datetime

from django.db import transaction

from shouwang.register.ledger.actions.note import note
from shouwang.register.ledger.verifying import Verification, verify_ledger
from shouwang.register.staff.queries import Actor


def record_verification(*, actor: Actor, at: datetime) -> Verification:
    """Verify the whole ledger and note how it stood: counts, and the first rows at fault by number."""
    found = verify_ledger()
    details = {
        "entries": found.entries,
        "seals": found.seals,
        "waiting": found.waiting,
        "late": found.late,
        "faults": found.fault_count,
        "first": [{"kind": one.kind, "entry": one.entry, "seal": one.seal} for one in found.faults[:20]],
    }
    with transaction.atomic():
        note(act="verify_ledger", subject="ledger", actor=actor, at=at, details=details)
    return found
