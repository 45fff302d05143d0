"""Frozen tables in ranges of households (分段读取): what one range of neighbours needs, as plain columns.

Frozen keys are dense and every table is sorted by one of them, so the rows of a range of households lie together in
every table, and a person's row is found by position. Nothing is ever joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.values import LIMIT, Mask, Numbers, Truths, Values, truths
from shouwang.engine.model import Kind
from shouwang.engine.plan import KEYS

HOUSEHOLDS, RESIDENTS = "households", "residents"
TABLE_OF = {"household": HOUSEHOLDS, "resident": RESIDENTS}
BESIDE, MOST = "?", "most"  # of kept facts: the column beside values, and the largest of each in a range
PEOPLE_IN_A_RANGE = 1 << 17  # so many that a column of theirs still lies in a core's own memory


@dataclass(frozen=True)
class Positions:
    """Where each row's person or household stands in the range; ``missing`` rows have none."""

    at: NDArray[np.int64]
    missing: Mask = False


@dataclass(frozen=True)
class Columns:
    """The needed columns of one file, sorted by ``key``; without one, its rows are all of ``entity`` in their order.

    ``stored`` says that they are kept facts, mapped into memory.
    """

    table: pa.Table
    kinds: Mapping[str, Kind]
    most: Mapping[str, int]
    entity: str
    key: str | None = None
    stored: bool = False


class Tables:
    """Every needed column of a run; ``ranges`` cuts them along households. ``home`` names the column of households."""

    def __init__(
        self, held: Mapping[str, Columns], households: int, residents: int, home: tuple[str, str], words: Iterable[str]
    ) -> None:
        self.held, self.households, self.residents = held, households, residents
        self.home = _whole_numbers(_in_one(held[home[0]].table[home[1]])) - 1
        self.keys = {name: _whole_numbers(_in_one(c.table[c.key])) for name, c in held.items() if c.key}
        dictionaries = {
            (name, column.name): _dictionary(found.table[column.name])
            for name, found in held.items()
            for column in found.table.schema
            if pa.types.is_dictionary(column.type)
        }
        self.words = sorted({*words, *(word for held in dictionaries.values() for word in held)})
        self.codes = {word: code for code, word in enumerate(self.words)}
        self.renumbered = {
            at: np.array([self.codes[word] for word in held], dtype=np.int32) for at, held in dictionaries.items()
        }

    def ranges(self) -> Iterator[Range]:
        """The whole, cut into ranges of households with the residents and rows that belong to them."""
        people = max(self.households, self.residents, 1)
        step = max(1, round(self.households * PEOPLE_IN_A_RANGE / people))
        bounds = np.append(np.arange(0, self.households, step), self.households)
        residents = np.searchsorted(self.home, bounds)
        starts = {"household": bounds, "resident": residents}
        for name, keys in self.keys.items():
            starts[name] = np.searchsorted(keys, (residents if self.held[name].key == "rid" else bounds) + 1)
        for place in range(len(bounds) - 1):
            yield Range(self, {name: (int(at[place]), int(at[place + 1])) for name, at in starts.items()})


