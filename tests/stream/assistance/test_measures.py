"""A measure is chosen with a reason, given with a proof, and enters the register; a unit sees its own only."""

from datetime import timedelta
from decimal import Decimal

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Measure
from shouwang.register.households.queries import household_file, register_tables
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.assistance.actions import (
    NotNow,
    deliver_measure,
    end_measure,
    give_feedback,
    give_up_measure,
    reply_measure,
)
from shouwang.stream.assistance.models import Feedback
from shouwang.stream.assistance.queries import (
    feedback_file,
    feedback_of,
    own_replies,
    unit_request,
    unit_requests,
)
from tests.cast import AT, TODAY, VILLAGE
from tests.stream.assistance.telling import PHOTO, approved, drafted, liaison, monitor, with_measure

OWN = {"tool": "", "title": "请邻居照看", "kind": "social_help", "answers": ["illness"], "person": "老张"}


def test_what_is_delivered_stands_in_the_register_once(cast):
    _, measure = approved(cast)

    deliver_measure(
        measure_id=measure.pk, delivered_on=TODAY, amount=Decimal(800), content=PHOTO, actor=cast.xiaowang, at=AT
    )

    (entry,) = Measure.objects.filter(household_id="H1")
    assert (entry.kind, entry.since_on, entry.amount) == ("health", TODAY, Decimal(800))
    assert entry.origin == f"measure:{measure.pk}"
    with pytest.raises(NotNow, match="已落实"):
        deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)


def test_a_delivered_measure_opens_the_gates_that_ask_for_one(cast):
    from shouwang.stream.screening.queries import household_now

    _, measure = approved(cast)
    gates = ["measure_taken", "measures_answer_risks"]
    before = household_now(cast.xiaozhou, "H1", on=TODAY).report(only=gates)["gates"]

    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    after = household_now(cast.xiaozhou, "H1", on=TODAY).report(only=gates)["gates"]
    assert [one["met"] for one in before] == [False, False]
    assert [one["met"] for one in after] == [True, True]


def test_a_register_that_is_imported_again_keeps_what_was_recorded_here(cast):
    from shouwang.register.households.actions import import_register
    from shouwang.register.staff.queries import SYSTEM
    from tests.cast import register

    _, measure = approved(cast)
    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    import_register(tables=register(), actor=SYSTEM, at=AT)

    assert Measure.objects.filter(origin=f"measure:{measure.pk}").exists()


def test_the_snapshot_of_the_register_carries_no_origin(cast):
    _, measure = approved(cast)
    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    table = register_tables(int(VILLAGE), int(VILLAGE) + 1)["measures"]

    assert table.num_rows == 1
    assert "origin" not in table.column_names


def test_nothing_is_delivered_without_a_proof_or_a_sentence(cast):
    _, measure = approved(cast)

    with pytest.raises(Refusal, match="没有凭证的原因"):
        deliver_measure(measure_id=measure.pk, delivered_on=TODAY, actor=cast.xiaowang, at=AT)
    found = deliver_measure(
        measure_id=measure.pk, delivered_on=TODAY, no_file_reason="医院直接结算，没有单据", actor=cast.xiaowang, at=AT
    )

    assert found.no_file_reason == "医院直接结算，没有单据"


@pytest.mark.parametrize("content", [b"MZ a program", b"<html>", b"GIF89a"])
def test_only_photos_and_scans_are_taken(cast, content):
    _, measure = approved(cast)

    with pytest.raises(Refusal, match="只能上传照片"):
        deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=content, actor=cast.xiaowang, at=AT)


def test_a_file_is_sealed_in_the_store_and_opens_for_the_own_village_only(cast, settings):
    _, measure = approved(cast)
    give_feedback(
        measure_id=measure.pk, words="已经去医院", happened_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT
    )
    (said,) = feedback_of(measure)

    kept = (settings.STORE / said.entry.file_path).read_bytes()

    assert b"a photo" not in kept
    assert feedback_file(cast.xiaowang, str(said.entry.pk)) == ("image/jpeg", PHOTO)
    assert feedback_file(cast.xiaozhao, str(said.entry.pk)) is None
    assert feedback_file(cast.xiaosun, str(said.entry.pk)) == ("image/jpeg", PHOTO)
    assert feedback_file(liaison("民政局"), str(said.entry.pk)) is None


def test_nothing_is_given_before_the_plan_is_approved_unless_help_comes_first(cast):
    monitor()
    waiting = with_measure(cast, drafted(cast))
    with pytest.raises(NotNow, match="还没有批准"):
        deliver_measure(measure_id=waiting.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)


def test_help_that_comes_first_is_given_before_the_papers(cast):
    plan = drafted(cast, green_channel=True)
    monitor()
    measure = with_measure(cast, plan)

    found = deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaowang, at=AT)

    assert found.state == "delivered"


def test_a_measure_that_cannot_be_given_says_why(cast):
    _, measure = approved(cast)
    with pytest.raises(Refusal, match="没有选没有落实的原因"):
        give_up_measure(measure_id=measure.pk, reason="lazy", words="不配合", actor=cast.xiaowang, at=AT)

    found = give_up_measure(
        measure_id=measure.pk, reason="conditions_not_met", words="医保核实没有范围内费用", actor=cast.xiaowang, at=AT
    )

    assert (found.state, found.undelivered_reason) == ("undelivered", "conditions_not_met")
    assert not Measure.objects.filter(household_id="H1").exists()


