"""What a typed column is made of (解析结果): values, and for each cell either nothing or the number of a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


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


def contains_byte(texts: pa.StringArray, table: np.ndarray) -> bool:
    """Whether any byte of the texts is marked in a table of 256: a look at the buffer, not at the cells."""
    data = texts.buffers()[2]
    if data is None or not len(texts):
        return False
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    view = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    return bool(table[view].any())