@dataclass
class Range:
    """A range of neighbours: rows from … to of every table."""

    tables: Tables
    rows: Mapping[str, tuple[int, int]]
    found: dict[tuple[str, str], Positions] = field(default_factory=dict)
    hits: list[Any] = field(default_factory=list)
    sheets: dict[Any, pa.RecordBatch] = field(default_factory=dict)

    def size(self, entity: str) -> int:
        """How many households or residents are in this range."""
        start, stop = self.rows[entity]
        return stop - start

    def _span(self, source: str) -> tuple[int, int]:
        return self.rows[source if source in self.rows else self.tables.held[source].entity]

    def column(self, source: str, name: str) -> Values:
        """A column of a source; of text it says only where there is none."""
        found = self.tables.held[source]
        if found.stored:
            return self._stored(found, source, name)
        kind, piece = found.kinds[name], self._piece(source, name)
        unknown: Mask = _bits(piece.is_null()) if piece.null_count else False
        if kind is Kind.TEXT:
            return Numbers(0, unknown)
        if (source, name) in self.tables.renumbered:
            return Numbers(self._codes(piece, self.tables.renumbered[source, name]), unknown)
        known = piece if unknown is False else piece.fill_null(False if kind is Kind.BOOL else 0)
        if kind is Kind.BOOL:
            return truths(_bits(known), unknown)
        return Numbers(_whole_numbers(known), unknown, found.most.get(name, LIMIT) if kind.is_number else 0)

    def _stored(self, found: Columns, source: str, name: str) -> Values:
        kind, piece, beside = found.kinds[name], self._piece(source, name), self._piece(source, name + BESIDE)
        known = beside.null_count == len(beside)
        other = False if known else _whole_numbers(beside.fill_null(0) if beside.null_count else beside).view(np.bool_)
        if kind is Kind.BOOL:
            yes = _whole_numbers(piece).view(np.bool_)
            return Truths(yes, yes if known else other)
        if kind is Kind.CHOICE:
            return Numbers(self._codes(piece, self.tables.renumbered[source, name]), other)
        return Numbers(_whole_numbers(piece), other, found.most[name])

    def _codes(self, piece: Any, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        if not len(numbers):
            return np.zeros(len(piece), dtype=np.int32)
        indices = piece.indices
        return numbers[_whole_numbers(indices.fill_null(0) if indices.null_count else indices)]

    def _piece(self, source: str, name: str) -> Any:
        start, stop = self._span(source)
        return _in_one(self.tables.held[source].table[name].slice(start, stop - start))

    def positions(self, source: str, entity: str) -> Positions:
        """Where the rows of a source belong among the people or households of this range."""
        if (source, entity) not in self.found:
            self.found[source, entity] = self._positions(source, entity)
        return self.found[source, entity]

    def _positions(self, source: str, entity: str) -> Positions:
        first = self.rows[entity][0]
        if source == RESIDENTS:
            start, stop = self.rows["resident"]
            return Positions(self.tables.home[start:stop] - first)
        start, stop = self._span(source)
        key, keys = self.tables.held[source].key, self.tables.keys[source][start:stop]
        if key == KEYS[entity]:
            return Positions(keys - (first + 1))
        if entity == "household":
            return Positions(self.tables.home[keys - 1] - first)
        piece = self._piece(source, "rid")
        missing = _bits(piece.is_null()) if piece.null_count else False
        return Positions(_whole_numbers(piece.fill_null(first + 1)) - (first + 1), missing)


# --- reading ------------------------------------------------------------------------------------------------------------


def read(path: str, kinds: Mapping[str, Kind], entity: str, *, everyone: bool = False) -> Columns:
    """Read columns of a file of rows about residents or households, with the key that sorts it.

    ``everyone`` says that its rows are all residents or households themselves, in their order.
    """
    file = pq.ParquetFile(path)
    held = {f.name: f.type for f in file.schema_arrow}
    key = None if everyone else "rid" if entity == "resident" and _all_known(file, "rid") else "hid"
    wanted = [name for name in dict.fromkeys([*kinds, *([key] if key else [])]) if name in held]
    words = [name for name in wanted if pa.types.is_string(held[name]) and kinds[name] is not Kind.TEXT]
    table = pq.ParquetFile(path, read_dictionary=words).read(columns=wanted).unify_dictionaries()
    most = {name: _most(file, name) for name in wanted if held[name] == pa.int64()}
    return Columns(table, kinds, most, entity, key)


def mapped(path: str, kinds: Mapping[str, Kind], entity: str) -> Columns:
    """Kept facts of all of an entity, where they lie in the file: only what is looked at is ever read."""
    file = pa.ipc.open_file(pa.memory_map(path))
    found = [file.get_batch_with_custom_metadata(number) for number in range(file.num_record_batches)]
    told = [json.loads(one.custom_metadata[MOST]) for one in found]
    table = pa.Table.from_batches([one.batch for one in found], file.schema)
    most = {name: max((one[name] for one in told), default=0) for name in kinds}
    return Columns(table.select([*kinds, *(name + BESIDE for name in kinds)]), kinds, most, entity, stored=True)


def _statistics(file: pq.ParquetFile, name: str) -> list[Any]:
    place = file.schema_arrow.names.index(name)
    return [file.metadata.row_group(n).column(place).statistics for n in range(file.metadata.num_row_groups)]


def _all_known(file: pq.ParquetFile, name: str) -> bool:
    return all(s is not None and s.has_null_count and s.null_count == 0 for s in _statistics(file, name))


def _most(file: pq.ParquetFile, name: str) -> int:
    found = _statistics(file, name)
    if not all(s is not None and (s.has_min_max or s.null_count == s.num_values + s.null_count) for s in found):
        return LIMIT
    return max((max(abs(s.min), abs(s.max)) for s in found if s.has_min_max), default=0)


def _dictionary(column: pa.ChunkedArray) -> list[str]:
    return column.chunk(0).dictionary.to_pylist() if column.num_chunks else []


def _in_one(column: pa.ChunkedArray) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _whole_numbers(piece: Any) -> NDArray[Any]:
    # Straight from the buffer: pyarrow's own way would import pandas where it is installed.
    width = {8: np.int8, 16: np.int16, 32: np.int32, 64: np.int64}[piece.type.bit_width]
    return np.frombuffer(piece.buffers()[1] or b"", width, len(piece), piece.offset * np.dtype(width).itemsize)


def _bits(piece: Any) -> NDArray[np.bool_]:
    return _whole_numbers(piece.cast(pa.uint8())).view(np.bool_)
