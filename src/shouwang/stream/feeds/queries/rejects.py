"""Rows that went back to the department (退回的行)."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.kernel.sheets.opening import open_file
from shouwang.register.ledger.sealed_files import open_sealed, own_folder
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.rejects import ROW


def reject_rows(delivery: Delivery, *, limit: int | None = None) -> pa.Table:
    """Rejects of a delivery: row_no, column, value, reason, in row order.

    The values may show who somebody is: pages show them only to those who may download the sheet.
    """
    if not delivery.rejects_path:
        return pa.table({"row_no": pa.array([], pa.int64()), "column": [], "value": [], "reason": []})
    table = pq.read_table(io.BytesIO(open_sealed("rejects", delivery.sha256, delivery.rejects_path)))
    return table.slice(0, limit) if limit else table


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken (退回的行): its number in the file, its cells by header, and why."""

    row_no: int
    cells: dict[str, str]
    reasons: list[str]


def rejected_rows(content: bytes) -> tuple[list[str], list[RejectedRow]]:
    """Header and rows of a reject sheet that this system wrote, as data; whoever has the sheet may see them."""
    with tempfile.NamedTemporaryFile(dir=own_folder(), suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        table = open_file(Path(file.name), isolated=False)
    header, *rows = [table.row_texts(place) for place in range(len(table))]
    columns = header[: header.index(ROW)]
    found = [
        RejectedRow(
            row_no=int(cells[len(columns)]),
            cells=dict(zip(columns, cells, strict=False)),
            reasons=cells[len(columns) + 1].split("；"),
        )
        for cells in rows
    ]
    return columns, found
