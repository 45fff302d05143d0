"""What expressions start from (取值起点): constants, values taken from elsewhere, and numbers that differ by place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.backends.arrays import values as of
from shouwang.engine.backends.arrays.days import day_number
from shouwang.engine.backends.arrays.tables import Positions
from shouwang.engine.backends.arrays.values import Numbers, Truths, Values
from shouwang.engine.model import Kind
from shouwang.engine.parameters import Resolved


def constant(value: Any, kind: Kind) -> Values:
    """A value that is the same for all rows."""
    if kind is Kind.BOOL:
        return of.truths(bool(value), value is None)
    if value is None:
        return Numbers(0, True)
    number = number_of(value)
    return Numbers(number, False, abs(number))


def number_of(value: Any) -> int:
    """A day as its number, a number as it is."""
    return day_number(value) if isinstance(value, date) else int(value)


def taken(part: Values, positions: Positions) -> Values:
    """What stands at each row's place among its people or households."""
    at, missing = positions.at, positions.missing
    if isinstance(part, Truths):
        yes = of.both(_picked(part.yes, at), of.negated(missing))
        known = part.maybe is part.yes and missing is False
        return Truths(yes, yes if known else of.any_of(_picked(part.maybe, at), missing))
    return Numbers(_picked(part.values, at), of.any_of(_picked(part.unknown, at), missing), part.most)


def _picked(values: Any, at: NDArray[np.int64]) -> Any:
    return values[at] if isinstance(values, np.ndarray) else values


def by_place(resolved: Resolved, kind: Kind, words: Sequence[str], places: Numbers) -> Values:
    """A parameter where it differs by place, from the codes of the places."""
    codes = np.where(places.unknown, -1, places.values)
    held, at = np.unique(codes, return_inverse=True)
    found = [constant(resolved.at(words[code] if code >= 0 else None), kind) for code in held]
    if kind is Kind.BOOL:
        yes, maybe = (np.array([getattr(one, name) for one in found], dtype=bool) for name in ("yes", "maybe"))
        return Truths(yes[at], maybe[at])
    numbers = [one for one in found if isinstance(one, Numbers)]
    unknown = np.array([one.unknown for one in numbers], dtype=bool)
    values = np.array([one.values for one in numbers], dtype=np.int64)
    most = max((one.most for one in numbers), default=0)
    return Numbers(values[at], unknown[at] if unknown.any() else False, most)
