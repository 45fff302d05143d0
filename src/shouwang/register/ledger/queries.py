"""Reading the ledger (查台账)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from shouwang.register.ledger.choices import EXPORT, Look
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

LEVELS = (2, 4, 6, 9, 12)
"""Digits of the code of a province, prefecture, county, township and village."""


def ledger_entries(actor: Actor, *, subject: str = "", act: str = "") -> QuerySet[Entry]:
    """Entries for an auditor, newest first; nothing for anybody else."""
    if not actor.may(Permission.SEE_LEDGER):
        return Entry.objects.none()
    entries = Entry.objects.order_by("-id")
    entries = entries.filter(subject=subject) if subject else entries
    return entries.filter(act=act) if act else entries


def looks_at_household(
    household_id: str, *, resident_ids: Iterable[str], place_code: str, since: datetime
) -> QuerySet[Entry]:
    """Who looked at a household's data (谁看过我家的信息) since a time, newest first.

    Looks at its members' numbers belong to it, and so do lists of its village or of a place around it that were
    exported: an exported list is one row for the place and may hold the household.
    """
    own = [f"household:{household_id}", *(f"resident:{one}" for one in resident_ids)]
    around = [f"place:{place_code[:digits]}" for digits in LEVELS]
    looked = Q(subject__in=own, act__in=Look.values)
    exported = Q(subject__in=around, act__startswith=EXPORT)
    return Entry.objects.filter(looked | exported, at__gte=since).order_by("-id")
