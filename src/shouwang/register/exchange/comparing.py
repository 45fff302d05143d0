"""What differs (逐项比对): the fields of a matched sheet against the register, only where the two say something else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shouwang.register.exchange.fields import Field, YearlySum
from shouwang.register.exchange.matching import Matched
from shouwang.register.exchange.recognising import Cell, Sheet
from shouwang.register.exchange.values import Unreadable, plain
from shouwang.register.households.queries import Person, Record

CONTRADICTS = "同一户的各行写得不一样"


@dataclass(frozen=True)
class Found:
    """One difference (差异): whose, which field, ours and theirs as kept texts; `fault` when theirs cannot be used."""

    row: int
    record: Record
    person: Person | None
    field: Field
    ours: str | None
    theirs: str | None
    written: str
    fault: str = ""


def compare(sheet: Sheet, matched: Iterable[Matched], *, year: int | None = None) -> Iterator[Found]:
    """Every difference, household by household, in the order of the sheet; sums only for a stated year."""
    groups: dict[str, list[Matched]] = {}
    for one in matched:
        groups.setdefault(one.record.household.household_id, []).append(one)
    household, member = _fields(sheet, "household", year), _fields(sheet, "member", year)
    for rows in groups.values():
        yield from _of_household(rows, household)
        for one in rows:
            if one.person is not None:
                yield from _of_member(one, member)


def compared_columns(sheet: Sheet, year: int | None) -> tuple[list[str], list[str]]:
    """The headers of the sheet that are compared, and those that are not."""
    used = {place for of in ("household", "member") for _, places in _fields(sheet, of, year) for place in places}
    titles = [(place in used, sheet.layout.columns[place]) for place in sorted(sheet.present)]
    left = [column.title for taken, column in titles if not taken and (column.of or not column.holds)]
    return [column.title for taken, column in titles if taken], [*left, *sheet.unknown]


def _fields(sheet: Sheet, of: str, year: int | None) -> list[tuple[Field, list[int]]]:
    """The fields of the sheet with the places of their columns; several columns may hold one field."""
    places: dict[str, list[int]] = {}
    fields: dict[str, Field] = {}
    for place in sorted(sheet.present):
        column = sheet.layout.columns[place]
        field = column.field
        if column.of != of or field is None or (isinstance(field, YearlySum) and not year):
            continue
        fields[field.key] = field.in_year(year or 0) if isinstance(field, YearlySum) else field
        places.setdefault(field.key, []).append(place)
    return [(fields[key], found) for key, found in places.items()]


def _of_household(rows: list[Matched], fields: list[tuple[Field, list[int]]]) -> Iterator[Found]:
    """A household's values stand in each of its rows: the first that is filled counts, others must agree."""
    record = rows[0].record
    for field, places in fields:
        said: dict[str, Matched] = {}
        for one in rows:
            if text := _written(one, places):
                said.setdefault(text, one)
        first = next(iter(said), "")
        row = said[first] if first else rows[0]
        fault = CONTRADICTS if len(said) > 1 else _fault(row, places)
        yield from _difference(row.row.number, record, None, field, first, fault)


def _of_member(one: Matched, fields: list[tuple[Field, list[int]]]) -> Iterator[Found]:
    for field, places in fields:
        text, fault = _written(one, places), _fault(one, places)
        yield from _difference(one.row.number, one.record, one.person, field, text, fault)


def _written(one: Matched, places: list[int]) -> str:
    return "、".join(text for text in (one.row.text(place) for place in places) if text)


def _fault(one: Matched, places: list[int]) -> str:
    return next((cell.fault for place in places if (cell := one.row.cells.get(place, Cell(""))).fault), "")


def _difference(
    row: int, record: Record, person: Person | None, field: Field, written: str, fault: str
) -> Iterator[Found]:
    if not written and not fault and not field.blank_says:
        return
    ours, theirs = field.ours(record, person), None
    if not fault:
        try:
            theirs = field.kind.read(written)
        except Unreadable as wrong:
            fault = str(wrong)
    if fault and plain(written) == ours:  # odd, but both say the same
        return
    if fault or (theirs != ours and (theirs is not None or (field.blank_says and ours is not None))):
        yield Found(row, record, person, field, ours, theirs, written, fault)
