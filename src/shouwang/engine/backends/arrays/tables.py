"""Frozen tables in ranges of households (分段读取): what one range of neighbours needs, as plain columns.

Frozen keys are dense and every table is sorted by one of them, so the rows of a range of households lie together in
every table, and a person's row is found by position. Nothing is ever joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.values import Mask, Numbers, Truths, Values, any_of
from shouwang.engine.frozen_columns import Held, whole_numbers
from shouwang.engine.keys import Numbers as Places
from shouwang.engine.keys import Rows as Keys
from shouwang.engine.keys import one_chunk
from shouwang.engine.model import Kind
from shouwang.engine.plan import KEYS

HOUSEHOLDS, RESIDENTS = "households", "residents"
TABLE_OF = {"household": HOUSEHOLDS, "resident": RESIDENTS}
BESIDE, MOST = "?", "most"  # of kept facts: the column beside values, and the largest of each in a range
PEOPLE_IN_A_RANGE = 1 << 18
"""So many that a step costs more than to call it, so few that a column of theirs still lies in a core's own memory."""


@dataclass(frozen=True)
class Positions:
    """Where each row's person or household stands in the range; ``missing`` rows have none."""

    at: NDArray[np.int64]
    missing: Mask = False


@dataclass(frozen=True)
class Columns:
    """The needed columns of a source, sorted by ``key``; without one, its rows are all of ``entity`` in their order."""

    columns: Mapping[str, Held]
    kinds: Mapping[str, Kind]
    entity: str
    keys: Keys
    key: str | None = None


@dataclass(frozen=True)
class Stored:
    """Kept facts of all of an entity, mapped into memory."""

    table: pa.Table
    kinds: Mapping[str, Kind]
    most: Mapping[str, int]
    entity: str

    def all_of(self, name: str) -> NDArray[Any]:
        """A column of numbers of all of them."""
        return whole_numbers(one_chunk(self.table[name]))


