"""The rule book and the rule desk: everybody may read what the platform goes by, few may propose to change it."""

import pytest

from tests.cast import AT, COUNTY, OTHER_COUNTY, TODAY

NEW = {
    "kind": "parameter",
    "name": "monitoring_line",
    "value": "7000",
    "place": COUNTY,
    "valid_from": "2126-12-01",
    "basis": "苏政办〔2026〕9号",
    "reason": "与本年低保标准衔接",
}


@pytest.fixture
def amendment(cast):
    from shouwang.stream.rules.actions import draft_amendment
    from shouwang.stream.rules.queries import Draft

    draft = Draft("parameter", "monitoring_line", {"value": "7000"}, TODAY, "文件", "理由", COUNTY)
    return draft_amendment(pack="hunan/chenzhou", draft=draft, actor=cast.xiaozhou, at=AT)


@pytest.mark.parametrize("who", ["xiaowang", "xiaochen", "xiaozhou", "xiaosun", "xiaowu", "laohe"])
def test_everybody_may_read_the_book(as_person, screened, who):
    shown = as_person(who).get("/rules/?q=监测收入线").content.decode()

    assert "防止返贫监测收入线" in shown


def test_a_number_is_found_with_the_document_it_came_from(as_person, screened):
    shown = as_person("xiaowang").get("/rules/parameters/monitoring_line/").content.decode()

    assert "郴州市三年行动计划实施意见附件9" in shown
    assert "二(一)3" in shown


def test_a_search_that_finds_nothing_says_so(as_person, screened):
    assert "没有找到" in as_person("xiaowang").get("/rules/?q=没有这个词").content.decode()


@pytest.mark.parametrize("address", ["/rules/rules/no_such/", "/rules/nothing/monitoring_line/"])
def test_an_entry_that_is_not_there_is_not_found(as_person, screened, address):
    assert as_person("xiaowang").get(address).status_code == 404


def test_only_who_may_draft_is_offered_to(as_person, screened):
    offered = "起草修改"

    assert offered in as_person("xiaozhou").get("/rules/parameters/monitoring_line/").content.decode()
    assert offered not in as_person("xiaochen").get("/rules/parameters/monitoring_line/").content.decode()
    assert offered not in as_person("xiaozhou").get("/rules/benefits/dibao_gap/").content.decode()


