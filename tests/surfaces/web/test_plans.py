"""Plans on the pages: the board, drafting with reasons, approving, feedback with a photo, and what a department sees."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.cast import TODAY
from tests.stream.assistance.telling import PHOTO, approved, drafted, liaison, monitor, with_measure

WRITTEN = {"goals": "看病负担降下来", "contact_name": "老张", "contact_phone": "15400002222"}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The pages ask the clock; here it stands on the day of the tests."""
    at = datetime(2026, 11, 22, 10, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(timezone, "now", lambda: at)
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def text(answer):
    return answer.content.decode()


def photo():
    return SimpleUploadedFile("凭证.jpg", PHOTO, content_type="image/jpeg")


def test_the_board_counts_who_waits_and_lists_them(as_person, cast):
    monitor(on=TODAY - timedelta(days=40))

    shown = text(as_person("xiaozhou").get("/plans/"))

    assert "李大山" in shown
    assert "没有方案" in shown
    assert "白露塘镇" in shown
    assert "不排名" in shown


@pytest.mark.parametrize(
    ("days", "what", "there"),
    [(9, "no_measure", False), (10, "no_measure", True), (29, "red", False), (30, "red", True)],
)
def test_a_household_without_a_measure_is_reminded_and_then_red(as_person, cast, days, what, there):
    monitor(on=TODAY - timedelta(days=days))

    shown = text(as_person("xiaochen").get(f"/plans/?what={what}"))

    assert ("李大山" in shown) is there


def test_a_village_cadre_drafts_chooses_agrees_and_sends_up(as_person, cast):
    from shouwang.stream.assistance.models import Plan

    monitor()
    laozhang = as_person("laozhang")
    assert "开始起草" in text(laozhang.get("/households/H1/plan/"))

    tools = text(laozhang.post("/households/H1/plan/draft/", WRITTEN, follow=True))
    plan = Plan.objects.get()
    assert "医疗救助" in tools
    assert "由人判断" in tools
    answer = laozhang.post(
        f"/plans/{plan.pk}/tools/", {"tool": "medical_aid", "answers": "illness", "ground": "verified"}, follow=True
    )
    assert "已加入“医疗救助”，由医保局负责" in text(answer)
    laozhang.post(f"/plans/{plan.pk}/steps/agree/", {"agreed_on": "2026-11-21", "agreed_how": "at_home"})
    shown = text(laozhang.post(f"/plans/{plan.pk}/steps/propose/", follow=True))

    plan.refresh_from_db()
    assert plan.state == "proposed"
    assert "已送审" in shown
    assert "看病负担降下来" in shown


def test_a_leader_approves_and_the_drafter_is_not_asked(as_person, cast):
    from tests.stream.assistance.telling import proposed

    monitor()
    plan = drafted(cast)
    with_measure(cast, plan)
    proposed(cast, plan)
    assert "审批意见" not in text(as_person("laozhang").get(f"/plans/{plan.pk}/"))
    laoliu = as_person("laoliu")
    assert "方案待批准" in text(laoliu.get(reverse("inbox")))

    shown = text(laoliu.post(f"/plans/{plan.pk}/steps/approve/", {"reason": "对得上"}, follow=True))

    assert "已批准，各责任单位可以看到办理单了" in shown


def test_a_step_that_may_not_be_taken_is_told_and_changes_nothing(as_person, cast):
    plan, _ = approved(cast)

    shown = text(as_person("xiaowang").post(f"/plans/{plan.pk}/steps/approve/", {"reason": "好"}, follow=True))

    assert "您的岗位没有办理这件事的权限" in shown
    assert as_person("laozhang").post(f"/plans/{plan.pk}/steps/delete/").status_code == 404


def test_every_tool_has_the_same_number_of_buttons_whatever_its_conditions_say(as_person, cast):
    import re

    monitor(risks=("illness", "unstable_work", "disability"))
    plan = drafted(cast)

    shown = text(as_person("laozhang").get(f"/plans/{plan.pk}/tools/"))

    forms = re.findall(r'<form method="post" class="step-actions">(.*?)</form>', shown, re.DOTALL)
    assert len(forms) > 10
    assert {form.count('name="ground"') for form in forms} == {2}
    assert '<details class="benefit">' not in shown  # none has to be opened first


def test_a_plan_says_what_does_not_fit_together(as_person, cast):
    monitor(risks=("illness", "water"))
    plan = drafted(cast)
    with_measure(cast, plan)

    shown = text(as_person("laozhang").get(f"/plans/{plan.pk}/"))

    assert "“因安全饮水”还没有措施回应" in shown
    assert "由人判断，不拦着办" in shown


def test_a_photo_goes_with_the_delivery_and_opens_again(as_person, cast):
    from shouwang.stream.assistance.models import Feedback

    _, measure = approved(cast)
    xiaowang = as_person("xiaowang")

    shown = text(
        xiaowang.post(
            f"/plans/measures/{measure.pk}/deliver/",
            {"delivered_on": "2026-11-20", "amount": "1,200.50", "file": photo()},
            follow=True,
        )
    )

    assert "已记为落实，并写入农户登记" in shown
    assert "1,200.50 元" in shown
    entry = Feedback.objects.get()
    assert xiaowang.get(f"/plans/files/{entry.pk}/").content == PHOTO
    assert as_person("xiaozhao").get(f"/plans/files/{entry.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"delivered_on": ""}, "没有写落实日期"),
        ({"delivered_on": "2026-11-20"}, "没有写没有凭证的原因"),
        ({"delivered_on": "2026-11-20", "amount": "很多"}, "金额不是数字"),
        ({"delivered_on": "2026-12-20", "no_file_reason": "口头"}, "落实日期还没有到"),
    ],
)
def test_a_form_that_is_not_whole_says_what_is_missing(as_person, cast, given, said):
    _, measure = approved(cast)

    answer = as_person("xiaowang").post(f"/plans/measures/{measure.pk}/deliver/", given, follow=True)

    assert said in text(answer)
    measure.refresh_from_db()
    assert measure.state == "planned"


