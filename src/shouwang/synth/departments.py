"""Department files (部门报送文件): the same tables as people send them, under 中文 headers, some cells spoilt."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from shouwang.engine.model import Column, Source
from shouwang.kernel.errors import InputError
from shouwang.policy.loading import find_pack
from shouwang.policy.reading import read_document
from shouwang.policy.sources import load_sources
from shouwang.synth.columns import replaced
from shouwang.synth.deliveries import LOCAL_FEEDS

MOST_ROWS = 1_048_000
NATIONAL = "national"
AS_TEXT = frozenset({"medical_settlements", "insurance_enrolments", "household_incomes", "employment", "farming"})
"""Feeds that come out of business systems as csv in GB18030; the others are worksheets kept by hand."""
SPOILT_SHARE = 0.002
_SPOILS: dict[str, tuple[str, ...]] = {
    "date": ("2026-13-45", "看不清", "去年"), "money": ("叁仟元", "约500", "见附件"), "integer": ("若干", "好几个"),
    "quantity": ("大约两亩", "？"), "choice": ("待定", "未填报"), "bool": ("不清楚", "待核实"),
}  # fmt: skip


def write_department_files(
    out: Path, feeds: Mapping[str, Path], as_of: datetime.date, *, spoilt: float = SPOILT_SHARE, pack: str = NATIONAL
) -> list[dict[str, Any]]:
    """Write each feed (name → Parquet) as its department would send it; returns file, feed, unit, rows, spoilt_rows.

    Names are 单位_数据_年月; csv files are GB18030, every third workbook has a title above its header. A small share
    of the rows has a cell that nobody can read, at least two rows where there are twenty. A department without a row
    to report sends nothing. The same input gives the same files. ``pack`` has the contracts of the feeds.
    """
    contracts = sources(pack)
    out.mkdir(parents=True, exist_ok=True)
    delivered = []
    for place, (name, path) in enumerate(sorted(feeds.items(), key=lambda feed: (feed[0] in LOCAL_FEEDS, feed[0]))):
        source = contracts[name]
        table = pq.read_table(path)
        if not len(table):
            continue
        texts = in_chinese(table, source)
        rows = _spoil(texts, table, source, spoilt)
        stem = f"{source.unit or '县直单位'}_{source.title}_{as_of:%Y%m}"
        title = f"{source.unit}{source.title}报送表" if place % 3 == 0 else None
        if name in AS_TEXT:
            file = write_csv(out / f"{stem}.csv", texts, encoding="gb18030")
        else:
            file = write_xlsx(out / f"{stem}.xlsx", texts, source, as_of=as_of, title=title)
        entry = {"file": file.name, "feed": name, "unit": source.unit, "rows": len(table), "spoilt_rows": rows}
        delivered.append(entry)
    return delivered


def convert(out: Path, formats: str, *, pack: str = NATIONAL) -> None:
    """Turn the Parquet files of ``out/register`` and ``out/feeds`` into csv (UTF-8) or xlsx with 中文 headers.

    Tables without rows stay Parquet: a sheet with nothing but a header is refused as an unfinished delivery.
    """
    contracts = sources(pack)
    for path in sorted([*out.glob("register/*.parquet"), *out.glob("feeds/*.parquet")]):
        source = contracts[path.stem]
        table = pq.read_table(path)
        if not len(table):
            continue
        texts = in_chinese(table, source)
        if formats == "csv":
            write_csv(path.with_suffix(".csv"), texts, encoding="utf-8-sig")
        else:
            write_xlsx(path.with_suffix(".xlsx"), texts, source, as_of=datetime.date(2000, 1, 1))
        path.unlink()


def sources(pack: str = NATIONAL) -> dict[str, Source]:
    """The contracts of a pack and of those that it extends (数据约定)."""
    folder = find_pack(pack)
    parent = read_document(folder / "pack.yaml").get("parent")
    return (sources(parent) if parent else {}) | load_sources(folder)


def in_chinese(table: pa.Table, source: Source) -> dict[str, pa.Array]:
    """The table as texts under 中文 headers: codes by their first label, 是/否, money with two decimals."""
    found = {}
    for name in table.column_names:
        column = source.columns[name]
        found[column.title] = _texts(table[name].combine_chunks(), column)
    return found


def _texts(values: pa.Array, column: Column) -> pa.Array:
    if column.type == "choice":
        codes = pa.array(list(column.codes))
        return pa.array([words[0] for words in column.codes.values()]).take(pc.index_in(values, codes))
    if column.type == "bool":
        return pc.if_else(values, "是", "否")
    return values.cast(pa.string())


def _spoil(texts: dict[str, pa.Array], table: pa.Table, source: Source, share: float) -> int:
    """Put unreadable words into one cell of a few rows; returns how many rows were spoilt."""
    count = len(table)
    wanted = max(round(count * share), 2 if count >= 20 and share > 0 else 0)
    rng = np.random.Generator(np.random.PCG64([count, zlib.crc32(source.name.encode())]))
    rows = rng.choice(count, size=wanted, replace=False)
    columns = [source.columns[name] for name in table.column_names if source.columns[name].type in _SPOILS]
    which = rng.integers(0, len(columns), wanted)
    for place, column in enumerate(columns):
        here = rows[which == place]
        words = pa.array(_SPOILS[column.type]).take(pa.array(rng.integers(0, len(_SPOILS[column.type]), len(here))))
        texts[column.title] = replaced(texts[column.title], here, words)
    return wanted


def write_csv(path: Path, texts: dict[str, pa.Array], *, encoding: str) -> Path:
    """One csv file in the given encoding."""
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(pa.table(texts), sink, pa.csv.WriteOptions(quoting_style="needed"))
    path.write_bytes(sink.getvalue().to_pybytes().decode("utf-8").encode(encoding))
    return path


def write_xlsx(
    path: Path, texts: dict[str, pa.Array], source: Source, *, as_of: datetime.date, title: str | None = None
) -> Path:
    """One worksheet; amounts and counts are numbers, everything else is text, so that no identity number is rounded.

    Raises InputError when there are more rows than a worksheet holds.
    """
    table = pa.table(texts)
    if len(table) > MOST_ROWS:
        raise InputError(f"{len(table)} rows of {source.name} do not fit into a worksheet", "use csv or parquet")
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.datetime(as_of.year, as_of.month, as_of.day, tzinfo=datetime.UTC)})
    sheet = book.add_worksheet(source.title[:31])
    top = 0
    if title is not None:
        sheet.write_string(0, 0, title)
        top = 1
    sheet.write_row(top, 0, table.column_names)
    for row, cells in enumerate(zip(*_cells(table, source), strict=True), start=top + 1):
        sheet.write_row(row, 0, cells)
    book.close()
    return path


def _cells(table: pa.Table, source: Source) -> list[list[str | float | None]]:
    """Columns as cell values: numbers where a cell is a number and its column counts or measures something."""
    by_title = {column.title: column for column in source.columns.values()}
    found: list[list[str | float | None]] = []
    for title in table.column_names:
        cells = table[title].to_pylist()
        if by_title[title].type in ("money", "quantity", "integer", "ratio"):
            cells = [_number(cell) for cell in cells]
        found.append(cells)
    return found


def _number(cell: str | None) -> str | float | None:
    try:
        return None if cell is None else float(cell)
    except ValueError:
        return cell
