"""A clue on its way: handed on, taken, given back, closed or confirmed with equal ease, taken back, late."""

from datetime import date, timedelta

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.calendar.actions import set_special_day
from shouwang.register.households.models import Household
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import SYSTEM, NotAllowed
from shouwang.stream.clues.actions import (
    Answer,
    Closing,
    ClueNotFound,
    NotNow,
    close_clue,
    close_clues,
    confirm_clue,
    dispatch_clue,
    dispatch_clues,
    escalate_overdue_clues,
    merge_clues,
    reopen_clue,
    return_clue,
    settle_clue,
    split_clue,
    take_clues,
)
from shouwang.stream.clues.limits import closing_reasons, quarter_ends
from shouwang.stream.clues.models import Clue
from shouwang.stream.clues.queries import Wanted, clues, counts, open_clue_of_household, overdue_ladder, todo, workload
from tests.cast import AT, TODAY, VILLAGE
from tests.stream.clues.telling import ANSWER, HELPED, NO_RISK, QUARTER_END, on_day, say, warned

TOMORROW = on_day(TODAY + timedelta(days=1))


def now(clue):
    clue.refresh_from_db()
    return clue


def test_the_township_hands_a_clue_to_its_village_with_a_date(cast):
    clue = dispatch_clue(clue_id=warned("red").pk, actor=cast.xiaochen, at=AT)

    assert (clue.state, clue.owner_level, clue.owner) == ("dispatched", "village", "")
    assert clue.due_on == date(2026, 11, 25)
    assert (clue.dispatched_by, clue.dispatched_at) == ("xiaochen", AT)


def test_a_yellow_clue_has_the_time_of_the_whole_way(cast):
    assert dispatch_clue(clue_id=warned("yellow").pk, actor=cast.xiaochen, at=AT).due_on == date(2026, 12, 7)


def test_a_clue_is_handed_to_a_person_and_to_another(cast):
    clue = warned("red")
    dispatch_clue(clue_id=clue.pk, to="xiaowang", actor=cast.xiaochen, at=AT)
    dispatch_clue(clue_id=clue.pk, to="xiaochen", sentence="我去", actor=cast.xiaochen, at=TOMORROW)

    assert (now(clue).owner, clue.owner_level) == ("xiaochen", "township")
    assert clue.events.order_by("-pk").first().sentence == "我去"


@pytest.mark.parametrize("to", ["xiaozhao", "xiaosun", "nobody"])
def test_a_clue_is_not_handed_to_who_cannot_check_it(cast, to):
    clue = warned("red")

    with pytest.raises(Refusal, match="不能核实这个村"):
        dispatch_clue(clue_id=clue.pk, to=to, actor=cast.xiaochen, at=AT)


def test_many_clues_are_handed_on_at_once(cast):
    ids = [warned("red").pk, warned("yellow", "H2").pk]
    first = dispatch_clues(clue_ids=ids, actor=cast.xiaochen, at=AT)

    assert (first, dispatch_clues(clue_ids=ids, actor=cast.xiaochen, at=AT)) == (2, 0)
    assert Entry.objects.filter(act="clue_dispatched").count() == 1
    with pytest.raises(NotAllowed):
        dispatch_clues(clue_ids=ids, actor=cast.xiaowang, at=AT)


def test_who_takes_a_clue_has_it_in_hand(cast):
    clue = warned("red")

    assert take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT) == 1
    assert (now(clue).state, clue.owner, clue.taken_by) == ("taken", "xiaowang", "xiaowang")
    assert clue.due_on == date(2026, 11, 25)
    assert take_clues(clue_ids=[clue.pk], actor=cast.xiaozhao, at=AT) == 0


def test_taking_does_not_lengthen_what_was_handed_on(cast):
    clue = dispatch_clue(clue_id=warned("red").pk, actor=cast.xiaochen, at=AT)
    take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=TOMORROW)

    assert now(clue).due_on == date(2026, 11, 25)


def test_a_village_takes_no_application_before_the_township_hands_it_on(cast):
    clue = say(cast.xiaowang, household_id="H1")
    before = take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)
    dispatch_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)

    assert (before, take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)) == (0, 1)


