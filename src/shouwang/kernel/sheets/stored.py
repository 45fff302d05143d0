"""Parquet files (列式文件): typed already; brought to texts and kinds so that they pass the same checks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.cells import BOOL, DATE, EMPTY, MAX_COLUMNS, NUMBER, TEXT
from shouwang.kernel.sheets.raw import RawTable

MAX_ROWS = 20_000_000
MAX_INFLATED = 2 * 1024 * 1024 * 1024


def read_stored(path: Path) -> RawTable:
    """Read a Parquet file as texts and kinds. Raises InputError where it is broken or unreasonably large."""
    table = open_stored(path)
    texts, kinds = [pa.array(table.column_names, pa.string()).slice(i, 1) for i in range(table.num_columns)], []
    for place, column in enumerate(table.columns):
        text, kind = _text(column, path)
        texts[place] = pa.concat_arrays([texts[place], text])
        filled = text.is_valid().to_numpy(zero_copy_only=False)
        kinds.append(np.concatenate([[TEXT], np.where(filled, kind, EMPTY)]).astype(np.uint8))
    return RawTable(np.arange(1, table.num_rows + 2), texts, kinds, about={"format": "parquet"})


def open_stored(path: Path) -> pa.Table:
    """Read a Parquet file after judging its footer."""
    try:
        file = pq.ParquetFile(path)
        about = file.metadata
        inflated = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        if about.num_rows > MAX_ROWS or inflated > MAX_INFLATED or about.num_columns > MAX_COLUMNS:
            raise InputError("文件的行数、列数或展开后的大小超出限度。", "请分成几个文件提交。", file=path)
        return file.read()
    except (pa.ArrowException, OSError, ValueError):
        raise InputError("Parquet 文件不完整或已损坏。", "请重新导出整个文件。", file=path) from None


def _text(column: pa.ChunkedArray, path: Path) -> tuple[pa.StringArray, int]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_timestamp(kind):
        column, kind = column.cast(pa.date32(), safe=False), pa.date32()
    try:
        text = column.cast(pa.string())
    except (pa.ArrowException, NotImplementedError):
        raise InputError(f"列的类型 {kind} 读不了。", "每列应是文字、数字、日期或是否。", file=path) from None
    whole = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.string())
    return whole, _kind(kind)


def _kind(kind: pa.DataType) -> int:
    if pa.types.is_date(kind):
        return DATE
    if pa.types.is_boolean(kind):
        return BOOL
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return NUMBER
    return TEXT
