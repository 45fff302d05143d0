"""How often the open forms are used (次数): counted by keyed hash, compared with the limits of choices.py."""

from datetime import datetime

from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor
from shouwang.stream.self_service.choices import KEPT, LIMITS
from shouwang.stream.self_service.models import Count


def is_full(kind: str, subject: str, *, at: datetime) -> bool:
    """Whether it has been used as often as it may be by now."""
    limit = LIMITS[kind]
    found = Count.objects.filter(kind=kind, subject_lookup=_hashed(kind, subject), at__gt=at - limit.within)
    return found.count() >= limit.most


def count_use(kind: str, subject: str, *, actor: Actor, at: datetime) -> None:
    """Count one use; the one that reaches the limit is noted in the ledger, for the auditor to see."""
    Count.objects.create(kind=kind, subject_lookup=_hashed(kind, subject), at=at)
    if is_full(kind, subject, at=at):
        note(act="portal_limit", subject=f"portal:{kind}", actor=actor, at=at, details={"most": LIMITS[kind].most})


def forget_counts(*, at: datetime) -> int:
    """Forget what is older than anybody asks for (删除旧计数); gives back how many."""
    return Count.objects.filter(at__lt=at - KEPT).delete()[0]


def _hashed(kind: str, subject: str) -> str:
    return keyring().lookup(f"self_service.{kind}", subject)
