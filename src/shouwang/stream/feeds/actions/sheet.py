"""Handing back the rejected rows (下载退回表)."""

from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.db import transaction

from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.queries import reject_rows

HEADERS = ("行号", "列", "原值", "退回原因")


@transaction.atomic
def download_rejects(*, delivery_id: int, actor: Actor, at: datetime) -> bytes:
    """The reject sheet of a delivery as xlsx (退回表): row number, column, value and reason in 中文.

    The values may show who somebody is, hence the ledger row. Raises NotAllowed without the permission to deliver,
    Delivery.DoesNotExist when it is not the actor's.
    """
    actor.require(Permission.SEND_DELIVERY)
    delivery = Delivery.objects.visible_to(actor).get(pk=delivery_id)
    content = _sheet(delivery)
    note(act="download_rejects", subject=f"delivery:{delivery_id}", actor=actor, at=at)
    return content


def _sheet(delivery: Delivery) -> bytes:
    titles = {name: column.title for name, column in feed_contract(delivery.feed).columns.items()}
    sink = BytesIO()
    # Everything is written as text: what looks like a formula stays what it is.
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("退回")
        sheet.write_row(0, 0, HEADERS, book.add_format({"bold": True}))
        for line, row in enumerate(reject_rows(delivery).to_pylist(), start=1):
            sheet.write_number(line, 0, row["row_no"])
            sheet.write_string(line, 1, titles.get(row["column"] or "", row["column"] or ""))
            sheet.write_string(line, 2, row["value"] or "")
            sheet.write_string(line, 3, row["reason"])
    return sink.getvalue()
