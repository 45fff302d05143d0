"""Whole columns compute what one number at a time would, up to the edge of 64 bits and not beyond it."""

from datetime import date

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shouwang.engine import arithmetic
from shouwang.engine.backends.arrays import days, sums, values
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


def truth(cells) -> Truths:
    return Truths(np.array([cell is True for cell in cells]), np.array([cell is not False for cell in cells]))


def in_three_values(found: Truths, rows: int) -> list:
    told = zip(np.broadcast_to(found.yes, rows), np.broadcast_to(found.maybe, rows), strict=True)
    return [True if yes else None if maybe else False for yes, maybe in told]


THREE = st.sampled_from([True, False, None])


@given(st.lists(st.tuples(THREE, AMOUNT, AMOUNT), min_size=1, max_size=6), st.sampled_from([0, 7, None]))
def test_of_numbers_the_one_that_holds_is_chosen_and_the_first_that_is_known(rows, plain):
    """Also where one side is a plain number, which is another way through the same choice."""
    conditions, left, right = zip(*rows, strict=True)
    condition, one, other = truth(conditions), column(left), column(right)
    constant = Numbers(plain or 0, plain is None, plain or 0)

    for second, cells_of_it in ((other, right), (constant, [plain] * len(rows))):
        chosen = [b if c is True else a for c, a, b in zip(conditions, cells_of_it, left, strict=True)]
        assert cells(values.case(condition, one, second)) == chosen
        swapped = [a if c is True else b for c, a, b in zip(conditions, cells_of_it, left, strict=True)]
        assert cells(values.case(condition, second, one)) == swapped
        first = [a if b is None else b for a, b in zip(cells_of_it, left, strict=True)]
        assert cells(values.first_known(one, second)) == first


@given(st.lists(st.tuples(THREE, THREE, THREE), min_size=1, max_size=6))
def test_of_truths_the_one_that_holds_is_chosen_and_the_first_that_is_known(rows):
    conditions, left, right = zip(*rows, strict=True)
    condition, one, other = map(truth, (conditions, left, right))

    chosen = [a if c is True else b for c, a, b in rows]
    assert in_three_values(values.case(condition, one, other), len(rows)) == chosen
    assert in_three_values(values.conjunction(one, other), len(rows)) == [
        False if False in pair else None if None in pair else True for pair in zip(left, right, strict=True)
    ]
    first = [b if a is None else a for a, b in zip(left, right, strict=True)]
    assert in_three_values(values.first_known(one, other), len(rows)) == first


def test_what_is_unknown_nowhere_is_not_carried_along():
    known = Numbers(np.arange(3), np.zeros(3, dtype=bool), 2)

    found = values.compared(">", known, Numbers(1, False, 1))

    assert found.maybe is found.yes
    assert values.first_known(column([None, 4]), Numbers(0, False, 0)).unknown is False


def test_months_are_the_same_looked_up_as_by_the_calendar():
    near = Numbers(np.arange(days.day_number(date(1899, 12, 1)), days.day_number(date(2004, 3, 2)), 3))
    end = Numbers(days.day_number(date(2024, 2, 29)))
    far = Numbers(np.append(near.values, days.LAST_DAY))  # one day outside the table, and all take the long way

    looked_up, by_calendar = days.months_between(near, end), days.months_between(far, end)

    assert (looked_up.values == by_calendar.values[:-1]).all()
