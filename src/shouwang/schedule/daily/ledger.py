"""The ledger at night (每夜核验台账): entries that came very late are sealed, then everything is verified."""

from datetime import datetime

from procrastinate.contrib.django import app

from shouwang.register.ledger.actions import record_verification, seal_entries
from shouwang.register.staff.queries import SYSTEM

HOURS_KEPT = 48
"""Finished sealing jobs stay this long in the queue's tables: there are thousands a day, and the seals tell the same."""


def verify_tonight(*, at: datetime) -> int:
    """Seal through every gap and verify the whole ledger; gives back the number of faults, which stand in the ledger."""
    seal_entries(at=at, every_gap=True)
    return record_verification(actor=SYSTEM, at=at).fault_count


async def forget_sealing_jobs() -> None:
    """Clear away finished jobs of sealing and of sending messages."""
    for queue in ("ledger", "messages"):
        await app.job_manager.delete_old_jobs(nb_hours=HOURS_KEPT, queue=queue)
