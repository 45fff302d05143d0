"""Reading the ledger (查台账)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from shouwang.register.ledger.choices import EXPORT, Look
from shouwang.register.ledger.models import Entry, Seal
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import SYSTEM, Actor

ONE_HOUSEHOLD = (Look.HOUSEHOLD, Look.RESIDENT)
"""Looks that are for a task or out of one; a list is for none."""
LEVELS = (2, 4, 6, 9, 12)
"""Digits of the code of a province, prefecture, county, township and village."""


def ledger_entries(
    actor: Actor,
    *,
    subject: str = "",
    act: str = "",
    who: Iterable[str] | None = None,
    place_code: str = "",
    out_of_task: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Entry]:
    """Entries for an auditor (查台账), newest first; nothing for anybody else.

    Acts of people of the auditor's own area, of those above it and of the system. `act` is one act, or the beginning
    of several with a star (`export_*`); `who` are accounts; `until` is exclusive.
    """
    entries = _audited(actor).order_by("-id")
    entries = entries.filter(subject=subject) if subject else entries
    if act:
        entries = entries.filter(act__startswith=act[:-1]) if act.endswith("*") else entries.filter(act=act)
    entries = entries.filter(actor__in=list(who)) if who is not None else entries
    entries = entries.filter(place_code__startswith=place_code) if place_code else entries
    entries = entries.filter(act__in=ONE_HOUSEHOLD, details__task="") if out_of_task else entries
    entries = entries.filter(at__gte=since) if since else entries
    return entries.filter(at__lt=until) if until else entries


def look_counts(actor: Actor, *, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Per account and day (查看与导出统计): looks at households, those out of task, full numbers, exports and their rows.

    Facts for an auditor to ask about, most looks out of task first; nothing is scored.
    """
    rows = Cast(KeyTextTransform("rows", "details"), IntegerField())
    single = Q(act__in=ONE_HOUSEHOLD)
    exported = Q(act__startswith=EXPORT)
    found = _audited(actor).filter(single | exported, at__gte=since, at__lt=until).exclude(actor=SYSTEM.username)
    counted = found.values("actor", "role", "place_code", day=TruncDate("at")).annotate(
        looks=Count("id", filter=single),
        out_of_task=Count("id", filter=single & Q(details__task="")),
        numbers=Count("id", filter=Q(act=Look.RESIDENT)),
        exports=Count("id", filter=exported),
        exported_rows=Coalesce(Sum(rows, filter=exported), 0),
    )
    return [dict(one) for one in counted.order_by("-out_of_task", "-looks", "-exported_rows", "actor", "day")]


def seals(actor: Actor) -> QuerySet[Seal]:
    """Seals (封存记录) for an auditor, newest first; nothing for anybody else."""
    found = Seal.objects.order_by("-number").defer("leaves")
    return found if actor.may(Permission.SEE_LEDGER) else found.none()


def last_verification(actor: Actor) -> Entry | None:
    """How the ledger stood when it was last verified as a whole."""
    return (
        Entry.objects.filter(act="verify_ledger").order_by("-id").first() if actor.may(Permission.SEE_LEDGER) else None
    )


def entries_of_act(actor: Actor, act: str, *, since: datetime) -> QuerySet[Entry]:
    """Acts of one kind since a time (某类事项), as far as an auditor may see them."""
    return _audited(actor).filter(act=act, at__gt=since)


def _audited(actor: Actor) -> QuerySet[Entry]:
    """What an auditor may see: acts of the own area, of offices above it, of the system."""
    if not actor.may(Permission.SEE_LEDGER):
        return Entry.objects.none()
    above = ["", *(actor.place_code[:digits] for digits in LEVELS if digits < len(actor.place_code))]
    return Entry.objects.filter(Q(place_code__startswith=actor.place_code) | Q(place_code__in=above))


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