def test_an_ended_measure_ends_in_the_register_and_stays(cast):
    _, measure = approved(cast)
    before = TODAY - timedelta(days=3)
    deliver_measure(measure_id=measure.pk, delivered_on=before, content=PHOTO, actor=cast.xiaowang, at=AT)
    with pytest.raises(Refusal, match="早于落实日期"):
        end_measure(
            measure_id=measure.pk, ended_on=before - timedelta(days=1), words="到期", actor=cast.xiaowang, at=AT
        )

    end_measure(measure_id=measure.pk, ended_on=TODAY, words="补助发完", actor=cast.xiaowang, at=AT)

    assert Measure.objects.get(origin=f"measure:{measure.pk}").until_on == TODAY
    assert len(household_file(cast.xiaozhou, "H1").measures) == 1


def test_a_unit_sees_what_it_is_asked_and_little_of_the_household(cast):
    approved(cast, asks="核对自付费用，够条件的办理")

    (request,) = unit_requests(cast.xiaosun, on=TODAY)

    assert (request.masked_name, request.asks) == ("李**", "核对自付费用，够条件的办理")
    assert "金田村" in request.place_name
    assert not {"goals", "risks", "answers", "members", "head_name", "fit_because"} & set(vars(request))


def test_a_unit_sees_nothing_of_another_unit_and_nothing_before_approval(cast):
    monitor()
    with_measure(cast, drafted(cast))
    assert unit_requests(cast.xiaosun, on=TODAY) == []


def test_another_units_liaison_finds_nothing_and_can_answer_nothing(cast):
    _, measure = approved(cast)
    stranger = liaison("民政局")

    assert unit_requests(stranger, on=TODAY) == []
    assert unit_request(stranger, measure.pk, on=TODAY) is None
    with pytest.raises(Refusal, match="没有找到这项措施"):
        reply_measure(measure_id=measure.pk, words="我们来办", actor=stranger, at=AT)


def test_a_unit_answers_and_the_village_sees_it(cast):
    _, measure = approved(cast)

    reply_measure(
        measure_id=measure.pk, words="本周内核对", due_on=TODAY + timedelta(days=7), actor=cast.xiaosun, at=AT
    )

    measure.refresh_from_db()
    assert measure.state == "under_way"
    assert feedback_of(measure)[0].words == "本周内核对（预计 2026-11-29 前办结）"
    assert [words for _, words in own_replies(cast.xiaosun, measure.pk)] == ["本周内核对（预计 2026-11-29 前办结）"]


def test_a_unit_may_say_itself_that_it_was_given(cast):
    _, measure = approved(cast)

    deliver_measure(measure_id=measure.pk, delivered_on=TODAY, content=PHOTO, actor=cast.xiaosun, at=AT)

    assert Measure.objects.filter(origin=f"measure:{measure.pk}").exists()


def test_a_unit_reads_no_words_of_the_village(cast):
    _, measure = approved(cast)
    give_feedback(measure_id=measure.pk, words="家里还有别的难处", happened_on=TODAY, actor=cast.xiaowang, at=AT)

    assert own_replies(cast.xiaosun, measure.pk) == []


def test_feedback_needs_a_post_and_something_to_say(cast):
    _, measure = approved(cast)
    with pytest.raises(NotAllowed):
        give_feedback(measure_id=measure.pk, words="看过", happened_on=TODAY, actor=cast.xiaowu, at=AT)

    with pytest.raises(Refusal, match="没有写内容"):
        give_feedback(measure_id=measure.pk, words=" ", happened_on=TODAY, actor=cast.xiaowang, at=AT)

    assert not Feedback.objects.exists()


def test_a_tool_is_filled_in_from_the_pack(cast):
    monitor()
    measure = with_measure(cast, drafted(cast))

    assert (measure.title, measure.kind, measure.unit) == ("医疗救助", "health", "医保局")
    assert measure.evidence_asked == "医保结算单、救助发放记录"
    assert measure.answers == ["illness"]
    assert measure.due_on == TODAY + timedelta(days=10)  # the pack's reminder for measures


def test_a_tool_that_cannot_be_told_is_chosen_as_easily_with_one_reason(cast):
    monitor()
    plan = drafted(cast)

    with pytest.raises(Refusal, match="没有选理由"):
        with_measure(cast, plan, ground="")
    with pytest.raises(Refusal, match="不能写“符合条件”"):
        with_measure(cast, plan, ground="fits")
    measure = with_measure(cast, plan, ground="household_asks")

    assert measure.fit == "cannot_tell"
    assert "缺：" in measure.fit_because


def test_the_same_tool_is_planned_once(cast):
    monitor()
    plan = drafted(cast)
    with_measure(cast, plan)

    with pytest.raises(Refusal, match="已经有这一项"):
        with_measure(cast, plan)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tool": "gift"}, "没有这项政策工具"),
        ({**OWN, "kind": "gold"}, "登记为哪一类"),
        ({**OWN, "answers": []}, "针对哪项风险"),
        ({**OWN, "answers": ["water"]}, "没有这项风险"),
        ({**OWN, "person": ""}, "由谁负责"),
        ({**OWN, "title": ""}, "没有写措施名称"),
        ({**OWN, "ground": "fits"}, "没有条件可以对照"),
        ({**OWN, "due_on": TODAY - timedelta(days=1)}, "期限已经过去"),
        ({**OWN, "resident_id": "R3"}, "没有在这一户里找到这个人"),
        ({**OWN, "asks": "身份证 991003195503124219"}, "不要写证件号"),
        ({**OWN, "amount": Decimal(-1)}, "不能是负数"),
    ],
)
def test_a_measure_that_is_not_whole_is_refused_with_a_sentence(cast, changes, said):
    monitor()
    plan = drafted(cast)

    with pytest.raises(Refusal, match=said):
        with_measure(cast, plan, **changes)


def test_words_of_ones_own_stand_beside_the_tools(cast):
    monitor()

    measure = with_measure(cast, drafted(cast), **OWN)

    assert (measure.fit, measure.title, measure.answers) == ("own_text", "请邻居照看", ["illness"])
