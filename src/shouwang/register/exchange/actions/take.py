"""Taking over what was decided (采用) in one transaction, and undoing the whole of it (撤销)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.exchange.actions.keep import UNDOING, keep_take_over
from shouwang.register.exchange.choices import Decision
from shouwang.register.exchange.fields import field_of
from shouwang.register.exchange.models import Difference, IncomingSheet, TakeOver
from shouwang.register.exchange.sealing import opened_text
from shouwang.register.households.actions import Correction, correct_register, entries_as_json
from shouwang.register.households.queries import Person, Record, household_records
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class NothingToTake(Refusal):
    """Nothing is marked for taking over (没有要采用的)."""


class NothingToUndo(Refusal):
    """There is no such take-over in force (没有可撤销的采用)."""


@dataclass(frozen=True)
class Taken:
    """What became of taking over: the act, if anything was set, and how many differences had gone stale."""

    act: TakeOver | None
    stale: int


@transaction.atomic
def take_over(*, sheet_id: int, actor: Actor, at: datetime) -> Taken:
    """Set everything that was decided 采用 and not yet taken (采用表中的值), all or nothing.

    Where the register has changed since the comparison, the difference is marked and left for a new look.
    Raises NothingToTake, NotAllowed, CannotCorrect.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    sheet = IncomingSheet.objects.visible_to(actor).select_for_update().filter(pk=sheet_id).first()
    marked = list(_marked(sheet, actor)) if sheet else []
    if sheet is None or not marked:
        raise NothingToTake("没有标为“采用表中”的差异。")
    records = household_records(actor, {one.household_id for one in marked})
    fresh, stale, corrections = _still_true(sheet, marked, records)
    Difference.objects.filter(pk__in=[one.pk for one in stale]).update(
        stale=True, decision=Decision.OPEN, decided_at=None, decided_by=None
    )
    if not fresh:
        note(act="find_stale", subject=f"sheet:{sheet.pk}", actor=actor, at=at, details={"stale": len(stale)})
        return Taken(None, len(stale))
    made = keep_take_over(sheet, corrections, actor, at)
    fault_point("exchange.take.kept")
    Difference.objects.filter(pk__in=[one.pk for one in fresh]).update(takeover=made)
    return Taken(made, len(stale))


@transaction.atomic
def undo_take_over(*, take_over_id: int, actor: Actor, at: datetime) -> TakeOver:
    """Put back what stood before a take-over (撤销采用); what was corrected again since is left alone and counted.

    Raises NothingToUndo, NotAllowed, CannotCorrect.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    mine = IncomingSheet.objects.visible_to(actor)
    found = TakeOver.objects.select_for_update().filter(pk=take_over_id, sheet__in=mine, undone_at=None).first()
    if found is None:
        raise NothingToUndo("没有可撤销的采用，或者已经撤销过。")
    sealed = keyring().decrypt(UNDOING, str(found.sheet_id), found.undoing_cipher)
    pairs = [(Correction(home, who, name, before), after) for home, who, name, before, after in json.loads(sealed)]
    records = household_records(actor, {one.household_id for one, _ in pairs})
    # Only what is still as we set it goes back; what was added last goes first, people before their household.
    back = [one for one, after in reversed(pairs) if _same(_standing(one, records), after)]
    if back:
        correct_register(corrections=back, because=f"take_over:{found.pk}", actor=actor, at=at)
    found.undone_at, found.undone_by = at, actor.username
    found.left_alone = len(pairs) - len(back)
    found.save()
    settled = Difference.objects.filter(takeover=found)
    settled.update(takeover=None, decision=Decision.OPEN, decided_at=None, decided_by=None)
    details = {"values": len(back), "left_alone": found.left_alone}
    note(act="undo_take_over", subject=f"take_over:{found.pk}", actor=actor, at=at, details=details)
    return found


def _standing(one: Correction, records: dict[str, Record]) -> str | None:
    """What the register holds now where a correction was made, as a correction would state it."""
    record = records.get(one.household_id)
    person = _person(record, one.resident_id) if record else None
    name, *narrowed = one.field.split(":")
    if name in ("household", "member"):
        return "{}" if (record if name == "household" else person) else None
    if record is None or (one.resident_id and person is None):
        return None
    if name in ("risks", "measures", "incomes"):
        entries = [entry for entry in getattr(record, name) if not narrowed or entry.kind == narrowed[0]]
        dated = [entry for entry in entries if len(narrowed) < 2 or entry.from_on.isoformat() == narrowed[1]]
        return entries_as_json(dated)
    owner: Any = person or record
    value = getattr(owner, name) if hasattr(owner, name) else getattr(_row(owner), name)
    return None if value is None else str(value)


def _row(owner: Person | Record) -> Any:
    return owner.resident if isinstance(owner, Person) else owner.household


def _same(current: str | None, after: str | None) -> bool:
    if current == after:
        return True
    try:
        left, right = json.loads(current or "null"), json.loads(after or "null")
    except ValueError:
        return False
    if isinstance(left, list) and isinstance(right, list):
        return sorted(map(_filled, left)) == sorted(map(_filled, right))
    return left == {} and right is not None  # a person or household that was added is still there


def _filled(row: dict[str, str | None]) -> str:
    return json.dumps({key: value for key, value in row.items() if value is not None}, sort_keys=True)


def _marked(sheet: IncomingSheet, actor: Actor) -> Iterable[Difference]:
    found = Difference.objects.visible_to(actor).filter(sheet=sheet, takeover=None, decision=Decision.TAKE)
    return found.order_by(F("household_id"), F("id")).select_for_update()


def _still_true(
    sheet: IncomingSheet, marked: list[Difference], records: dict[str, Record]
) -> tuple[list[Difference], list[Difference], list[Correction]]:
    """Differences whose own side still says what it said, those where it does not, and the corrections of the former."""
    fresh: list[Difference] = []
    stale: list[Difference] = []
    corrections: list[Correction] = []
    for one in marked:
        record = records.get(one.household_id)
        person = _person(record, one.resident_id) if record else None
        field = field_of(one.of, one.field, sheet.income_year)
        if (
            record is None
            or (one.resident_id and person is None)
            or field.ours(record, person) != opened_text(one, "ours")
        ):
            stale.append(one)
            continue
        fresh.append(one)
        corrections += field.corrections(record, person, opened_text(one, "theirs") or "")
    return fresh, stale, corrections


def _person(record: Record, resident_id: str) -> Person | None:
    return next((one for one in record.members if one.resident.resident_id == resident_id), None)
