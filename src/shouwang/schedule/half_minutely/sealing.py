"""What was written in the last half minute is sealed (封存台账)."""

from datetime import datetime

from shouwang.register.ledger.actions import seal_entries


def seal_new(*, at: datetime) -> int:
    """Seal what is not sealed yet; gives back how many entries. Begun again after a crash it goes on where it stood."""
    return seal_entries(at=at).entries
