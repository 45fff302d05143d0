"""The working calendar (工作日历): a year of months, what is special in it, and who said so."""

from calendar import Calendar
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.calendar.actions import (
    load_national_days,
    remove_special_day,
    restore_special_day,
    set_special_day,
)
from shouwang.register.calendar.choices import DayKind
from shouwang.register.calendar.national import known_years
from shouwang.register.calendar.queries import (
    special_day_of,
    special_days,
    working_calendar,
    years_with_holidays,
)
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.rights import may
from shouwang.surfaces.web.access import StaffRequest, page

TITLE = "工作日历"
WEEKDAYS = "一二三四五六日"
MARKS = {DayKind.HOLIDAY: "休", DayKind.WORKING: "班"}


@page(Permission.MANAGE_CALENDAR)
@require_http_methods(["GET", "POST"])
def working_calendar_page(request: StaffRequest) -> HttpResponse:
    """A year as months; posted, one more day is put on record."""
    wrong = ""
    if request.method == "POST":
        try:
            made = _set(request)
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, f"已录入：{made.day} {made.name}。录错了可以在下面撤销。")
            return redirect(f"{reverse('working_calendar')}?year={made.day.year}")
    context = _context(request, _year(request)) | {"wrong": wrong, "given": request.POST}
    return render(request, "web/calendar.html", context, status=422 if wrong else 200)


@page(Permission.MANAGE_CALENDAR)
@require_POST
def load_year(request: StaffRequest) -> HttpResponse:
    """Put the national arrangement of a year on record for the own area."""
    year = _year(request)
    try:
        added = load_national_days(year=year, actor=request.actor, at=timezone.now())
        messages.success(request, f"已载入 {year} 年国家放假安排，新增 {added} 天。请对照通知核对一遍。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('working_calendar')}?year={year}")


@page(Permission.MANAGE_CALENDAR)
@require_POST
def change_day(request: StaffRequest, special_day_id: int, what: str) -> HttpResponse:
    """Take a day back, or put one that was taken back in force again."""
    found = special_day_of(request.actor, special_day_id)
    if found is None or what not in ("remove", "restore"):
        raise Http404
    action, said = (remove_special_day, "已撤销") if what == "remove" else (restore_special_day, "已恢复")
    try:
        action(special_day_id=found.pk, actor=request.actor, at=timezone.now())
        messages.success(request, f"{said}：{found.day} {found.name}。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('working_calendar')}?year={found.day.year}")


def _set(request: StaffRequest) -> Any:
    given = request.POST
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise Refusal("没有写日期。", "请选择一天。") from None
    return set_special_day(
        day=day,
        kind=given.get("kind", ""),
        name=given.get("name", ""),
        source=given.get("source", ""),
        actor=request.actor,
        at=timezone.now(),
    )


def _year(request: StaffRequest) -> int:
    given = request.POST.get("year") or request.GET.get("year") or str(timezone.localdate().year)
    if not (given.isascii() and given.isdigit() and 2000 <= int(given) <= 2100):
        raise Http404
    return int(given)


def _context(request: StaffRequest, year: int) -> dict[str, Any]:
    place = request.actor.range_low
    rows = list(special_days(request.actor, year=year))
    return {
        "crumbs": [{"title": TITLE, "address": ""}],
        "year": year,
        "months": _months(year, place),
        "weekdays": WEEKDAYS,
        "covered": bool(years_with_holidays(place, [year])),
        "loadable": year in known_years(),
        "held": [{"day": one, "own": _own(request, one)} for one in rows if one.removed_at is None],
        "removed": [{"day": one, "own": _own(request, one)} for one in rows if one.removed_at is not None],
        "kinds": DayKind.choices,
    }


def _own(request: StaffRequest, one: Any) -> bool:
    return may(request.actor, Permission.MANAGE_CALENDAR, one)


def _months(year: int, place: int) -> list[dict[str, Any]]:
    """Twelve months of weeks of days; a day of a neighbouring month is nothing."""
    read = working_calendar(since=date(year, 1, 1), until=date(year, 12, 31))
    today = timezone.localdate()
    return [
        {
            "number": month,
            "weeks": [
                [_cell(day, read, place, today) if day.month == month else None for day in week]
                for week in Calendar().monthdatescalendar(year, month)
            ],
        }
        for month in range(1, 13)
    ]


def _cell(day: date, read: Any, place: int, today: date) -> dict[str, Any]:
    works = read.is_working_day(day, place)
    usual = day.weekday() < 5
    mark = "" if works == usual else MARKS[DayKind.WORKING if works else DayKind.HOLIDAY]
    return {"day": day.day, "free": not works, "mark": mark, "today": day == today}
