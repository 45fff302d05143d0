"""Figures that the database counts from indexes and in one go are those that somebody gets who counts the rows."""

import random
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from django.utils import timezone

from shouwang.kernel.days import start_of
from shouwang.register.households.models import Measure, MonitoringPeriod
from shouwang.register.households.queries import days_to_help, monitored_households
from shouwang.register.procedure.models import Case
from shouwang.register.procedure.queries import days_to_decide, outcomes_by_month, waiting_by_level
from shouwang.stream.assistance.queries import HelpFigures, help_figures, late_measures, waiting_households
from shouwang.stream.clues.actions import close_clue, dispatch_clues, take_clues
from shouwang.stream.clues.models import Clue
from shouwang.stream.clues.queries import checks_by_place, clues_by_month, confirmed_by_rule, days_to_close
from shouwang.watch.flow.queries import stacked_duties
from tests.cast import AT, TODAY
from tests.stream.assistance import telling as helping
from tests.stream.clearance.clearing import Clearing, everything_known
from tests.stream.clues import telling
from tests.stream.determination.walking import Walk

MIDNIGHT = datetime(2026, 11, 24, 16, tzinfo=UTC)  # here it is the 25th
BEFORE, DAY = date(2026, 11, 24), date(2026, 11, 25)
INSTANT = timedelta(microseconds=1)


def closed(cast, at):
    clue = telling.warned(household="H1")
    dispatch_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)
    close_clue(clue_id=clue.pk, closing=telling.NO_RISK, actor=cast.xiaowang, at=at)


def test_a_day_begins_at_midnight_here():
    assert start_of(DAY) == MIDNIGHT


@pytest.mark.parametrize(("at", "day"), [(MIDNIGHT - INSTANT, BEFORE), (MIDNIGHT, DAY)])
def test_a_clue_counts_on_the_day_on_which_it_was_closed_here(cast, at, day):
    closed(cast, at)
    after = day + timedelta(days=1)

    assert days_to_close(cast.xiaozhou, since=day, until=after) == (1, (day - TODAY).days)
    assert days_to_close(cast.xiaozhou, since=after)[0] == days_to_close(cast.xiaozhou, since=TODAY, until=day)[0] == 0
    assert [one.settled for one in confirmed_by_rule(cast.xiaozhou, since=day)] == [1]
    assert confirmed_by_rule(cast.xiaozhou, since=after) == []
    assert list(checks_by_place(cast.xiaozhou, since=day).values()) == [1]
    assert checks_by_place(cast.xiaozhou, since=after) == {}


def test_clues_of_a_month_are_those_opened_in_it(cast):
    telling.warned(household="H1")
    telling.say(cast.xiaochen, at=AT + timedelta(days=20))
    telling.say(cast.xiaochen, at=AT + timedelta(days=8), name="李小妹", what="房子漏雨")
    rows = list(Clue.objects.all())
    counted = {
        month: {
            "clues": sum(1 for one in rows if one.opened_on.replace(day=1) == month),
            "applications": sum(1 for one in rows if one.opened_on.replace(day=1) == month and one.is_application),
        }
        for month in {one.opened_on.replace(day=1) for one in rows}
    }

    assert len(rows) == 3
    assert clues_by_month(cast.xiaozhou, since=TODAY) == counted


def test_cases_count_on_the_day_and_in_the_month_of_their_decision_here(cast):
    case = Walk(cast).decided().case
    day = timezone.localdate(case.decided_at)
    took = (day - timezone.localdate(case.opened_at)).days

    assert outcomes_by_month(cast.xiaozhou, since=day) == {day.replace(day=1): {case.outcome: 1}}
    assert outcomes_by_month(cast.xiaozhou, since=day + timedelta(days=1)) == {}
    assert days_to_decide(cast.xiaozhou, since=day, until=day + timedelta(days=1)) == {case.matter: (1, took)}
    assert days_to_decide(cast.xiaozhou, since=day, until=day) == {}
    assert outcomes_by_month(cast.xiaozhao, since=date(2026, 1, 1)) == (
        {day.replace(day=1): {case.outcome: 1}} if cast.xiaozhao.covers(case.place_number) else {}
    )


