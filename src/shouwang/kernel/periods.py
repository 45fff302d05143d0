"""Dates and periods (期间): months, ages and days as calendars count them; callers pass the date, no clock here."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Move ``day`` by whole months; the 31st becomes the last day of a shorter month."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def months_between(start: date, end: date) -> int:
    """Count full months from ``start`` to ``end`` (满几个月): a month is full when its day number is reached."""
    return (end.year - start.year) * 12 + end.month - start.month - (1 if end.day < start.day else 0)


def age_on(birth_on: date, day: date) -> int:
    """Full years of age on ``day`` (周岁); someone born on 29 February turns on 1 March of a common year."""
    before_birthday = (day.month, day.day) < (birth_on.month, birth_on.day)
    return day.year - birth_on.year - (1 if before_birthday else 0)