def test_a_draft_is_saved_and_waits(as_person, screened):
    client = as_person("xiaozhou")

    answer = client.post("/rules/amendments/new/", NEW)

    assert answer.status_code == 302
    assert "草稿" in client.get(answer["Location"]).content.decode()
    assert "打开正在进行的修订" in client.get("/rules/parameters/monitoring_line/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "高一点"}, "不是数字"),
        ({"valid_from": ""}, "没有写生效日期"),
        ({"basis": ""}, "没有写依据文件"),
        ({"place": OTHER_COUNTY}, "只能修订本地方"),
    ],
)
def test_a_draft_that_cannot_be_keeps_what_was_written_and_says_why(as_person, screened, change, said):
    answer = as_person("xiaozhou").post("/rules/amendments/new/", NEW | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "与本年低保标准衔接" in answer.content.decode()


def test_what_is_written_is_read_back_before_anything_is_saved(as_person, screened):
    from shouwang.stream.rules.models import Amendment

    shown = as_person("xiaozhou").post("/rules/amendments/check/", NEW).content.decode()

    assert "7,000 元/人·年" in shown
    assert not Amendment.objects.exists()


def test_another_county_finds_no_amendment_of_this_one(as_person, screened, amendment):
    assert as_person("xiaofeng").get(f"/rules/amendments/{amendment.pk}/").status_code == 404
    assert as_person("laohe").get(f"/rules/amendments/{amendment.pk}/").status_code == 200
    assert "防止返贫监测收入线" not in as_person("xiaofeng").get("/rules/amendments/").content.decode()


@pytest.mark.parametrize("step", ["shadow", "request", "approve", "return", "withdraw"])
def test_a_step_by_somebody_who_may_not_changes_nothing(as_person, screened, amendment, step):
    as_person("xiaochen").post(f"/rules/amendments/{amendment.pk}/{step}/", {"reason": "同意"})

    amendment.refresh_from_db()
    assert amendment.state == "draft"


def test_a_trial_is_asked_for_and_its_sheet_waits_until_it_is_done(as_person, screened, amendment):
    from shouwang.stream.screening.models import Trial

    client = as_person("xiaozhou")
    shown = client.post(f"/rules/amendments/{amendment.pk}/try/", headers={"HX-Request": "true"}).content.decode()

    trial = Trial.objects.get()
    assert "正在试算" in shown
    assert client.get(f"/rules/trials/{trial.pk}/").status_code == 200
    assert client.get(f"/rules/trials/{trial.pk}/sheet.xlsx").status_code == 404
    assert as_person("xiaofeng").get(f"/rules/trials/{trial.pk}/").status_code == 404


def test_the_sheet_of_a_trial_is_noted_in_the_ledger(as_person, cast, amendment):
    from shouwang.register.ledger.models import Entry
    from shouwang.stream.screening.actions import execute_trial, queue_trial, run_screening

    run_screening(pack="hunan/chenzhou", as_of=TODAY, actor=cast.xiaozhou, at=AT)
    trial = queue_trial(amendment_id=amendment.pk, actor=cast.xiaozhou, at=AT)
    execute_trial(trial_id=trial.pk, actor=cast.xiaozhou, at=AT)

    answer = as_person("xiaozhou").get(f"/rules/trials/{trial.pk}/sheet.xlsx")

    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert Entry.objects.filter(act="export_trial", subject=f"trial:{trial.pk}").count() == 1


def test_an_approved_number_stands_in_the_rule_book_with_its_document(as_person, cast, amendment):
    from shouwang.stream.rules.actions import approve_amendment, record_shadow, request_approval, start_shadow

    steps = {"amendment_id": amendment.pk, "actor": cast.xiaozhou, "at": AT}
    start_shadow(**steps)
    record_shadow(**steps, version=1)
    request_approval(**steps)
    approve_amendment(amendment_id=amendment.pk, reason="同意", actor=cast.laohe, at=AT)

    shown = as_person("xiaozhou").get("/rules/parameters/monitoring_line/").content.decode()

    assert "7,000 元/人·年" in shown
    assert "6,500" in shown  # what held before stays
    assert "7,000 元/人·年" not in as_person("xiaofeng").get("/rules/parameters/monitoring_line/").content.decode()


@pytest.mark.parametrize("who", ["xiaosun", "xiaowu"])
def test_who_may_see_no_household_sees_no_trial_and_starts_none(as_person, screened, cast, amendment, who):
    from shouwang.stream.screening.actions import queue_trial
    from shouwang.stream.screening.models import Trial

    trial = queue_trial(amendment_id=amendment.pk, actor=cast.xiaozhou, at=AT)
    client = as_person(who)

    assert client.get(f"/rules/trials/{trial.pk}/").status_code == 403
    assert client.post(f"/rules/amendments/{amendment.pk}/try/").status_code == 403
    assert "还没有试算" in client.get(f"/rules/amendments/{amendment.pk}/").content.decode()
    assert Trial.objects.count() == 1


def test_a_number_approved_for_a_later_day_stands_in_the_book_at_once(as_person, cast):
    from datetime import date

    from shouwang.stream.rules.actions import (
        approve_amendment,
        draft_amendment,
        record_shadow,
        request_approval,
        start_shadow,
    )
    from shouwang.stream.rules.queries import Draft

    page = "/rules/parameters/monitoring_line/"
    assert "9,100" not in as_person("xiaozhou").get(page).content.decode()
    draft = Draft("parameter", "monitoring_line", {"value": "9100"}, date(2126, 12, 1), "文件", "理由", COUNTY)
    made = draft_amendment(pack="hunan/chenzhou", draft=draft, actor=cast.xiaozhou, at=AT)
    steps = {"amendment_id": made.pk, "actor": cast.xiaozhou, "at": AT}
    start_shadow(**steps)
    record_shadow(**steps, version=1)
    request_approval(**steps)
    approve_amendment(amendment_id=made.pk, reason="同意", actor=cast.laohe, at=AT)

    assert "9,100" in as_person("xiaozhou").get(page).content.decode()
