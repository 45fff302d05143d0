"""A plan is drafted with the household by one person and approved by another; it is closed, never deleted."""

from datetime import timedelta

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.assistance.actions import (
    NotNow,
    agree_plan,
    approve_plan,
    close_plan,
    deliver_measure,
    propose_plan,
    record_word,
    return_plan,
    revise_plan,
    withdraw_measure,
)
from shouwang.stream.assistance.models import Plan, PlannedMeasure
from shouwang.stream.assistance.queries import goals_of, open_plan_of, phone_of, plan_fields, plan_of, plan_view
from tests.cast import AT, TODAY
from tests.stream.assistance.telling import PHOTO, approved, drafted, monitor, proposed, with_measure

WORDS = {"goals": "再加一项", "contact_name": "老张", "contact_phone": "15400002222"}


def test_a_plan_goes_from_draft_over_the_household_to_another_persons_approval(cast):
    plan, measure = approved(cast)

    assert (plan.state, plan.decided_by, plan.version) == ("approved", "laoliu", 1)
    acts = list(Entry.objects.filter(subject=f"plan:{plan.pk}").order_by("id").values_list("act", flat=True))
    assert acts == ["draft_plan", "agree_plan", "propose_plan", "approve_plan"]
    assert measure.unit == "医保局"


def test_words_and_phone_are_sealed_and_open_again(cast):
    monitor()
    plan = drafted(cast)

    assert "看病" not in plan.goals_cipher
    assert "15400002222" not in plan.contact_phone_cipher
    assert (goals_of(plan), phone_of(plan)) == ("看病负担降下来", "15400002222")
    assert plan.masked_name == "李**"


def test_a_household_that_is_not_monitored_has_a_plan_only_where_help_comes_first(cast):
    with pytest.raises(Refusal, match="不是监测对象"):
        drafted(cast)

    assert drafted(cast, green_channel=True).green_channel


def test_a_household_has_one_open_plan(cast):
    monitor()
    drafted(cast)

    with pytest.raises(Refusal, match="已经有一份没有结束的方案"):
        drafted(cast)


@pytest.mark.parametrize("person", ["xiaowang", "xiaosun", "xiaowu", "laoliu"])
def test_only_a_post_that_drafts_drafts(cast, person):
    from shouwang.stream.assistance.actions import draft_plan

    monitor()

    with pytest.raises(NotAllowed):
        draft_plan(household_id="H1", actor=getattr(cast, person), at=AT, **WORDS)


def test_a_household_of_another_county_is_not_found(cast):
    monitor("H3")

    with pytest.raises(Refusal, match="没有找到这一户"):
        drafted(cast, "H3")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"goals": " "}, "没有写目标"),
        ({"goals": "他的号码是 15400001111"}, "不要写证件号或电话号码"),
        ({"contact_name": ""}, "没有写帮扶联系人"),
        ({"contact_phone": "12"}, "电话不对"),
        ({"goals": "长" * 501}, "太长"),
    ],
)
def test_a_plan_that_is_not_whole_is_refused_with_a_sentence(cast, changes, said):
    monitor()

    with pytest.raises(Refusal, match=said):
        drafted(cast, **changes)


def test_nothing_is_proposed_before_the_household_agreed_and_without_a_measure(cast):
    monitor()
    plan = drafted(cast)
    with pytest.raises(Refusal, match="和农户商量"):
        propose_plan(plan_id=plan.pk, actor=cast.laozhang, at=AT)

    agree_plan(plan_id=plan.pk, agreed_on=TODAY, agreed_how="at_home", actor=cast.laozhang, at=AT)

    with pytest.raises(Refusal, match="一项措施也没有"):
        propose_plan(plan_id=plan.pk, actor=cast.laozhang, at=AT)


def test_the_household_cannot_have_agreed_tomorrow(cast):
    monitor()
    plan = drafted(cast)

    with pytest.raises(Refusal, match="还没有到"):
        agree_plan(
            plan_id=plan.pk, agreed_on=TODAY + timedelta(days=1), agreed_how="at_home", actor=cast.laozhang, at=AT
        )


