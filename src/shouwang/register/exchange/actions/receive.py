"""Taking a sheet in (导入表格): kept sealed first, then read, matched and compared; bad input loses nothing."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from shouwang.kernel.errors import InputError, Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.exchange.actions.fill import fill_sheet
from shouwang.register.exchange.actions.keep import as_differences
from shouwang.register.exchange.choices import SheetState
from shouwang.register.exchange.comparing import compare, compared_columns
from shouwang.register.exchange.matching import match_rows
from shouwang.register.exchange.models import Difference, IncomingSheet, ReturnedRow
from shouwang.register.exchange.recognising import Sheet, read_sheet
from shouwang.register.exchange.templates import TEMPLATES
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import opened_for_reading, put_sealed
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

KIND = "exchange"
AT_ONCE = 2_000
MANY_ROWS = 2_000
"""From so many rows on, a sheet is worked on in the background."""


class NotOpen(Refusal):
    """The sheet has been worked on already (已经比对过)."""


@transaction.atomic
def receive_sheet(
    *,
    file_name: str,
    content: bytes,
    actor: Actor,
    at: datetime,
    income_year: int | None = None,
) -> IncomingSheet:
    """Keep a sheet that a person brings (收表); reading it follows. Raises NotAllowed."""
    actor.require(Permission.EXCHANGE_SHEETS)
    digest = sha256(content).hexdigest()
    sheet = IncomingSheet.objects.create(
        file_name=file_name[-200:],
        size=len(content),
        sha256=digest,
        original_path=put_sealed(KIND, digest, content),
        range_low=actor.range_low,
        range_high=actor.range_high,
        income_year=income_year,
        received_at=at,
        received_by=actor.username,
    )
    fault_point("exchange.receive.row_written")
    details = {"sha256": digest, "bytes": len(content)}
    note(act="receive_sheet", subject=f"sheet:{sheet.pk}", actor=actor, at=at, details=details)
    return sheet


def open_incoming(sheet: IncomingSheet) -> Sheet:
    """The rows of a kept sheet. Raises InputError for what is none of the known layouts."""
    with opened_for_reading(KIND, sheet.sha256, sheet.original_path, ".sheet") as path:
        return read_sheet(path)


def compare_sheet(*, sheet_id: int, actor: Actor, at: datetime, read: Sheet | None = None) -> IncomingSheet:
    """Compare a received sheet with the register (比对); started again after a crash, it begins anew.

    A file that is no sheet ends as refused, with the reason. `read` saves reading it a second time.
    Raises NotOpen when it was compared before.
    """
    sheet = begin_comparing(sheet_id)
    fault_point("exchange.compare.begun")
    try:
        read = read or open_incoming(sheet)
    except InputError as wrong:
        return _refuse(sheet, str(wrong.message) + wrong.remedy, actor, at)
    if read.layout.name in TEMPLATES:
        return fill_sheet(sheet=sheet, read=read, actor=actor, at=at)
    report(sheet, 30, "正在对应到户到人")
    matched, unmatched = match_rows(read, actor)
    report(sheet, 60, "正在逐项比对")
    with transaction.atomic():
        sheet.returned.all().delete()
        sheet.differences.all().delete()
        rows = [ReturnedRow(sheet=sheet, row_no=one.number, reason=one.reason) for one in unmatched]
        ReturnedRow.objects.bulk_create(rows, batch_size=AT_ONCE)
        found = list(compare(read, matched, year=sheet.income_year))
        Difference.objects.bulk_create(as_differences(sheet, found), batch_size=AT_ONCE)
        fault_point("exchange.compare.differences_written")
        sheet.layout, sheet.layout_title = read.layout.name, read.layout.title
        sheet.compared_columns, sheet.other_columns = compared_columns(read, sheet.income_year)
        sheet.rows_in, sheet.rows_matched = len(read.rows), len(matched)
        sheet.households = len({one.record.household.household_id for one in matched})
        sheet.state, sheet.progress, sheet.progress_text = SheetState.COMPARED, 100, "已比对"
        sheet.save()
        counts = {"rows": sheet.rows_in, "matched": sheet.rows_matched, "differences": len(found)}
        note(act="compare_sheet", subject=f"sheet:{sheet.pk}", actor=actor, at=at, details=counts)
    return sheet


@transaction.atomic
def begin_comparing(sheet_id: int) -> IncomingSheet:
    """Mark that work on a sheet has begun. Raises NotOpen."""
    sheet = IncomingSheet.objects.select_for_update().get(pk=sheet_id)
    if sheet.finished:
        raise NotOpen("这张表已经比对过。")
    sheet.state = SheetState.COMPARING
    report(sheet, 5, "正在读取文件")
    return sheet


def report(sheet: IncomingSheet, percent: int, text: str) -> None:
    """Say how far the work is, for the page that waits."""
    sheet.progress, sheet.progress_text = percent, text
    sheet.save(update_fields=["state", "progress", "progress_text"])


@transaction.atomic
def _refuse(sheet: IncomingSheet, problem: str, actor: Actor, at: datetime) -> IncomingSheet:
    sheet.state, sheet.problem = SheetState.REFUSED, problem[:500]
    sheet.progress, sheet.progress_text = 100, "未能读取"
    sheet.save()
    note(act="refuse_sheet", subject=f"sheet:{sheet.pk}", actor=actor, at=at)
    return sheet
