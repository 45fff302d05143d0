"""The reject sheet (退回清单): the rows that were not taken, as they stood in the file, and why in the last column.

It is made to be corrected and delivered again: same columns, same order; the added columns are ignored on return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from shouwang.kernel.sheets.writing import write_csv, write_sheet
from shouwang.stream.feeds.reading import Delivery

REASON = "错误原因"
ROW = "原表行号"


def reject_rows(delivery: Delivery) -> Iterator[list[str]]:
    """One list of texts per rejected row: the original cells, the row number in the file, the reasons."""
    reasons: dict[int, list[str]] = {}
    for reject in delivery.rejects:
        reasons.setdefault(reject.row_no, []).append(reject.reason)
    width = len(delivery.header)
    for row in sorted(reasons):
        cells = delivery.rejected_rows.get(row, [])
        yield [*cells[:width], *[""] * (width - len(cells)), str(row), "；".join(reasons[row])]


def write_rejects(delivery: Delivery, path: Path) -> int:
    """Write the reject sheet as .xlsx or .csv, after the name of ``path``; returns how many rows it holds."""
    header = [*delivery.header, ROW, REASON]
    rows = list(reject_rows(delivery))
    if path.suffix.lower() == ".csv":
        write_csv(path, header, rows)
    else:
        write_sheet(path, header, rows, title="退回清单")
    return len(rows)


def count_reasons(delivery: Delivery) -> dict[str, int]:
    """How many times each reason stands in the reject sheet, the most frequent first."""
    return dict(Counter(reject.reason for reject in delivery.rejects).most_common())
