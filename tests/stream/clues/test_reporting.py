"""People say that somebody is in trouble: neighbours, cadres, departments, callers; their words are kept safe."""

import pytest
from django.db import connection

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Household
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.clues.actions import identify_household, open_contact
from shouwang.stream.clues.models import Clue
from shouwang.stream.clues.queries import clue_of, likely_duplicates, likely_households, reasons_of, reported
from tests.cast import AT, LI_ID, NEXT_VILLAGE, OTHER_COUNTY_VILLAGE
from tests.stream.clues.telling import say, warned


@pytest.mark.parametrize(
    ("channel", "kind", "applies"),
    [
        ("proxy_application", "application", True),
        ("paper_form", "application", True),
        ("hotline_12317", "application", True),
        ("grid_report", "report", False),
        ("village_reports_need", "report", False),
        ("department_warning", "push", False),
        ("hotline_12345", "letter", False),
        ("letter_request", "letter", False),
        ("media_report", "letter", False),
    ],
)
def test_the_packs_channel_says_what_it_is(cast, channel, kind, applies):
    clue = say(cast.xiaochen, channel=channel)

    assert clue.sources.get().kind == kind
    assert clue.is_application is applies


@pytest.mark.parametrize("who", ["xiaowang", "xiaochen", "xiaosun", "xiaozhou"])
def test_an_application_goes_to_the_township_whoever_enters_it(cast, who):
    clue = say(getattr(cast, who))

    assert (clue.state, clue.owner_level, clue.owner) == ("open", "township", "")
    assert clue.due_on.isoformat() == "2026-11-24"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"channel": "rumour"}, "没有这个渠道"),
        ({"channel": "platform_screening"}, "预警不由人登记"),
        ({"place_number": int(OTHER_COUNTY_VILLAGE)}, "不在您的辖区内"),
        ({"name": " "}, "没有写谁需要帮助"),
        ({"what": ""}, "没有写发生了什么"),
        ({"what": "难" * 1001}, "太长"),
        ({"household_id": "H2"}, "没有找到这一户"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_what_to_do(cast, change, said):
    with pytest.raises(Refusal, match=said):
        say(cast.xiaochen, **change)

    assert not Clue.objects.exists()


def test_an_auditor_takes_in_nothing(cast):
    with pytest.raises(NotAllowed):
        say(cast.xiaowu)


def test_what_was_told_and_the_number_are_encrypted(cast):
    clue = say(cast.xiaochen)
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text, e::text FROM clues_source s, clues_event e, ledger_entry l")
        kept = str(cursor.fetchall())

    reason = reasons_of(cast.xiaowang, clue_of(cast.xiaowang, clue.pk))[0]
    assert "住院" not in kept
    assert "15400002222" not in kept
    assert (reason.told, reason.phone) == ("老伴住院，家里没有钱交费", "154****2222")


def test_a_look_at_the_number_stands_in_the_ledger(cast):
    clue = say(cast.xiaochen)

    assert open_contact(source_id=clue.sources.get().pk, actor=cast.xiaowang, at=AT) == "15400002222"
    assert Entry.objects.filter(act="open_contact", actor="xiaowang", subject=f"clue:{clue.pk}").count() == 1
    with pytest.raises(Refusal, match="没有找到"):
        open_contact(source_id=clue.sources.get().pk, actor=cast.xiaozhao, at=AT)


def test_a_department_that_names_an_id_number_reaches_the_household_without_seeing_it(cast):
    clue = say(cast.xiaosun, channel="department_warning", name="李大山", id_number=LI_ID, on_behalf=False)

    assert clue.household_id == "H1"
    assert clue_of(cast.xiaosun, clue.pk) is None
    assert [one.told_name for one in reported(cast.xiaosun)] == ["李大山"]
    assert LI_ID not in str(clue.sources.values())


def test_a_second_report_of_the_household_joins_its_open_clue(cast):
    first = say(cast.xiaochen, household_id="H1", channel="grid_report")
    second = say(cast.xiaowang, household_id="H1", channel="letter_request")

    assert first.pk == second.pk
    assert Clue.objects.get().sources.count() == 2


def test_an_application_that_joins_a_warning_brings_it_to_the_township(cast):
    from shouwang.stream.clues.actions import take_clues

    clue = warned("yellow")
    take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)
    say(cast.xiaowang, household_id="H1")

    clue.refresh_from_db()
    assert (clue.is_application, clue.state, clue.owner_level) == (True, "open", "township")


def test_who_is_in_no_register_is_not_turned_away(cast):
    clue = say(cast.xiaochen, name="外地来的小刘", phone="")

    assert clue.household_id == ""
    assert likely_households(cast.xiaochen, clue) == []


def test_likely_households_and_duplicates_are_shown_and_a_person_decides(cast):
    clue = say(cast.xiaochen)
    other = say(cast.xiaowang, what="同一件事")

    assert likely_households(cast.xiaochen, clue) == ["H1"]
    assert list(likely_duplicates(cast.xiaochen, clue)) == [other]

    identify_household(clue_id=clue.pk, household_id="H1", actor=cast.xiaochen, at=AT)
    went_on = identify_household(clue_id=other.pk, household_id="H1", actor=cast.xiaochen, at=AT)
    other.refresh_from_db()
    assert went_on.pk == clue.pk
    assert (other.state, other.closing_reason, other.carried_by_id) == ("closed", "duplicate", clue.pk)
    assert clue.sources.count() == 2


def test_a_household_of_another_village_is_not_found(cast):
    clue = say(cast.xiaowang)

    with pytest.raises(Refusal, match="没有找到这一户"):
        identify_household(clue_id=clue.pk, household_id="H2", actor=cast.xiaowang, at=AT)


def test_a_clue_follows_its_household_into_its_village(cast):
    clue = say(cast.xiaochen)
    identify_household(clue_id=clue.pk, household_id="H2", actor=cast.xiaochen, at=AT)

    theirs = clue_of(cast.xiaozhao, clue.pk)
    assert theirs.place_number == int(NEXT_VILLAGE)
    assert [one.told for one in reasons_of(cast.xiaozhao, theirs)] == ["老伴住院，家里没有钱交费"]
    assert clue_of(cast.xiaowang, clue.pk) is None


def test_a_letter_leaves_nothing_on_the_household(cast):
    before = Household.objects.filter(pk="H1").values().get()
    say(cast.xiaochen, household_id="H1", channel="letter_request")

    assert Household.objects.filter(pk="H1").values().get() == before
