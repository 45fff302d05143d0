"""Figures of cases over time (办理统计): where they wait, what was decided, how long it took."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Least, TruncDate
from django.utils import timezone

from shouwang.kernel.aggregates import Days, Median
from shouwang.kernel.days import start_of
from shouwang.kernel.running_counts import day_counts, median_of, overlap, whole_counties, whole_months
from shouwang.register.procedure.choices import RUNNING, Act
from shouwang.register.procedure.models import Case, CaseCount, Record
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

FORMS = (Act.PLEDGE, Act.AUTHORISATION, Act.RECORD, Act.VERIFICATION)
MEETINGS = (Act.APPRAISAL,)


def _here(actor: Actor, low: int, high: int) -> QuerySet[Any]:
    return Case.objects.visible_to(actor).filter(place_number__gte=low, place_number__lt=high)


def waiting_by_level(
    actor: Actor, *, on: date, range_low: int = 0, range_high: int = 10**12
) -> dict[tuple[str, str], dict[str, Any]]:
    """Matter and level of the next step → count, late, and since when the oldest has been waiting (在办情况)."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for matter, level, due_on, count, since in _waiting(actor, range_low, range_high):
        row = found.setdefault((matter, level), {"count": 0, "late": 0, "since": since})
        row["count"] += count
        row["late"] += count if due_on and due_on < on else 0
        row["since"] = min(filter(None, (row["since"], since)), default=None)
    return found


def _waiting(actor: Actor, low: int, high: int) -> Iterator[tuple[str, str, date | None, int, date | None]]:
    """Matter, level of the next step, the day by which something must be done, how many, since when the oldest waits."""
    low, high = overlap(actor, low, high)
    if not actor.may(Permission.SEE_CASES):
        return
    if not whole_counties(low, high):
        rows = _here(actor, low, high).filter(state__in=RUNNING).order_by()
        days = rows.annotate(day=Least("due_on", "whole_due_on")).values_list("matter", "next_level", "day")
        for matter, level, day, count, since in days.annotate(Count("place_number"), Min("last_at")):
            yield matter, level, day, count, since and timezone.localtime(since).date()
        return
    oldest: dict[str, date] = {}
    for part, day, _ in day_counts(CaseCount, "since", low=low, high=high):
        if day:
            oldest[part] = min(day, oldest.get(part, day))
    for part, day, count in day_counts(CaseCount, "waiting", low=low, high=high):
        matter, _, level = part.partition(" ")
        yield matter, level, day, count, oldest.get(part)


def outcomes_by_month(
    actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12
) -> dict[date, dict[str, int]]:
    """First day of a month → outcome → cases decided in it (各月办理结果)."""
    made: dict[date, dict[str, int]] = {}
    for outcome, day, count in _decided(actor, since, range_low, range_high):
        if day:
            month = made.setdefault(day.replace(day=1), {})
            month[outcome] = month.get(outcome, 0) + count
    return made


def _decided(actor: Actor, since: date, low: int, high: int) -> Iterable[tuple[str, date | None, int]]:
    low, high = overlap(actor, low, high)
    if actor.may(Permission.SEE_CASES) and whole_counties(low, high):
        return day_counts(CaseCount, "decided", low=low, high=high, since=since)
    found = _here(actor, low, high).filter(decided_at__gte=start_of(since)).exclude(outcome="")
    rows = found.annotate(day=TruncDate("decided_at")).order_by().values_list("outcome", "day")
    return rows.annotate(Count("place_number"))


def days_to_decide(
    actor: Actor, *, since: date, until: date | None = None, range_low: int = 0, range_high: int = 10**12
) -> dict[str, tuple[int, float | None]]:
    """Matter → how many of its cases were decided since a day, and the median of the days from opening to decision."""
    low, high = overlap(actor, range_low, range_high)
    if actor.may(Permission.SEE_CASES) and whole_counties(low, high) and whole_months(since, until):
        took: dict[str, Counter[int]] = {}
        for part, _, count in day_counts(CaseCount, "took", low=low, high=high, since=since, until=until):
            matter, days = part.split(" ")
            took.setdefault(matter, Counter())[int(days)] += count
        return {matter: (counted.total(), median_of(counted)) for matter, counted in took.items()}
    found = _here(actor, low, high).filter(decided_at__gte=start_of(since))
    found = found.filter(decided_at__lt=start_of(until)) if until else found
    days_taken = Median(Days(TruncDate("decided_at"), TruncDate("opened_at")))
    rows = found.order_by().values("matter").annotate(count=Count("place_number"), days=days_taken)
    return {row["matter"]: (row["count"], row["days"]) for row in rows}


def village_records(
    actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12
) -> dict[int, dict[str, int]]:
    """Village → forms and meetings that its own people recorded since a day (村级填报量)."""
    found = Record.objects.filter(case__in=_here(actor, range_low, range_high), level="village", acted_on__gte=since)
    counted = (
        found.order_by()
        .values(place=F("case__place_number"))
        .annotate(forms=Count("pk", filter=Q(act__in=FORMS)), meetings=Count("pk", filter=Q(act__in=MEETINGS)))
    )
    return {row["place"]: {"forms": row["forms"], "meetings": row["meetings"]} for row in counted}
