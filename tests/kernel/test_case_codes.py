"""Case codes: any single slip of a finger or tongue is noticed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.case_codes import canonical, check_digit, grouped, new_code

CODES = st.integers(10**10, 10**11 - 1).map(str).map(lambda digits: digits + check_digit(digits))


@given(CODES, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(code, at, more):
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]

    assert canonical(code) == code
    assert canonical(wrong) == ""


@given(CODES, st.integers(0, 10))
def test_two_digits_that_changed_places_are_noticed(code, at):
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    assert canonical(swapped) == ("" if swapped != code else code)


def test_a_new_code_is_twelve_digits_and_reads_in_groups():
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(re.fullmatch("[1-9][0-9]{11}", code) and canonical(code) == code for code in codes)
    assert grouped("123456789012") == "1234 5678 9012"


@given(st.text(max_size=30))
def test_anything_typed_is_a_code_or_nothing(text):
    assert canonical(text) == "" or re.fullmatch("[1-9][0-9]{11}", canonical(text))
