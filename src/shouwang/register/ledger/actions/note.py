"""One act, one row (记台账)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import Actor


class NoteOutsideTransaction(RuntimeError):
    """A note that could survive when its act is rolled back, or vanish while the act stays."""


def note(
    *,
    act: str,
    subject: str,
    actor: Actor,
    at: datetime,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """Add one row to the ledger, inside the transaction of the act that it speaks of.

    `details` hold counts and keys, never personal data. Raises NoteOutsideTransaction without a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoteOutsideTransaction(act)
    return Entry.objects.create(
        at=at,
        actor=actor.username,
        role=actor.role,
        place_code=actor.place_code,
        act=act,
        subject=subject,
        reason=reason,
        details=details or {},
    )
