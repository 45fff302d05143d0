"""Deliveries as whole columns (交付数据): Parquet files of one source, each column in engine units.

What departments usually deliver is turned by pyarrow; whatever else a cell may hold, DuckDB reads as it always read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

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
REPEATED = 8  # bytes a row: an id that stands there by itself takes twice as many
LIKE_WORDS = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
SQL = {Kind.DATE: "DATE", Kind.BOOL: "BOOLEAN"}
ARROW = {Kind.DATE: pa.date32(), Kind.BOOL: pa.bool_(), Kind.TEXT: pa.bool_()}


@dataclass(frozen=True)
class _File:
    """A Parquet file of which only the footer was read."""

    path: Path
    metadata: pq.FileMetaData
    schema: pa.Schema

    def column(self, name: str, *, coded: bool) -> pa.ChunkedArray:
        # Opened anew, so that threads can read different columns at once; reading ahead would only copy what lies in memory.
        with pq.ParquetFile(
            self.path, metadata=self.metadata, read_dictionary=[name] if coded else None, pre_buffer=False
        ) as file:
            return file.read(columns=[name], use_threads=False)[name]

    def statistics(self, name: str) -> list[Any]:
        """What the file itself tells of each part of a column."""
        return [part.statistics for part in self._parts(name)]

    def repeats(self, name: str) -> bool:
        """Whether text takes so little of the file that each word must stand there once for many rows."""
        if name not in self.schema.names or not pa.types.is_string(self.schema.field(name).type):
            return False
        held = sum(part.total_uncompressed_size for part in self._parts(name))
        return bool(held < REPEATED * self.metadata.num_rows)

    def _parts(self, name: str) -> list[Any]:
        place = self.schema.names.index(name)
        return [self.metadata.row_group(n).column(place) for n in range(self.metadata.num_row_groups)]


class Delivery:
    """The files of one source, one below the other; where one lacks a column it is empty.

    ``codes`` names columns of few different words, which are read as such. Raises InputError for what is no Parquet.
    """

    def __init__(self, paths: Sequence[Path], codes: Iterable[str] = ()) -> None:
        self.paths, self.codes = paths, {*codes}
        self.files = [_opened(path) for path in paths]

    @cached_property
    def names(self) -> list[str]:
        """Columns of any of the files, in their order."""
        return list(dict.fromkeys(name for file in self.files for name in file.schema.names))

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(file.metadata.num_rows for file in self.files)

    def words(self, name: str) -> pa.Array:
        """A column of ids or names of places as text; raises InputError where there is none."""
        return self._whole(self._named(name), WORDS)

    def ids(self, name: str) -> list[pa.Array]:
        """A column of ids in parts, as text or, where few stand many times, as numbers of words; raises as ``words``."""
        return self._parts(self._named(name), WORDS, repeated=True)

    def _named(self, name: str) -> Column:
        if name not in self.names:
            said = f"缺少列“{name}”。"
            raise InputError(said, f"现有列：{'、'.join(self.names)}。", file=self.paths[0], column=name)
        return Column(name, "choice", name)

    def column(self, column: Column) -> pa.Array:
        """A column in engine units; of free text only where there is any. Raises InputError for cells of another type."""
        return self._whole(column, CODES if column.kind is Kind.CHOICE else ARROW.get(column.kind, pa.int64()))

    def is_plain(self, column: Column) -> bool:
        """Whether every cell of a column is of its type because no other fits into the files."""
        held = [file.schema.field(column.name).type for file in self.files if column.name in file.schema.names]
        return all(_is_plain(kind, column.kind) for kind in held)

    def may_be_empty(self, column: Column) -> bool:
        """Whether a column may have empty cells, as far as the files themselves tell without being read."""
        return not all(_says_everywhere(file, column) for file in self.files)

    def _whole(self, column: Column, wanted: pa.DataType) -> pa.Array:
        found = pa.chunked_array(self._parts(column, wanted), wanted)
        found = found.unify_dictionaries() if wanted == CODES else found
        return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()

    def _parts(self, column: Column, wanted: pa.DataType, *, repeated: bool = False) -> list[pa.Array]:
        parts: list[pa.Array] = []
        for file in self.files:
            try:
                if repeated and file.repeats(column.name):
                    parts += file.column(column.name, coded=True).chunks
                else:
                    parts += _of_file(file, column, wanted, coded=column.name in self.codes).chunks
            except BADLY_TYPED as error:
                said = f"数据与列的类型不符：{str(error).splitlines()[0]}"
                raise InputError(said, file=file.path, column=column.name) from None
        return parts


def _opened(path: Path) -> _File:
    try:
        with pq.ParquetFile(path) as file:
            return _File(path, file.metadata, file.schema_arrow)
    except pa.ArrowInvalid as error:
        raise InputError(f"不是可读的 Parquet 文件：{str(error).splitlines()[0]}", file=path) from None


def _of_file(file: _File, column: Column, wanted: pa.DataType, *, coded: bool) -> pa.ChunkedArray:
    rows, name = file.metadata.num_rows, column.name
    if name not in file.schema.names:
        return pa.chunked_array([pa.nulls(rows, wanted)])
    if wanted == ARROW[Kind.TEXT] and column.kind is Kind.TEXT and _says_everywhere(file, column):
        return pa.chunked_array([pa.repeat(True, rows)])
    found = file.column(name, coded=coded and pa.types.is_string(file.schema.field(name).type))
    return pa.chunked_array([_in_units(part, column, wanted) for part in found.chunks], wanted)


def _says_everywhere(file: _File, column: Column) -> bool:
    """Whether a column says something in every row, as far as the file itself tells without being read."""
    if column.name not in file.schema.names:
        return False
    found = file.statistics(column.name)
    if not all(one is not None and one.has_null_count and one.null_count == 0 for one in found):
        return False
    if column.kind is not Kind.TEXT:
        return True
    text = pa.types.is_string(file.schema.field(column.name).type)
    return text and all(one.has_min_max and one.min for one in found)


def _is_plain(held: pa.DataType, kind: Kind) -> bool:
    if kind is Kind.TEXT or pa.types.is_null(held):
        return True
    if kind is Kind.CHOICE:
        return pa.types.is_string(held) or pa.types.is_dictionary(held)
    if kind.is_number and pa.types.is_decimal128(held):
        return bool(held.scale == kind.scale and held.precision <= DIGITS)
    return bool(held == ARROW.get(kind)) or (kind is Kind.INTEGER and pa.types.is_signed_integer(held))


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
