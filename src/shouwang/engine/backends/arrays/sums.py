"""Sums over the rows of people and households (按人按户汇总): by position, in one pass over the rows that count."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.tables import Positions
from shouwang.engine.backends.arrays.values import LIMIT, Mask, Numbers, Truths, Values, any_of, both, certain, negated

EXACT_DOUBLE = 2**53
Places = NDArray[np.int64]


def summed(
    function: str,
    size: int,
    positions: Positions,
    inside: Mask,
    condition: Truths,
    value: Numbers | None = None,
    *,
    single: bool = False,
) -> Values:
    """count_if, sum_if, min_if, max_if, any_if or all_if for each of ``size`` people or households.

    ``inside`` marks the rows in the period; a condition or counted value that is unknown there makes the sum unknown.
    ``single`` says that nobody has more than one row.
    """
    at = positions.at
    if function in ("any_if", "all_if"):
        return _whether(function, size, at, inside, condition)
    held = both(condition.yes, inside)
    doubt = False if condition.maybe is condition.yes else both(both(condition.maybe, negated(condition.yes)), inside)
    unknown = _marked(size, at, doubt)
    if function == "count_if" or value is None:
        return Numbers(np.bincount(_places(at, held), minlength=size), unknown, len(at))
    if value.unknown is not False:
        unknown = any_of(unknown, _marked(size, at, both(held, value.unknown)))
        held = both(held, negated(value.unknown))
    places = _places(at, held)
    amounts = _amounts(value, held, len(places))
    if function == "sum_if":
        found, most = _total(size, places, amounts, value.most, single=single)
        return Numbers(found, unknown, most)
    best, nobody = _best(function, size, places, amounts, single=single)
    return Numbers(best, any_of(unknown, nobody), value.most)


def _whether(function: str, size: int, at: Places, inside: Mask, condition: Truths) -> Truths:
    every = function == "all_if"
    certain_rows, possible_rows = (negated(m) if every else m for m in (condition.yes, condition.maybe))
    yes = _marked(size, at, both(certain_rows, inside))
    if condition.maybe is condition.yes:
        return certain(negated(yes) if every else yes)
    maybe = _marked(size, at, both(possible_rows, inside))
    return Truths(negated(yes), negated(maybe)) if every else Truths(yes, maybe)


def _marked(size: int, at: Places, rows: Mask) -> Mask:
    places = _places(at, rows)
    if not len(places):
        return False
    marked = np.zeros(size, dtype=bool)
    marked[places] = True
    return marked


def _places(at: Places, rows: Mask) -> Places:
    if isinstance(rows, bool):
        return at if rows else at[:0]
    return at[rows]


def _amounts(value: Numbers, held: Mask, count: int) -> Any:
    if not isinstance(value.values, np.ndarray):
        return np.full(count, value.values, dtype=np.int64)
    if isinstance(held, bool):
        return value.values if held else value.values[:0]
    return value.values[held]


def _best(function: str, size: int, places: Places, amounts: NDArray[Any], *, single: bool) -> tuple[Any, Mask]:
    best, nobody = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    nobody[places] = False
    best[places] = amounts
    if not single:
        (np.minimum if function == "min_if" else np.maximum).at(best, places, amounts)
    return best, nobody if nobody.any() else False


def _total(size: int, places: Places, amounts: NDArray[Any], most: int, *, single: bool) -> tuple[Any, int]:
    if single:
        found = np.zeros(size, dtype=np.int64)
        found[places] = amounts
        return found, most
    reach = most * len(places)
    if reach < EXACT_DOUBLE:
        return np.bincount(places, weights=amounts, minlength=size).astype(np.int64), reach
    largest = int(np.abs(amounts).max(initial=0))
    times = int(np.bincount(places, minlength=1).max(initial=0))
    reach = largest * times
    found = np.zeros(size, dtype=np.int64 if reach < LIMIT else object)
    np.add.at(found, places, amounts)
    if reach >= LIMIT:
        reach = max((abs(int(total)) for total in found), default=0)
        if reach >= LIMIT:
            raise OverflowError("a sum does not fit into 64 bits")
    return found.astype(np.int64), reach
