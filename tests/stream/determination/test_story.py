"""From a clue to a decision: what a household lives through, and what nobody may leave out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_of
from shouwang.register.ledger.queries import ledger_entries
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.actions import NotNow, QuickerElsewhere
from shouwang.register.procedure.queries import case_of, cases, records_of, todo
from shouwang.register.procedure.steps import steps_of
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.actions import Report, report_clue
from shouwang.stream.clues.queries import clue_of, open_clue_of_household
from shouwang.stream.determination.actions import decide_case, open_case, open_objection
from shouwang.stream.determination.queries import snapshot_differences, snapshot_of
from tests.cast import LI_ID, NEXT_VILLAGE
from tests.stream.determination.walking import START, Walk


def test_a_hospital_bill_ends_in_a_household_that_is_monitored(cast):
    walk = Walk(cast).decided()

    case = do.announce_case(
        posted_on=walk.today, until=walk.today + timedelta(days=15), sheet="1" * 64, actor=cast.xiaochen, **walk.at()
    )
    while case.state == "decided":
        case = do.accept_case(actor={"township": cast.xiaochen, "county": cast.xiaozhou}[case.next_level], **walk.at())

    household = household_of(cast.xiaozhou, "H2")
    assert (case.state, case.outcome) == ("closed", "included")
    assert (household.monitored_class, household.monitored_on) == ("marginal", case.decided_at.date())
    assert {view.state for view in steps_of(case, [one.record for one in records_of(case)])} == {"done", "not_needed"}
    noted = ledger_entries(cast.xiaowu, subject=f"case:{case.number}").filter(act__startswith="case_")
    assert noted.count() == case.records


def test_the_grounds_of_a_decision_can_be_computed_again(cast):
    walk = Walk(cast).decided()

    kept, content = snapshot_of(cast.xiaozhou, walk.number)

    assert content["evidence"]
    assert content["records"]
    assert kept.sha256 == next(
        one.record.content["snapshot"] for one in records_of(walk.case) if one.record.act == "decision"
    )
    assert snapshot_differences(cast.xiaozhou, walk.number) == []


def test_a_refusal_is_served_on_two_ways_and_only_then_takes_effect(cast):
    walk = Walk(cast).decided("refused")
    assert (walk.case.state, walk.case.effective_on) == ("decided", None)
    with pytest.raises(NotNow, match="两种途径"):
        do.serve_reasons(channels=["paper"], actor=cast.xiaozhou, **walk.at())

    case = do.serve_reasons(channels=["paper", "phone"], words="", actor=cast.xiaozhou, **walk.at())

    assert (case.state, case.effective_on) == ("closed", walk.today)
    assert household_of(cast.xiaozhou, "H2").monitored_class is None


def test_refused_objected_reversed_and_decided_by_somebody_else(cast):
    walk = Walk(cast).decided("refused")
    do.serve_reasons(channels=["paper", "phone"], actor=cast.xiaozhou, **walk.at())

    objection = open_objection(words="我家欠的医药费没有算进去。", actor=cast.xiaochen, **walk.at())
    for who in (cast.laoliu,):
        with pytest.raises(NotNow, match="换一位同事"):
            do.recheck_case(
                number=objection.number, outcome="upheld", words="维持原决定。", actor=who, at=walk.at()["at"]
            )
    officer = replace(cast.xiaochen, username="xiaoxie")
    do.recheck_case(
        number=objection.number, outcome="reversed", words="漏算了自付费用。", actor=officer, at=walk.at()["at"]
    )
    do.skip_step(
        number=objection.number,
        step="review",
        reason="",
        words="复核意见已被接受",
        actor=cast.laofang,
        at=walk.at()["at"],
    )
    done = do.serve_reasons(number=objection.number, channels=["paper", "visit"], actor=officer, at=walk.at()["at"])

    again = case_of(cast.xiaozhou, walk.number)
    assert (done.state, done.outcome) == ("closed", "reversed")
    assert (again.state, again.outcome, again.next_act) == ("open", "", "review")
    walk.case = do.review_case(opinion="agree", words="重新审核，应当纳入。", actor=cast.laoliu, **walk.at())
    with pytest.raises(NotNow, match="换一位同事"):
        walk.decide(actor=cast.laofang)
    assert walk.decide(actor=cast.laotang).case.outcome == "included"


def test_an_objection_during_the_notice_holds_everything_until_somebody_else_answers(cast):
    walk = Walk(cast).noticed()
    do.file_objection(channel="letter", words="他家有车。", objector="邻居", actor=walk.village, **walk.at())
    walk.now += timedelta(days=8)
    with pytest.raises(NotNow, match="异议没有答复"):
        do.review_case(opinion="agree", words="同意上报。", actor=cast.laoliu, **walk.at())
    objection = case_of(cast.xiaozhou, walk.number).records

    answer = {"objection": objection, "finding": "stands", "words": "车是亲戚的，已经查过登记。"}
    with pytest.raises(NotNow, match="换一位同事"):
        do.answer_objection(actor=cast.xiaochen, **answer, **walk.at())
    case = do.answer_objection(actor=replace(cast.xiaochen, username="xiaoxie"), **answer, **walk.at())

    assert case.objections_open == 0
    assert "邻居" not in str([one.record.content for one in records_of(case)])


def test_a_village_that_says_no_does_not_end_a_case(cast):
    walk = Walk(cast).appraised(agree=10)

    with pytest.raises(NotNow, match="不公示"):
        do.post_notice(
            posted_on=walk.today, until=walk.today + timedelta(days=7), sheet="0" * 64, actor=walk.village, **walk.at()
        )
    case = do.skip_step(step="notice", reason="", words="评议没有通过，报乡镇审核", actor=walk.village, **walk.at())
    assert (case.state, case.next_act) == ("open", "review")
    do.review_case(opinion="disagree", words="群众意见与核实不符，请县里再看。", actor=cast.laoliu, **walk.at())
    with pytest.raises(NotNow, match="公示期满"):
        walk.decide("included")

    assert walk.decide("refused").case.outcome == "refused"


def test_a_meeting_without_a_quorum_does_not_count(cast):
    walk = Walk(cast).checked()

    with pytest.raises(NotNow, match="到会人数不够"):
        do.hold_appraisal(
            held_on=walk.today, eligible=40, present=26, agree=26, against=0, actor=walk.village, **walk.at()
        )


def test_who_reviewed_does_not_decide_and_the_system_never_does(cast):
    walk = Walk(cast).reviewed()
    both = replace(cast.laofang, username="laoliu")

    with pytest.raises(NotNow, match="换一位同事"):
        walk.decide(actor=both)
    with pytest.raises((NotNow, Refusal)):
        walk.decide(actor=SYSTEM)


def test_two_officers_on_one_case_one_wins_and_the_other_is_told(cast):
    walk = Walk(cast).reviewed()
    seen = walk.case.records
    sha256 = walk.evidence()
    said = {
        "outcome": "refused",
        "reason_code": "able_to_cope",
        "words": "自己能应对。",
        "evidence": [sha256],
        "seen": seen,
    }
    decide_case(actor=cast.laofang, **said, **walk.at())

    with pytest.raises(QuickerElsewhere, match="别人刚刚办过"):
        decide_case(actor=cast.laotang, **said, **walk.at())


def test_a_cousin_of_the_cadre_is_noticed_and_the_cadre_kept_out(cast):
    do.declare_kin(relation="堂兄", id_number=LI_ID, actor=cast.laozhang, at=START)

    walk = Walk(cast, "H1")

    assert walk.case.relative_tagged
    assert walk.case.recused == ["laozhang"]
    walk.checked()
    with pytest.raises(NotNow, match="回避"):
        do.hold_appraisal(
            held_on=walk.today, eligible=40, present=30, agree=30, against=0, actor=cast.laozhang, **walk.at()
        )


def test_a_household_moves_and_its_case_moves_with_it(cast):
    walk = Walk(cast).noticed()

    case = do.transfer_case(to_place="431003101202", words="随儿子迁到邻村。", actor=cast.xiaochen, **walk.at())

    assert (case.place_number, case.next_act, case.notice_until) == (431003101202, "verification", None)
    assert case_of(cast.xiaozhao, walk.number) is None
    assert case_of(cast.xiaowang, walk.number) is not None
    assert case.state == "open"


def test_help_comes_first_after_a_flood_and_the_papers_follow(cast):
    walk = Walk(cast)

    case = do.help_first(words="房屋进水，先安置在学校，发了米面。", actor=cast.xiaochen, **walk.at())

    assert case.green_channel
    assert case.next_step == Walk(cast, "H1").case.next_step


def test_departments_are_not_asked_without_authorisation_nor_after_it_was_taken_back(cast):
    walk = Walk(cast)
    with pytest.raises(NotNow, match="授权"):
        do.ask_departments(units=["医保局"], actor=cast.xiaozhou, today=walk.today, **walk.at())
    walk.papers()
    do.revoke_authorisation(words="不想再查。", actor=cast.xiaochen, **walk.at())

    with pytest.raises(NotNow, match="授权"):
        do.ask_departments(units=["医保局"], actor=cast.xiaozhou, today=walk.today, **walk.at())


def test_a_household_has_one_running_determination(cast):
    Walk(cast)

    with pytest.raises(Refusal, match="已经有一件"):
        open_case(household_id="H2", actor=cast.xiaochen, at=START)


def test_a_village_cannot_withdraw_an_application(cast):
    walk = Walk(cast, self_applied=True)
    sha256 = walk.evidence()

    with pytest.raises(Refusal, match="没有办理这一步的权限"):
        do.withdraw_case(words="不申请了。", evidence=[sha256], actor=walk.neighbour, **walk.at())
    with pytest.raises(NotNow, match="签字"):
        do.withdraw_case(words="不申请了。", evidence=[], actor=cast.xiaochen, **walk.at())
    assert (
        do.withdraw_case(words="本人不再申请。", evidence=[sha256], actor=cast.xiaochen, **walk.at()).state
        == "withdrawn"
    )


def test_what_waits_is_shown_to_whom_it_waits_for(cast):
    walk = Walk(cast).reviewed()

    assert [row["act"] for row in todo(cast.laofang, on=walk.today)] == ["decision"]
    assert todo(cast.laoliu, on=walk.today) == []
    assert todo(cast.xiaofeng, on=walk.today) == []
    assert not cases(cast.xiaoqian).exists()
    assert not cases(cast.xiaowu).exists()


def test_a_clue_goes_over_into_the_case_that_it_led_to(cast):
    clue = report_clue(
        report=Report(
            channel="proxy_application",
            place_number=int(NEXT_VILLAGE),
            name="赵有田",
            what="老伴住院，借了钱。",
            by="邻居",
            on_behalf=True,
            household_id="H2",
        ),
        actor=cast.xiaochen,
        at=START,
    )

    walk = Walk(cast)

    assert (walk.case.origin, walk.case.self_applied) == (f"clue:{clue.pk}", True)
    assert clue_of(cast.xiaochen, clue.pk).case_number == walk.number
    assert open_clue_of_household(cast.xiaochen, "H2") is None