def test_a_village_gives_a_clue_back_with_a_word(cast):
    clue = dispatch_clue(clue_id=warned("red").pk, actor=cast.xiaochen, at=AT)
    with pytest.raises(Refusal, match="没有写退回原因"):
        return_clue(clue_id=clue.pk, sentence=" ", actor=cast.xiaowang, at=AT)
    return_clue(clue_id=clue.pk, sentence="已搬到县城", actor=cast.xiaowang, at=TOMORROW)

    assert (now(clue).state, clue.owner_level, clue.dispatched_by) == ("open", "township", "")
    assert clue.due_on == date(2026, 11, 25)


def test_a_clue_is_closed_in_one_step_and_the_register_knows(cast):
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)

    assert (now(clue).state, clue.closed_level, clue.taken_by) == ("closed", "village", "xiaowang")
    assert Household.objects.get(pk="H1").checked_until == QUARTER_END
    assert open_clue_of_household(cast.xiaowang, "H1") is None


def test_agreeing_takes_as_much_as_overruling(cast):
    clue = warned("red")
    confirm_clue(clue_id=clue.pk, actor=cast.xiaowang, at=AT)

    assert (now(clue).state, clue.owner_level) == ("confirmed", "township")
    assert clue.due_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        (Closing("because"), "没有这个办结原因"),
        (Closing("duplicate"), "没有这个办结原因"),
        (Closing("entered_determination"), "没有这个办结原因"),
        (Closing("risk_ceased"), "没有这个办结原因"),
        (Closing("checked_no_risk"), "没有选核实结果管到哪天"),
        (Closing("checked_no_risk", "", date(2036, 12, 31)), "没有选核实结果管到哪天"),
        (Closing("data_error", "数" * 501), "太长"),
    ],
)
def test_a_closing_that_the_pack_does_not_know_is_refused(cast, closing, said):
    clue = warned()

    with pytest.raises(Refusal, match=said):
        close_clue(clue_id=clue.pk, closing=closing, actor=cast.xiaowang, at=AT)
    assert now(clue).state == "open"


def test_the_reasons_are_those_of_the_pack(cast):
    assert set(closing_reasons(TODAY)) > {"checked_no_risk", "data_error", "declined", "entered_determination"}
    assert quarter_ends(TODAY) == [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)]


def test_many_yellow_clues_are_closed_by_who_checked_them_and_nothing_else(cast):
    mine, not_taken, applied = warned("yellow"), warned("yellow", "H2"), say(cast.xiaochen)
    take_clues(clue_ids=[mine.pk, applied.pk], actor=cast.xiaochen, at=AT)
    ids = [mine.pk, not_taken.pk, applied.pk]

    assert close_clues(clue_ids=ids, closing=NO_RISK, actor=cast.xiaochen, at=AT) == 1
    assert (now(mine).state, now(not_taken).state, now(applied).state) == ("closed", "open", "taken")
    assert Household.objects.get(pk="H1").checked_until == QUARTER_END
    assert close_clues(clue_ids=[mine.pk], closing=NO_RISK, actor=cast.xiaochen, at=AT) == 0


def test_a_red_clue_is_not_closed_in_bulk(cast):
    clue = warned("red")
    take_clues(clue_ids=[clue.pk], actor=cast.xiaowang, at=AT)

    assert close_clues(clue_ids=[clue.pk], closing=NO_RISK, actor=cast.xiaowang, at=AT) == 0


def test_a_closing_is_taken_back_with_everything_it_did(cast):
    Household.objects.filter(pk="H1").update(checked_until=date(2026, 5, 1))
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    reopen_clue(clue_id=clue.pk, actor=cast.xiaowang, at=AT)

    assert (now(clue).state, clue.owner, clue.closing_reason) == ("taken", "xiaowang", "")
    assert Household.objects.get(pk="H1").checked_until == date(2026, 5, 1)


def test_taking_back_leaves_what_was_found_since(cast):
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    Household.objects.filter(pk="H1").update(checked_until=date(2027, 6, 30))
    reopen_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)

    assert Household.objects.get(pk="H1").checked_until == date(2027, 6, 30)
    assert (now(clue).state, clue.owner_level) == ("open", "township")


def test_a_closing_is_taken_back_the_same_day_or_by_the_township(cast):
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)

    with pytest.raises(Refusal, match="只有办结人当天"):
        reopen_clue(clue_id=clue.pk, actor=cast.xiaowang, at=TOMORROW)
    assert reopen_clue(clue_id=clue.pk, actor=cast.xiaochen, at=TOMORROW).state == "open"


