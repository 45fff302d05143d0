"""Rows of a filled template (填好的模板): what each asks of the register, or what is wrong with it.

A row is taken whole or given back whole. An empty cell leaves what the register holds as it is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from shouwang.register.exchange.fields import CONDITIONS
from shouwang.register.exchange.matching import NOT_IN_HOUSEHOLD, NOT_YOURS, Matched, Unmatched
from shouwang.register.exchange.recognising import Sheet, SheetRow
from shouwang.register.exchange.templates import ENTRY_SLOTS, HEAD_NAME, HEAD_NUMBER, is_needed, kind_of
from shouwang.register.exchange.values import IdNumber, Unreadable, plain
from shouwang.register.households.actions import Correction, entries_as_json
from shouwang.register.households.queries import Record

TWICE = "与第 {} 行写的是同一{}"
SAME_ENTRY = {"incomes": ("kind", "item", "from_on", "resident_id"), "risks": ("risk", "resident_id"),
              "measures": ("kind", "item", "since_on", "resident_id")}  # fmt: skip
NARROWED = {"incomes": ("kind", "from_on"), "risks": (), "measures": ("kind",)}


@dataclass
class Filled:
    """What a filled sheet comes to: rows to compare, corrections that add something, rows to give back."""

    rows: list[Matched] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    added: int = 0
    returned: list[Unmatched] = field(default_factory=list)


def faults_of(sheet: Sheet, row: SheetRow) -> list[str]:
    """What is wrong in the cells of a row, column by column."""
    found = []
    for place, column in enumerate(sheet.layout.columns):
        text, kind = row.text(place), kind_of(sheet.layout, column)
        cell = row.cells.get(place)
        if cell and cell.fault:
            found.append(f"{column.title}：{cell.fault}")
        elif not plain(text) and is_needed(sheet.layout, column) and not _may_be_new(sheet, column.holds):
            found.append(f"{column.title}：必填")
        elif kind is not None and text:
            try:
                kind.read(text)
            except Unreadable as wrong:
                found.append(f"{column.title}：{wrong}")
    return found


def _may_be_new(sheet: Sheet, holds: str) -> bool:
    return sheet.layout.name == "households" and holds == "household_id"


def values_of(sheet: Sheet, row: SheetRow, of: str) -> dict[str, str]:
    """The filled cells of a faultless row as kept texts, by what they hold."""
    found = {}
    for place, column in enumerate(sheet.layout.columns):
        kind = kind_of(sheet.layout, column) if column.of == of else None
        kept = kind.read(row.text(place)) if kind is not None else None
        if kept is not None:
            found[column.holds] = kept
    return found


def once_each(rows: Iterable[Matched]) -> tuple[list[Matched], list[Unmatched]]:
    """The first row of each person or household; later ones go back."""
    first: dict[tuple[str, str], int] = {}
    kept, twice = [], []
    for one in rows:
        who = one.person.resident.resident_id if one.person else ""
        earlier = first.setdefault((one.record.household.household_id, who), one.row.number)
        if earlier == one.row.number:
            kept.append(one)
        else:
            twice.append(Unmatched(one.row.number, TWICE.format(earlier, "人" if who else "户")))
    return kept, twice


def new_member(
    sheet: Sheet, row: SheetRow, record: Record, key: str, elsewhere: dict[str, list[str]]
) -> Correction | str:
    """A person to be added to a household of the own area, or why not."""
    values = values_of(sheet, row, "member")
    if "relation" not in values:
        return "新增的人要写与户主关系"
    if values["relation"] == "head" and any(one.resident.relation == "head" for one in record.members):
        return "本户已有户主"
    if any(one.resident.name == values["name"] for one in record.members) and "id_number" not in values:
        return "本户已有同名的人，请写证件号码或人编号"
    if elsewhere.get(values.get("id_number", "")):
        return "辖区内已经有人登记了这个证件号码"
    if "health" in values:
        held = set(values.pop("health").split(","))
        values |= {name: str(name in held) for name in CONDITIONS}
    text = json.dumps(values, ensure_ascii=False)
    return Correction(record.household.household_id, made_key("M", key, row.number), "member", text)


def new_household(
    sheet: Sheet, row: SheetRow, place_code: str, key: str, elsewhere: dict[str, list[str]]
) -> list[Correction] | str:
    """A household to be added in a village of the own area with its head, or why not."""
    if not place_code:
        return NOT_YOURS
    name = plain(row.text(sheet.place_of(HEAD_NAME)))
    try:
        number = IdNumber().read(row.text(sheet.place_of(HEAD_NUMBER)))
    except Unreadable as wrong:
        return f"户主证件号码：{wrong}"
    if not name or not number:
        return "新户要写户主姓名和户主证件号码；已有的户请写户编号"
    if elsewhere.get(number):
        return "辖区内已经有人登记了这个证件号码"
    home, who = made_key("N", key, row.number), made_key("M", key, row.number)
    household = json.dumps({"place_code": place_code, **values_of(sheet, row, "household")}, ensure_ascii=False)
    head = json.dumps({"name": name, "id_number": number, "relation": "head"}, ensure_ascii=False)
    return [Correction(home, "", "household", household), Correction(home, who, "member", head)]


def made_key(sort: str, key: str, row: int) -> str:
    """Our own number for something new: the same file gives the same, and nobody's given number is ever used."""
    return f"{sort}{sha256(f'{key}:{row}'.encode()).hexdigest()[:15]}"


