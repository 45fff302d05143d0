"""Counting days (数日子): working days and the day on which a limit ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from shouwang.register.calendar.choices import DayKind, DayUnit
from shouwang.register.calendar.models import SpecialDay
from shouwang.register.staff.queries import Actor

SATURDAY = 5
ONE = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """The special days of a stretch of time, read once: for who counts limits of many places at a time."""

    special: dict[date, list[tuple[int, int, bool]]] = field(default_factory=dict)

    def is_working_day(self, day: date, place_number: int) -> bool:
        """Whether people work in a village on a day (是否工作日): what is said of the narrowest place decides."""
        said = [row for row in self.special.get(day, ()) if row[0] <= place_number < row[1]]
        if said:
            return min(said, key=lambda row: row[1] - row[0])[2]
        return day.weekday() < SATURDAY

    def due_on(self, start: date, days: int, *, unit: str, place_number: int) -> date:
        """The last day of a limit (到期日). The day of the start is not counted; the end is not moved off a holiday.

        Raises ValueError for less than no days and for a unit that counts no days.
        """
        if days < 0 or unit not in DayUnit.values:
            raise ValueError(f"{days} {unit}")
        if unit == DayUnit.CALENDAR_DAYS:
            return start + days * ONE
        day = start
        for _ in range(days):
            day += ONE
            while not self.is_working_day(day, place_number):
                day += ONE
        return day


def working_calendar(*, since: date, until: date | None = None) -> WorkingCalendar:
    """All special days from a day on, until another when given (both included)."""
    found = SpecialDay.objects.in_force().filter(day__gte=since)
    found = found.filter(day__lte=until) if until else found
    special: dict[date, list[tuple[int, int, bool]]] = {}
    for day, low, high, kind in found.values_list("day", "range_low", "range_high", "kind"):
        special.setdefault(day, []).append((low, high, kind == DayKind.WORKING))
    return WorkingCalendar(special)


def is_working_day(day: date, place_number: int) -> bool:
    """Whether people work in a village on a day (是否工作日): weekends are free unless the calendar says otherwise."""
    return working_calendar(since=day, until=day).is_working_day(day, place_number)


def due_on(start: date, days: int, *, unit: str, place_number: int) -> date:
    """The last day of a limit of `calendar_days` or `working_days` (到期日); the day of the start is not counted.

    依据: 民法典 第二百零一条 (开始的当日不计入). Raises ValueError as `WorkingCalendar.due_on`.
    """
    read = working_calendar(since=start) if unit == DayUnit.WORKING_DAYS else WorkingCalendar()
    return read.due_on(start, days, unit=unit, place_number=place_number)


def working_days_between(start: date, end: date, place_number: int) -> int:
    """Working days after `start` up to and with `end` (相隔工作日); negative when `end` lies before."""
    if end < start:
        return -working_days_between(end, start, place_number)
    read = working_calendar(since=start, until=end)
    days = (start + number * ONE for number in range(1, (end - start).days + 1))
    return sum(read.is_working_day(day, place_number) for day in days)


def special_days(actor: Actor, *, year: int) -> QuerySet[SpecialDay]:
    """Special days of a year that hold somewhere in the actor's place, those taken back too, by day."""
    found = SpecialDay.objects.touching(actor).of_year(year)
    return found.order_by("day", "range_low", "-range_high", "-pk")


def special_day_of(actor: Actor, special_day_id: int) -> SpecialDay | None:
    """One of them."""
    found: SpecialDay | None = SpecialDay.objects.touching(actor).filter(pk=special_day_id).first()
    return found


def years_with_holidays(place_number: int, years: Iterable[int]) -> list[int]:
    """Which of the years have holidays on record for a place; in the others (未录入节假日) only weekends are free."""
    held = SpecialDay.objects.in_force().filter(
        kind=DayKind.HOLIDAY, range_low__lte=place_number, range_high__gt=place_number
    )
    return [year for year in years if held.of_year(year).exists()]
