"""Out of monitoring by help, by itself, wrongly, and back in again: what a household lives through."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Household, Resident
from shouwang.register.households.queries import household_of, monitoring_periods
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.actions import NotNow
from shouwang.register.procedure.queries import case_of, records_of
from shouwang.stream.clearance.actions import (
    confirm_gate,
    decide_revert,
    enter_clearance_mark,
    open_clearance,
    open_revert,
    take_back_reversed,
)
from shouwang.stream.clearance.queries import contact_of
from shouwang.stream.determination.actions import open_objection
from shouwang.stream.determination.queries import snapshot_differences
from tests.stream.clearance.clearing import MONITORED_ON, START, Clearing, everything_known, monitored
from tests.stream.determination.walking import Walk


def periods(cast, household="H2"):
    return [(one.from_on, one.until_on, one.began, one.manner) for one in monitoring_periods(cast.xiaozhou, household)]


def test_cleared_by_help_with_every_gate_met_and_only_the_mark_changes_the_register(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    walk = Clearing(cast).reviewed()
    assert set(walk.gates().values()) == {"yes"}

    walk.decide()
    assert (walk.case.outcome, walk.case.state) == ("cleared", "decided")
    assert household_of(cast.xiaozhou, "H2").cleared_on is None
    walk.announced().marked()

    home = household_of(cast.xiaozhou, "H2")
    assert walk.case.state == "closed"
    assert (home.cleared_on, home.clearance_manner) == (walk.today, "by_help")
    assert periods(cast) == [(MONITORED_ON, walk.today, "imported", "by_help")]
    assert contact_of(home) == "小赵"


def test_what_a_clearance_rested_on_can_be_computed_again(cast):
    monitored()
    give_measure()
    walk = Clearing(cast).reviewed()
    walk.confirm().decide()

    assert snapshot_differences(cast.xiaozhou, walk.number) == []


def give_measure(household="H2"):
    from shouwang.register.households.models import Measure

    Measure.objects.create(household_id=household, kind="health", since_on=date(2026, 2, 1))


def test_what_nobody_can_tell_is_looked_into_by_a_person_with_evidence(cast):
    monitored()
    give_measure()
    walk = Clearing(cast)
    assert walk.gates()["income_stable"] == "unknown"
    walk.reviewed()

    with pytest.raises(NotNow, match="还不能判断"):
        walk.decide()
    with pytest.raises(Refusal, match="没有办理|权限"):
        walk.confirm(actor=cast.laofang)
    walk.confirm()

    assert set(walk.gates().values()) == {"yes", "confirmed"}
    assert walk.decide().case.outcome == "cleared"
    said = next(one.record.content for one in records_of(walk.case) if one.record.act == "decision")
    assert {"gate": "income_stable", "met": "confirmed"} in said["gates"]


def test_who_looked_and_found_that_it_does_not_hold_is_heard_as_well(cast):
    monitored()
    give_measure()
    walk = Clearing(cast).reviewed()
    walk.confirm(but=("income_stable",))
    confirm_gate(
        gate="income_stable", holds=False, sha256=walk.evidence(), words="存折流水只有三千元。", actor=cast.xiaochen,
        **walk.at(0),
    )  # fmt: skip

    with pytest.raises(NotNow, match="人均纯收入在监测线以上”没有满足"):
        walk.decide()
    assert walk.decide("kept", "not_stable").case.state == "closed"
    assert household_of(cast.xiaozhou, "H2").cleared_on is None


def test_a_gate_that_the_data_deny_cannot_be_talked_round(cast):
    monitored()
    give_measure()
    walk = Clearing(cast).reviewed()
    Household.objects.filter(pk="H2").update(water_safe=False)

    with pytest.raises(NotNow, match="不能由人改写"):
        confirm_gate(
            gate="water_solid", holds=True, sha256=walk.evidence(), words="其实有水。", actor=cast.xiaochen,
            **walk.at(0),
        )  # fmt: skip
    walk.confirm()
    with pytest.raises(NotNow, match="饮水安全有保障”没有满足"):
        walk.decide()


def test_a_household_wholly_without_labour_is_never_cleared(cast):
    monitored(no_labour_flag=True)
    give_measure()

    with pytest.raises(NotNow, match="不是整户没有劳动力"):
        Clearing(cast)
    with pytest.raises(NotNow, match="不是整户没有劳动力"):
        Clearing(cast, manner="naturally", reason="risk_ceased")


def test_half_a_year_and_a_measure_are_needed(cast):
    monitored(monitored_on=date(2026, 6, 1))

    with pytest.raises(NotNow, match="识别后满半年.*落实过至少一项帮扶措施|落实过至少一项帮扶措施.*识别后满半年"):
        Clearing(cast)


def test_a_household_that_moved_away_is_cleared_naturally_with_its_reason(cast):
    monitored(monitored_on=date(2026, 8, 1))
    Resident.objects.filter(household_id="H2").update(living_here=False)

    walk = Clearing(cast, manner="naturally", reason="household_moved_away").reviewed()
    walk.decide(reason="household_moved_away").announced().marked()

    home = household_of(cast.xiaozhou, "H2")
    assert home.clearance_manner == "naturally"
    assert walk.gates() == {"still_monitored": "no", "nobody_living_here": "yes"}


def test_who_still_lives_there_has_not_moved_away(cast):
    monitored()
    Resident.objects.filter(household_id="H2").update(living_here=True)

    with pytest.raises(NotNow, match="登记的成员都不在本户生活”不满足"):
        Clearing(cast, manner="naturally", reason="household_moved_away")
    with pytest.raises(Refusal, match="选一个原因"):
        Clearing(cast, manner="naturally")


def test_income_under_the_line_is_no_risk_that_ceased_by_itself(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch, water_safe=False)

    with pytest.raises(NotNow, match="饮水安全有保障"):
        Clearing(cast, manner="naturally", reason="risk_ceased")


def test_kept_stays_monitored_and_is_told_why(cast):
    monitored()
    give_measure()

    walk = Clearing(cast).reviewed()
    walk.decide("kept", "risk_remains")

    assert (walk.case.state, walk.case.outcome) == ("closed", "kept")
    assert next(one for one in records_of(walk.case) if one.record.act == "decision").words["words"]
    assert periods(cast) == []
    assert open_clearance(household_id="H2", manner="by_help", actor=cast.xiaochen, at=walk.now).state == "open"


def test_the_household_is_told_on_two_ways_before_the_mark_and_somebody_stays_in_touch(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    walk = Clearing(cast).reviewed()
    walk.decide().announced()

    with pytest.raises(Refusal, match="两种途径"):
        walk.marked(channels=["paper"])
    with pytest.raises(Refusal, match="联系人"):
        walk.marked(contact=" ")
    with pytest.raises(NotNow, match="两种途径"):
        do.accept_case(actor=cast.xiaochen, **walk.at())
    assert household_of(cast.xiaozhou, "H2").cleared_on is None


def test_wrongly_cleared_is_taken_back_and_both_stretches_stay_on_record(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    walk = Clearing(cast).cleared()
    cleared_on = walk.today
    monkeypatch.undo()

    back = Clearing.__new__(Clearing)
    back.cast, back.now = cast, walk.now + timedelta(hours=1)
    back.case = open_revert(household_id="H2", actor=cast.xiaochen, at=back.now)
    back.reviewed()
    back.case = decide_revert(
        outcome="reverted", reason_code="wrongly_cleared", words="当时漏看了欠款。", actor=cast.laofang,
        evidence=[back.evidence()], **back.at(),
    )  # fmt: skip

    home = household_of(cast.xiaozhou, "H2")
    assert (home.monitored_class, home.monitored_on, home.cleared_on) == ("marginal", MONITORED_ON, None)
    assert periods(cast) == [
        (back.today, None, "reverted", None),
        (MONITORED_ON, cleared_on, "imported", "by_help"),
    ]


def test_who_was_never_cleared_cannot_be_reverted(cast):
    monitored()

    with pytest.raises(NotNow, match="曾经标注风险消除"):
        open_revert(household_id="H2", actor=cast.xiaochen, at=START)


def test_a_relapse_after_clearance_is_a_new_determination_and_a_second_period(cast, monkeypatch):
    monitored(cleared_on=date(2026, 7, 20), clearance_manner="by_help")

    walk = Walk(cast).decided()

    first, second = list(reversed(periods(cast)))
    assert first == (MONITORED_ON, date(2026, 7, 20), "imported", "by_help")
    assert second == (walk.case.decided_at.date(), None, "identified", None)


def test_an_objection_holds_the_mark_and_a_recheck_that_takes_it_back_ends_the_case_without_it(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    walk = Clearing(cast).reviewed()
    walk.decide().announced()
    objection = open_objection(words="我家还欠着三万。", actor=cast.xiaochen, **walk.at())

    with pytest.raises(NotNow, match="复核完再标注"):
        walk.marked()
    reverse(cast, walk, objection)
    walk.marked()

    assert (walk.case.state, household_of(cast.xiaozhou, "H2").cleared_on) == ("closed", None)


def reverse(cast, walk, objection):
    officer = replace(cast.xiaochen, username="xiaoxie")
    when = {"number": objection.number, "at": walk.at()["at"]}
    do.recheck_case(outcome="reversed", words="漏算了欠款。", actor=officer, **when)
    do.skip_step(step="review", reason="", words="复核意见已被接受", actor=cast.laotang, **when)
    return do.serve_reasons(channels=["paper", "visit"], actor=officer, **when)


def test_a_recheck_after_the_mark_puts_the_household_back(cast, monkeypatch):
    monitored()
    everything_known(monkeypatch)
    walk = Clearing(cast).cleared()
    objection = open_objection(words="我家还欠着三万。", actor=cast.xiaochen, **walk.at())
    assert reverse(cast, walk, objection).state == "closed"

    assert take_back_reversed(at=walk.at()["at"]) == 1
    assert take_back_reversed(at=walk.now) == 0

    assert household_of(cast.xiaozhou, "H2").cleared_on is None
    assert [began for _, _, began, _ in periods(cast)] == ["reverted", "imported"]


def test_a_clearance_of_another_village_is_not_found(cast):
    monitored()
    give_measure()
    walk = Clearing(cast)

    assert case_of(cast.xiaowang, walk.number) is None
    with pytest.raises(Refusal, match="没有找到"):
        confirm_gate(
            gate="income_stable", holds=True, sha256=walk.evidence(), words="看过了。", actor=cast.xiaowang,
            **walk.at(0),
        )  # fmt: skip
    with pytest.raises(Refusal, match="没有找到"):
        enter_clearance_mark(channels=["paper", "phone"], contact="小王", actor=cast.xiaowang, **walk.at())
