"""What people decided later (后来的决定): a list to test rules against, read from a file."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from shouwang.engine.model import Column, Source
from shouwang.kernel.errors import InputError
from shouwang.stream.feeds.reading import read_delivery

COLUMNS = (
    Column("household_id", "text", "户编号", required=True, aliases=("户号",)),
    Column("decided_on", "date", "决定日期", required=True, aliases=("认定日期", "核查日期")),
    Column("confirmed", "bool", "是否认定", required=True, aliases=("认定为监测对象", "认定结果")),
)
CONTRACT = Source(
    "decisions", "后来的决定", "register", "household", "decided_on", None, None, (), {c.name: c for c in COLUMNS}
)


def read_decisions(path: Path) -> pa.Table:
    """household_id, decided_on, confirmed. Raises InputError for an unreadable file and for rows that cannot be read."""
    found = read_delivery(path, CONTRACT)
    if found.rejected:
        raise InputError(f"有 {found.rejected} 行读不出户编号、决定日期或是否认定。", "请改正这些行再回测。", file=path)
    return found.table
