"""Columns of values (整列取值) and what can be done with them: exact integers, and truths as certain and possible.

A column is a numpy array, or one plain value for all rows. Whatever would leave 64 bits is computed in whole Python
numbers; where the result leaves them too, OverflowError says so and nothing wraps.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_] | bool
Ints = NDArray[Any] | int
LIMIT = 2**63
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(slots=True)
class Numbers:
    """Scaled integers, days since 1970 or codes of choices; no known value is larger than ``most``, up or down."""

    values: Ints
    unknown: Mask = False
    most: int = 0


@dataclass(slots=True)
class Truths:
    """Kleene's three values: ``yes`` where it is certain, ``maybe`` where it is certain or unknown."""

    yes: Mask
    maybe: Mask

    @property
    def unknown(self) -> Mask:
        return False if self.maybe is self.yes else both(self.maybe, negated(self.yes))


Values = Numbers | Truths


def any_of(*masks: Mask) -> Mask:
    """Or, where plain True and False cost nothing."""
    found: Mask = False
    for mask in masks:
        if mask is True or found is True:
            return True
        if mask is not False:
            found = mask if found is False else found | mask
    return found


def all_of(*masks: Mask) -> Mask:
    """And of any number of masks."""
    found: Mask = True
    for mask in masks:
        found = both(found, mask)
    return found


def both(one: Mask, other: Mask) -> Mask:
    """And, where plain True and False cost nothing."""
    if one is False or other is False:
        return False
    if one is True:
        return other
    return one if other is True else one & other


def negated(mask: Mask) -> Mask:
    """Not."""
    return not mask if isinstance(mask, bool) else ~mask


def certain(mask: Mask) -> Truths:
    """A truth of which nothing is unknown."""
    return Truths(mask, mask)


def truths(mask: Mask, unknown: Mask) -> Truths:
    """A truth with unknown places; what ``mask`` holds there does not matter."""
    unknown = where_any(unknown)
    return certain(mask) if unknown is False else Truths(both(mask, negated(unknown)), any_of(mask, unknown))


def settled(yes: Mask, maybe: Mask) -> Truths:
    """A truth from both its masks, certain where they turn out to be the same."""
    return certain(yes) if np.array_equal(yes, maybe) else Truths(yes, maybe)


def where_any(mask: Mask) -> Mask:
    """A mask that holds nowhere as plain False: what is certain everywhere costs half of what may be unknown."""
    return mask if isinstance(mask, bool) or mask.any() else False


# --- conditions -------------------------------------------------------------------------------------------------------


def conjunction(*parts: Truths) -> Truths:
    """AND: certain where all are, possible where all are."""
    yes = all_of(*(p.yes for p in parts))
    return Truths(yes, yes if all(p.maybe is p.yes for p in parts) else all_of(*(p.maybe for p in parts)))


def disjunction(*parts: Truths) -> Truths:
    """OR: certain where one is, possible where one is."""
    yes = any_of(*(p.yes for p in parts))
    return Truths(yes, yes if all(p.maybe is p.yes for p in parts) else any_of(*(p.maybe for p in parts)))


def negation(part: Truths) -> Truths:
    """NOT: certain where it was not even possible."""
    no = negated(part.maybe)
    return Truths(no, no if part.maybe is part.yes else negated(part.yes))


def compared(op: str, left: Values, right: Values) -> Truths:
    """Comparison of two columns of the same kind."""
    left, right = as_numbers(left), as_numbers(right)
    found = COMPARISONS[op](left.values, right.values)
    return truths(found, any_of(left.unknown, right.unknown))


def one_of(part: Values, values: Sequence[int]) -> Truths:
    """IN a list of known values."""
    part = as_numbers(part)
    return truths(any_of(*(part.values == value for value in values)), part.unknown)


def as_numbers(part: Values) -> Numbers:
    """A truth as a column of True and False with unknown places."""
    return Numbers(part.yes, part.unknown) if isinstance(part, Truths) else part


def as_truths(part: Values) -> Truths:
    """A column as a truth; of numbers this is the NULL that has no kind of its own."""
    return part if isinstance(part, Truths) else truths(part.values != 0, part.unknown)


# --- choosing -----------------------------------------------------------------------------------------------------------


def chosen(condition: Mask, one: Values, other: Values) -> Values:
    """``one`` where the condition holds, else ``other``."""
    if isinstance(condition, bool):
        return one if condition else other
    if isinstance(one, Truths) or isinstance(other, Truths):
        one, other = as_truths(one), as_truths(other)
        yes = either(condition, one.yes, other.yes)
        same = one.maybe is one.yes and other.maybe is other.yes
        return certain(yes) if same else settled(yes, either(condition, one.maybe, other.maybe))
    one, other = as_numbers(one), as_numbers(other)
    unknown = where_any(either(condition, one.unknown, other.unknown))
    return Numbers(_picked(condition, one.values, other.values), unknown, max(one.most, other.most))


def either(condition: Mask, one: Mask, other: Mask) -> Mask:
    """``one`` where the condition holds, else ``other``; of truths this is several times faster than by choosing each."""
    return any_of(both(condition, one), both(negated(condition), other))


def _picked(condition: NDArray[np.bool_], one: Ints, other: Ints) -> NDArray[Any]:
    # A processor cannot foresee what it will choose; times a truth, it need not.
    if isinstance(one, int) and one == 0 and not isinstance(other, int):
        return other * ~condition
    if isinstance(other, int) and other == 0 and not isinstance(one, int):
        return one * condition
    # Two plain numbers would become an array of the platform's integer.
    plain = isinstance(one, int) and isinstance(other, int)
    return np.where(condition, np.int64(one) if plain else one, other)


