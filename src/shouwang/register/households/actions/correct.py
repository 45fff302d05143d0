"""Correcting the register value by value (更正登记): only what is named is changed, and what stood there is given back.

A correction names a household, a person where it concerns one, and a column. Three names stand for more than a
column: `risks`, `measures:<kind>` and `incomes:<kind>:<from>` for the entries of that sort, `member` for a whole
person and `household` for a whole household. Their values are JSON; null takes the person or household away again,
which serves the undoing of what a correction has added. All other values are the texts that Django's field reads.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, RestrictedError

from shouwang.kernel.errors import Refusal
from shouwang.register.households.actions.columns import searchable_pinyin_of, written_phone
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk
from shouwang.register.households.queries.records import written_id_number
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.places.queries import place_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may

SECRETS = {"phone": "phone", "collector_phone": "phone", "id_number": "id_number"}
ENTRIES: dict[str, type[Model]] = {"risks": Risk, "measures": Measure, "incomes": IncomeEntry}
FIXED = {"household_id", "resident_id", "place", "place_number", "head_name", "head_pinyin", "members", "name_pinyin"}


class CannotCorrect(Refusal):
    """A correction does not fit the register (不能更正): not within the own area, or no such value."""


@dataclass(frozen=True)
class Correction:
    """One value to be set (更正): whose, which, and the text of the new value; null means unknown."""

    household_id: str
    resident_id: str
    field: str
    value: str | None


@transaction.atomic
def correct_register(
    *, corrections: Sequence[Correction], because: str, actor: Actor, at: datetime
) -> list[Correction]:
    """Set the named values (更正登记) and give back, in the same order, the corrections that would undo them.

    `because` is the key of what they rest on, as the ledger keeps it.
    Raises CannotCorrect when one lies outside the actor's area or its value does not fit; then nothing is changed.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    work = _Work(corrections, actor)
    undoing = [work.apply(one) for one in corrections]
    work.save()
    counts = {"values": len(corrections), "households": len({one.household_id for one in corrections})}
    note(act="correct_register", subject=because, actor=actor, at=at, details=counts)
    return undoing


class _Work:
    def __init__(self, corrections: Sequence[Correction], actor: Actor) -> None:
        self.actor = actor
        ids = {one.household_id for one in corrections}
        households = Household.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk__in=ids)
        self.households = {one.household_id: one for one in households}
        people = {one.resident_id for one in corrections if one.resident_id}
        residents = Resident.objects.filter(pk__in=people, household_id__in=self.households)
        self.residents = {one.resident_id: one for one in residents}
        self.touched: dict[type[Model], dict[str, set[str]]] = {Household: {}, Resident: {}}
        self.recount: set[str] = set()

    def apply(self, one: Correction) -> Correction:
        """Carry one correction out, at least in memory; the correction that undoes it."""
        if one.field == "household":
            before = self._household(one)
        elif one.household_id not in self.households:
            raise CannotCorrect("有农户不在您的辖区内。")
        elif one.field == "member":
            before = self._member(one)
        elif one.field.split(":")[0] in ENTRIES:
            before = _replace_entries(one)
        else:
            before = self._value(one)
        return Correction(one.household_id, one.resident_id, one.field, before)

    def _value(self, one: Correction) -> str | None:
        owner: Any = self.residents.get(one.resident_id) if one.resident_id else self.households[one.household_id]
        if owner is None or owner.household_id != one.household_id:
            raise CannotCorrect("有成员不在这一户里。")
        names = self.touched[type(owner)].setdefault(owner.pk, set())
        if one.field in SECRETS:
            names |= {f"{one.field}_cipher", f"{one.field}_lookup"}
            return _set_secret(owner, one.field, one.value)
        before = _set_plain(owner, one.field, one.value)
        names.add(one.field)
        if one.field in ("name", "relation"):
            self.recount.add(one.household_id)
            owner.name_pinyin = searchable_pinyin_of(owner.name)
            names.add("name_pinyin")
        return before

    def _member(self, one: Correction) -> str | None:
        self.recount.add(one.household_id)
        if one.value is None:
            _take_away(Resident, one.resident_id)
            return json.dumps({})
        if Resident.objects.filter(pk=one.resident_id).exists():
            raise CannotCorrect("人编号已经存在。")
        resident = Resident(resident_id=one.resident_id, household_id=one.household_id)
        for name, text in json.loads(one.value).items():
            _set_secret(resident, name, text) if name in SECRETS else _set_plain(resident, name, text)
        resident.name_pinyin = searchable_pinyin_of(resident.name)
        resident.save(force_insert=True)
        self.residents[resident.resident_id] = resident
        return None

    def _household(self, one: Correction) -> str | None:
        if one.value is None:
            self.households.pop(one.household_id, None)
            _take_away(Household, one.household_id)
            return json.dumps({})
        values = json.loads(one.value)
        place = place_of(values.pop("place_code"))
        if place is None or not may(self.actor, Permission.EXCHANGE_SHEETS, place):
            raise CannotCorrect("有农户不在您的辖区内。")
        household = Household(household_id=one.household_id, place=place, place_number=place.range_low)
        for name, text in values.items():
            _set_secret(household, name, text) if name in SECRETS else _set_plain(household, name, text)
        household.save(force_insert=True)
        self.households[household.household_id] = household
        return None

    def save(self) -> None:
        """Write what was set in memory, and the head and number of members of the households that it touches."""
        for model, objects in ((Household, self.households), (Resident, self.residents)):
            groups: dict[frozenset[str], list[Any]] = {}
            for key, names in self.touched[model].items():
                groups.setdefault(frozenset(names), []).append(objects[key])
            for columns, rows in groups.items():
                model._default_manager.bulk_update(rows, sorted(columns), batch_size=500)
        for household_id in self.recount & set(self.households):
            _recount(self.households[household_id])


