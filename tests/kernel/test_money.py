"""Money is whole 分; what is finer or no amount is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.errors import InputError
from shouwang.kernel.money import format_yuan, parse_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("￥20", 2000),
        ("20元", 2000),
        (" ¥ 0.01 ", 1),
        ("-3", -300),
        (7, 700),
        ("1,000，000", 100000000),
    ],
)
def test_amounts_are_read_as_people_write_them(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "元", "abc", "1.005", "NaN", "Infinity", "1e999999", "一百"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(InputError):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0"), (1, "0.01"), (-1, "-0.01"), (100, "1"), (1234550, "12,345.50"), (-123456789, "-1,234,567.89")],
)
def test_fen_are_shown_only_where_there_are_any(fen, text):
    assert format_yuan(fen) == text


@given(st.integers(-(10**15), 10**15))
def test_what_is_shown_reads_back_to_the_same_amount(fen):
    assert parse_yuan(format_yuan(fen)) == fen
