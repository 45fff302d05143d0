"""Measures of help in the register (登记帮扶措施): entered when delivered, ended, never deleted.

Facts, gates and the next screening read the register and nothing else, so that what was delivered must stand here.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import MeasureItem, MeasureKind
from shouwang.register.households.models import Household, Measure, Resident
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor


@transaction.atomic
def record_measure(
    *,
    household_id: str,
    kind: str,
    since_on: date,
    origin: str,
    item: str = "",
    resident_id: str = "",
    amount: Decimal | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Enter a delivered measure (登记措施); `origin` names what it came from, and the same origin is entered once.

    Raises Refusal for a household outside the actor's area, an unknown word, or a person of another household.
    """
    household = Household.objects.filter(
        pk=household_id, place_number__gte=actor.range_low, place_number__lt=actor.range_high
    ).first()
    if household is None:
        raise Refusal("没有找到这一户。")
    if kind not in MeasureKind.values or item not in ("", *MeasureItem.values):
        raise Refusal("没有这种帮扶措施。")
    if resident_id and not Resident.objects.filter(pk=resident_id, household=household).exists():
        raise Refusal("没有在这一户里找到这个人。")
    _, made = Measure.objects.get_or_create(
        origin=origin,
        defaults={
            "household": household,
            "resident_id": resident_id or None,
            "kind": kind,
            "item": item or None,
            "since_on": since_on,
            "amount": amount,
        },
    )
    if made:
        details = {"kind": kind, "origin": origin}
        note(act="record_measure", subject=f"household:{household_id}", actor=actor, at=at, details=details)


@transaction.atomic
def end_measure(*, origin: str, until_on: date, actor: Actor, at: datetime) -> None:
    """Enter the last day of a measure (措施结束) that was recorded here. Raises Refusal for a day before it began."""
    found = (
        Measure.objects.select_for_update()
        .filter(
            origin=origin,
            household__place_number__gte=actor.range_low,
            household__place_number__lt=actor.range_high,
        )
        .first()
    )
    if found is None:
        raise Refusal("登记里没有这项措施。")
    if found.since_on and until_on < found.since_on:
        raise Refusal("结束日期早于落实日期。", "请核对日期。")
    found.until_on = until_on
    found.save(update_fields=["until_on"])
    subject = f"household:{found.household_id}"
    note(act="end_measure", subject=subject, actor=actor, at=at, details={"origin": origin})