def test_the_printed_plan_and_card_show_no_identity(as_person, cast):
    from tests.cast import LI_ID, LI_PHONE

    plan, _ = approved(cast)

    shown = text(as_person("laozhang").get(f"/plans/{plan.pk}/print/"))

    assert "帮扶明白卡" in shown
    assert "15400002222" in shown
    assert LI_ID not in shown
    assert LI_PHONE not in shown


@pytest.mark.parametrize(
    "address", ["/plans/{plan}/", "/plans/{plan}/print/", "/plans/measures/{measure}/", "/households/H1/plan/"]
)
def test_a_plan_of_the_next_village_is_not_found(as_person, cast, address):
    plan, measure = approved(cast)

    assert as_person("xiaozhao").get(address.format(plan=plan.pk, measure=measure.pk)).status_code == 404


def test_the_board_of_the_next_village_shows_nobody_else(as_person, cast):
    approved(cast)

    assert "李大山" not in text(as_person("xiaozhao").get("/plans/"))


def test_a_liaison_sees_the_own_units_request_and_answers_it(as_person, cast):
    _, measure = approved(cast, asks="核对自付费用")
    xiaosun = as_person("xiaosun")

    shown = text(xiaosun.get("/requests/"))
    after = text(xiaosun.post(f"/requests/{measure.pk}/reply/", {"words": "本周办"}, follow=True))

    assert "李**" in shown
    assert "李大山" not in shown
    assert "核对自付费用" in shown
    assert "看病负担" not in shown
    assert "本周办" in after


def test_a_liaison_of_another_unit_sees_nothing(as_person, cast, client):
    from shouwang.register.staff.models import User

    _, measure = approved(cast)
    liaison("民政局")
    client.force_login(User.objects.get(username="xiaoma"))

    assert "没有办理单" in text(client.get("/requests/"))
    assert client.post(f"/requests/{measure.pk}/reply/", {"words": "我们办"}).status_code == 404


def test_a_look_at_a_plan_is_in_the_ledger(as_person, cast):
    from shouwang.register.ledger.models import Entry

    plan, _ = approved(cast)

    as_person("laoliu").get(f"/plans/{plan.pk}/")

    assert Entry.objects.filter(subject="household:H1", reason="帮扶方案", actor="laoliu").exists()


def test_a_household_opened_from_its_plan_is_looked_at_for_that_plan(as_person, cast):
    from shouwang.register.ledger.models import Entry

    plan, _ = approved(cast)
    laozhang = as_person("laozhang")

    laozhang.get(f"/households/H1/?for=plan:{plan.pk}")
    laozhang.get(f"/households/H1/?for=plan:{plan.pk + 1}")

    tasks = Entry.objects.filter(subject="household:H1", actor="laozhang").values_list("details__task", flat=True)
    assert list(tasks.order_by("id")) == [f"plan:{plan.pk}", ""]


def test_an_approved_plan_and_its_card_are_papers_and_printed_again_the_same(as_person, cast):
    from shouwang.register.papers.queries import paper_file, papers
    from tests.surfaces.web.test_case_papers import said

    monitor()
    plan = with_measure(cast, drafted(cast)).plan
    cadre, leader = as_person("laozhang"), as_person("laoliu")
    assert "批准以后才签发" in text(cadre.post(f"/plans/{plan.pk}/papers/help_card/", follow=True))
    cadre.post(f"/plans/{plan.pk}/steps/agree/", {"agreed_on": TODAY.isoformat(), "agreed_how": "at_home"})
    cadre.post(f"/plans/{plan.pk}/steps/propose/")

    leader.post(f"/plans/{plan.pk}/steps/approve/", {"reason": "措施对得上风险"})

    issued = {one.kind: one for one in papers(cast.laozhang, subject=f"plan:{plan.pk}")}
    assert set(issued) == {"assistance_plan", "help_card"}
    assert "看病负担降下来" in said(issued["assistance_plan"])
    for words in ("15400002222", "12317", "前办结"):
        assert words in said(issued["help_card"])
    again = cadre.post(f"/plans/{plan.pk}/papers/help_card/", follow=True)
    assert again.content == paper_file(issued["help_card"], "pdf")
    assert "明白卡" in text(cadre.get(f"/plans/{plan.pk}/"))
    assert f"方案 {plan.pk}" in text(cadre.get("/papers/"))


def test_the_papers_of_another_villages_plan_are_not_found(as_person, cast):
    plan, _ = approved(cast)

    assert as_person("xiaozhao").post(f"/plans/{plan.pk}/papers/help_card/").status_code == 404
    assert as_person("xiaosun").post(f"/plans/{plan.pk}/papers/help_card/").status_code == 403


def test_tools_whose_time_is_over_are_shown_and_not_offered(as_person, cast):
    monitor()
    plan = drafted(cast)
    cadre = as_person("laozhang")

    shown = text(cadre.get(f"/plans/{plan.pk}/tools/"))
    before, _, ended = shown.partition('id="ended-title"')

    assert "特惠保" in ended
    assert "2022-12-31 到期" in ended
    assert "期限已过，仍可查看" in ended
    assert "特惠保" not in before
    assert "期限已过，仍可查看" in text(cadre.get("/rules/toolbox/special_cover/"))
