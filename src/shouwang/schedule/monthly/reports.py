"""The report of the month that is over (月报), for every county with households in the register."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from shouwang.register.households.queries import counted_counties
from shouwang.register.places.queries import place_of
from shouwang.register.staff.queries import SYSTEM
from shouwang.watch.flow.actions import issue_monthly_report


def report_last_month(*, at: datetime) -> int:
    """Issue last month's reports; gives back how many. Called again it makes none twice."""
    last = localtime(at).date().replace(day=1) - timedelta(days=1)
    places = [place for code in counted_counties(SYSTEM) if (place := place_of(code))]
    for place in places:
        issue_monthly_report(place=place, month=last, actor=SYSTEM, at=at)
    return len(places)
