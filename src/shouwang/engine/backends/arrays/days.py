"""Columns of days (日期列): differences in days, full months and full years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.values import Ints, Numbers, any_of

EPOCH = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = np.datetime64("1850"), np.datetime64("2100")
FIRST_DAY, LAST_DAY = (int(year.astype("M8[D]").astype(np.int64)) for year in (FIRST_YEAR, LAST_YEAR))


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - EPOCH


def days_between(start: Numbers, end: Numbers) -> Numbers:
    """Days from one column of days to another."""
    found = np.subtract(end.values, start.values, dtype=np.int64)
    return Numbers(found, any_of(start.unknown, end.unknown), 10**7)


def months_between(start: Numbers, end: Numbers) -> Numbers:
    """Full months from one column of days to another: a month is full when its day number is reached."""
    unknown = any_of(start.unknown, end.unknown)
    if _is_near(start.values) and _is_near(end.values):
        # Month × 32 + day of the month: a day too early takes one from the month when halved five times.
        days = _months_and_days()
        found = days.take(np.subtract(end.values, FIRST_DAY)) - days.take(np.subtract(start.values, FIRST_DAY))
        return Numbers((found >> 5).astype(np.int64), unknown, 10**6)
    (from_month, from_day), (to_month, to_day) = _calendar(start.values), _calendar(end.values)
    found = to_month - from_month - (to_day < from_day)
    return Numbers(found, unknown, 10**6)


def age_on(as_of: int, birth: Numbers) -> Numbers:
    """Full years of age on a day."""
    months = months_between(birth, Numbers(as_of))
    return replace(months, values=months.values // 12)


def _is_near(days: Ints) -> bool:
    """Whether all days lie in the years for which there is a table."""
    if isinstance(days, np.ndarray):
        return bool(days.size and days.min() >= FIRST_DAY and days.max() < LAST_DAY)
    return FIRST_DAY <= days < LAST_DAY


@lru_cache(maxsize=1)
def _months_and_days() -> NDArray[np.int32]:
    # Calendars are slow and days lie within few years: looked up, they cost a tenth.
    first_days = np.arange(FIRST_YEAR, LAST_YEAR, dtype="M8[M]").astype("M8[D]").astype(np.int64)
    lengths = np.diff(first_days, append=LAST_DAY)
    months, starts = (np.repeat(each, lengths) for each in (np.arange(len(lengths)), first_days))
    return (32 * months + np.arange(FIRST_DAY, LAST_DAY) - starts).astype(np.int32)


def _calendar(days: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    day = np.asarray(days, dtype=np.int64).view("M8[D]")
    month = day.astype("M8[M]")
    return month.astype(np.int64), (day - month.astype("M8[D]")).astype(np.int64)
