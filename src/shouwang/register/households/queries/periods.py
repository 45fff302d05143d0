"""Periods of monitoring (监测时段), and who is looked after now or was (监测户和已消除户)."""

from collections.abc import Iterable

from django.db.models import Count, F, QuerySet

from shouwang.register.households.models import Household, MonitoringPeriod
from shouwang.register.staff.queries import Actor


def monitoring_periods(actor: Actor, household_id: str) -> QuerySet[MonitoringPeriod]:
    """Every period in which a household was monitored, the newest first."""
    return MonitoringPeriod.objects.visible_to(actor).filter(household_id=household_id).order_by("-from_on", "-id")


def newest_periods(actor: Actor, household_ids: Iterable[str]) -> list[MonitoringPeriod]:
    """The newest period of each of some households."""
    found = MonitoringPeriod.objects.visible_to(actor).filter(household_id__in=list(household_ids))
    return list(found.order_by("household_id", "-from_on", "-id").distinct("household_id"))


def watched_households(
    actor: Actor, *, cleared: bool = False, range_low: int = 0, range_high: int = 10**12
) -> QuerySet[Household]:
    """Households under monitoring within the actor's area; with `cleared` those whose risk is gone as well."""
    found = Household.objects.visible_to(actor).filter(monitored_class__isnull=False)
    found = found.filter(place_number__gte=range_low, place_number__lt=range_high)
    return found if cleared else found.filter(cleared_on=None)


def counted_by_place(found: QuerySet[Household]) -> dict[int, int]:
    """Village → number of households of a set."""
    return dict(found.order_by().values("place_number").annotate(n=Count("pk")).values_list("place_number", "n"))


def counted_counties(actor: Actor) -> list[str]:
    """Codes of the counties in which the actor has households."""
    parts = Household.objects.visible_to(actor).order_by().values_list(F("place_number") / 10**6, flat=True).distinct()
    return [str(one) for one in sorted(parts)]
