"""Whether the register is still what it was: the database itself notes every change, with it or not at all."""

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from shouwang.register.households.actions import record_no_risk
from shouwang.register.households.choices import ChangedPart
from shouwang.register.households.models import Household, RegisterChange, Resident, Risk
from shouwang.register.households.queries import register_stamp
from shouwang.register.places.models import Place
from tests.cast import AT, TODAY, Cast


def stamps() -> tuple[str, str]:
    return register_stamp(ChangedPart.ANY), register_stamp(ChangedPart.PEOPLE)


def test_looking_changes_nothing(cast: Cast) -> None:
    before = stamps()
    assert Household.objects.visible_to(cast.xiaochen).count() == 2

    assert stamps() == before


@pytest.mark.parametrize(
    ("change", "people"),
    [
        (lambda: Resident.objects.filter(pk="R1").update(name="李大川"), True),
        (lambda: Household.objects.filter(pk="H1").update(phone_cipher=""), True),
        (lambda: Place.objects.filter(code="431003").update(full_name="苏仙"), True),
        (lambda: Household.objects.filter(pk="H1").update(monitored_class="marginal", monitored_on=TODAY), False),
        (lambda: Risk.objects.create(household_id="H1", risk="illness", since_on=TODAY), False),
    ],
    ids=["a name", "a phone", "a place's name", "taken in", "a risk"],
)
def test_whatever_is_changed_is_noted_under_what_it_changes(cast: Cast, change, people) -> None:
    before = stamps()

    change()

    after = stamps()
    assert after != before
    assert (after[1] != before[1]) == people


def test_acts_of_one_transaction_leave_one_row_and_a_refused_one_leaves_none(cast: Cast) -> None:
    before, rows = stamps(), RegisterChange.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic():
        _rename_and_fail()
    assert stamps() == before

    record_no_risk(until={"H1": TODAY}, actor=cast.xiaochen, at=AT)
    Household.objects.filter(pk="H1").update(has_toilet=True)

    assert RegisterChange.objects.count() == rows + 1


def _rename_and_fail() -> None:
    Resident.objects.filter(pk="R1").update(name="李大川")
    Household.objects.filter(pk="H1").update(place_number=None)


def test_nobody_takes_a_change_back(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RegisterChange.objects.all().delete()
