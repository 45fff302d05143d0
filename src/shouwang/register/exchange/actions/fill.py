"""Filled templates (填报入库): faultless rows go into the register in one act, the others come back with reasons."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shouwang.register.exchange.actions.keep import as_differences, keep_take_over
from shouwang.register.exchange.choices import Decision, SheetState
from shouwang.register.exchange.comparing import compare, compared_columns
from shouwang.register.exchange.filling import (
    Filled,
    entry_corrections,
    faults_of,
    is_new,
    new_household,
    new_member,
    once_each,
    period_fault,
    values_of,
)
from shouwang.register.exchange.matching import Unmatched, match_rows
from shouwang.register.exchange.models import Difference, IncomingSheet, ReturnedRow
from shouwang.register.exchange.recognising import Sheet, SheetRow
from shouwang.register.exchange.templates import ENTRY_SLOTS, HEAD_NUMBER
from shouwang.register.exchange.values import plain
from shouwang.register.households.queries import Record, household_records, residents_sought, written_id_number
from shouwang.register.ledger.actions import note
from shouwang.register.places.choices import Level
from shouwang.register.places.queries import places_at
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

BY_COUNTY = "致贫返贫风险由县级录入；村、乡发现情况请报线索"
NO_MEASURES = "您的岗位不登记帮扶措施"
AT_ONCE = 2_000
COUNTY_DIGITS = 6


@transaction.atomic
def fill_sheet(*, sheet: IncomingSheet, read: Sheet, actor: Actor, at: datetime) -> IncomingSheet:
    """Take the faultless rows of a filled template into the register (填报入库); bad rows lose nothing and come back."""
    filled = _sorted_out(sheet, read, actor)
    found = list(compare(read, filled.rows))
    odd = {one.row: one.fault for one in found if one.fault}
    filled.returned += [Unmatched(row, fault) for row, fault in odd.items()]
    found = [one for one in found if one.row not in odd and one.theirs is not None]
    corrections = [
        correction for one in found for correction in one.field.corrections(one.record, one.person, one.theirs or "")
    ] + filled.corrections
    sheet.returned.all().delete()
    rows = [ReturnedRow(sheet=sheet, row_no=one.number, reason=one.reason[:300]) for one in filled.returned]
    ReturnedRow.objects.bulk_create(rows, batch_size=AT_ONCE)
    sheet.layout, sheet.layout_title, sheet.template = read.layout.name, read.layout.title, True
    sheet.compared_columns, sheet.other_columns = compared_columns(read, None)
    sheet.rows_in = len(read.rows)
    sheet.rows_matched = sheet.rows_in - len({one.number for one in filled.returned})
    sheet.households = len({one.household_id for one in corrections})
    sheet.added = filled.added
    sheet.state, sheet.progress, sheet.progress_text = SheetState.COMPARED, 100, "已入库"
    sheet.save()
    if corrections:
        made = keep_take_over(sheet, corrections, actor, at)
        kept = as_differences(sheet, found)
        for one in kept:
            one.can_take, one.decision, one.takeover = True, Decision.TAKE, made
            one.decided_at, one.decided_by = at, actor.username
        Difference.objects.bulk_create(kept, batch_size=AT_ONCE)
    counts = {"rows": sheet.rows_in, "taken": sheet.rows_matched, "returned": len(rows), "added": sheet.added}
    note(act="fill_sheet", subject=f"sheet:{sheet.pk}", actor=actor, at=at, details=counts)
    return sheet


def _sorted_out(sheet: IncomingSheet, read: Sheet, actor: Actor) -> Filled:
    filled, good = Filled(), []
    refused = _not_for(read, actor)
    for row in read.rows:
        faults = [refused] if refused else faults_of(read, row) or list(filter(None, [period_fault(read, row)]))
        if faults:
            filled.returned.append(Unmatched(row.number, "；".join(faults)))
        else:
            good.append(row)
    read_good = Sheet(read.layout, read.present, good, read.header, read.unknown, read.raw, read.start)
    matched, unmatched = match_rows(read_good, actor)
    if read.layout.name in ENTRY_SLOTS:
        filled.corrections, filled.added = entry_corrections(read, matched)
        filled.returned += unmatched
        return filled
    filled.rows, twice = once_each(matched)
    filled.returned += twice
    _add_new(sheet, read, unmatched, filled, actor)
    return filled


def _not_for(read: Sheet, actor: Actor) -> str:
    """Why none of the rows may be taken from this actor; empty when they may."""
    if read.layout.name == "risks" and not (
        actor.may(Permission.ACCEPT_CASE) and len(actor.place_code) <= COUNTY_DIGITS
    ):
        return BY_COUNTY
    return NO_MEASURES if read.layout.name == "measures" and not actor.may(Permission.RECORD_MEASURE) else ""


def _add_new(sheet: IncomingSheet, read: Sheet, unmatched: Iterable[Unmatched], filled: Filled, actor: Actor) -> None:
    """Rows about nobody of the register: something new where the sheet says so, else given back."""
    rows = {row.number: row for row in read.rows}
    asked = [one for one in unmatched if is_new(read, rows[one.number], one.reason)]
    filled.returned += [one for one in unmatched if one not in asked]
    new = [rows[one.number] for one in asked]
    numbers = {number for row in new if (number := _number(read, row))}
    _, elsewhere = residents_sought(actor, id_numbers={written_id_number(number) for number in numbers})
    records = household_records(actor, {plain(row.text(read.place_of("household_id"))) for row in new})
    villages = _villages(actor) if read.layout.name == "households" else {}
    taken: dict[str, list[str]] = dict(elsewhere)
    for row in new:
        made = _new(sheet, read, row, records, villages, taken)
        if isinstance(made, str):
            filled.returned.append(Unmatched(row.number, made))
            continue
        filled.corrections += made
        filled.added += 1
        if number := _number(read, row):
            taken[number] = [made[-1].resident_id]  # the same new person twice in one sheet is one


def _new(
    sheet: IncomingSheet,
    read: Sheet,
    row: SheetRow,
    records: dict[str, Record],
    villages: dict[tuple[str, str, str], str],
    taken: dict[str, list[str]],
) -> list | str:  # type: ignore[type-arg]
    if read.layout.name == "members":
        record = records[plain(row.text(read.place_of("household_id")))]
        made = new_member(read, row, record, sheet.sha256, taken)
        return made if isinstance(made, str) else [made]
    names = tuple(plain(row.text(read.place_of(level))) for level in ("county", "township", "village"))
    return new_household(read, row, villages.get(names, ""), sheet.sha256, taken)  # type: ignore[arg-type]


def _number(read: Sheet, row: SheetRow) -> str:
    if read.layout.name == "members":
        return values_of(read, row, "member").get("id_number", "")
    return written_id_number(row.text(read.place_of(HEAD_NUMBER)))


def _villages(actor: Actor) -> dict[tuple[str, str, str], str]:
    """County, township and village by name → the village's code, within the actor's area."""
    found = places_at(Level.VILLAGE, range_low=actor.range_low, range_high=actor.range_high)
    rows = found.values_list("parent__parent__name", "parent__name", "name", "code")
    return {(county, township, village): code for county, township, village, code in rows}
