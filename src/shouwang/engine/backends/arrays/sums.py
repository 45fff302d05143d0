"""Sums over the rows of people and households (按人按户汇总): by position, in one pass over the rows that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.tables import Positions
from shouwang.engine.backends.arrays.values import (
    LIMIT,
    Mask,
    Numbers,
    Truths,
    any_of,
    both,
    certain,
    negated,
    settled,
    where_any,
)

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Counted:
    """Rows that hold a condition in a period, whose they are, and for whom that is not certain; shared by many sums."""

    rows: NDArray[np.intp] | None  # None: every row
    places: Places
    unknown: Mask

    def amounts(self, value: Numbers) -> NDArray[Any]:
        """What a column says in these rows."""
        if not isinstance(value.values, np.ndarray):
            return np.full(len(self.places), value.values, dtype=np.int64)
        found = value.values if self.rows is None else value.values.take(self.rows)
        return found.astype(np.int64, copy=False)


def counted(size: int, positions: Positions, inside: Mask, condition: Truths) -> Counted:
    """The rows of ``size`` people or households that count; ``inside`` marks those in the period."""
    held = both(condition.yes, inside)
    doubt = False if condition.maybe is condition.yes else both(both(condition.maybe, negated(condition.yes)), inside)
    unknown = _marked(size, positions.at, doubt)
    if held is True:
        return Counted(None, positions.at, unknown)
    # Taking by number is several times faster than by a mask, and the numbers serve every sum over these rows.
    rows = np.flatnonzero(held) if isinstance(held, np.ndarray) else np.arange(0)
    return Counted(rows, positions.at.take(rows), unknown)


def count(size: int, found: Counted) -> Numbers:
    """count_if."""
    return Numbers(np.bincount(found.places, minlength=size), found.unknown, len(found.places))


def summed(function: str, size: int, found: Counted, value: Numbers, *, single: bool = False) -> Numbers:
    """sum_if, min_if or max_if; a counted value that is unknown makes the result unknown.

    ``single`` says that nobody has more than one row.
    """
    places, amounts, unknown = found.places, found.amounts(value), found.unknown
    if isinstance(value.unknown, np.ndarray):
        doubt = value.unknown if found.rows is None else value.unknown.take(found.rows)
        if doubt.any():
            unknown = any_of(unknown, _marked(size, places, doubt))
            known = np.flatnonzero(~doubt)
            places, amounts = places.take(known), amounts.take(known)
    elif value.unknown:
        unknown, places, amounts = any_of(unknown, _marked(size, places, True)), places[:0], amounts[:0]
    if function == "sum_if":
        total, most = _total(size, places, amounts, value.most, single=single)
        return Numbers(total, unknown, most)
    best, nobody = _best(function, size, places, amounts, single=single)
    return Numbers(best, any_of(unknown, nobody), value.most)


def whether(function: str, size: int, positions: Positions, inside: Mask, condition: Truths) -> Truths:
    """any_if or all_if."""
    every = function == "all_if"
    decisive, possible = (negated(m) if every else m for m in (condition.yes, condition.maybe))
    yes = _marked(size, positions.at, both(decisive, inside))
    if condition.maybe is condition.yes:
        return certain(negated(yes) if every else yes)
    maybe = _marked(size, positions.at, both(possible, inside))
    return settled(negated(yes), negated(maybe)) if every else settled(yes, maybe)


def _marked(size: int, at: Places, rows: Mask) -> Mask:
    places = at.take(np.flatnonzero(rows)) if isinstance(rows, np.ndarray) else at if rows else at[:0]
    if not len(places):
        return False
    marked = np.zeros(size, dtype=bool)
    marked[places] = True
    return marked


def _best(function: str, size: int, places: Places, amounts: NDArray[Any], *, single: bool) -> tuple[Any, Mask]:
    best, nobody = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    nobody[places] = False
    best[places] = amounts
    if not single:
        (np.minimum if function == "min_if" else np.maximum).at(best, places, amounts)
    return best, where_any(nobody)


def _total(size: int, places: Places, amounts: NDArray[Any], most: int, *, single: bool) -> tuple[Any, int]:
    if single:
        found = np.zeros(size, dtype=np.int64)
        found[places] = amounts
        return found, most
    reach = most * len(places)
    if reach >= LIMIT:
        largest, times = int(np.abs(amounts).max(initial=0)), int(np.bincount(places, minlength=1).max(initial=0))
        reach = largest * times
    # Whole numbers throughout, which also is quicker than by way of doubles.
    found = np.zeros(size, dtype=np.int64 if reach < LIMIT else object)
    np.add.at(found, places, amounts)
    if reach >= LIMIT:
        reach = max((abs(int(total)) for total in found), default=0)
        if reach >= LIMIT:
            raise OverflowError("a sum does not fit into 64 bits")
    return found.astype(np.int64, copy=False), reach
