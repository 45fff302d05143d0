"""Counting days: weekends, holidays, worked weekends, and places that do it otherwise."""

from datetime import date, timedelta

import pytest

from shouwang.register.calendar.actions import set_special_day
from shouwang.register.calendar.queries import (
    due_on,
    is_working_day,
    working_days_between,
    years_with_holidays,
)
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT, COUNTY, OTHER_COUNTY_VILLAGE, VILLAGE

HERE, ELSEWHERE = int(VILLAGE), int(OTHER_COUNTY_VILLAGE)
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def national_day(cast):
    """1 to 7 October 2026 free, Saturday 10 October worked, for everybody."""
    for number in range(1, 8):
        say(date(2026, 10, number), "holiday", "国庆节")
    say(date(2026, 10, 10), "working", "国庆节调休")


def say(day, kind, name, actor=SYSTEM, **more):
    return set_special_day(day=day, kind=kind, name=name, source="放假通知", actor=actor, at=AT, **more)


@pytest.mark.parametrize(
    ("start", "days", "unit", "due"),
    [
        (FRIDAY, 0, "calendar_days", FRIDAY),
        (FRIDAY, 3, "calendar_days", date(2026, 11, 23)),
        (FRIDAY, 1, "working_days", date(2026, 11, 23)),
        (FRIDAY, 5, "working_days", date(2026, 11, 27)),
        (FRIDAY, 6, "working_days", date(2026, 11, 30)),
        (date(2026, 11, 21), 1, "working_days", date(2026, 11, 23)),
    ],
)
def test_the_day_of_the_start_is_not_counted(db, start, days, unit, due):
    assert due_on(start, days, unit=unit, place_number=HERE) == due


def test_a_holiday_is_passed_over_and_a_worked_saturday_counts(national_day):
    last_of_september = date(2026, 9, 30)

    assert due_on(last_of_september, 1, unit="working_days", place_number=HERE) == date(2026, 10, 8)
    assert due_on(last_of_september, 3, unit="working_days", place_number=HERE) == date(2026, 10, 10)
    assert due_on(last_of_september, 3, unit="calendar_days", place_number=HERE) == date(2026, 10, 3)


def test_the_narrowest_place_decides(national_day, cast):
    day = date(2026, 10, 2)
    say(day, "working", "抗旱值班", actor=cast.xiaozhou, place_code=COUNTY)

    assert is_working_day(day, HERE)
    assert not is_working_day(day, ELSEWHERE)


@pytest.mark.parametrize("days", range(13))
def test_counting_forth_and_back_agree(national_day, days):
    start = date(2026, 9, 29)
    due = due_on(start, days, unit="working_days", place_number=HERE)

    assert working_days_between(start, due, HERE) == days
    assert working_days_between(due, start, HERE) == -days
    assert days == 0 or is_working_day(due, HERE)


@pytest.mark.parametrize(("days", "unit"), [(-1, "calendar_days"), (1, "hours"), (1, "")])
def test_what_is_no_number_of_days_is_an_error(db, days, unit):
    with pytest.raises(ValueError):
        due_on(FRIDAY, days, unit=unit, place_number=HERE)


def test_a_year_without_holidays_is_known_as_such(national_day):
    assert years_with_holidays(HERE, [2025, 2026, 2027]) == [2026]
    assert due_on(date(2027, 9, 30), 1, unit="working_days", place_number=HERE) - timedelta(days=1) == date(2027, 9, 30)
