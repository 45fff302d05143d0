"""What a typed column is made of (解析结果): values, and for each cell either nothing or the number of a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PIECE = 256 * 1024


@dataclass
class Parsed:
    """Typed values of one column; ``faults[i]`` is 0 where the cell is good, else a place in ``reasons`` plus one."""

    values: pa.Array
    faults: np.ndarray
    reasons: list[str]
    notes: dict[str, int] = field(default_factory=dict)


def no_faults(count: int) -> np.ndarray:
    """An array of good cells."""
    return np.zeros(count, dtype=np.int16)


def valid(values: pa.Array) -> np.ndarray:
    """Which cells hold something, as a numpy mask."""
    return np.asarray(values.is_valid())


def by_distinct(
    texts: pa.StringArray, kind: pa.DataType, reasons: list[str], parse: Callable[[str], tuple[object, int, str]]
) -> Parsed:
    """Parse every distinct text once: ``parse`` gives (value, fault number, note); the rest is index arithmetic."""
    encoded = texts.dictionary_encode()
    answers = [parse(text) for text in encoded.dictionary.to_pylist()]
    filled = valid(texts)
    index = np.asarray(pc.fill_null(encoded.indices, 0))
    values = pa.array([answer[0] for answer in answers], kind).take(encoded.indices)
    faults = np.array([answer[1] for answer in answers] or [0], dtype=np.int16)[index]
    faults[~filled] = 0
    counts = np.bincount(index[filled], minlength=len(answers))
    notes: dict[str, int] = {}
    for (_, _, note), count in zip(answers, counts.tolist(), strict=False):
        if note:
            notes[note] = notes.get(note, 0) + count
    return Parsed(values, faults, reasons, notes)


def on_distinct(texts: pa.StringArray, change: Callable[[pa.StringArray], pa.StringArray]) -> pa.StringArray:
    """Apply an array function to the distinct texts only, where there are clearly fewer of them."""
    encoded = texts.dictionary_encode()
    if len(encoded.dictionary) * 2 > len(texts):
        return change(texts)
    return change(encoded.dictionary).take(encoded.indices)


def on_some(
    texts: pa.StringArray, at: np.ndarray, change: Callable[[pa.StringArray], pa.StringArray]
) -> pa.StringArray:
    """Apply an array function to the cells at some places only: it must leave all others as they are."""
    if not len(at):
        return texts
    if len(at) * 2 > len(texts):
        return on_distinct(texts, change)
    return put(texts, at, on_distinct(texts.take(pa.array(at)), change))


def put(values: pa.Array, at: np.ndarray, others: pa.Array) -> pa.Array:
    """The array with other values at some places, which are given in order."""
    mask = np.zeros(len(values), dtype=bool)
    mask[at] = True
    return pc.replace_with_mask(values, pa.array(mask), others)


def cells_with(texts: pa.StringArray, table: np.ndarray) -> np.ndarray:
    """Places of the cells that hold any byte marked in a table of 256: a look at the buffer, not at the cells."""
    offsets, data = spans(texts)
    marked = _marked(table, data)
    if len(marked) < len(texts):
        return np.unique(np.searchsorted(offsets, marked, side="right") - 1)
    before = np.concatenate([[0], np.cumsum(table[data], dtype=np.int64)])
    return np.flatnonzero(before[offsets[1:]] > before[offsets[:-1]])


def _marked(table: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Places of the marked bytes: by comparing with the few ranges of the table, many bytes at a time.

    Looking every byte up in the table would take four times as long; pieces are as large as a core has at hand.
    """
    edges = np.flatnonzero(np.diff(table.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    ranges = [(np.uint8(low), np.uint8(end - low - 1)) for low, end in edges.tolist()]
    found = []
    for begin in range(0, len(data), PIECE):
        piece = data[begin : begin + PIECE]
        inside = np.zeros(len(piece), dtype=bool)
        for low, width in ranges:
            inside |= piece - low <= width  # what is below has turned into a large number
        found.append(np.flatnonzero(inside) + begin)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def spans(texts: pa.StringArray) -> tuple[np.ndarray, np.ndarray]:
    """Where each text begins and ends among the bytes of all, and these bytes."""
    _, starts, data = texts.buffers()
    if data is None or not len(texts):
        return np.zeros(len(texts) + 1, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    offsets = np.frombuffer(starts, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return offsets - offsets[0], np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]


def longest(texts: pa.StringArray) -> int:
    """Bytes of the longest text."""
    offsets, _ = spans(texts)
    return int(np.diff(offsets).max(initial=0))
