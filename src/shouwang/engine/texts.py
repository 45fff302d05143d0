"""Values as text, whole columns at a time (整列成文): as JSON carries them and as people read them.

A text is a list of parts, plain words and columns of them, that are joined once, at the end; rows that say the same
share one text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shouwang.engine.model import Kind

Parts = list["str | pa.Array"]
SIGNS = pa.array(["", "-"])
YES_NO = pa.array(["否", "是"])
NEAR, WIDEST = 2**40, 2**62  # numbers that lie so near each other are their own code; so many codes fit into a number


def in_json(column: pa.Array, kind: Kind) -> Parts:
    """Numbers in the units of files, bool bare, all else quoted; ``null`` where it is unknown."""
    if kind.is_number:
        return _number(column, kind.scale, "null")
    if kind is Kind.BOOL:
        return [_known(column.cast(pa.string()), "null")]
    return [_known(_each(column, lambda one: json.dumps(one, ensure_ascii=False)), "null")]


def in_words(column: pa.Array, kind: Kind) -> Parts:
    """``12,345.50``, ``35%``, ``是``; ``未知`` where it is unknown."""
    if kind is Kind.MONEY:
        return _number(column, 2, "未知", written=_cents, separated=True)
    if kind is Kind.RATIO:
        percent = pc.if_else(column.is_valid(), "%", "") if column.null_count else "%"
        return [*_number(column, 2, "未知"), percent]
    if kind.is_number:
        return _number(column, kind.scale, "未知")
    if kind is Kind.BOOL:
        return [_known(YES_NO.take(column.cast(pa.uint8())), "未知")]
    return [_known(column.cast(pa.string()), "未知")]


def joined(parts: Iterable[str | pa.Array], count: int) -> pa.Array:
    """``count`` texts from parts in their order."""
    merged: Parts = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif not isinstance(part, str) or part:
            merged.append(part)
    if not any(isinstance(part, pa.Array) for part in merged):
        return pa.repeat("".join(map(str, merged)), count)
    return pc.binary_join_element_wise(*merged, "")


def same(word: str, count: int) -> pa.DictionaryArray:
    """One text ``count`` times."""
    return pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int32), [word])


def once_each(columns: Sequence[pa.Array], count: int, write: Callable[[pa.Array], pa.Array]) -> pa.DictionaryArray:
    """``count`` texts that depend on nothing but some columns: ``write`` is given one row of each that say the same."""
    which = _codes(columns, count).dictionary_encode().indices
    row = np.zeros(int(pc.max(which).as_py()) + 1 if count else 0, dtype=np.int64)
    row[np.from_dlpack(which)] = np.arange(count)
    return pa.DictionaryArray.from_arrays(which, write(pa.array(row)))


def _codes(columns: Sequence[pa.Array], count: int) -> pa.Array:
    """A number for each row, the same where all columns say the same and nowhere else."""
    code, span = np.zeros(count, dtype=np.int64), 1
    for column in columns:
        part, size = _code(column)
        if span * size >= WIDEST:
            code, span = _numbered(pa.array(code))
        code, span = code * size + part, span * size
    return pa.array(code)


def _code(column: pa.Array) -> tuple[NDArray[np.int64], int]:
    """What a column says as numbers below a size."""
    whole = column.cast(pa.int64()) if pa.types.is_boolean(column.type) else column
    if whole.type != pa.int64():
        return _numbered(whole)
    numbers = np.asarray(np.from_dlpack(whole.fill_null(0) if whole.null_count else whole), dtype=np.int64)
    low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
    if high - low >= NEAR:
        return _numbered(whole)
    code = numbers - low
    if whole.null_count:
        code[np.from_dlpack(whole.is_null().cast(pa.uint8())).view(np.bool_)] = high - low + 1
    return code, high - low + 2


def _numbered(column: pa.Array) -> tuple[NDArray[np.int64], int]:
    found = column if pa.types.is_dictionary(column.type) else column.dictionary_encode("encode")
    return np.from_dlpack(found.indices.fill_null(len(found.dictionary))).astype(np.int64), len(found.dictionary) + 1


def _known(texts: pa.Array, unknown: str) -> pa.Array:
    return texts.fill_null(unknown) if texts.null_count else texts


def _each(column: pa.Array, write: Callable[[str], str]) -> pa.Array:
    """What ``write`` makes of every text; each different one is written once."""
    found = column.cast(pa.string()).dictionary_encode()
    return pa.array(map(write, found.dictionary.to_pylist()), pa.string()).take(found.indices)


def _trimmed(rest: int, places: int) -> str:
    return f".{rest:0{places}}".rstrip("0") if rest else ""


def _cents(rest: int, places: int) -> str:
    return f".{rest:0{places}}" if rest else ""


@lru_cache(maxsize=16)
def _fractions(places: int, written: Callable[[int, int], str]) -> pa.Array:
    return pa.array([written(rest, places) for rest in range(10**places)])


def _number(
    column: pa.Array,
    places: int,
    unknown: str,
    *,
    written: Callable[[int, int], str] = _trimmed,
    separated: bool = False,
) -> Parts:
    """Sign, whole units and fraction of scaled integers; where one is unknown, ``unknown`` alone."""
    numbers = np.from_dlpack(column.fill_null(0) if column.null_count else column)
    whole, rest = np.divmod(np.abs(numbers), 10**places)
    gaps = column.is_null() if column.null_count else None
    parts: Parts = _thousands(whole, gaps, unknown) if separated else [_whole(whole, gaps, unknown)]
    if rest.any():
        parts.append(_fractions(places, written).take(pa.array(rest)))
    negative = numbers < 0
    return [SIGNS.take(pa.array(negative.view(np.uint8))), *parts] if negative.any() else parts


def _whole(numbers: NDArray[np.int64], gaps: pa.Array | None, unknown: str) -> pa.Array:
    texts = pa.array(numbers).cast(pa.string())
    return texts if gaps is None else pc.if_else(gaps, unknown, texts)


def _thousands(numbers: NDArray[np.int64], gaps: pa.Array | None, unknown: str) -> Parts:
    """Whole numbers with a comma before every three digits."""
    if numbers.max(initial=0) < 1000:
        return [_whole(numbers, gaps, unknown)]
    above, three = np.divmod(numbers, 1000)
    led = above > 0
    last = _three_digits().take(pa.array(three + 1000 * led))
    if gaps is not None:
        last = pc.if_else(gaps, unknown, last)
    return [*_thousands(above, pa.array(~led), ""), last]


@lru_cache(maxsize=1)
def _three_digits() -> pa.Array:
    return pa.array([*map(str, range(1000)), *(f",{number:03}" for number in range(1000))])