def entry_corrections(sheet: Sheet, rows: Iterable[Matched]) -> tuple[list[Correction], int]:
    """What adds the entries of a sheet to the households: the same entry again is brought up to date, not doubled."""
    name = sheet.layout.name
    groups: dict[tuple[str, str], list[dict[str, str | None]]] = {}
    count = 0
    for one in rows:
        values: dict[str, str | None] = dict(values_of(sheet, one.row, "entry"))
        values["resident_id"] = one.person.resident.resident_id if one.person else None
        narrowed = ":".join([name, *(str(values[column]) for column in NARROWED[name])])
        home = one.record.household.household_id
        rows_of = groups.setdefault((home, narrowed), _standing(one.record, name, narrowed))
        same = [row for row in rows_of if _same(name, row, values)]
        if same:
            same[0].update(values)
        else:
            rows_of.append(values)
        count += 1
    made = [
        Correction(home, "", narrowed, json.dumps(rows_of, ensure_ascii=False))
        for (home, narrowed), rows_of in groups.items()
    ]
    return made, count


def _standing(record: Record, name: str, narrowed: str) -> list[dict[str, str | None]]:
    wanted = narrowed.split(":")[1:]
    entries: list[Any] = [
        entry
        for entry in getattr(record, name)
        if all(str(getattr(entry, column)) == text for column, text in zip(NARROWED[name], wanted, strict=True))
    ]
    rows: list[dict[str, str | None]] = json.loads(entries_as_json(entries))
    return rows


def _same(name: str, row: dict[str, str | None], values: dict[str, str | None]) -> bool:
    return all(row.get(column) == values.get(column) for column in SAME_ENTRY[name])


def period_fault(sheet: Sheet, row: SheetRow) -> str:
    """Whether a period ends before it begins."""
    if sheet.layout.name not in ENTRY_SLOTS:
        return ""
    values = values_of(sheet, row, "entry")
    start, end = values.get("from_on") or values.get("since_on"), values.get("until_on")
    return "结束时间不能早于开始时间" if start and end and end < start else ""


def is_new(sheet: Sheet, row: SheetRow, reason: str) -> bool:
    """Whether a row that nobody was found for asks for something new."""
    if sheet.layout.name == "members":
        return reason == NOT_IN_HOUSEHOLD and not plain(row.text(sheet.place_of("resident_id")))
    return sheet.layout.name == "households" and not plain(row.text(sheet.place_of("household_id")))
