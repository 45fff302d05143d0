"""Deliveries as whole columns (交付数据): Parquet files of one source, each column in engine units.

What departments usually deliver is turned by pyarrow; whatever else a cell may hold, DuckDB reads as it always read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.duckdb_connection import connect
from shouwang.engine.model import Column, Kind
from shouwang.kernel.errors import InputError

WORDS, CODES = pa.string(), pa.dictionary(pa.int32(), pa.string())
BADLY_TYPED = (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.BinderException, pa.ArrowInvalid)
DIGITS = 18  # so many fit into 64 bits
LIKE_WORDS = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
SQL = {Kind.DATE: "DATE", Kind.BOOL: "BOOLEAN"}
ARROW = {Kind.DATE: pa.date32(), Kind.BOOL: pa.bool_(), Kind.TEXT: pa.bool_()}


class Delivery:
    """The files of one source, one below the other; where one lacks a column it is empty.

    ``codes`` names columns of few different words, which are read as such. Raises InputError for what is no Parquet.
    """

    def __init__(self, paths: Sequence[Path], codes: Iterable[str] = ()) -> None:
        self.paths, self.codes = paths, [*codes]
        self.files = [_opened(path, self.codes) for path in paths]

    @cached_property
    def names(self) -> list[str]:
        """Columns of any of the files, in their order."""
        return list(dict.fromkeys(name for file in self.files for name in file.schema_arrow.names))

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.metadata.num_rows for file in self.files)

    def words(self, name: str) -> pa.Array:
        """A column of ids or names of places as text; raises InputError where there is none."""
        if name not in self.names:
            said = f"缺少列“{name}”。"
            raise InputError(said, f"现有列：{'、'.join(self.names)}。", file=self.paths[0], column=name)
        return self._whole(Column(name, "choice", name), WORDS)

    def column(self, column: Column) -> pa.Array:
        """A column in engine units; of free text only where there is any. Raises InputError for cells of another type."""
        if column.name == "place_code":
            return self.words(column.name)
        if column.kind is Kind.CHOICE:
            return self._whole(column, CODES)
        return self._whole(column, ARROW.get(column.kind, pa.int64()))

    def _whole(self, column: Column, wanted: pa.DataType) -> pa.Array:
        parts: list[pa.Array] = []
        for path, file in zip(self.paths, self.files, strict=True):
            try:
                parts += _of_file(file, column, wanted).chunks
            except BADLY_TYPED as error:
                said = f"数据与列的类型不符：{str(error).splitlines()[0]}"
                raise InputError(said, file=path, column=column.name) from None
        found = pa.chunked_array(parts, wanted)
        found = found.unify_dictionaries() if wanted == CODES else found
        return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()


def _opened(path: Path, codes: Sequence[str]) -> pq.ParquetFile:
    try:
        names = {f.name for f in pq.read_schema(path) if pa.types.is_string(f.type)}
        return pq.ParquetFile(path, read_dictionary=[name for name in codes if name in names])
    except pa.ArrowInvalid as error:
        raise InputError(f"不是可读的 Parquet 文件：{str(error).splitlines()[0]}", file=path) from None


def _of_file(file: pq.ParquetFile, column: Column, wanted: pa.DataType) -> pa.ChunkedArray:
    rows, name = file.metadata.num_rows, column.name
    if name not in file.schema_arrow.names:
        return pa.chunked_array([pa.nulls(rows, wanted)])
    if wanted == ARROW[Kind.TEXT] and column.kind is Kind.TEXT and _says_everywhere(file, name):
        return pa.chunked_array([pa.repeat(True, rows)])
    found = file.read(columns=[name])[name]
    return pa.chunked_array([_in_units(part, column, wanted) for part in found.chunks], wanted)


def _says_everywhere(file: pq.ParquetFile, name: str) -> bool:
    """Whether a text is in every row, as far as the file itself tells without being read."""
    place = file.schema_arrow.names.index(name)
    if not pa.types.is_string(file.schema_arrow.field(place).type):
        return False
    found = [file.metadata.row_group(n).column(place).statistics for n in range(file.metadata.num_row_groups)]
    return all(s is not None and s.has_null_count and s.null_count == 0 and s.has_min_max and s.min for s in found)


def _in_units(values: pa.Array, column: Column, wanted: pa.DataType) -> pa.Array:
    kind, held = column.kind, values.type
    if kind is Kind.TEXT:
        bare = pa.types.is_primitive(held) or pa.types.is_decimal(held) or pa.types.is_null(held)
        there = values.is_valid() if bare else pc.greater(pc.binary_length(values.cast(WORDS)), 0)
        return pc.if_else(there, True, pa.scalar(None, pa.bool_()))
    if kind.is_number and pa.types.is_integer(held):
        return pc.multiply_checked(values.cast(pa.int64()), 10**kind.scale)
    if held == wanted:
        return values
    if pa.types.is_null(held):
        return pa.nulls(len(values), wanted)
    if kind.is_number and pa.types.is_decimal128(held) and held.scale == kind.scale and held.precision <= DIGITS:
        return _scaled(values)
    if kind is Kind.CHOICE and any(is_of(held) for is_of in LIKE_WORDS):
        found = values.cast(WORDS)
        return found if wanted == WORDS else found.dictionary_encode()
    return _by_duckdb(values, column).cast(WORDS if wanted == CODES else wanted).cast(wanted)


def _scaled(values: pa.Array) -> pa.Array:
    """Decimals as whole numbers of their smallest unit: the lower half of each says it all."""
    known, halves = values.buffers()
    lower = np.frombuffer(halves, np.int64)[2 * values.offset :: 2][: len(values)].copy()
    found = pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(lower)])
    return found if known is None else pc.if_else(values.is_valid(), found, None)


def _by_duckdb(values: pa.Array, column: Column) -> pa.Array:
    with closing(connect()) as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.register("given", pa.table({"v": values}))
        return (
            connection.sql(f"SELECT {_expression(column, values.type)} AS v FROM given")
            .to_arrow_table()["v"]
            .combine_chunks()
        )


def _expression(column: Column, held: pa.DataType) -> str:
    if not column.kind.is_number:
        return f"CAST(v AS {SQL.get(column.kind, 'VARCHAR')})"
    unit = 10**column.kind.scale
    if unit == 1:
        return "CAST(v AS BIGINT)"
    return (
        f"CAST(v * {unit} AS BIGINT)"
        if pa.types.is_decimal(held)
        else f"CAST(ROUND(CAST(v AS DOUBLE) * {unit}) AS BIGINT)"
    )
