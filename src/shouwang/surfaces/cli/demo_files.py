"""Department files as departments send them (部门文件): 中文 headers and labels, some as Excel or CSV, a few bad rows."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.engine.model import Source
from shouwang.kernel.sheets.writing import write_csv, write_sheet

AS_SHEET = {"medical_settlements", "disabilities", "house_safety", "school_enrolments", "hotline_cases"}
AS_CSV = {"employment", "deaths", "disasters", "accidents", "water_supply"}
SHEET_ROWS = 60_000
"""Longer files go as CSV: nobody sends more in Excel."""
BAD_EVERY = 400


def department_file(data: Path, source: Source, *, bad_every: int = BAD_EVERY) -> tuple[str, bytes]:
    """The name and content of the file that a department delivers for one feed."""
    path = data / "feeds" / f"{source.name}.parquet"
    name = f"{source.unit}-{source.title}"
    if source.name not in AS_SHEET | AS_CSV:
        return f"{name}.parquet", path.read_bytes()
    table = pq.read_table(path)
    suffix = ".xlsx" if source.name in AS_SHEET and table.num_rows <= SHEET_ROWS else ".csv"
    header, rows = _header(table, source), _with_bad_rows(_rows(table, source), bad_every)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"data{suffix}"
        (write_sheet if suffix == ".xlsx" else write_csv)(target, header, rows)
        return f"{name}{suffix}", target.read_bytes()


def _columns(table: pa.Table, source: Source) -> list[str]:
    """The columns that a department has: those with anything in them, and never our own numbers."""
    own = ("resident_id", "household_id", "row_no")
    return [n for n in source.columns if n in table.column_names and n not in own and table[n].null_count < len(table)]


def _header(table: pa.Table, source: Source) -> list[str]:
    return [source.columns[name].title for name in _columns(table, source)]


def _rows(table: pa.Table, source: Source) -> Iterator[list[Any]]:
    """Rows with labels in place of codes and 是/否 in place of true/false."""
    columns = []
    for name in _columns(table, source):
        labels = {code: said[0] for code, said in source.columns[name].codes.items()}
        values = table[name].to_pylist()
        columns.append([_said(value, labels) for value in values])
    return (list(row) for row in zip(*columns, strict=True))


def _said(value: Any, labels: dict[str, str]) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else labels.get(value, value)


def _with_bad_rows(rows: Iterator[list[Any]], every: int) -> Iterator[list[Any]]:
    """Every few hundred rows one whose last date or amount nobody can read."""
    for number, row in enumerate(rows, start=1):
        if number % every == 0:
            row[-1 - number // every % 3] = "不详"
        yield row