def test_a_closing_stays_when_the_household_has_a_new_clue(cast):
    clue = warned("yellow")
    close_clue(clue_id=clue.pk, closing=NO_RISK, actor=cast.xiaowang, at=AT)
    say(cast.xiaowang, household_id="H1")

    with pytest.raises(Refusal, match="另一条没办完"):
        reopen_clue(clue_id=clue.pk, actor=cast.xiaowang, at=AT)


def test_a_clue_that_became_a_case_is_not_taken_back_here(cast):
    clue = warned("red")
    settle_clue(clue_id=clue.pk, case_number="D-2026-1", actor=cast.xiaochen, at=AT)

    assert (now(clue).closing_reason, clue.case_number) == ("entered_determination", "D-2026-1")
    with pytest.raises(NotNow, match="已经进入识别认定"):
        reopen_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)
    with pytest.raises(NotAllowed):
        settle_clue(clue_id=clue.pk, case_number="D-2026-1", actor=cast.laohe, at=AT)


def test_a_village_cannot_end_an_application(cast):
    clue = say(cast.xiaowang, household_id="H1")
    dispatch_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)

    with pytest.raises(Refusal, match="由乡镇或以上办理"):
        close_clue(clue_id=clue.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaowang, at=AT)


@pytest.mark.parametrize(
    ("closing", "answer", "said"),
    [
        (HELPED, None, "书面告知本人"),
        (HELPED, Answer("", TODAY, "可申请复核"), "没有写告知了谁"),
        (HELPED, Answer("王桂花", None, "可申请复核"), "书面告知本人"),
        (HELPED, Answer("王桂花", TODAY + timedelta(days=1), "可申请复核"), "书面告知本人"),
        (HELPED, Answer("王桂花", TODAY, " "), "没有写怎样提出异议"),
        (Closing("helped_otherwise"), ANSWER, "没有写理由"),
    ],
)
def test_the_township_ends_an_application_only_with_a_written_answer(cast, closing, answer, said):
    clue = say(cast.xiaowang, household_id="H1")

    with pytest.raises(Refusal, match=said):
        close_clue(clue_id=clue.pk, closing=closing, answer=answer, actor=cast.xiaochen, at=AT)
    assert now(clue).state == "open"


def test_an_answered_application_keeps_what_was_told(cast):
    clue = say(cast.xiaowang, household_id="H1")
    close_clue(clue_id=clue.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=AT)

    assert (now(clue).answered_to, clue.answered_on) == ("王桂花本人", TODAY)
    assert "复核" in clue.answer_remedy


@pytest.mark.parametrize("who", ["xiaozhao", "xiaoqian", "xiaofeng"])
def test_a_clue_of_another_place_is_not_there(cast, who):
    clue, actor = warned("red"), getattr(cast, who)

    for act in (
        lambda: close_clue(clue_id=clue.pk, closing=NO_RISK, actor=actor, at=AT),
        lambda: confirm_clue(clue_id=clue.pk, actor=actor, at=AT),
        lambda: return_clue(clue_id=clue.pk, sentence="不是", actor=actor, at=AT),
    ):
        with pytest.raises(ClueNotFound):
            act()
    assert not clues(actor, on=TODAY).exists()


def test_two_clues_of_one_household_go_on_as_one(cast):
    Household.objects.filter(pk="H2").update(place_number=int(VILLAGE))
    first, second = warned("yellow"), say(cast.xiaochen, name="赵有田")
    with pytest.raises(Refusal, match="由乡镇或以上"):
        merge_clues(clue_id=second.pk, into_id=first.pk, actor=cast.xiaowang, at=AT)
    merge_clues(clue_id=second.pk, into_id=first.pk, sentence="同一家", actor=cast.xiaochen, at=AT)

    assert (now(second).state, second.carried_by_id) == ("closed", first.pk)
    assert (now(first).is_application, first.grade) == (True, "yellow")
    assert first.sources.filter(kind="application", original__isnull=False).count() == 1
    with pytest.raises(Refusal, match="并入它自己"):
        merge_clues(clue_id=first.pk, into_id=first.pk, actor=cast.xiaochen, at=AT)
    with pytest.raises(NotNow):
        merge_clues(clue_id=first.pk, into_id=second.pk, actor=cast.xiaochen, at=AT)


