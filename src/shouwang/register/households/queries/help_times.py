"""How long a household waited for the first help (帮扶到位用时)."""

from datetime import date

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Greatest

from shouwang.kernel.aggregates import Days, Median
from shouwang.register.households.models import MonitoringPeriod
from shouwang.register.staff.queries import Actor


def days_to_help(
    actor: Actor, *, since: date, until: date | None = None, range_low: int = 0, range_high: int = 10**12
) -> tuple[int, int, float | None]:
    """Periods of monitoring begun since a day, how many of them had a measure, and the median of days to the first.

    Help that came before the period and still ran counts as nought days (先行帮扶).
    """
    running = Q(household__measure__until_on=None) | Q(household__measure__until_on__gte=F("from_on"))
    found = MonitoringPeriod.objects.visible_to(actor).filter(
        from_on__gte=since, place_number__gte=range_low, place_number__lt=range_high
    )
    found = found.filter(from_on__lt=until) if until else found
    # Joined and grouped: a subquery for each period would be asked again wherever its answer is used.
    helped = found.order_by().annotate(first=Min("household__measure__since_on", filter=running))
    days = Median(Days(Greatest("first", F("from_on")), F("from_on")), filter=Q(first__isnull=False))
    row = helped.aggregate(count=Count("pk"), helped=Count("pk", filter=Q(first__isnull=False)), days=days)
    return row["count"], row["helped"], row["days"]
