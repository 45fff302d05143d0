"""The rows of an outgoing sheet (导出表的行): each member a row, all cells text, in the layout of the national system."""

from collections.abc import Iterable, Iterator

from shouwang.kernel import identity_numbers
from shouwang.kernel.secrets import mask_phone
from shouwang.register.exchange.fields import YearlySum
from shouwang.register.exchange.layouts import Column, Layout
from shouwang.register.households.queries import Person, Record


def sheet_rows(
    layout: Layout,
    records: Iterable[Record],
    *,
    in_full: bool,
    year: int | None = None,
    only: dict[str, set[tuple[str, str]]] | None = None,
) -> Iterator[list[str]]:
    """One row for each member, the head first; a household without members is a row of its own.

    `only` leaves in every row only who it is and the named fields: household → pairs of resident id and field key.
    """
    for record in records:
        wanted = None if only is None else only.get(record.household.household_id, set())
        for person in record.members or [None]:  # type: ignore[list-item]
            yield _row(layout, record, person, in_full, year, wanted)


def _row(
    layout: Layout,
    record: Record,
    person: Person | None,
    in_full: bool,
    year: int | None,
    wanted: set[tuple[str, str]] | None,
) -> list[str]:
    cells: list[str] = []
    for place, column in enumerate(layout.columns):
        who = person.resident.resident_id if person and column.of == "member" else ""
        named = column.holds in ("name", "relation") or (who, column.holds) in (wanted or set())
        if wanted is not None and column.of and not named:
            cells.append("")
            continue
        cells.append(_cell(column, record, person, in_full, year))
        if place and layout.columns[place - 1].holds == column.holds != "":
            _spread(layout, cells, place)
    return cells


def _spread(layout: Layout, cells: list[str], place: int) -> None:
    """Several columns that hold one field (风险1–5): one label in each, what is left over in the last."""
    first = place
    while layout.columns[first - 1].holds == layout.columns[place].holds:
        first -= 1
    last = place + 1 == len(layout.columns) or layout.columns[place + 1].holds != layout.columns[place].holds
    if not last:
        return
    labels, width = [label for label in cells[place].split("、") if label], place - first + 1
    spread = [*labels[: width - 1], "、".join(labels[width - 1 :])]
    cells[first : place + 1] = [*spread, *[""] * (width - len(spread))]


def _cell(column: Column, record: Record, person: Person | None, in_full: bool, year: int | None) -> str:
    if not column.of:
        return _who(column.holds, record, person)
    field = column.field
    if field is None or (column.of == "member" and person is None):
        return ""
    if isinstance(field, YearlySum):
        if not year:
            return ""
        field = field.in_year(year)
    kept = field.ours(record, person if column.of == "member" else None)
    if kept is None:
        return ""
    if field.secret and not in_full:
        return identity_numbers.mask(kept) if field.key == "id_number" else mask_phone(kept)
    return field.kind.show(kept)


def _who(holds: str, record: Record, person: Person | None) -> str:
    household = record.household
    if holds == "household_id":
        return household.household_id
    if holds == "resident_id":
        return person.resident.resident_id if person else ""
    village = household.place
    names = {"village": village, "township": village.parent, "county": village.parent and village.parent.parent}
    place = names.get(holds)
    return place.name if place else ""
