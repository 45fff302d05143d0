"""Arrow columns (列) built from numpy arrays at memory speed, in the types of the file format.

Money is DECIMAL(14,2) from 分, quantities DECIMAL(12,2) from hundredths, ratios DECIMAL(9,4) from ten-thousandths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from shouwang.synth.chance import Numbers

DAY = "datetime64[D]"
NO_DAY = np.datetime64("NaT", "D")
_THOUSAND = np.array([[48 + n // 10**p % 10 for n in range(1000)] for p in (2, 1, 0)], np.uint8)


def yuan(fen: Numbers, known: Numbers | None = None) -> pa.Array:
    """Money (元) from whole 分."""
    return _decimal(fen, pa.decimal128(14, 2), known)


def quantity(hundredths: Numbers, known: Numbers | None = None) -> pa.Array:
    """A quantity (亩、公里、㎡) from whole hundredths."""
    return _decimal(hundredths, pa.decimal128(12, 2), known)


def ratio(parts: Numbers, known: Numbers | None = None) -> pa.Array:
    """A ratio from whole ten-thousandths."""
    return _decimal(parts, pa.decimal128(9, 4), known)


def labels(codes: Numbers, names: Sequence[str]) -> pa.Array:
    """Text from indices into a list of names; a negative index is null."""
    small = np.asarray(codes).astype(np.int32)
    indices = pa.array(small, mask=small < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string())).cast(pa.string())


def dates(days: Numbers, known: Numbers | None = None) -> pa.Array:
    """Dates; NaT is null, and so is whatever is not known."""
    missing = np.isnat(days) if known is None else np.isnat(days) | ~known
    plain = days.astype(DAY).astype(np.int64)
    return pa.array(np.where(missing, 0, plain).astype(np.int32), mask=missing).cast(pa.date32())


def flags(values: Numbers, known: Numbers | None = None) -> pa.Array:
    """Booleans (是/否)."""
    return pa.array(np.asarray(values, dtype=bool), mask=None if known is None else ~known)


def whole(values: Numbers, known: Numbers | None = None) -> pa.Array:
    """Whole numbers."""
    return pa.array(np.asarray(values).astype(np.int64), mask=None if known is None else ~known)


def numbered(prefix: str, numbers: Numbers, digits: int) -> pa.Array:
    """Texts such as ``R000000012``: a fixed prefix and a number with leading zeros."""
    matrix = np.empty((len(numbers), len(prefix) + digits), np.uint8)
    matrix[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), np.uint8)
    matrix[:, len(prefix) :] = digits_of(numbers, digits)
    return ascii_text(matrix)


def digits_of(numbers: Numbers, digits: int) -> Numbers:
    """The decimal digits as ASCII bytes, one row per number; three digits at a time from a table."""
    rest = np.array(numbers, dtype=np.int64)
    matrix = np.empty((len(rest), digits), np.uint8)
    for end in range(digits, 0, -3):
        higher = rest // 1000
        low = (rest - higher * 1000).astype(np.int16)
        for place in range(max(end - 3, 0), end):
            matrix[:, place] = _THOUSAND[3 - end + place][low]
        rest = higher
    return matrix


def ascii_text(cells: Numbers, known: Numbers | None = None) -> pa.Array:
    """Texts of one fixed length from a matrix of ASCII bytes, or from cells of so many bytes each."""
    rows = len(cells)
    width = cells.dtype.itemsize if cells.ndim == 1 else cells.shape[1]
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    data = pa.py_buffer(np.ascontiguousarray(cells).view(np.uint8).ravel())
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), data, _validity(known))


def spelled(code_points: Numbers, known: Numbers | None = None) -> pa.Array:
    """Texts from a matrix of Unicode code points, one row per text, zeros left out anywhere in the row."""
    rows, width = code_points.shape
    points = np.ascontiguousarray(code_points, dtype=np.uint32).ravel()
    length = (points > 0).astype(np.int8) + (points >= 0x80) + (points >= 0x800) + (points >= 0x10000)
    octets = _utf8(points, length)[np.arange(4, dtype=np.int8) < length[:, None]]
    offsets = np.zeros(rows + 1, np.int32)
    np.cumsum(length.reshape(rows, width).sum(axis=1), out=offsets[1:])
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(octets), _validity(known))


def replaced(column: pa.Array, rows: Numbers, values: pa.Array) -> pa.Array:
    """The column with new values at the given rows."""
    if not len(rows):
        return column
    order = np.arange(len(column))
    order[rows] = len(column) + np.arange(len(rows))
    return pa.concat_arrays([column, values]).take(pa.array(order))


def _utf8(points: Numbers, length: Numbers) -> Numbers:
    octets = np.zeros((len(points), 4), np.uint8)
    for size, lead in ((1, 0x00), (2, 0xC0), (3, 0xE0), (4, 0xF0)):
        rows = np.flatnonzero(length == size)
        here = points[rows]
        for place in range(size - 1, 0, -1):
            octets[rows, place] = 0x80 | (here & 0x3F)
            here = here >> 6
        octets[rows, 0] = lead | here
    return octets


def _decimal(values: Numbers, kind: pa.DataType, known: Numbers | None) -> pa.Array:
    low = np.asarray(values).astype(np.int64)
    words = np.empty((len(low), 2), np.int64)
    words[:, 0] = low
    words[:, 1] = low >> 63
    return pa.Array.from_buffers(kind, len(low), [_validity(known), pa.py_buffer(words)])


def _validity(known: Numbers | None) -> pa.Buffer | None:
    if known is None:
        return None
    return pa.py_buffer(np.packbits(np.asarray(known, dtype=bool), bitorder="little"))