def _set_plain(owner: Any, name: str, text: str | None) -> str | None:
    fields = {field.name: field for field in owner._meta.concrete_fields}
    if name in FIXED or name not in fields or name.endswith(("_cipher", "_lookup")):
        raise CannotCorrect(f"登记里没有可以更正的“{name}”。")
    field, before = fields[name], getattr(owner, name)
    value: Any = ("" if not field.null else None) if text is None else field.to_python(text)
    if value is not None and field.choices and value not in dict(field.flatchoices):
        raise CannotCorrect(f"“{field.verbose_name}”没有这个取值。")
    if isinstance(value, str) and field.max_length and len(value) > field.max_length:
        raise CannotCorrect(f"“{field.verbose_name}”超过 {field.max_length} 字。")
    setattr(owner, name, value)
    return None if before is None else str(before)


def _set_secret(owner: Any, name: str, text: str | None) -> str | None:
    ring, place = keyring(), f"{owner._meta.db_table}.{name}"
    before = ring.decrypt_all(place, [owner.pk], [getattr(owner, f"{name}_cipher")])[0]
    written = written_id_number if name == "id_number" else written_phone
    setattr(owner, f"{name}_cipher", ring.encrypt_all(place, [owner.pk], [text])[0])
    setattr(owner, f"{name}_lookup", None if text is None else ring.lookup(SECRETS[name], written(text)))
    return before


def _replace_entries(one: Correction) -> str:
    """All entries of the named sort of this household become those of the value; the old ones as JSON."""
    name, *narrowed = one.field.split(":")
    model: Any = ENTRIES[name]
    found = model.objects.filter(household_id=one.household_id)
    if narrowed:
        found = found.filter(kind=narrowed[0])
    if len(narrowed) > 1:
        found = found.filter(from_on=narrowed[1])
    before = entries_as_json(list(found.order_by("id")))
    # What was recorded here is known by its origin: a sheet from elsewhere neither takes it away nor enters it twice.
    own = set(found.exclude(origin=None).values_list("origin", flat=True)) if model is Measure else set()
    (found.filter(origin=None) if model is Measure else found).delete()
    columns = {field.attname: field for field in model._meta.concrete_fields if not field.primary_key}
    for row in json.loads(one.value or "[]"):
        values = {key: None if text is None else columns[key].to_python(text) for key, text in row.items()}
        if values.get("origin") is None or values["origin"] not in own:
            model.objects.create(household_id=one.household_id, **values)
    return before


def entries_as_json(entries: Sequence[Any]) -> str:
    """Entries of one household as a correction states them."""
    rows = []
    for entry in entries:
        columns = [field.attname for field in entry._meta.concrete_fields if field.editable and not field.primary_key]
        values = {key: getattr(entry, key) for key in columns if key != "household_id"}
        rows.append({key: None if value is None else str(value) for key, value in values.items()})
    return json.dumps(rows, ensure_ascii=False, sort_keys=True)


def _take_away(model: type[Model], key: str) -> None:
    try:
        model._default_manager.filter(pk=key).delete()
    except RestrictedError:
        raise CannotCorrect("新增的人或户已经有了别的记录，不能撤回。") from None


def _recount(household: Household) -> None:
    residents = list(household.residents.order_by("resident_id"))
    heads = [one for one in residents if one.relation == "head"]
    household.members = len(residents)
    household.head_name = heads[0].name if heads else ""
    household.head_pinyin = heads[0].name_pinyin if heads else ""
    household.save(update_fields=["members", "head_name", "head_pinyin"])
