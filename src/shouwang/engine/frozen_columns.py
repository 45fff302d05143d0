"""One frozen column (冻结列): values of all rows as arrays hold them, in an Arrow file that is mapped and never decoded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.model import Kind

STORED = {Kind.BOOL: np.uint8, Kind.TEXT: np.uint8, Kind.DATE: np.int32, Kind.CHOICE: np.int32}
MAGIC = 8  # bytes before the stream that an Arrow file holds
ARROW = {Kind.BOOL: pa.bool_(), Kind.DATE: pa.date32()}


@dataclass(frozen=True)
class Held:
    """A column: numbers, days, truths as 0 and 1, codes of ``words``; 0 where it is unknown. ``most`` is the largest
    number, up or down."""

    values: NDArray[Any]
    unknown: NDArray[np.bool_] | None = None  # None: all is known
    words: tuple[str, ...] = ()
    most: int = 0

    def arrow(self, kind: Kind, rows: slice = slice(None)) -> pa.Array:
        """Some rows as Arrow holds them: numbers scaled, of text only whether there is any."""
        unknown = None if self.unknown is None else self.unknown[rows]
        values = self.values[rows]
        if kind is Kind.CHOICE:
            return pa.DictionaryArray.from_arrays(pa.array(values, mask=unknown), pa.array(self.words, pa.string()))
        if kind in (Kind.BOOL, Kind.TEXT):
            return pa.array(values.view(np.bool_), mask=unknown)
        return pa.array(values, mask=unknown).cast(ARROW.get(kind, pa.int64()))


def held(column: pa.Array, kind: Kind, order: NDArray[np.signedinteger[Any]] | None) -> Held:
    """A column in engine units, its rows taken in an order."""
    unknown = bits(column.is_null()) if column.null_count else None
    values: NDArray[Any]
    words: tuple[str, ...] = ()
    if kind is Kind.CHOICE:
        words = tuple(column.dictionary.to_pylist())
        values = whole_numbers(column.indices)
    elif kind in (Kind.BOOL, Kind.TEXT):
        values = whole_numbers(column.cast(pa.uint8()))
    else:
        values = whole_numbers(column)
    if order is not None:
        values = values.take(order)
        unknown = None if unknown is None else unknown.take(order)
    if unknown is not None and not unknown.any():
        unknown = None
    if unknown is not None:
        values = np.where(unknown, values.dtype.type(0), values)
    numeric = kind.is_number and len(values) > 0
    most = max(abs(int(values.max())), abs(int(values.min()))) if numeric else 0
    return Held(values.astype(STORED.get(kind, np.int64), copy=False), unknown, words, most)


def save(columns: dict[str, NDArray[Any]], told: dict[str, Any], target: Path) -> None:
    """Arrays of one length to a file, under its name only when it is complete."""
    arrays = {
        name: pa.array(values.view(np.uint8) if values.dtype == bool else values) for name, values in columns.items()
    }
    schema = pa.schema([(name, found.type) for name, found in arrays.items()], {"told": json.dumps(told)})
    # A name of its own: two threads may freeze the same column at once.
    partial = target.with_name(f"{target.name}.{uuid4().hex}.partial")
    with pa.ipc.new_file(str(partial), schema) as file:
        file.write_batch(pa.record_batch([*arrays.values()], schema=schema))
    partial.replace(target)


def mapped(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What ``save`` wrote, where it lies in the file."""
    # Read from its beginning as a stream: what reads by the table at its end does so with threads of its own, and
    # waiting for them takes longer than all else.
    batch = pa.ipc.open_stream(pa.memory_map(str(path)).read_buffer().slice(MAGIC)).read_next_batch()
    found = {name: whole_numbers(batch.column(place)) for place, name in enumerate(batch.schema.names)}
    return found, dict(json.loads(batch.schema.metadata[b"told"]))


def save_column(column: Held, target: Path) -> None:
    """Keep a column."""
    beside = {} if column.unknown is None else {"unknown": column.unknown}
    save({"values": column.values, **beside}, {"words": column.words, "most": column.most}, target)


def mapped_column(path: Path) -> Held:
    """A column that was kept."""
    found, told = mapped(path)
    unknown = found["unknown"].view(np.bool_) if "unknown" in found else None
    return Held(found["values"], unknown, tuple(told["words"]), told["most"])


def whole_numbers(column: pa.Array) -> NDArray[Any]:
    """The bare numbers of a column, without a copy; where it is unknown they may be any."""
    # Straight from the buffer: pyarrow's own way would import pandas where it is installed.
    width = {8: np.uint8, 16: np.int16, 32: np.int32, 64: np.int64}[column.type.bit_width]
    return np.frombuffer(column.buffers()[1] or b"", width, len(column), column.offset * np.dtype(width).itemsize)


def bits(column: pa.Array) -> NDArray[np.bool_]:
    """Truths as numpy has them."""
    return whole_numbers(column.cast(pa.uint8())).view(np.bool_)
