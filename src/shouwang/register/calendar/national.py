"""National holidays (国家放假安排) as the library chinese_calendar has them; years that it does not know are not guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from shouwang.register.calendar.choices import DayKind

SOURCE = "国务院办公厅年度放假安排（chinese_calendar {version} 收录，未逐日核对）"


@dataclass(frozen=True)
class NationalDay:
    """One day of the yearly arrangement: weekday off, or weekend worked."""

    day: date
    kind: DayKind
    name: str


def known_years() -> list[int]:
    """Years whose arrangement the library knows."""
    from chinese_calendar.constants import holidays

    return sorted({day.year for day in holidays})


def national_days(year: int) -> list[NationalDay]:
    """The days of a year that are not what their weekday says, in order; nothing for a year that is not known."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {one.value: one.chinese for one in Holiday}
    found = [NationalDay(day, DayKind.HOLIDAY, names[name]) for day, name in holidays.items() if day.year == year]
    found += [
        NationalDay(day, DayKind.WORKING, f"{names[name]}调休") for day, name in workdays.items() if day.year == year
    ]
    return sorted(found, key=lambda one: one.day)


def source() -> str:
    """Where the days come from, with the version of the library."""
    return SOURCE.format(version=version("chinese_calendar"))
