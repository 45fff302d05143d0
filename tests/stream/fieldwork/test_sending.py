"""A form comes back from the village: once, in order, as it was said, and under the post that it was made in."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shouwang.register.ledger.models import Entry as LedgerEntry
from shouwang.register.visits.models import Visit
from shouwang.register.visits.queries import visits_of_household
from shouwang.stream.clues.models import ClueEvent
from shouwang.stream.fieldwork.models import Entry
from shouwang.stream.fieldwork.queries.opening import open_entry
from tests.cast import AT, LI_ID, LI_PHONE, TODAY
from tests.stream.fieldwork.carrying import NO_RISK, Carried, entry, handed_on


def test_what_is_taken_along_is_little_and_masked(cast):
    clue = handed_on(cast)
    taken = Carried(cast.xiaowang).content

    assert [one["subject"] for one in taken["visits"]] == [f"clue:{clue.pk}"]
    card = taken["visits"][0]["household"]
    assert card["head"] == "李**"
    assert [one["name"] for one in card["members"]] == ["李**", "王**"]
    for secret in ("李大山", "王桂花", LI_ID, LI_PHONE, "老伴住院"):
        assert secret not in str(taken)


def test_every_household_taken_along_is_a_look(cast):
    clue = handed_on(cast)
    Carried(cast.xiaowang)

    found = LedgerEntry.objects.get(act="look_household")
    assert (found.actor, found.subject, found.reason) == ("xiaowang", "household:H1", "下载外出包")
    assert found.details["task"] == f"clue:{clue.pk}"


def test_the_next_village_takes_nothing_of_it(cast):
    handed_on(cast)

    assert Carried(cast.xiaozhao).content["visits"] == []


def test_a_form_that_comes_back_closes_the_clue_under_the_collectors_name(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    receipt = phone.send(phone.fill(f"clue:{clue.pk}", NO_RISK))[0]

    clue.refresh_from_db()
    assert receipt.state == "applied"
    assert (clue.state, clue.closed_by, clue.closing_reason) == ("closed", "xiaowang", "checked_no_risk")
    assert clue.no_risk_until == date(2026, 12, 31)


def test_the_same_form_again_is_the_same_receipt_and_nothing_more(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    first = phone.send(sealed)
    later = phone.send(sealed, sealed, at=AT + timedelta(days=3))

    assert later == [*first, *first]
    assert ClueEvent.objects.filter(clue=clue, act="closed").count() == Visit.objects.count() == 1


def test_the_same_number_with_another_content_is_kept_beside_the_first(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    first = phone.fill(f"clue:{clue.pk}", NO_RISK)
    phone.send(first)
    other = phone.fill(f"clue:{clue.pk}", {"conclusion": "confirmed"})
    forged = type(first)(first.id, first.phone, other.sequence, other.key_id, other.body)
    phone.send(forged)
    phone.send(forged)

    assert sorted(Entry.objects.values_list("state", "cause")) == [("applied", ""), ("review", "other_content")]


def test_forms_are_done_in_the_phones_order_whatever_came_first(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    not_met = phone.fill(f"clue:{clue.pk}", {"conclusion": "not_met"})
    met = phone.fill(f"clue:{clue.pk}", NO_RISK)
    phone.send(met, not_met)

    assert (entry(not_met).state, entry(met).state) == ("applied", "applied")


def test_an_earlier_form_that_comes_after_the_later_one_does_nothing_by_itself(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    first = phone.fill(f"clue:{clue.pk}", {"conclusion": "confirmed"})
    second = phone.fill(f"clue:{clue.pk}", {"conclusion": "not_met"})
    phone.send(second)
    phone.send(first)

    clue.refresh_from_db()
    assert clue.state == "dispatched"
    assert (entry(first).state, entry(first).cause) == ("review", "overtaken")


@pytest.mark.parametrize("years", [-2, 2])
def test_a_wrong_clock_shifts_no_deadline_and_what_was_said_stays(cast, years):
    clue = handed_on(cast)
    off = timedelta(days=365 * years)
    phone = Carried(cast.xiaowang, off=off)
    sent = AT + timedelta(days=1)
    phone.send(phone.fill(f"clue:{clue.pk}", NO_RISK), at=sent)

    clue.refresh_from_db()
    visit = Visit.objects.get()
    assert clue.closed_at == sent
    assert visit.visited_on == (AT - off).date()
    assert visit.said_at == AT - off
    assert visit.arrived_at == sent


def test_the_visit_is_kept_with_what_was_written_down(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    income = {
        "wage": 1200000,
        "business_income": 0,
        "business_cost": 0,
        "property_income": 0,
        "transfer": 50001,
        "members": 2,
    }
    phone.send(
        phone.fill(
            f"clue:{clue.pk}",
            NO_RISK | {"fed": "yes", "income": income, "signed_how": "fingerprint", "witness": "老张"},
        )
    )

    kept = visits_of_household(cast.xiaowang, "H1")[0]
    assert (kept.by_name, kept.visit.signed_how, kept.visit.witness) == ("小王", "fingerprint", "老张")
    assert kept.words["fed"] == "yes"
    assert kept.words["income"]["transfer"] == 50001
    assert visits_of_household(cast.xiaozhao, "H1") == []


def test_a_visit_and_a_sealed_form_cannot_be_changed(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    phone.send(phone.fill(f"clue:{clue.pk}", NO_RISK))

    for change in (
        "UPDATE visits_visit SET visited_on = '2020-01-01'",
        "DELETE FROM visits_visit",
        "DELETE FROM fieldwork_entry",
        "UPDATE fieldwork_entry SET path = 'x'",
        "UPDATE fieldwork_entry SET state = 'review', cause = 'changed'",
        "DELETE FROM fieldwork_phone",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_what_was_sealed_is_opened_by_the_server_alone(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    phone.send(sealed)

    assert "儿子寄钱回来".encode() not in sealed.body
    assert open_entry(entry(sealed)).given["answers"] == NO_RISK


def test_a_post_that_ended_meanwhile_acts_no_more(cast):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    cast.users["xiaowang"].posts.update(valid_until=TODAY + timedelta(days=2))
    phone.send(sealed, at=AT + timedelta(days=5))

    clue.refresh_from_db()
    assert clue.state == "dispatched"
    assert (entry(sealed).state, entry(sealed).cause) == ("review", "post_ended")
    assert Visit.objects.get().by == "xiaowang"
