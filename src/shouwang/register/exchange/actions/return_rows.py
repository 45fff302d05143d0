"""Giving rows back (退回表): the sheet as it came, with a column that says what is wrong in each row."""

import io
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.exchange.actions.receive import open_incoming
from shouwang.register.exchange.choices import SheetState
from shouwang.register.exchange.models import IncomingSheet
from shouwang.register.exchange.queries import incoming_sheet, returned_rows
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

REASON = "错误说明"


class NoReturns(Refusal):
    """There is no such sheet for this actor (没有退回表)."""


@transaction.atomic
def download_returned(*, sheet_id: int, all_rows: bool, actor: Actor, at: datetime) -> tuple[IncomingSheet, bytes]:
    """The sheet with the added column 错误说明 (退回表), bad rows only or all rows; made to be corrected and sent again.

    It shows what the sender's own file shows, hence the ledger row. Raises NoReturns, NotAllowed.
    """
    actor.require(Permission.EXCHANGE_SHEETS)
    sheet = incoming_sheet(actor, sheet_id)
    if sheet is None or sheet.state != SheetState.COMPARED:
        raise NoReturns("没有退回表。")
    reasons: dict[int, list[str]] = {}
    for one in returned_rows(actor, sheet_id):
        reasons.setdefault(one.row_no, []).append(one.reason)
    read = open_incoming(sheet)
    columns = [column.to_pylist() for column in read.raw.texts]
    places = [place for place, text in enumerate(read.header) if (text or "").strip() != REASON]
    header = [*(read.header[place] for place in places), REASON]
    rows = (
        [*(columns[place][at_row] or "" for place in places), "；".join(reasons.get(number, []))]
        for at_row, number in enumerate(read.raw.rows.tolist())
        if all_rows or number in reasons
    )
    sink = io.BytesIO()
    write_sheet(sink, header, rows, title=sheet.layout_title or "退回表")
    note(act="download_returned", subject=f"sheet:{sheet.pk}", actor=actor, at=at)
    return sheet, sink.getvalue()
