"""The receipt of a delivery (回执): what came, what was taken, what was not and why; provable row by row.

The root hash is a Merkle root over the accepted rows (domain-separated SHA-256, as in RFC 6962), computed from
canonical texts, so that the same content gives the same root whether it came as xlsx, csv or parquet.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Source
from shouwang.stream.feeds.reading import Delivery
from shouwang.stream.feeds.rejects import count_reasons

NULL, BETWEEN = "\x00", "\x1f"


def make_receipt(delivery: Delivery, source: Source, *, sequence: int) -> dict[str, Any]:
    """The receipt as plain values, ready for JSON; the caller signs it and adds the time.

    ``sequence`` counts the deliveries of this source. The period is the range of the contract's date column.
    """
    return {
        "source": source.name,
        "title": source.title,
        "sequence": sequence,
        "file": delivery.file,
        "sha256": delivery.sha256,
        "rows_in": delivery.rows_in,
        "accepted": delivery.accepted,
        "rejected": delivery.rejected,
        "rejected_by_reason": count_reasons(delivery),
        "warnings": list(delivery.warnings),
        "mapping": dict(delivery.mapping),
        "period": _period(delivery.table, source),
        "root": root_hash(delivery.table),
    }


def _period(table: pa.Table, source: Source) -> dict[str, str | None]:
    if source.date is None or not table.num_rows:
        return {"from": None, "to": None}
    limits = pc.min_max(table[source.date]).as_py()
    return {
        "from": limits["min"].isoformat() if limits["min"] else None,
        "to": limits["max"].isoformat() if limits["max"] else None,
    }


def row_hashes(table: pa.Table) -> list[bytes]:
    """SHA-256 of every row's canonical text; the row number is no content and stays out."""
    names = sorted(name for name in table.column_names if name != "row_no")
    if not names or not table.num_rows:
        return []
    texts = [pc.fill_null(table[name].cast(pa.string()), NULL) for name in names]
    joined = pc.binary_join_element_wise(*texts, BETWEEN)
    return [hashlib.sha256(b"\x00" + text.encode()).digest() for text in joined.to_pylist()]


def root_hash(table: pa.Table) -> str:
    """Merkle root over the rows in order, in hex; an empty table has the hash of nothing."""
    level = row_hashes(table)
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(level) & ~1 :]
    return level[0].hex()