def case(*parts: Values) -> Values:
    """CASE: conditions and values in turn, the value otherwise last."""
    found = parts[-1]
    for place in range(len(parts) - 3, -1, -2):
        found = chosen(as_truths(parts[place]).yes, parts[place + 1], found)
    return found


def first_known(*parts: Values) -> Values:
    """COALESCE."""
    first, found = parts[0], parts[-1]
    if len(parts) == 2 and isinstance(first, Truths) and isinstance(found, Truths) and isinstance(found.yes, bool):
        return certain(first.maybe if found.yes else first.yes)
    for part in reversed(parts[:-1]):
        unknown = both(part.unknown, found.unknown)
        found = chosen(negated(part.unknown), part, found)
        if isinstance(found, Numbers):
            found = replace(found, unknown=unknown)
    return found


def extreme(least: bool, *parts: Numbers) -> Numbers:
    """LEAST or GREATEST; an unknown part makes the whole unknown."""
    pick = np.minimum if least else np.maximum
    found = parts[0].values
    for part in parts[1:]:
        plain = isinstance(found, int) and isinstance(part.values, int)
        found = int(pick(found, part.values)) if plain else pick(found, part.values)
    return Numbers(found, any_of(*(p.unknown for p in parts)), max(p.most for p in parts))


# --- numbers ------------------------------------------------------------------------------------------------------------


def _exact(compute: Callable[..., Any], bound: Callable[..., tuple[int, int]], *parts: Numbers) -> Numbers:
    """``compute`` over whole columns; ``bound`` gives the largest number on the way and the largest result."""
    unknown = any_of(*(p.unknown for p in parts))
    on_the_way, most = bound(*(p.most for p in parts))
    if on_the_way >= LIMIT:
        parts = tuple(_tightened(p) for p in parts)
        on_the_way, most = bound(*(p.most for p in parts))
    if on_the_way < LIMIT:
        return Numbers(compute(*(p.values for p in parts)), unknown, most)
    wide = np.asarray(compute(*(_wide(p) for p in parts)), dtype=object)
    wide = np.where(unknown, 0, wide)
    most = max((abs(int(v)) for v in wide.flat), default=0)
    if most >= LIMIT:
        raise OverflowError("a result does not fit into 64 bits")
    return Numbers(wide.astype(np.int64) if wide.ndim else int(wide.item()), unknown, most)


def _tightened(part: Numbers) -> Numbers:
    known = np.where(part.unknown, 0, part.values) if part.unknown is not False else np.asarray(part.values)
    most = max(abs(int(known.max(initial=0))), abs(int(known.min(initial=0))))
    return replace(part, most=most)


def _wide(part: Numbers) -> Any:
    return part.values.astype(object) if isinstance(part.values, np.ndarray) else part.values


def added(left: Numbers, right: Numbers) -> Numbers:
    """Sum of two columns."""
    return _exact(operator.add, lambda one, other: (one + other,) * 2, left, right)


def subtracted(left: Numbers, right: Numbers) -> Numbers:
    """Difference of two columns."""
    return _exact(operator.sub, lambda one, other: (one + other,) * 2, left, right)


def multiplied(up: int, down: int, left: Numbers, right: Numbers) -> Numbers:
    """Product, times ``up``, divided by ``down`` half up."""

    def compute(one: Any, other: Any) -> Any:
        found = one * other if up == 1 else one * other * up
        return found if down == 1 else (2 * found + down) // (2 * down)

    def bound(one: int, other: int) -> tuple[int, int]:
        product = one * other * up
        return (product, product) if down == 1 else (2 * product + down, product // down + 1)

    return _exact(compute, bound, left, right)


def divided(up: int, down: int, left: Numbers, right: Numbers) -> Numbers:
    """Quotient of ``left × up`` and ``right × down`` half up; unknown where the divisor is zero."""
    zero: Mask = right.values == 0
    if zero is True:
        return Numbers(0, True)
    if zero is not False and not np.any(zero):
        zero = False
    divisor = right
    if zero is not False:
        # Where the divisor is zero nothing is divided: what nobody will read must not be too large to keep either.
        divisor, left = _without_zeros(right, zero), replace(left, values=np.where(zero, 0, left.values))

    def compute(one: Any, other: Any) -> Any:
        below = other if down == 1 else other * down
        return (2 * (one if up == 1 else one * up) + below) // (2 * below)

    def bound(one: int, other: int) -> tuple[int, int]:
        return 2 * one * up + 2 * other * down, one * up + 1

    found = _exact(compute, bound, left, divisor)
    return replace(found, unknown=any_of(found.unknown, zero))


def _without_zeros(part: Numbers, zero: Mask) -> Numbers:
    values: Ints = np.where(zero, 1, part.values)
    return Numbers(values, part.unknown, max(1, part.most))


def absolute(part: Numbers) -> Numbers:
    """ABS."""
    values: Ints = np.abs(part.values) if isinstance(part.values, np.ndarray) else abs(part.values)
    return Numbers(values, part.unknown, part.most)


def whole(function: str, unit: int, part: Numbers) -> Numbers:
    """ROUND, FLOOR or CEIL to whole units."""

    def compute(one: Any) -> Any:
        if function == "FLOOR":
            return one // unit * unit
        return -(-one // unit) * unit if function == "CEIL" else (2 * one + unit) // (2 * unit) * unit

    return part if unit == 1 else _exact(compute, lambda one: (2 * (one + unit),) * 2, part)
