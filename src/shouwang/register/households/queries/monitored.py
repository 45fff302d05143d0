"""Households under monitoring (监测户), and whether help has reached them."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from shouwang.register.households.models import Household, Measure, Risk
from shouwang.register.staff.queries import Actor


def monitored_households(actor: Actor, *, on: date) -> QuerySet[Any]:
    """Households within the actor's area that are monitored on a day, each with `helped`: has a measure since then.

    A measure that began before the household was monitored and still runs counts too (先行帮扶).
    """
    since = Measure.objects.filter(household=OuterRef("pk"), since_on__lte=on).filter(
        Q(until_on=None) | Q(until_on__gte=OuterRef("monitored_on"))
    )
    found: QuerySet[Any] = Household.objects.visible_to(actor).filter(
        monitored_class__isnull=False, monitored_on__lte=on
    )
    found = found.filter(Q(cleared_on=None) | Q(cleared_on__gt=on))
    return found.annotate(helped=Exists(since)).select_related("place").order_by(F("monitored_on").asc(), "pk")


def without_measure(*, days: int, on: date) -> Q:
    """Which of the monitored households have been so for so many days and had no measure (未落实措施)."""
    # In this order: for whom it is too early, no measure is looked up.
    return Q(monitored_on__lte=on - timedelta(days=days)) & Q(helped=False)


def measures_standing(household_id: str, *, on: date) -> list[tuple[str, str]]:
    """(kind, item) of the measures that a household has on a day."""
    found = Measure.objects.filter(household_id=household_id).filter(Q(until_on=None) | Q(until_on__gt=on))
    found = found.filter(Q(since_on=None) | Q(since_on__lte=on))
    return [(kind, item or "") for kind, item in found.values_list("kind", "item")]


def risks_of(household_id: str) -> list[str]:
    """The risks on record for a household, in the order in which they were found, each once."""
    found = Risk.objects.filter(household_id=household_id).order_by("since_on", "id").values_list("risk", flat=True)
    return list(dict.fromkeys(found))
