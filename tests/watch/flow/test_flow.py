"""The river at a glance: a household walks down it, and every figure follows."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pypdf
import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.queries import paper_file, papers
from shouwang.register.places.queries import place_of
from shouwang.register.procedure.queries import cases
from shouwang.schedule.monthly.reports import report_last_month
from shouwang.stream.clues.actions import close_clue, dispatch_clues, settle_clue, take_clues
from shouwang.stream.clues.queries import Wanted, clues
from shouwang.watch.flow.actions import issue_monthly_report
from shouwang.watch.flow.queries import months, place_loads, rule_shares, spans, stacked_duties, stages, stuck_at
from tests.cast import AT, TODAY
from tests.stream.assistance import telling as helping
from tests.stream.clues import telling
from tests.stream.determination.walking import Walk

LATER = TODAY + timedelta(days=400)


def by_name(actor, on=TODAY):
    return {one.name: one for one in stages(actor, on=on)}


def test_a_clue_moves_from_stage_to_stage_and_is_counted_once(cast):
    telling.warned(household="H2")
    before = by_name(cast.xiaozhou)

    walk = Walk(cast).papers()
    village = by_name(cast.xiaozhou, walk.today)
    walk.noticed()
    township = by_name(cast.xiaozhou, walk.today)

    assert [before[name].count for name in ("clues", "case_village", "case_township")] == [1, 0, 0]
    assert [village[name].count for name in ("clues", "case_village", "case_township")] == [0, 1, 0]
    assert [township[name].count for name in ("clues", "case_village", "case_township")] == [0, 0, 1]


def test_a_decision_moves_the_household_to_those_who_wait_for_a_plan(cast):
    walk = Walk(cast).decided()
    found = by_name(cast.xiaozhou, walk.today)

    assert found["no_plan"].count == found["helped"].count == 1
    assert sum(found[name].count for name in ("case_village", "case_township", "case_county")) <= 1


def test_what_is_late_names_the_place_where_the_river_is_stuck(cast):
    telling.warned(household="H2")
    found = stages(cast.xiaozhou, on=LATER)
    stuck = stuck_at(found)

    assert stuck is not None
    assert (stuck.name, stuck.count, stuck.late) == ("clues", 1, 1)
    assert stuck.oldest_days == (LATER - TODAY).days
    assert stuck_at(stages(cast.xiaozhou, on=TODAY)) is None


def test_nobody_sees_more_of_the_river_than_of_its_rows(cast):
    telling.warned(household="H2")

    assert by_name(cast.xiaozhao)["clues"].count == clues(cast.xiaozhao, Wanted(), on=TODAY).count()
    assert {one.name for one in stages(cast.xiaosun, on=TODAY)}.isdisjoint({"clues", "warned", "no_plan"})


def test_the_level_filter_of_the_list_finds_what_the_stage_counts(cast):
    walk = Walk(cast).noticed()
    found = by_name(cast.xiaozhou, walk.today)

    for level in ("village", "township", "county"):
        listed = cases(cast.xiaozhou, matter="determination", state="running", level=level)
        assert listed.count() == found[f"case_{level}"].count


def test_months_without_anything_are_there_with_noughts(cast):
    telling.warned(household="H2")
    found = months(cast.xiaozhou, on=TODAY)

    assert len(found) == 12
    assert found[-1].first == TODAY.replace(day=1)
    assert [one.clues for one in found] == [0] * 11 + [1]


def test_months_go_over_the_turn_of_the_year(cast):
    found = months(cast.xiaozhou, on=date(2027, 2, 28), count=3)

    assert [one.first for one in found] == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]


def test_the_decision_counts_in_its_month_and_gives_the_days_it_took(cast):
    walk = Walk(cast).decided()
    decided = walk.case.decided_at.date()
    month = next(one for one in months(cast.xiaozhou, on=walk.today) if one.first == decided.replace(day=1))
    took = {one.name: one for one in spans(cast.xiaozhou, since=date(2026, 1, 1))}["decide"]

    assert month.included == 1
    assert (took.count, took.days) == (1, (walk.case.decided_at - walk.case.opened_at).days)


def test_the_median_lies_between_two_and_nothing_is_not_nought(cast):
    assert {one.days for one in spans(cast.xiaozhou, since=date(2026, 1, 1))} == {None}

    for household, days in (("H1", 2), ("H2", 5)):
        telling.warned(household=household)
        found = clues(cast.xiaozhou, Wanted(), on=TODAY).get(household_id=household)
        dispatch_clues(clue_ids=[found.pk], actor=cast.xiaochen, at=AT)
        take_clues(clue_ids=[found.pk], actor=cast.xiaochen, at=AT)
        close_clue(
            clue_id=found.pk, closing=telling.NO_RISK, actor=cast.xiaochen, at=telling.on_day(TODAY + timedelta(days))
        )
    took = {one.name: one for one in spans(cast.xiaozhou, since=date(2026, 1, 1))}["close"]

    assert (took.count, took.days) == (2, 3.5)


def test_a_rule_is_right_as_often_as_its_clues_became_cases(cast):
    for household in ("H1", "H2"):
        telling.warned(household=household)
    first, second = (clues(cast.xiaozhou, Wanted(), on=TODAY).get(household_id=one) for one in ("H1", "H2"))
    dispatch_clues(clue_ids=[first.pk], actor=cast.xiaochen, at=AT)
    take_clues(clue_ids=[first.pk], actor=cast.xiaowang, at=AT)
    close_clue(clue_id=first.pk, closing=telling.NO_RISK, actor=cast.xiaowang, at=AT)
    settle_clue(clue_id=second.pk, case_number="C-1", actor=cast.xiaochen, at=AT)

    ((_, found),) = rule_shares(cast.xiaozhou, since=date(2026, 1, 1))

    assert (found.rule, found.settled, found.entered, found.share) == ("illness", 2, 1, 50)


def test_what_the_village_entered_is_counted_by_place_and_by_nobodys_name(cast):
    walk = Walk(cast).appraised()
    (found,) = place_loads(cast.xiaozhou, since=date(2026, 1, 1))

    assert found.place_number == walk.case.place_number
    assert found.meetings == 1
    assert not hasattr(found, "actor")
    assert place_loads(cast.xiaozhou, since=walk.today + timedelta(days=1)) == []


def test_a_household_with_two_duties_is_visited_once(cast):
    telling.warned(household="H1")
    clue = clues(cast.xiaozhou, Wanted(), on=TODAY).get()
    dispatch_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    assert stacked_duties(cast.xiaozhou, on=TODAY) == []

    _, measure = helping.approved(cast)
    (both,) = stacked_duties(cast.xiaozhou, on=measure.due_on + timedelta(days=1))

    assert (both.household_id, both.duties) == ("H1", ("线索核实", "措施落实"))


@pytest.mark.parametrize("name", ["xiaozhou", "xiaochen", "xiaowang"])
def test_the_questions_are_as_many_for_one_village_as_for_the_county(cast, name, django_assert_max_num_queries):
    actor = getattr(cast, name)
    telling.warned(household="H2")

    with django_assert_max_num_queries(20):
        stages(actor, on=TODAY)


def test_the_report_of_a_month_holds_counts_and_is_made_once(cast):
    telling.warned(household="H2")
    at = datetime(2027, 1, 1, 22, tzinfo=UTC)

    assert report_last_month(at=at) == report_last_month(at=at) == 2  # the two counties of the cast

    (paper,) = papers(cast.xiaozhou, kind="monthly_report")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(paper_file(paper, "pdf"))).pages)

    assert (paper.subject, paper.part, paper.version) == ("place:431003", "2026-12", 1)
    assert "线索核实" in text
    assert "逾期1条" in "".join(text.split())
    assert "未核实" not in text
    assert "李大山" not in text


def test_a_month_that_is_not_over_has_no_report(cast):
    with pytest.raises(Refusal, match="还没有过完"):
        issue_monthly_report(place=place_of("431003"), month=TODAY, actor=cast.xiaozhou, at=AT)
