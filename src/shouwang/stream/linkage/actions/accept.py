"""Accepting a received file (办理送达): read it, link its rows to people, keep what is sound, set aside what is not."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from shouwang.engine.model import Source
from shouwang.kernel.errors import InputError
from shouwang.kernel.faults import fault_point
from shouwang.register.ledger.sealed_files import opened_for_reading, own_folder, put_sealed
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.actions import (
    Settled,
    begin_reading,
    quarantine_delivery,
    report_progress,
    settle_delivery,
)
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.queries import declared_rows
from shouwang.stream.feeds.reading import Delivery as FileRead
from shouwang.stream.feeds.reading import read_delivery
from shouwang.stream.feeds.receipt import make_receipt
from shouwang.stream.feeds.rejects import write_rejects
from shouwang.stream.feeds.storage import put_table
from shouwang.stream.linkage.actions.review_rows import add_reviews
from shouwang.stream.linkage.people import KnownPeople
from shouwang.stream.linkage.rows import Sorted, sort_rows

PeopleOf = Callable[[int, int], AbstractContextManager[KnownPeople]]


def accept_delivery(*, delivery_id: int, actor: Actor, at: datetime, people_of: PeopleOf = KnownPeople):  # type: ignore[no-untyped-def]
    """Read, link and accept a received file (送达入库); good rows are never lost because of bad ones.

    A file that is unreadable as a whole is quarantined with the reason. `people_of` gives the people of a place range,
    where many files are accepted one after another. Gives back the delivery. Raises NotTwice when it is settled already.
    """
    delivery = begin_reading(delivery_id=delivery_id)
    fault_point("delivery.accept.begun")
    source = feed_contract(delivery.feed)
    suffix = Path(delivery.file_name).suffix.lower()
    try:
        with opened_for_reading("originals", delivery.sha256, delivery.original_path, suffix) as path:
            read = read_delivery(path, source)
        _refuse_cut_file(delivery_id, read)
    except InputError as wrong:
        problem = f"{wrong.message}{wrong.remedy}"
        return quarantine_delivery(delivery_id=delivery_id, problem=problem, actor=actor, at=at)
    _report(delivery_id, 45, "正在匹配人员")
    with people_of(delivery.range_low, delivery.range_high) as known:
        rows = sort_rows(read.table, source, known, batch=str(delivery_id))
        _report(delivery_id, 85, "正在入库")
        settled = _keep(read, rows, source, delivery)
        fault_point("delivery.accept.files_kept")
        with transaction.atomic():
            done = settle_delivery(delivery_id=delivery_id, settled=settled, actor=actor, at=at)
            fault_point("delivery.accept.settled")
            add_reviews(delivery=done, rows=rows, people=known)
            fault_point("delivery.accept.reviews_added")
    fault_point("delivery.accept.committed")
    return done


def _refuse_cut_file(delivery_id: int, read: FileRead) -> None:
    """A file with other rows than its sender's system counted was cut on the way out of there, or is another file."""
    declared = declared_rows(delivery_id)
    if declared is not None and declared != read.rows_in:
        raise InputError(
            f"清单写明 {declared} 行，文件里有 {read.rows_in} 行。", "请重新导出整个文件，核对行数后再报送。"
        )


def _report(delivery_id: int, percent: int, text: str) -> None:
    report_progress(delivery_id=delivery_id, percent=percent, text=text, status=DeliveryStatus.LINKING)


def _keep(read: FileRead, rows: Sorted, source: Source, delivery: Any) -> Settled:
    """Put the files in the store; the rows that count are known when all of them lie there."""
    batch_path, batch_sha256 = put_table("batches", rows.accepted)
    starts, ends = _period(read.table, source)
    return Settled(
        rows_in=read.rows_in,
        rows_accepted=rows.accepted.num_rows,
        rows_rejected=read.rejected,
        rows_review=rows.pending.num_rows,
        rows_unlinked=rows.unlinked,
        tiers=rows.tiers,
        period_from=starts,
        period_until=ends,
        batch_path=batch_path,
        batch_sha256=batch_sha256,
        rejects_path=_keep_rejects(read, delivery.sha256),
        sheet_path=_keep_sheet(read, delivery.sha256),
        pending_path=put_table("pending", rows.pending)[0] if rows.pending.num_rows else "",
        receipt=make_receipt(read, source, sequence=delivery.pk),
    )


def _keep_rejects(read: FileRead, sha256: str) -> str:
    if not read.rejects:
        return ""
    columns = ("row_no", "column", "value", "reason")
    table = pa.table({name: [getattr(reject, name) for reject in read.rejects] for name in columns})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return put_sealed("rejects", sha256, sink.getvalue().to_pybytes())


def _keep_sheet(read: FileRead, sha256: str) -> str:
    if not read.rejects:
        return ""
    with tempfile.TemporaryDirectory(dir=own_folder()) as folder:
        path = Path(folder) / "rejects.xlsx"
        write_rejects(read, path)
        return put_sealed("sheets", sha256, path.read_bytes())


def _period(table: pa.Table, source: Source) -> tuple[date | None, date | None]:
    """First day of the rows and the day after their last."""
    if not source.date or not table.num_rows:
        return None, None
    ends = pc.min_max(table[source.date]).as_py()
    return ends["min"], ends["max"] + timedelta(days=1) if ends["max"] else None
