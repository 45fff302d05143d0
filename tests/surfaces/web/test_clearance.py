"""Clearance, visits and rounds on the pages: what would have to hold, who may say so, and what is left to do."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from shouwang.register.households.models import Household, Measure
from shouwang.register.households.queries import household_of
from shouwang.register.papers.queries import papers
from shouwang.stream.clearance.actions import open_clearance, open_round
from shouwang.stream.clearance.models import RoundRow
from shouwang.stream.clearance.queries import case_gates, visits
from tests.cast import AT
from tests.stream.clearance.clearing import Clearing, everything_known, monitored
from tests.surfaces.web.test_case_papers import said
from tests.surfaces.web.test_cases import press


@pytest.fixture
def home(cast):
    Measure.objects.create(household_id="H2", kind="health", since_on=date(2026, 2, 1))
    return monitored()


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_of_each_gate_whether_it_holds_and_what_is_missing(as_person, home):
    shown = text(as_person("xiaozhao").get("/households/H2/clearance/"))

    assert "不能判断" in shown
    assert "缺：" in shown
    assert "饮水安全有保障" in shown
    assert "开办帮扶消除" in shown


def test_a_household_of_another_village_is_not_found(as_person, home):
    stranger = as_person("xiaowang")

    assert stranger.get("/households/H2/clearance/").status_code == 404
    for address in ("/households/H2/clearance/begin/", "/households/H2/visits/"):
        assert stranger.post(address, {"manner": "by_help", "found": "stable"}).status_code == 404


def test_without_the_permission_nothing_is_opened(as_person, home):
    assert as_person("xiaosun").get("/households/H2/clearance/").status_code == 403
    assert as_person("laoliu").post("/households/H2/clearance/begin/", {"manner": "by_help"}).status_code == 403


def test_an_unmet_gate_is_named_and_nothing_is_opened(as_person, home):
    Household.objects.filter(pk="H2").update(no_labour_flag=True)

    said = text(as_person("xiaochen").post("/households/H2/clearance/begin/", {"manner": "by_help"}, follow=True))

    assert "不是整户没有劳动力”不满足" in said


def test_a_clearance_is_opened_from_the_household(as_person, home):
    opened = as_person("xiaochen").post("/households/H2/clearance/begin/", {"manner": "by_help"}, follow=True)

    assert "已开办风险消除（帮扶消除）" in text(opened)


def test_from_the_gates_to_the_mark(as_person, cast, home):
    officer, leader = as_person("xiaochen"), as_person("laofang")
    walk = Clearing(cast).reviewed()
    sha256 = walk.evidence()
    first = next(row for row in case_gates(cast.xiaochen, walk.case, on=walk.today) if row.met == "unknown")
    given = {"gate": first.gate, "evidence": sha256, "words": "看过存折。"}
    assert "没有选择满足还是不满足" in text(officer.post(f"/cases/{walk.number}/gates/", given, follow=True))
    told = text(officer.post(f"/cases/{walk.number}/gates/", given | {"holds": "yes"}, follow=True))
    assert "已核实满足" in told
    wish = {"outcome": "cleared", "ground": "risk_gone", "words": "收入稳定了。"}
    assert "还不能判断" in press(leader, walk.case, "decision", **wish)
    walk.now = timezone.now() - timedelta(seconds=1)
    walk.confirm()

    told = press(leader, walk.case, "decision", evidence=[sha256], **wish)
    assert "理由：关口逐项核实" in told
    (paper,) = papers(cast.laohe, subject=f"case:{walk.number}", kind="clearance_decision")
    assert f"/papers/{paper.pk}/paper.pdf" in told
    for words in ("帮扶消除", "收入稳定了。", "饮水安全有保障", "已核实满足：看过存折。（小陈）", "收到之日起60日内"):
        assert words in said(paper), words
    announce_now(cast, walk)
    assert "两种途径" in press(officer, walk.case, "record", channels=["paper"], contact="小赵")
    marked = press(officer, walk.case, "record", channels=["paper", "phone"], contact="小赵")

    assert "已告知：书面送达、电话告知" in marked
    assert household_of(cast.xiaozhou, "H2").clearance_manner == "by_help"
    assert "帮扶消除" in text(officer.get("/households/H2/"))


def announce_now(cast, walk):
    from shouwang.register.procedure import actions as do

    on = timezone.localdate()
    return do.announce_case(
        number=walk.number, posted_on=on, until=on + timedelta(days=15), sheet="1" * 64, actor=cast.xiaochen,
        at=timezone.now(),
    )  # fmt: skip


def test_agreeing_and_overruling_ask_for_the_same_fields(as_person, cast, home, monkeypatch):
    everything_known(monkeypatch)
    walk = Clearing(cast).reviewed()

    shown = text(as_person("laofang").get(f"/cases/{walk.number}/"))

    assert 'value="cleared"' in shown
    assert 'value="kept"' in shown
    for reason in ("risk_gone", "risk_remains", "not_stable"):
        assert f'value="{reason}"' in shown


def test_a_visit_with_a_new_risk_becomes_a_clue(as_person, cast, home):
    collector = as_person("xiaozhao")
    today = timezone.localdate().isoformat()

    refused = collector.post("/households/H2/visits/", {"found": "new_risk", "visited_on": today}, follow=True)
    entered = collector.post(
        "/households/H2/visits/", {"found": "new_risk", "visited_on": today, "words": "房屋漏雨了。"}, follow=True
    )

    assert "什么情况" in text(refused)
    assert "已转为线索" in text(entered)
    assert [one.words for one in visits(cast.xiaozhou, "H2")] == ["房屋漏雨了。"]
    named = collector.post("/households/H2/visits/", {"contact": "赵干部"}, follow=True)
    assert "赵干部" in text(named)


def test_the_list_of_visits_says_that_no_interval_is_set(as_person, home):
    shown = text(as_person("xiaozhao").get("/follow-ups/"))

    assert "还没有设置回访周期" in shown
    assert "赵有田" in shown
    assert "赵有田" not in text(as_person("xiaowang").get("/follow-ups/"))
    assert "赵有田" not in text(as_person("xiaozhao").get("/follow-ups/?due=1"))


@pytest.fixture
def opened(cast, home):
    return open_round(
        year=2026, quarter=4, until_on=timezone.localdate() + timedelta(days=30), actor=cast.xiaozhou, at=AT
    )


def test_the_county_opens_a_round_and_the_village_updates_with_one_tap(as_person, cast, home):
    county, village = as_person("xiaozhou"), as_person("xiaozhao")
    on = timezone.localdate()
    form = {"year": on.year, "quarter": 4, "until_on": (on + timedelta(days=9)).isoformat()}

    assert "1 户监测对象待更新" in text(county.post("/rounds/", form, follow=True))
    assert "已经发起过" in text(county.post("/rounds/", form, follow=True))
    row = RoundRow.objects.get(household_id="H2")
    back = f"/rounds/{row.round_id}/rows/"
    assert "核实无变化" in text(village.post(f"/rounds/rows/{row.pk}/unchanged/", {"back": back}, follow=True))
    assert "还没更新" in text(village.post(f"/rounds/rows/{row.pk}/undo/", {"back": back}, follow=True))
    judged = village.post(
        f"/rounds/rows/{row.pk}/effect/", {"back": back, "effect": "stable", "words": "在厂里上班。"}, follow=True
    )

    assert "在厂里上班。" in text(judged)
    assert "评议成效 1 户" in text(county.get(f"/rounds/{row.round_id}/"))


def test_a_row_of_another_village_is_refused_and_nothing_changes(as_person, opened):
    row = opened.rows.get(household_id="H2")

    said = text(as_person("xiaowang").post(f"/rounds/rows/{row.pk}/unchanged/", {"back": "//evil"}, follow=True))

    assert "没有找到" in said
    assert RoundRow.objects.get(pk=row.pk).state == "waiting"
    assert as_person("laoliu").post(f"/rounds/rows/{row.pk}/unchanged/").status_code == 403
    assert as_person("xiaoqian").get(f"/rounds/{opened.pk}/").status_code == 404
    assert "赵有田" not in text(as_person("xiaowang").get(f"/rounds/{opened.pk}/rows/"))


def test_the_board_of_what_is_left_opens_its_rows(as_person, cast, home):
    monitored("H1")

    shown = text(as_person("xiaozhou").get("/zero/"))
    rows = text(as_person("xiaozhou").get("/zero/no_measure/"))

    assert "没有帮扶措施 <b>1</b> 户" in shown
    assert "李大山" in rows
    assert "赵有田" not in rows
    assert as_person("xiaozhou").get("/zero/moon/").status_code == 404


def test_pages_ask_a_fixed_number_of_queries(as_person, cast, opened, django_assert_max_num_queries):
    county = as_person("xiaozhou")
    for address, most in (
        (f"/rounds/{opened.pk}/", 20),
        (f"/rounds/{opened.pk}/rows/", 22),
        ("/zero/", 22),
        ("/follow-ups/", 24),
    ):
        county.get(address)
        with django_assert_max_num_queries(most):
            assert county.get(address).status_code == 200


def test_a_running_clearance_is_shown_instead_of_a_second_one(as_person, cast, home):
    open_clearance(household_id="H2", manner="by_help", actor=cast.xiaochen, at=AT)

    shown = text(as_person("xiaochen").get("/households/H2/clearance/"))

    assert "开办帮扶消除" not in shown
    assert "办理中" in shown