def test_who_drafted_cannot_approve_even_in_a_leaders_post(cast):
    from dataclasses import replace

    monitor()
    plan = drafted(cast)
    with_measure(cast, plan)
    proposed(cast, plan)

    with pytest.raises(Refusal, match="不能审批自己的方案"):
        approve_plan(plan_id=plan.pk, reason="好", actor=replace(cast.laoliu, username="laozhang"), at=AT)


def test_approving_and_returning_ask_for_the_same(cast):
    monitor()
    plan = drafted(cast)
    with_measure(cast, plan)
    proposed(cast, plan)

    for act in (approve_plan, return_plan):
        with pytest.raises(Refusal, match="没有写审批意见"):
            act(plan_id=plan.pk, reason=" ", actor=cast.laoliu, at=AT)


def test_a_returned_plan_is_a_draft_with_the_reason(cast):
    monitor()
    plan = drafted(cast)
    with_measure(cast, plan)
    proposed(cast, plan)

    found = return_plan(plan_id=plan.pk, reason="还要一项就业", actor=cast.laoliu, at=AT)

    assert (found.state, found.decision_reason) == ("draft", "还要一项就业")
    assert propose_plan(plan_id=plan.pk, actor=cast.laozhang, at=AT).decision_reason == ""


def test_changing_an_approved_plan_makes_a_new_version_that_asks_the_household_again(cast):
    plan, measure = approved(cast)

    found = revise_plan(plan_id=plan.pk, actor=cast.laozhang, at=AT, **WORDS)

    assert (found.version, found.state, found.agreed_on) == (2, "draft", None)
    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)


def test_a_plan_closes_when_every_measure_is_settled(cast):
    plan, measure = approved(cast)
    with pytest.raises(Refusal, match="还有措施没有办结"):
        close_plan(plan_id=plan.pk, reason="风险已消除", actor=cast.laozhang, at=AT)
    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    closed = close_plan(plan_id=plan.pk, reason="风险已消除", actor=cast.laozhang, at=AT)

    assert closed.state == "closed"
    assert open_plan_of(cast.xiaowang, "H1") is None
    assert Plan.objects.count() == 1


def test_a_plan_that_was_decided_cannot_be_decided_again(cast):
    plan, _ = approved(cast)

    with pytest.raises(NotNow, match="已批准"):
        approve_plan(plan_id=plan.pk, reason="再批", actor=cast.laoliu, at=AT)


def test_a_plan_of_the_next_village_is_not_there(cast):
    plan, measure = approved(cast)

    assert plan_of(cast.xiaozhao, plan.pk) is None
    with pytest.raises(Refusal, match="没有找到这项措施"):
        deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaozhao, at=AT)


def test_a_withdrawn_measure_stays_on_record_and_off_the_plan(cast):
    monitor()
    plan = drafted(cast)
    measure = with_measure(cast, plan)

    withdraw_measure(measure_id=measure.pk, actor=cast.laozhang, at=AT)

    assert PlannedMeasure.objects.get(pk=measure.pk).withdrawn_by == "laozhang"
    assert plan_view(cast.laozhang, plan, on=TODAY).measures == ()
    assert with_measure(cast, plan).pk != measure.pk


def test_the_household_may_say_what_it_thinks(cast):
    plan, _ = approved(cast)

    record_word(plan_id=plan.pk, word="partly", words="报销慢了一点", said_on=TODAY, actor=cast.xiaowang, at=AT)

    (said,) = plan_view(cast.laozhang, plan, on=TODAY).said
    assert (said.entry.word, said.words) == ("partly", "报销慢了一点")


def test_the_fields_for_papers_hold_what_the_card_shows_and_no_identity(cast):
    from tests.cast import LI_ID, LI_PHONE

    plan, _ = approved(cast)

    fields = plan_fields(cast.laozhang, plan, on=TODAY)

    assert fields["head_name"] == "李大山"
    assert fields["risks"] == ["因病"]
    assert fields["measures"][0]["title"] == "医疗救助"
    assert fields["contact_phone"] == "15400002222"
    assert LI_ID not in str(fields)
    assert LI_PHONE not in str(fields)
