"""Months, ages and ends of months as calendars count them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.periods import add_months, age_on, months_between

days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", -48, "2020-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_end_where_the_calendar_ends_them(day, months, moved):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(moved)


@given(days, st.integers(-600, 600))
def test_moved_by_months_a_day_lies_in_that_month(day, months):
    moved = add_months(day, months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


@given(days, st.integers(0, 600))
def test_a_month_counted_is_a_month_lived(day, months):
    end = add_months(day, months)

    assert months_between(day, end) == months - (1 if end.day < day.day else 0)
    assert months_between(day, end + timedelta(days=3)) >= months


@given(days, days)
def test_a_year_of_age_is_twelve_full_months(birth_on, day):
    assert age_on(birth_on, day) == months_between(birth_on, day) // 12


@given(days.filter(lambda day: (day.month, day.day) != (2, 29)), st.integers(0, 100))
def test_the_birthday_itself_adds_the_year(birth_on, years):
    birthday = birth_on.replace(year=birth_on.year + years)

    assert age_on(birth_on, birthday) == years
    assert age_on(birth_on, birthday - timedelta(days=1)) == years - 1