def test_one_clue_of_two_living_units_becomes_two(cast):
    clue = say(cast.xiaochen, household_id="H1")
    reason = clue.sources.get()
    other = split_clue(clue_id=clue.pk, source_ids=[reason.pk], household_id="H2", actor=cast.xiaochen, at=AT)

    assert (other.household_id, other.is_application, other.state) == ("H2", True, "open")
    assert other.sources.get().original_id == reason.pk
    assert now(clue).state == "open"
    for ids, household, said in (([], "H2", "没有选"), ([reason.pk], "H1", "同一户"), ([reason.pk], "H9", "没有找到")):
        with pytest.raises(Refusal, match=said):
            split_clue(clue_id=clue.pk, source_ids=ids, household_id=household, actor=cast.xiaochen, at=AT)


def test_an_overdue_clue_goes_up_one_step_at_a_time(cast):
    clue = dispatch_clue(clue_id=warned("red").pk, actor=cast.xiaochen, at=AT)
    steps = []
    for days in (3, 4, 5, 6, 7, 8):
        escalate_overdue_clues(actor=SYSTEM, at=on_day(TODAY + timedelta(days=days)))
        steps.append(now(clue).escalation)

    assert steps == [0, 1, 1, 1, 2, 2]
    assert clue.due_on == date(2026, 11, 25)
    assert clue.owner_level == "village"
    assert [one.details["to"] for one in clue.events.filter(act="escalated").order_by("pk")] == [1, 2]
    assert Entry.objects.filter(act="escalate_clues").count() == 2


def test_what_is_late_at_the_township_goes_to_the_county(cast):
    clue = warned("red")
    late = TODAY + timedelta(days=3)
    escalate_overdue_clues(actor=SYSTEM, at=on_day(late))

    assert now(clue).escalation == 2
    assert [one.name for one in todo(cast.xiaozhou, on=late)] == ["escalated"]
    assert overdue_ladder(cast.xiaozhou, on=late) == [{"owner_level": "township", "escalation": 2, "count": 1}]


def test_limits_follow_the_working_calendar_where_the_pack_counts_working_days(cast, monkeypatch):
    from shouwang.stream.clues import limits

    set_special_day(day=date(2026, 11, 23), kind="holiday", name="苗年", source="通知", actor=cast.xiaozhou, at=AT)
    monkeypatch.setattr(limits, "CHECKING", "refusal_reason_days")

    assert dispatch_clue(clue_id=warned("red").pk, actor=cast.xiaochen, at=AT).due_on == date(2026, 11, 30)


def test_everybody_finds_what_waits_for_them(cast):
    say(cast.xiaowang)
    warned("red")
    clue = warned("yellow", "H2")
    dispatch_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)

    assert {one.name: one.count for one in todo(cast.xiaochen, on=TODAY)} == {"applications": 1, "dispatch": 1}
    assert {one.name: one.count for one in todo(cast.xiaozhao, on=TODAY)} == {"check": 1}
    assert todo(cast.xiaowang, on=TODAY) == []
    assert todo(cast.xiaosun, on=TODAY) == []
    late = todo(cast.xiaozhao, on=TODAY + timedelta(days=30))[0]
    assert (late.count, late.overdue) == (1, 1)


def test_the_list_is_narrowed_and_work_is_counted_by_place(cast):
    applied, red = say(cast.xiaowang), warned("red")
    take_clues(clue_ids=[red.pk], actor=cast.xiaowang, at=AT)

    def found(**wanted):
        return list(clues(cast.xiaochen, Wanted(**wanted), on=TODAY))

    assert found() == [applied, now(red)]
    assert found(grades=("red",)) == [red]
    assert found(applications=True) == [applied]
    assert found(channel="platform_screening") == [red]
    assert found(state="taken") == [red]
    assert found(text="王桂花") == [applied]
    assert found(text="李大山") == [red]
    assert found(overdue=True) == []
    assert found(owner_level="village") == [red]
    assert list(clues(cast.xiaowang, Wanted(mine=True), on=TODAY)) == [red]
    assert workload(cast.xiaochen, on=TODAY, digits=12) == [
        {"place": int(VILLAGE), "all": 2, "overdue": 0, "escalated": 0, "applications": 1}
    ]
    assert counts(cast.xiaochen, on=TODAY)["open"] == 2
    assert not Clue.objects.filter(state="closed").exists()