def test_what_waits_is_counted_by_matter_and_level(cast):
    walks = [Walk(cast, "H1").papers(), Walk(cast, "H2").noticed()]
    on = walks[-1].today + timedelta(days=60)
    rows = list(Case.objects.filter(state__in=("open", "decided")))
    found = waiting_by_level(cast.xiaozhou, on=on)

    assert {key: row["count"] for key, row in found.items()} == {
        (one.matter, one.next_level): sum(1 for other in rows if other.next_level == one.next_level) for one in rows
    }
    assert sum(row["late"] for row in found.values()) == sum(
        1 for one in rows if any(due and due < on for due in (one.due_on, one.whole_due_on))
    )
    assert {key: row["since"] for key, row in found.items()} == {
        (one.matter, one.next_level): timezone.localdate(one.last_at) for one in rows
    }


def test_days_to_the_first_help_are_those_of_each_period(cast):
    chance = random.Random(4)
    homes, first = ["H1", "H2", "H3"], date(2026, 1, 1)
    for home in homes:
        begins = first
        for _ in range(3):
            ends = begins + timedelta(days=chance.randrange(1, 60))
            MonitoringPeriod.objects.create(household_id=home, from_on=begins, until_on=ends, began="imported")
            begins = ends + timedelta(days=chance.randrange(40))
        for _ in range(4):
            since = chance.choice([None, first + timedelta(days=chance.randrange(200))])
            until = chance.choice([None, (since or first) + timedelta(days=chance.randrange(50))])
            Measure.objects.create(household_id=home, kind="industry", since_on=since, until_on=until)
    waited = []
    periods = [one for one in MonitoringPeriod.objects.filter(household__in=homes) if one.from_on >= first]
    for one in periods:
        ran = [
            measure.since_on
            for measure in Measure.objects.filter(household=one.household_id)
            if measure.since_on and (measure.until_on is None or measure.until_on >= one.from_on)
        ]
        waited += [max(0, (min(ran) - one.from_on).days)] if ran else []

    counted = len(periods), len(waited), median(waited)
    assert days_to_help(cast.laohe, since=first) == counted


@pytest.mark.parametrize("after", [5, 100])
def test_households_without_help_are_those_who_had_none_for_so_long(cast, after):
    helping.monitor("H1")
    helping.monitor("H2", on=TODAY - timedelta(days=40))
    Measure.objects.create(household_id="H2", kind="industry", since_on=TODAY)
    on = TODAY + timedelta(days=after)
    bare = {one.pk for one in monitored_households(cast.xiaozhou, on=on) if not one.helped}

    assert bare == {"H1"}
    assert {one.pk for one in waiting_households(cast.xiaozhou, "red", on=on)} == (bare if after == 100 else set())


@pytest.mark.parametrize("name", ["xiaozhou", "xiaochen", "xiaozhao", "xiaofeng", "xiaosun"])
@pytest.mark.parametrize("after", [0, 100])
def test_help_is_counted_in_one_go_as_its_lists_show_it(cast, name, after):
    actor, on = getattr(cast, name), TODAY + timedelta(days=after)
    helping.approved(cast)
    helping.monitor("H2", on=TODAY - timedelta(days=40))
    helping.monitor("H3", on=TODAY - timedelta(days=3))
    Measure.objects.create(household_id="H2", kind="industry", since_on=TODAY)
    listed = {what: list(waiting_households(actor, what, on=on)) for what in ("", "no_plan", "red", "overdue")}

    assert help_figures(actor, on=on) == HelpFigures(
        *(len(listed[what]) for what in ("", "no_plan")),
        min((one.monitored_on for one in listed["no_plan"]), default=None),
        *(len(listed[what]) for what in ("red", "overdue")),
    )


def test_duties_of_one_household_are_those_that_its_lists_show(cast):
    clue = telling.warned(household="H1")
    dispatch_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    Walk(cast, "H2").papers()
    _, measure = helping.approved(cast)
    on = measure.due_on + timedelta(days=1)
    late = {one.household_id for one in late_measures(cast.xiaozhou, on=on)}

    assert late == {"H1"}
    assert [(one.household_id, one.duties) for one in stacked_duties(cast.xiaozhou, on=on)] == [
        ("H1", ("线索核实", "措施落实"))
    ]
    assert stacked_duties(cast.xiaofeng, on=on) == []


def test_a_case_counts_among_duties_only_of_who_has_another_one_too(cast, monkeypatch):
    everything_known(monkeypatch)
    Walk(cast, "H2").papers()
    _, measure = helping.approved(cast)
    late = measure.due_on + timedelta(days=1)
    assert stacked_duties(cast.xiaozhou, on=late) == []

    Clearing(cast, "H1")

    assert [(one.household_id, one.duties) for one in stacked_duties(cast.xiaozhou, on=late)] == [
        ("H1", ("识别认定", "措施落实"))
    ]
