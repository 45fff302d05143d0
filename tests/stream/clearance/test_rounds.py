"""The quarterly round and the visits between: every monitored household is looked at, and nothing is forgotten."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Household, Measure
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.clearance.actions import (
    judge_effect,
    open_round,
    record_follow_up,
    take_back_update,
    update_row,
)
from shouwang.stream.clearance.models import Round, RoundRow
from shouwang.stream.clearance.queries import (
    follow_up_households,
    follow_up_interval,
    place_standings,
    round_lines,
    round_progress,
    round_rows,
    rounds,
    visits,
)
from shouwang.stream.clues.queries import open_clue_of_household
from shouwang.stream.rules.actions import (
    approve_amendment,
    draft_amendment,
    record_shadow,
    request_approval,
    start_shadow,
)
from shouwang.stream.rules.queries import Draft
from tests.cast import AT, COUNTY, TODAY
from tests.stream.clearance.clearing import monitored

UNTIL = date(2027, 1, 1)


@pytest.fixture
def homes(cast):
    """Two households of the county are monitored, one of the other county."""
    for home in ("H1", "H2", "H3"):
        monitored(home)


@pytest.fixture
def opened(cast, homes):
    return open_round(year=2026, quarter=4, until_on=UNTIL, actor=cast.xiaozhou, at=AT)


def row_of(cast, opened, household):
    return round_rows(cast.xiaozhou, opened.pk).get(household_id=household)


def test_a_round_has_one_row_for_each_monitored_household_of_the_county(cast, opened):
    Household.objects.filter(pk="H1").update(cleared_on=TODAY)

    assert [row.household_id for row in round_rows(cast.laohe, opened.pk)] == ["H1", "H2"]
    assert [row.household_id for row in round_rows(cast.xiaozhao, opened.pk)] == ["H2"]
    assert not round_rows(cast.xiaoqian, opened.pk).exists()
    assert not rounds(cast.xiaoqian).exists()


def test_only_the_county_opens_a_round_and_only_once_a_quarter(cast, opened):
    for actor in (cast.xiaochen, cast.laohe):
        with pytest.raises((Refusal, NotAllowed)):
            open_round(year=2026, quarter=3, until_on=UNTIL, actor=actor, at=AT)
    with pytest.raises(Refusal, match="已经发起过"):
        open_round(year=2026, quarter=4, until_on=UNTIL, actor=cast.xiaozhou, at=AT)
    open_round(year=2026, quarter=4, until_on=UNTIL, actor=cast.xiaofeng, at=AT)
    with pytest.raises(IntegrityError, match="round_once_a_quarter"), transaction.atomic():
        Round.objects.create(
            year=2026, quarter=4, place_code="4310", place_name="郴州市", range_low=431000000000,
            range_high=431100000000, from_on=TODAY, until_on=UNTIL, opened_by="laohe", opened_at=AT,
        )  # fmt: skip


def test_one_tap_says_that_nothing_changed_and_can_be_taken_back(cast, opened):
    row = row_of(cast, opened, "H2")

    update_row(row_id=row.pk, state="unchanged", actor=cast.xiaozhao, at=AT)
    before = {one.place_name: (one.done, one.total) for one in round_progress(cast.xiaozhou, opened.pk)}
    take_back_update(row_id=row.pk, actor=cast.xiaozhao, at=AT)
    after = {one.place_name: (one.done, one.total) for one in round_progress(cast.xiaozhou, opened.pk)}

    assert sorted(before.values()) == [(0, 1), (1, 1)]
    assert sorted(after.values()) == [(0, 1), (0, 1)]


def test_who_left_monitoring_during_the_round_is_shown_as_left(cast, opened):
    Household.objects.filter(pk="H2").update(cleared_on=TODAY)

    row = update_row(row_id=row_of(cast, opened, "H2").pk, state="unchanged", actor=cast.xiaozhao, at=AT)

    assert row.state == "left"


def test_nobody_updates_another_village_nor_after_the_end(cast, opened):
    row = row_of(cast, opened, "H2")

    with pytest.raises(Refusal, match="没有找到"):
        update_row(row_id=row.pk, state="unchanged", actor=cast.xiaowang, at=AT)
    with pytest.raises(Refusal, match="截止"):
        update_row(row_id=row.pk, state="unchanged", actor=cast.xiaozhao, at=AT + timedelta(days=60))
    with pytest.raises(NotAllowed):
        update_row(row_id=row.pk, state="unchanged", actor=cast.laoliu, at=AT)


@pytest.mark.parametrize("effect", ["gone", "stable", "unstable"])
def test_every_answer_about_the_effect_asks_for_a_word_and_changes_no_status(cast, opened, effect):
    row = row_of(cast, opened, "H2")
    with pytest.raises(Refusal, match="说明"):
        judge_effect(row_id=row.pk, effect=effect, words="", actor=cast.xiaozhao, at=AT)

    row = judge_effect(row_id=row.pk, effect=effect, words="务工收入按月到账。", actor=cast.xiaozhao, at=AT)

    assert round_lines(cast.xiaozhao, [row])[0].effect_words == "务工收入按月到账。"
    assert "务工" not in RoundRow.objects.get(pk=row.pk).effect_cipher
    assert Household.objects.get(pk="H2").cleared_on is None


def test_without_an_interval_nothing_is_due(cast, homes):
    assert follow_up_interval(431003101203, on=TODAY) is None
    assert [one.next_due for one in follow_up_households(cast.xiaozhou, on=TODAY)] == [None, None]
    assert list(follow_up_households(cast.xiaozhou, on=TODAY, due=True)) == []


def test_a_county_that_sets_the_interval_sees_who_is_due(cast, homes):
    set_interval(cast, 90)
    Household.objects.filter(pk="H1").update(cleared_on=date(2026, 11, 1))
    record_follow_up(household_id="H2", visited_on=date(2026, 8, 1), found="stable", actor=cast.xiaozhao, at=AT)

    due = list(follow_up_households(cast.xiaozhou, on=TODAY, due=True))

    assert [(one.pk, one.last_visit, one.next_due) for one in due] == [
        ("H2", date(2026, 8, 1), date(2026, 10, 30)),
    ]
    assert list(follow_up_households(cast.xiaofeng, on=TODAY, due=True)) == []


def set_interval(cast, days):
    wish = Draft(
        kind="parameter", name="follow_up_interval_days", content={"value": str(days)}, valid_from=TODAY,
        basis="苏政办〔2026〕10号", reason="本县回访周期", place_code=COUNTY,
    )  # fmt: skip
    made = draft_amendment(pack="hunan/chenzhou", draft=wish, actor=cast.xiaozhou, at=AT)
    start_shadow(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    record_shadow(amendment_id=made.pk, version=made.version, actor=cast.xiaozhou, at=AT)
    request_approval(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.laohe, at=AT)


def test_a_visit_that_finds_a_new_risk_needs_a_word_and_is_kept_encrypted(cast, homes):
    with pytest.raises(Refusal, match="什么情况"):
        record_follow_up(household_id="H2", visited_on=TODAY, found="new_risk", actor=cast.xiaozhao, at=AT)

    visit = record_follow_up(
        household_id="H2", visited_on=TODAY, found="new_risk", words="老人摔伤住院了。", actor=cast.xiaozhao, at=AT
    )

    assert "住院" not in visit.words_cipher
    assert open_clue_of_household(cast.xiaozhou, "H2").pk == visit.clue_id
    assert [one.words for one in visits(cast.xiaozhou, "H2")] == ["老人摔伤住院了。"]
    assert visits(cast.xiaowang, "H2") == []
    with pytest.raises(Refusal, match="登记过"):
        record_follow_up(household_id="H2", visited_on=TODAY, found="stable", actor=cast.xiaozhao, at=AT)


def test_who_is_not_monitored_and_never_was_is_not_visited_here(cast):
    with pytest.raises(Refusal, match="监测户"):
        record_follow_up(household_id="H2", visited_on=TODAY, found="stable", actor=cast.xiaozhao, at=AT)


def test_what_is_not_at_zero_is_counted_per_village(cast, homes):
    Measure.objects.create(household_id="H2", kind="health", since_on=date(2026, 2, 1))

    found = {one.place_number: (one.monitored, one.no_measure) for one in place_standings(cast.xiaozhou, on=TODAY)}

    assert found == {431003101202: (1, 1), 431003101203: (1, 0)}
    assert [one.place_number for one in place_standings(cast.xiaowang, on=TODAY)] == [431003101202]
