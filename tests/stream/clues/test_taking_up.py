"""Warnings become clues: one per household, nothing sent twice, nothing that people looked at sent again for nothing."""

from datetime import date

import pytest

from shouwang.register.households.models import Household
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.clues.actions import close_clue, settle_clue, take_up_warnings
from shouwang.stream.clues.actions import see_notes as take_note
from shouwang.stream.clues.models import Clue, ClueEvent, ClueSource, HeldWarning
from shouwang.stream.clues.queries import held_warnings
from tests.cast import AT, TODAY
from tests.stream.clues.telling import HELPED, NO_RISK, QUARTER_END, on_day, say, screen, take_up, warned

MONDAY = date(2026, 11, 23)
NEXT_YEAR = date(2027, 1, 4)


def open_clues():
    return list(Clue.objects.unfinished().order_by("pk").values_list("household_id", "grade"))


def test_all_warnings_of_a_household_are_one_clue_of_the_gravest_grade(cast):
    found = take_up(screen(("H1", "illness", "yellow"), ("H1", "fire", "red"), ("H2", "illness", "orange")))

    assert open_clues() == [("H1", "red"), ("H2", "orange")]
    assert ClueSource.objects.filter(household_id="H1").count() == 2
    assert (found["opened"], found["fed"]) == (2, 0)


def test_a_clue_of_a_screening_waits_at_the_township_until_the_packs_limit(cast):
    clue = warned("red")

    assert (clue.state, clue.owner_level, clue.channel) == ("open", "township", "platform_screening")
    assert (clue.opened_on, clue.due_on) == (TODAY, date(2026, 11, 24))
    assert list(clue.events.values_list("act", "actor")) == [("opened", "system")]


def test_a_review_flag_never_opens_anything(cast):
    run = screen()
    from tests.surfaces.web.screened import warning

    warning(run, "H1", "431003101202", "review", factor="negative.review")

    assert take_up(run)["warnings"] == 0
    assert open_clues() == []


def test_taking_up_twice_changes_nothing(cast):
    run = screen(("H1", "illness", "yellow"), ("H2", "illness", "red"))
    take_up(run)
    before = Clue.objects.count(), ClueSource.objects.count(), ClueEvent.objects.count()

    again = take_up(run)

    assert (Clue.objects.count(), ClueSource.objects.count(), ClueEvent.objects.count()) == before
    assert (again["opened"], again["known"]) == (0, 2)


def test_the_same_warning_the_next_night_is_known(cast):
    warned()
    found = take_up(screen(("H1", "illness", "yellow"), as_of=MONDAY))

    assert found["known"] == 1
    assert ClueSource.objects.count() == 1


def test_a_graver_warning_feeds_the_open_clue_and_raises_its_grade(cast):
    warned("yellow")
    take_up(screen(("H1", "illness", "red"), as_of=MONDAY))

    clue = Clue.objects.get()
    assert clue.grade == "red"
    assert list(clue.events.order_by("pk").values_list("act", flat=True)) == ["opened", "fed"]


def test_a_milder_warning_leaves_the_grade(cast):
    warned("red")
    take_up(screen(("H1", "illness", "yellow"), as_of=MONDAY))

    assert open_clues() == [("H1", "red")]
    assert ClueSource.objects.count() == 1


def test_warnings_join_what_somebody_applied_for(cast):
    clue = say(cast.xiaochen, household_id="H1")
    take_up(screen(("H1", "illness", "orange")))

    clue.refresh_from_db()
    assert (clue.is_application, clue.grade) == (True, "orange")
    assert sorted(clue.sources.values_list("kind", flat=True)) == ["application", "warning"]


def test_a_checked_household_is_left_in_peace_until_the_day(cast):
    clue = warned()
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    found = take_up(screen(("H1", "illness", "yellow"), as_of=MONDAY))

    assert found["held_checked"] == 1
    assert open_clues() == []
    held = held_warnings(cast.xiaowang).get()
    assert (held.because, held.held_until) == ("checked", QUARTER_END)


@pytest.mark.parametrize(
    "found",
    [("H1", "illness", "red"), ("H1", "fire", "yellow")],
    ids=["graver", "new"],
)
def test_what_is_new_or_graver_comes_through_in_spite_of_the_check(cast, found):
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    take_up(
        screen(("H1", "illness", "yellow"), found, as_of=MONDAY)
        if found[1] != "illness"
        else screen(found, as_of=MONDAY)
    )

    assert open_clues() == [("H1", found[2])]