class Tables:
    """Every needed column of a run; ``ranges`` cuts them along households. ``home`` has the key of each resident's one."""

    def __init__(
        self,
        held: Mapping[str, Columns | Stored],
        households: int,
        residents: int,
        home: Places,
        words: Iterable[str],
    ) -> None:
        self.held, self.households, self.residents, self.home = held, households, residents, home
        self.keys = {name: c.keys.of(c.key) for name, c in held.items() if isinstance(c, Columns) and c.key}
        dictionaries = {
            (name, column): words
            for name, found in held.items()
            for column, words in _words(found)
            if words is not None
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
        residents = _found(self.home, bounds + 1)
        starts = {"household": bounds, "resident": residents}
        for name, keys in self.keys.items():
            key = getattr(self.held[name], "key", None)
            starts[name] = _found(keys, (residents if key == "rid" else bounds) + 1)
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
        if isinstance(found, Stored):
            return self._stored(found, source, name)
        kind, column, rows = found.kinds[name], found.columns[name], slice(*self._span(source))
        unknown: Mask = False if column.unknown is None else column.unknown[rows]
        if unknown is not False and not np.any(unknown):
            unknown = False
        if kind is Kind.TEXT:
            return Numbers(0, unknown)
        values = column.values[rows]
        if (source, name) in self.tables.renumbered:
            return Numbers(_renumbered(values, self.tables.renumbered[source, name]), unknown)
        if kind is Kind.BOOL:
            yes = values.view(np.bool_)  # nowhere true where it is unknown
            return Truths(yes, yes if unknown is False else any_of(yes, unknown))
        if name in KEYS.values():
            values = _whole(values)
        return Numbers(values, unknown, column.most if kind.is_number else 0)

    def _stored(self, found: Stored, source: str, name: str) -> Values:
        kind, piece, beside = (
            found.kinds[name],
            self._piece(found, source, name),
            self._piece(found, source, name + BESIDE),
        )
        known = beside.null_count == len(beside)
        other = False if known else whole_numbers(beside.fill_null(0) if beside.null_count else beside).view(np.bool_)
        if kind is Kind.BOOL:
            yes = whole_numbers(piece).view(np.bool_)
            return Truths(yes, yes if known else other)
        if kind is Kind.CHOICE:
            indices = piece.indices.fill_null(0) if piece.indices.null_count else piece.indices
            return Numbers(_renumbered(whole_numbers(indices), self.tables.renumbered[source, name]), other)
        return Numbers(whole_numbers(piece), other, found.most[name])

    def _piece(self, found: Stored, source: str, name: str) -> Any:
        start, stop = self._span(source)
        return one_chunk(found.table[name].slice(start, stop - start))

    def positions(self, source: str, entity: str) -> Positions:
        """Where the rows of a source belong among the people or households of this range."""
        if (source, entity) not in self.found:
            self.found[source, entity] = self._positions(source, entity)
        return self.found[source, entity]

    def _positions(self, source: str, entity: str) -> Positions:
        first = self.rows[entity][0]
        if source == RESIDENTS:
            start, stop = self.rows["resident"]
            return Positions(_from(first, self.tables.home[start:stop]))
        start, stop = self._span(source)
        found, keys = self.tables.held[source], self.tables.keys[source][start:stop]
        if not isinstance(found, Columns) or found.key == KEYS[entity]:
            return Positions(_from(first, keys))
        if entity == "household":
            return Positions(_from(first, self.tables.home[keys - 1]))
        if found.keys.rid is None:
            return Positions(np.zeros(stop - start, dtype=np.int64), True)
        rid = found.keys.rid[start:stop]
        missing = rid == 0
        return Positions(np.where(missing, 0, _from(first, rid)), missing)


# --- reading ------------------------------------------------------------------------------------------------------------


def mapped(path: str, kinds: Mapping[str, Kind], entity: str) -> Stored:
    """Kept facts of all of an entity, where they lie in the file: only what is looked at is ever read."""
    file = pa.ipc.open_file(pa.memory_map(path))
    found = [file.get_batch_with_custom_metadata(number) for number in range(file.num_record_batches)]
    told = [json.loads(one.custom_metadata[MOST]) for one in found]
    table = pa.Table.from_batches([one.batch for one in found], file.schema)
    most = {name: max((one[name] for one in told), default=0) for name in kinds}
    return Stored(table.select([*kinds, *(name + BESIDE for name in kinds)]), kinds, most, entity)


def key_column(keys: Keys, name: str) -> Held:
    """The person or household of each row as a column."""
    values = keys.of(name) if name == "hid" or keys.rid is not None else np.zeros_like(keys.hid)
    unknown = None if values.all() else values == 0
    return Held(values, unknown, most=int(values.max(initial=0)))


def _whole(keys: Places) -> NDArray[np.int64]:
    return keys.astype(np.int64, copy=False)


def _from(first: int, keys: Places) -> NDArray[np.int64]:
    """Places among those of a range, of keys that count from 1."""
    return np.subtract(keys, first + 1, dtype=np.int64)


def _found(keys: Places, sought: Places) -> NDArray[np.intp]:
    """Where keys begin in sorted ones; numbers of another width would have all of them copied."""
    return np.searchsorted(keys, sought.astype(keys.dtype))


def _words(found: Columns | Stored) -> Iterator[tuple[str, Sequence[str] | None]]:
    """The words of each column of choices."""
    if isinstance(found, Columns):
        return ((name, c.words) for name, c in found.columns.items() if found.kinds[name] is Kind.CHOICE)
    choices = (name for name, kind in found.kinds.items() if kind is Kind.CHOICE)
    return ((name, _dictionary(found.table[name])) for name in choices)


def _dictionary(column: pa.ChunkedArray) -> list[str]:
    return column.chunk(0).dictionary.to_pylist() if column.num_chunks else []


def _renumbered(codes: NDArray[np.int32], numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    return numbers.take(codes) if len(numbers) else np.zeros(len(codes), dtype=np.int32)
