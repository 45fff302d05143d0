"""Identity numbers: every way a number is mistyped, and none that lets a wrong one through."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel import identity_numbers


@st.composite
def valid_numbers(draw: st.DrawFn) -> str:
    day = draw(st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 12, 31)))
    first17 = f"99{draw(st.integers(0, 9999)):04d}{day:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first17 + identity_numbers.check_digit(first17)


def test_check_digit_of_the_standards_own_arithmetic():
    # By hand: 99100319600101002 weighs 63+81+10+0+0+12+2+9+36+0+0+9+0+5+0+0+4 = 231 = 21 * 11, remainder 0 gives 1.
    assert identity_numbers.check_digit("99100319600101002") == "1"


def test_check_digit_of_sixteen_digits_is_refused():
    with pytest.raises(ValueError, match="seventeen"):
        identity_numbers.check_digit("9910031960010100")


@given(valid_numbers())
def test_a_valid_number_survives_normalising_unchanged(number):
    assert identity_numbers.normalise(number) == number
    assert identity_numbers.is_valid(number)
    assert identity_numbers.canonical(number) == number


@given(valid_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, at, step):
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert not identity_numbers.is_valid(wrong)


@given(valid_numbers(), st.integers(0, 15))
def test_two_swapped_neighbours_are_noticed_unless_they_are_equal(number, at):
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert identity_numbers.is_valid(swapped) == (swapped == number)


@given(valid_numbers().filter(lambda number: number[6:8] == "19"))
def test_a_15_digit_number_finds_back_its_18_digits(number):
    old = number[:6] + number[8:17]
    assert identity_numbers.upgrade_15(old) == number
    assert identity_numbers.canonical(old) == number
    assert identity_numbers.birth_on(old) == identity_numbers.birth_on(number)


@given(valid_numbers(), st.integers(1, 7), st.integers(1, 4), st.sampled_from(["", "B1"]))
def test_a_disability_card_carries_its_holders_number(number, category, grade, reissue):
    card = f"{number}{category}{grade}{reissue}"
    assert identity_numbers.disability_card_id(card) == number
    assert identity_numbers.canonical(card.lower()) == number


@given(valid_numbers(), st.sampled_from(["83", "05", "15X", "", "12B", "12345"]))
def test_a_card_number_with_a_wrong_tail_is_no_disability_card(number, tail):
    assert identity_numbers.disability_card_id(number + tail) is None


@given(st.text())
def test_any_text_is_read_without_raising(text):
    number = identity_numbers.normalise(text)
    assert identity_numbers.normalise(number) == number
    assert identity_numbers.canonical(text) is None or identity_numbers.is_valid(identity_numbers.canonical(text))
    assert len(identity_numbers.mask(text)) == len(text)


@pytest.mark.parametrize(
    "typed",
    ["99100019900307009x", " 991000 19900307 009X ", "９９１０００１９９００３０７００９Ｘ", "99100019900307009＊",
     "'99100019900307009X", "9910OO19900307OO9X", "99100019900307009×", "991000-19900307-009Х",
     "99100019900307009X\u200b"],
)  # fmt: skip
def test_odd_typing_is_read_as_the_number_that_was_meant(typed):
    assert identity_numbers.canonical(typed) == "99100019900307009X"


@pytest.mark.parametrize(
    "typed", ["9910**********009X", "******************", "9.9100319E+17", "", None, "无", "0" * 18]
)
def test_a_masked_or_broken_number_is_not_made_up(typed):
    assert identity_numbers.canonical(typed) is None


def test_birth_and_sex_are_read_from_the_number():
    assert identity_numbers.birth_on("991003196001010021") == datetime.date(1960, 1, 1)
    assert identity_numbers.sex("991003196001010021") == "female"
    assert identity_numbers.sex("99100019900307009X") == "male"


def test_birth_and_sex_of_a_wrong_number_are_unknown():
    assert identity_numbers.birth_on("991003196001010022") is None
    assert identity_numbers.sex("991003196002300021") is None


def test_a_mask_shows_four_and_two():
    assert identity_numbers.mask("431003196001011234") == "4310************34"
    assert identity_numbers.mask("12345") == "*****"


def test_upgrading_something_else_than_15_digits_is_refused():
    with pytest.raises(ValueError, match="15-digit"):
        identity_numbers.upgrade_15("991003601301002")
