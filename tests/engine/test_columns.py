"""Whole columns compute what one number at a time would, up to the edge of 64 bits and not beyond it."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shouwang.engine import arithmetic
from shouwang.engine.backends.arrays import sums, values
from shouwang.engine.backends.arrays.tables import Positions
from shouwang.engine.backends.arrays.values import Numbers, Truths
from shouwang.engine.evaluation import fold
from shouwang.engine.model import Kind

EDGE = 2**63 - 1
AMOUNT = st.none() | st.integers(-(10**6), 10**6) | st.integers(-EDGE, EDGE)
PAIRS = st.lists(st.tuples(AMOUNT, AMOUNT), min_size=1, max_size=6)
KINDS = st.sampled_from([Kind.MONEY, Kind.RATIO, Kind.INTEGER, Kind.QUANTITY])


def column(cells) -> Numbers:
    known = [0 if cell is None else cell for cell in cells]
    unknown = np.array([cell is None for cell in cells])
    return Numbers(np.array(known, dtype=np.int64), unknown, max(map(abs, known)))


def cells(found: Numbers) -> list:
    unknown = np.broadcast_to(found.unknown, np.shape(found.values))
    return [None if gap else int(value) for value, gap in zip(found.values, unknown, strict=True)]


def agrees(wanted: list, compute) -> None:
    """The same cells, or a refusal where one of them does not fit."""
    if any(cell is not None and abs(cell) > EDGE for cell in wanted):
        with pytest.raises(OverflowError):
            compute()
    else:
        assert cells(compute()) == wanted


def known(function, *operands):
    return None if None in operands else function(*operands)


@given(PAIRS)
def test_sums_and_differences_are_exact(pairs):
    left, right = column([one for one, _ in pairs]), column([other for _, other in pairs])

    agrees([known(int.__add__, *pair) for pair in pairs], lambda: values.added(left, right))
    agrees([known(int.__sub__, *pair) for pair in pairs], lambda: values.subtracted(left, right))


@given(PAIRS, KINDS, KINDS)
def test_products_round_as_the_reference_does(pairs, one, other):
    left, right = column([a for a, _ in pairs]), column([b for _, b in pairs])
    kinds = (one, other, one)

    wanted = [known(lambda a, b: arithmetic.product(a, b, kinds), *pair) for pair in pairs]

    agrees(wanted, lambda: values.multiplied(*arithmetic.shift("*", *kinds), left, right))


@example([(922_337_203_685_478, 0)], Kind.MONEY, Kind.MONEY)  # too large for a ratio, but nothing is divided
@given(PAIRS, KINDS, KINDS)
def test_quotients_round_as_the_reference_does_and_zero_divides_nothing(pairs, one, other):
    left, right = column([a for a, _ in pairs]), column([b for _, b in pairs])
    kinds = (one, other, Kind.RATIO)

    wanted = [known(lambda a, b: arithmetic.quotient(a, b, kinds), *pair) for pair in pairs]

    agrees(wanted, lambda: values.divided(*arithmetic.shift("/", *kinds), left, right))


ROWS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([True, False, None]), AMOUNT), min_size=1, max_size=12)


@given(ROWS, st.sampled_from(["count_if", "sum_if", "min_if", "max_if", "any_if", "all_if"]))
def test_sums_over_rows_are_those_of_the_reference(rows, function):
    """Four households, rows in any order, conditions and amounts known or not."""
    at = Positions(np.array([household for household, *_ in rows]))
    yes = np.array([condition is True for _, condition, _ in rows])
    condition = Truths(yes, np.array([condition is not False for _, condition, _ in rows]))
    wanted = [fold(function, [(c, amount) for h, c, amount in rows if h == household]) for household in range(4)]

    if function in ("any_if", "all_if"):
        found = sums.whether(function, 4, at, True, condition)
        told = zip(np.broadcast_to(found.yes, 4), np.broadcast_to(found.maybe, 4), strict=True)
        assert [True if y else None if m else False for y, m in told] == wanted
        return
    counted = sums.counted(4, at, True, condition)
    if function == "count_if":
        assert cells(sums.count(4, counted)) == wanted
    else:
        agrees(wanted, lambda: sums.summed(function, 4, counted, column([amount for *_, amount in rows])))