def test_a_warning_that_was_gone_and_came_back_is_new(cast):
    clue = warned()
    close_clue(clue_id=clue.pk, closing=HELPED, actor=cast.xiaowang, at=AT)
    take_up(screen(as_of=MONDAY))
    take_up(screen(("H1", "illness", "yellow"), as_of=date(2026, 11, 24)))

    assert open_clues() == [("H1", "yellow")]


def test_a_warning_that_still_stands_after_the_day_is_looked_at_again_once(cast):
    clue = warned()
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    take_up(screen(("H1", "illness", "yellow"), as_of=NEXT_YEAR))
    again = take_up(screen(("H1", "illness", "yellow"), as_of=date(2027, 1, 5)))

    assert open_clues() == [("H1", "yellow")]
    assert again["known"] == 1


def test_a_clue_closed_for_another_reason_is_not_sent_every_night(cast):
    clue = warned()
    close_clue(clue_id=clue.pk, closing=HELPED, actor=cast.xiaowang, at=AT)
    found = take_up(screen(("H1", "illness", "yellow"), as_of=NEXT_YEAR))

    assert found["held_closed"] == 1
    assert open_clues() == []


def test_a_check_that_came_with_the_register_holds_back_all_but_red(cast):
    Household.objects.filter(pk__in=["H1", "H2"]).update(checked_until=QUARTER_END)
    take_up(screen(("H1", "illness", "yellow"), ("H2", "illness", "red")))

    assert open_clues() == [("H2", "red")]
    assert HeldWarning.objects.get().household_id == "H1"


def test_a_monitored_household_gets_a_note_for_its_helper_and_no_clue_for_entry(cast):
    Household.objects.filter(pk="H1").update(monitored_class="marginal", monitored_on=date(2026, 3, 1))
    run = screen(("H1", "illness", "red"))
    take_up(run)
    unseen = held_warnings(cast.xiaowang, unseen=True).count()
    take_note(household_ids=["H1"], actor=cast.xiaowang, at=AT)
    take_up(run)

    assert open_clues() == []
    assert unseen == 1
    assert not held_warnings(cast.xiaowang, unseen=True).exists()


def test_a_note_that_was_seen_comes_back_when_it_becomes_graver(cast):
    Household.objects.filter(pk="H1").update(monitored_class="marginal", monitored_on=date(2026, 3, 1))
    take_up(screen(("H1", "illness", "yellow")))
    take_note(household_ids=["H1"], actor=cast.xiaowang, at=AT)
    take_up(screen(("H1", "illness", "red"), as_of=MONDAY))

    assert held_warnings(cast.xiaowang, unseen=True).count() == 1


def test_a_household_that_was_cleared_gets_clues_again(cast):
    Household.objects.filter(pk="H1").update(
        monitored_class="marginal", monitored_on=date(2025, 3, 1), cleared_on=date(2026, 3, 1)
    )

    assert take_up(screen(("H1", "illness", "yellow")))["opened"] == 1


def test_what_is_in_determination_already_is_not_opened_anew(cast):
    clue = warned("red")
    settle_clue(clue_id=clue.pk, case_number="D-1", actor=cast.xiaochen, at=AT)

    assert take_up(screen(("H1", "illness", "red"), as_of=MONDAY))["opened"] == 0


def test_new_warnings_of_a_running_determination_are_for_those_who_decide_it(cast):
    from shouwang.stream.determination.actions import open_case

    open_case(household_id="H1", actor=cast.xiaochen, at=AT)
    found = take_up(screen(("H1", "illness", "red")))

    assert found["held_in_case"] == 1
    assert open_clues() == []


def test_a_warning_that_is_gone_is_held_no_longer(cast):
    Household.objects.filter(pk="H1").update(checked_until=QUARTER_END)
    take_up(screen(("H1", "illness", "yellow")))
    take_up(screen(as_of=MONDAY))

    assert not HeldWarning.objects.exists()


def test_an_older_run_that_comes_late_is_left(cast):
    older = screen(("H1", "illness", "yellow"))
    take_up(screen(("H1", "illness", "yellow"), as_of=MONDAY))

    assert take_up_warnings(run_id=older.pk, actor=cast.laohe, at=on_day(MONDAY)) == {}
    assert take_up_warnings(run_id=0, actor=cast.laohe, at=AT) == {}


def test_only_who_may_screen_takes_up_and_it_stands_in_the_ledger(cast):
    run = screen(("H1", "illness", "yellow"))
    with pytest.raises(NotAllowed):
        take_up_warnings(run_id=run.pk, actor=cast.xiaochen, at=AT)
    take_up(run)

    assert Entry.objects.get(act="take_up_warnings").details["opened"] == 1
