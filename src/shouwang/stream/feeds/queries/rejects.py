"""Rows that went back to the department (退回的行)."""

import io

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.stream.feeds.models import Delivery


def reject_rows(delivery: Delivery, *, limit: int | None = None) -> pa.Table:
    """Rejects of a delivery: row_no, column, value, reason, in row order.

    The values may show who somebody is: pages show them only to those who may download the sheet.
    """
    if not delivery.rejects_path:
        return pa.table({"row_no": pa.array([], pa.int64()), "column": [], "value": [], "reason": []})
    table = pq.read_table(io.BytesIO(open_sealed("rejects", delivery.sha256, delivery.rejects_path)))
    return table.slice(0, limit) if limit else table
