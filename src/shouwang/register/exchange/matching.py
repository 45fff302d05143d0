"""Whose row is this (行与户、人对应): by 户编号 and 人编号, else by ID number, else by name and birth in the household.

What lies outside the own area and what nobody has gets the same answer.
"""

from collections.abc import Collection
from dataclasses import dataclass

from shouwang.kernel import identity_numbers
from shouwang.register.exchange.recognising import Sheet, SheetRow
from shouwang.register.exchange.values import Day, Unreadable, plain
from shouwang.register.households.queries import (
    Person,
    Record,
    household_records,
    residents_sought,
    written_id_number,
)
from shouwang.register.staff.queries import Actor

NOT_YOURS = "不在您的辖区"
NO_KEY = "没有户编号、人编号，也没有可用的证件号码，不知道是谁"
NOT_IN_HOUSEHOLD = "登记的这一户里没有这个人"
SEVERAL = "本户有同名且出生日期相同的人，分不清是谁"
SOMEONE_ELSE = "人编号对得上，姓名和证件号码都对不上，请核对"
NUMBER_TWICE = "辖区内有不止一人登记了这个证件号码，分不清是谁"


@dataclass(frozen=True)
class Matched:
    """A row with the household, and where it speaks of a person the member, that it is about."""

    row: SheetRow
    record: Record
    person: Person | None


@dataclass(frozen=True)
class Unmatched:
    """A row that nobody was found for, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class _Keys:
    household_id: str
    resident_id: str
    id_number: str
    name: str
    birth: str


def match_rows(sheet: Sheet, actor: Actor) -> tuple[list[Matched], list[Unmatched]]:
    """Match all rows of a sheet within the actor's area."""
    keys = [_keys(sheet, row) for row in sheet.rows]
    homes, numbered = residents_sought(
        actor,
        resident_ids={key.resident_id for key in keys if key.resident_id},
        id_numbers={key.id_number for key in keys if key.id_number},
    )
    wanted = {key.household_id for key in keys if key.household_id} | set(homes.values())
    records = household_records(actor, wanted)
    matched: list[Matched] = []
    unmatched: list[Unmatched] = []
    for row, key in zip(sheet.rows, keys, strict=True):
        found = _match(row, key, records, homes, numbered, speaks_of_people(sheet))
        (matched if isinstance(found, Matched) else unmatched).append(found)  # type: ignore[arg-type]
    return matched, unmatched


def speaks_of_people(sheet: Sheet) -> bool:
    """Whether the rows of a sheet are, or may be, about people and not households."""
    return sheet.place_of("resident_id") is not None or any(
        sheet.layout.columns[place].of == "member" for place in sheet.present
    )


def _keys(sheet: Sheet, row: SheetRow) -> _Keys:
    number = _id_number(row.text(sheet.place_of("id_number", "member")))
    return _Keys(
        household_id=plain(row.text(sheet.place_of("household_id")))[:40],
        resident_id=plain(row.text(sheet.place_of("resident_id")))[:40],
        id_number=written_id_number(number) if number else "",
        name=plain(row.text(sheet.place_of("name", "member"))),
        birth=_read(Day(), row.text(sheet.place_of("birth_on", "member"))) or _birth(number),
    )


def _birth(number: str) -> str:
    born = identity_numbers.birth_on(number) if number else None
    return born.isoformat() if born else ""


def _id_number(text: str) -> str:
    """The number as it was typed, right or wrong: the register may hold the same; a masked one says nothing."""
    return "" if "*" in plain(text) else identity_numbers.normalise(text)


def _read(kind: Day, text: str) -> str:
    try:
        return kind.read(text) or ""
    except Unreadable:
        return ""


def _match(
    row: SheetRow,
    key: _Keys,
    records: dict[str, Record],
    homes: dict[str, str],
    numbered: dict[str, list[str]],
    people: bool,
) -> Matched | Unmatched:
    if not (key.household_id or key.resident_id or key.id_number):
        return Unmatched(row.number, NO_KEY)
    same = numbered.get(key.id_number, [])
    # A 户编号 outside the area ends it, even where the ID number is known here: nothing is told of the other place.
    if key.household_id and key.household_id not in records:
        return Unmatched(row.number, NOT_YOURS)
    home = key.household_id or homes.get(key.resident_id, "") or (homes[same[0]] if len(same) == 1 else "")
    if not home:
        return Unmatched(row.number, NUMBER_TWICE if len(same) > 1 else NOT_YOURS)
    record = records[home]
    if not people or not (key.resident_id or key.id_number or key.name):
        return Matched(row, record, None)
    person = _person(record, key, same)
    return Matched(row, record, person) if isinstance(person, Person) else Unmatched(row.number, person)


def _person(record: Record, key: _Keys, same_number: Collection[str]) -> Person | str:
    """The member that a row is about, or why it cannot be told."""
    members = {one.resident.resident_id: one for one in record.members}
    known = members.get(key.resident_id)
    if known is not None:
        number = written_id_number(known.id_number) if known.id_number else ""
        other_number = bool(key.id_number and number and key.id_number != number)
        other_name = bool(key.name and known.resident.name and key.name != known.resident.name)
        return SOMEONE_ELSE if other_number and other_name else known
    numbered = [one for resident_id, one in members.items() if resident_id in same_number]
    if numbered:
        return numbered[0] if len(numbered) == 1 else NUMBER_TWICE
    alike = [one for one in members.values() if _alike(one, key)]
    return alike[0] if len(alike) == 1 else SEVERAL if alike else NOT_IN_HOUSEHOLD


def _alike(person: Person, key: _Keys) -> bool:
    born = person.resident.birth_on
    return bool(key.name and key.birth) and person.resident.name == key.name and str(born) == key.birth
