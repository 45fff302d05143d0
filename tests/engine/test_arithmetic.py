"""Rounding is half up, towards plus infinity, once; checked against exact decimals."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from shouwang.engine import arithmetic
from shouwang.engine.model import Kind

NUMBERS = [Kind.INTEGER, Kind.MONEY, Kind.RATIO, Kind.QUANTITY]
whole = st.integers(-(10**15), 10**15)


def half_up(value: Decimal) -> int:
    """To the nearest whole number; exactly between two, to the upper one, also below zero."""
    return int(value.to_integral_value(ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN))


@given(numerator=whole, denominator=whole.filter(bool))
def test_a_quotient_is_rounded_half_up(numerator, denominator):
    with localcontext(prec=60):
        assert arithmetic.divide(numerator, denominator) == half_up(Decimal(numerator) / Decimal(denominator))


@given(numerator=whole)
def test_a_quotient_by_zero_is_unknown(numerator):
    assert arithmetic.divide(numerator, 0) is None


@given(left=whole, right=whole, kinds=st.tuples(*[st.sampled_from(NUMBERS)] * 3))
def test_a_product_is_exact_up_to_its_one_rounding(left, right, kinds):
    with localcontext(prec=80):
        exact = Decimal(left).scaleb(-kinds[0].scale) * Decimal(right).scaleb(-kinds[1].scale)
        assert arithmetic.product(left, right, kinds) == half_up(exact.scaleb(kinds[2].scale))


@given(left=whole, right=whole.filter(bool), kinds=st.tuples(*[st.sampled_from(NUMBERS)] * 3))
def test_a_ratio_is_exact_up_to_its_one_rounding(left, right, kinds):
    with localcontext(prec=80):
        exact = Decimal(left).scaleb(-kinds[0].scale) / Decimal(right).scaleb(-kinds[1].scale)
        assert arithmetic.quotient(left, right, kinds) == half_up(exact.scaleb(kinds[2].scale))


@given(value=whole, kind=st.sampled_from(NUMBERS))
def test_floor_ceil_and_round_go_to_whole_units(value, kind):
    exact = Decimal(value).scaleb(-kind.scale)
    scaled = 10**kind.scale

    assert arithmetic.whole("FLOOR", value, kind) == int(exact.to_integral_value(ROUND_FLOOR)) * scaled
    assert arithmetic.whole("CEIL", value, kind) == int(exact.to_integral_value(ROUND_CEILING)) * scaled
    assert arithmetic.whole("ROUND", value, kind) == half_up(exact) * scaled


def test_halves_below_zero_go_up():
    assert [arithmetic.divide(n, 2) for n in (-3, -1, 1, 3)] == [-1, 0, 1, 2]
    assert arithmetic.divide(1, -2) == 0
