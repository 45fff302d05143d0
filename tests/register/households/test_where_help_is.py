"""A measure and a period of monitoring lie where their household lives, and move with it."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.register.households.models import Household, Measure, MonitoringPeriod
from tests.cast import Cast

BEGUN = date(2026, 3, 1)


def helped(household: str) -> tuple[Measure, MonitoringPeriod]:
    measure = Measure.objects.create(household_id=household, kind="health")
    period = MonitoringPeriod.objects.create(household_id=household, from_on=BEGUN, began="imported")
    for one in (measure, period):
        one.refresh_from_db()
    return measure, period


def test_they_get_the_village_of_their_household(cast: Cast) -> None:
    home = Household.objects.get(pk="H1")

    assert {one.place_number for one in helped("H1")} == {home.place_number}


def test_they_move_with_it(cast: Cast) -> None:
    told, elsewhere = helped("H1"), Household.objects.get(pk="H3").place_number

    Household.objects.filter(pk="H1").update(place_number=elsewhere)

    for one in told:
        one.refresh_from_db()
        assert one.place_number == elsewhere


def test_another_place_cannot_be_written_into_them(cast: Cast) -> None:
    measure, _ = helped("H1")
    own = measure.place_number

    Measure.objects.filter(pk=measure.pk).update(place_number=own + 1)

    measure.refresh_from_db()
    assert measure.place_number == own


def test_a_township_sees_its_own_and_can_add_none_elsewhere(cast: Cast) -> None:
    helped("H1")
    helped("H3")

    with rows_within(cast.xiaochen.range_low, cast.xiaochen.range_high):
        assert [one.household_id for one in Measure.objects.all()] == ["H1"]
        assert [one.household_id for one in MonitoringPeriod.objects.all()] == ["H1"]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Measure.objects.create(household_id="H3", kind="health")
