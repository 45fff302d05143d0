"""Reading the ledger (查台账)."""

from django.db.models import QuerySet

from shouwang.register.ledger.models import Entry
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


def ledger_entries(actor: Actor, *, subject: str = "", act: str = "") -> QuerySet[Entry]:
    """Entries for an auditor, newest first; nothing for anybody else."""
    if not actor.may(Permission.SEE_LEDGER):
        return Entry.objects.none()
    entries = Entry.objects.order_by("-id")
    entries = entries.filter(subject=subject) if subject else entries
    return entries.filter(act=act) if act else entries


def looks_at(subject: str) -> QuerySet[Entry]:
    """Who looked at the unmasked data of one subject (谁看过我家的信息), newest first."""
    return Entry.objects.filter(subject=subject, act="reveal_identity").order_by("-id")
