"""A county changes a number: drafted by one person, tried out in the shadow, approved by another; history stays."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.rules.actions import (
    NotNow,
    approve_amendment,
    draft_amendment,
    record_shadow,
    request_approval,
    return_amendment,
    revise_amendment,
    start_shadow,
    withdraw_amendment,
)
from shouwang.stream.rules.models import Amendment
from shouwang.stream.rules.queries import Draft, pack_in_force
from tests.cast import AT, COUNTY, OTHER_COUNTY, TODAY, Cast

PACK = "hunan/chenzhou"
HIGHER = Draft(
    kind="parameter",
    name="monitoring_line",
    content={"value": "7000"},
    valid_from=date(2026, 12, 1),
    basis="苏政办〔2026〕9号",
    reason="与本年低保标准衔接",
    place_code=COUNTY,
)
RULE = Draft(
    kind="rule",
    name="income_below_line",
    content={"levels": {"red": "net_income_per_head < 0.5 * monitoring_line"}},
    valid_from=TODAY,
    basis="郴政办〔2026〕3号",
    reason="只看最低的一半",
)


def drafted(cast: Cast, draft: Draft = HIGHER) -> Amendment:
    return draft_amendment(pack=PACK, draft=draft, actor=cast.xiaozhou, at=AT)


def requested(cast: Cast, draft: Draft = HIGHER) -> Amendment:
    made = drafted(cast, draft)
    start_shadow(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    record_shadow(amendment_id=made.pk, version=made.version, actor=cast.xiaozhou, at=AT)
    return request_approval(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)


def line(place: str, on: date) -> int:
    return pack_in_force(PACK, on=on).program(on).parameters["monitoring_line"].at(place + "101202")


def test_an_approved_line_holds_in_its_county_from_its_day_and_nowhere_else(cast: Cast) -> None:
    before = line(COUNTY, TODAY)

    approve_amendment(amendment_id=requested(cast).pk, reason="同意", actor=cast.laohe, at=AT)

    assert line(COUNTY, date(2026, 11, 30)) == before
    assert line(COUNTY, date(2026, 12, 1)) == 700000
    assert line(OTHER_COUNTY, date(2026, 12, 1)) == before


def test_whoever_drafted_it_cannot_approve_it_nor_can_the_next_county(cast: Cast) -> None:
    made = requested(cast)

    for actor in (cast.xiaozhou, cast.xiaofeng):
        with pytest.raises(Refusal):
            approve_amendment(amendment_id=made.pk, reason="同意", actor=actor, at=AT)
    with pytest.raises(NotAllowed):
        approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.xiaochen, at=AT)


def test_the_database_itself_wants_a_second_person_and_a_shadow_run(cast: Cast) -> None:
    made = drafted(cast)

    with pytest.raises(IntegrityError, match="amendment_second_person"), transaction.atomic():
        Amendment.objects.filter(pk=made.pk).update(decided_by="xiaozhou")
    with pytest.raises(IntegrityError, match="amendment_shadow_first"), transaction.atomic():
        Amendment.objects.filter(pk=made.pk).update(state="requested", requested_at=AT)


def test_a_draft_goes_nowhere_before_its_shadow_run_and_a_new_version_needs_its_own(cast: Cast) -> None:
    made = drafted(cast)
    start_shadow(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    with pytest.raises(NotNow, match="还没有影子运行"):
        request_approval(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)
    record_shadow(amendment_id=made.pk, version=1, actor=cast.xiaozhou, at=AT)

    again = revise_amendment(
        amendment_id=made.pk, draft=replace(HIGHER, content={"value": "7200"}), actor=cast.xiaozhou, at=AT
    )

    assert (again.version, again.state) == (2, "draft")
    with pytest.raises(NotNow):
        request_approval(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)


def test_a_returned_draft_says_why_and_may_be_written_anew(cast: Cast) -> None:
    made = requested(cast)
    with pytest.raises(Refusal, match="没有写审批意见"):
        return_amendment(amendment_id=made.pk, reason=" ", actor=cast.laohe, at=AT)

    back = return_amendment(amendment_id=made.pk, reason="请附文件全文", actor=cast.laohe, at=AT)

    assert (back.state, back.decision_reason) == ("returned", "请附文件全文")
    assert line(COUNTY, date(2026, 12, 1)) != 700000
    revise_amendment(amendment_id=made.pk, draft=HIGHER, actor=cast.xiaozhou, at=AT)


def test_a_county_proposes_another_rule_and_only_who_covers_all_of_it_decides(cast: Cast) -> None:
    made = requested(cast, RULE)
    with pytest.raises(Refusal, match="超出您的辖区"):
        approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.xiaofeng, at=AT)

    approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.laohe, at=AT)

    held = pack_in_force(PACK, on=TODAY)
    assert held.rules["income_below_line"].levels == RULE.content["levels"]
    assert held.version.endswith(f"+a{made.pk}")
    assert made.replaces["words"]["red"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"content": {"value": "很高"}}, "不是数字"),
        ({"content": {"value": ""}}, "没有填新的取值"),
        ({"name": "no_such_line"}, "没有名为"),
        ({"basis": ""}, "没有写依据文件"),
        ({"reason": " "}, "没有写理由"),
        ({"reason": "长" * 501}, "理由太长"),
        ({"basis": "长" * 201}, "依据文件太长"),
        ({"content": {"value": "9" * 400}}, "太大"),
        ({"valid_from": date(2026, 11, 21)}, "生效日期已经过去"),
        ({"place_code": OTHER_COUNTY}, "只能修订本地方"),
        ({"place_code": ""}, "只能修订本地方"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence_and_leaves_nothing(cast: Cast, change: dict, said: str) -> None:
    with pytest.raises((Refusal, InputError), match=said):
        drafted(cast, replace(HIGHER, **change))

    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"red": "net_income_per_hed < 1"}, "net_income_per_he"),
        ({"red": "ethnicity = 'x'"}, "ethnicity"),
        ({"review": "net_income_per_head < 1"}, "人工复核"),
        ({}, "至少写一级"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_at_once(cast: Cast, levels: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        drafted(cast, replace(RULE, content={"levels": levels}))


def test_one_draft_at_a_time_and_withdrawing_makes_room(cast: Cast) -> None:
    made = drafted(cast)
    with pytest.raises(Refusal, match="已经有人在修订"):
        drafted(cast)

    withdraw_amendment(amendment_id=made.pk, actor=cast.xiaozhou, at=AT)

    assert drafted(cast).pk != made.pk


def test_every_step_stands_in_the_ledger(cast: Cast) -> None:
    made = requested(cast)
    approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.laohe, at=AT)

    acts = list(Entry.objects.filter(subject=f"amendment:{made.pk}").order_by("pk").values_list("act", flat=True))
    assert acts == ["draft_amendment", "start_shadow", "record_shadow", "request_approval", "approve_amendment"]


def test_people_who_may_not_draft_are_refused(cast: Cast) -> None:
    for actor in (cast.xiaowang, cast.xiaochen, cast.xiaosun, cast.xiaowu):
        with pytest.raises(NotAllowed):
            draft_amendment(pack=PACK, draft=HIGHER, actor=actor, at=AT)


def test_many_amendments_still_make_a_version_that_fits(cast: Cast) -> None:
    lines = ("loan_overdue_days_notice", "no_measure_days", "hospital_stays_notice", "students_notice", "elderly_age",
             "clearance_months", "unsold_value_notice")  # fmt: skip
    for name in lines:
        draft = replace(HIGHER, name=name, content={"value": "7"}, valid_from=TODAY)
        approve_amendment(amendment_id=requested(cast, draft).pk, reason="同意", actor=cast.laohe, at=AT)

    version = pack_in_force(PACK, on=TODAY).version

    assert "+7a+" in version
    assert len(version) <= 80


def test_yesterday_in_beijing_has_passed_although_it_is_still_today_in_greenwich(cast: Cast) -> None:
    early = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # one in the morning of the 23rd

    with pytest.raises(Refusal, match="生效日期已经过去"):
        draft_amendment(pack=PACK, draft=replace(HIGHER, valid_from=TODAY), actor=cast.xiaozhou, at=early)
