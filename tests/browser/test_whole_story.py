"""One household from the hospital's bill to the day on which its risk is gone, and one that falls ill again after it."""

import re
from datetime import UTC, date, datetime

import pytest

from shouwang.register.households.models import Resident
from shouwang.register.households.queries import household_of, monitoring_periods
from shouwang.register.papers.queries import papers
from shouwang.register.procedure.queries import cases_of_household
from shouwang.stream.clearance.queries import visits
from shouwang.stream.clues.actions import take_up_warnings
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.linkage.actions import accept_delivery
from shouwang.stream.screening.actions import run_screening
from tests.cast import LI_ID
from tests.stream.assistance.telling import PHOTO
from tests.stream.clearance.clearing import MONITORED_ON, monitored
from tests.stream.files import HEADER

pytestmark = pytest.mark.browser
BILL = f"{HEADER}\n李大山,{LI_ID},1955-03-12,男,金田村,S1,2025-12-20,62000,41000\n"
WINTER = datetime(2026, 1, 6, 1, 0, tzinfo=UTC)
"""The story lasts half a year and more, and the database takes no record of a day to come."""
PROOF = {"name": "报销单.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}


@pytest.fixture
def able(cast):
    """老李 and his wife still work their fields, and their house was rated."""
    Resident.objects.filter(household_id="H1").update(labour="ordinary")


class Story:
    """What happens around the case: the file, the screening, the clue, the plan."""

    def __init__(self, desk) -> None:
        self.desk, self.days, self.cast = desk, desk.days, desk.cast

    @property
    def today(self):
        return self.days.now.date()

    def bill_arrives(self):
        page = self.desk.open_as("xiaosun")
        page.goto("/deliveries/")
        page.select_option("#feed", "medical_settlements")
        page.set_input_files(
            "input[type=file]", {"name": "医保结算.csv", "mimeType": "text/csv", "buffer": BILL.encode("utf-8-sig")}
        )
        page.click("button:text('报送')")
        page.wait_for_selector("progress")
        with self.desk.site.lock:
            accept_delivery(delivery_id=Delivery.objects.get().pk, actor=self.cast.xiaosun, at=self.days())
        page.wait_for_selector("text=已入库 1 行")

    def screened(self):
        with self.desk.site.lock:
            run = run_screening(pack="hunan/chenzhou", as_of=self.today, actor=self.cast.xiaozhou, at=self.days())
            return take_up_warnings(run_id=run.pk, actor=self.cast.xiaozhou, at=self.days())

    def clue_is_checked(self):
        """The township hands it on, the collector goes and looks, and says on the phone that it is true."""
        township = self.desk.open_as("xiaochen")
        township.goto("/clues/")
        township.click("#content >> text=李大山")
        township.click("details button:text-is('交办')")
        township.wait_for_selector(".notice-good")
        collector = self.desk.open_as("xiaowang", width=360)
        collector.goto("/clues/")
        collector.click("#content >> text=李大山")
        collector.click("text=我来核实")
        collector.wait_for_selector("button:text-is('属实')")
        collector.click("button:text-is('属实')")
        collector.wait_for_selector("text=核实属实")

    def determination_is_begun(self, name="李大山"):
        township = self.desk.open_as("xiaochen")
        township.goto("/clues/")
        township.click(f"#content >> text={name}")
        return self.desk.begin_from_clue(township)

    def plan_is_made(self):
        cadre = self.desk.open_as("laozhang")
        cadre.goto("/households/H1/plan/")
        cadre.fill("#goals", "看病的钱报销到位，地里有人帮着收。")
        cadre.fill("#contact-phone", "0735-2280001")
        cadre.click("text=开始起草")
        cadre.click("details.benefit:has(b:text-is('医疗救助')) >> button >> nth=0")
        cadre.wait_for_selector("text=已加入“医疗救助”")
        cadre.click("text=回到方案")
        cadre.fill("#agreed-on", self.today.isoformat())
        cadre.select_option("#agreed-how", "at_home")
        cadre.click("text=记下商量情况")
        cadre.wait_for_selector("text=已记下和农户商量")
        cadre.click("button:text-is('送审')")
        cadre.wait_for_selector("text=由另一位同事批准")
        leader = self.desk.open_as("laoliu")
        leader.goto(cadre.url)
        leader.fill("#decision", "措施对得上风险。")
        leader.click("button:text-is('批准')")
        leader.wait_for_selector("text=已批准")
        return cadre.url.split("#")[0]

    def help_is_given(self, plan):
        liaison = self.desk.open_as("xiaosun")
        liaison.goto("/requests/")
        liaison.fill("input[name=words] >> nth=0", "已通知经办窗口，按医疗救助报销。")
        liaison.click("button:text-is('答复')")
        liaison.wait_for_selector("text=已答复")
        self.days.pass_(10)
        liaison = self.desk.open_as("xiaosun")
        liaison.goto("/requests/")
        liaison.click("summary:text-is('办结')")
        liaison.fill("input[name=delivered_on]", self.today.isoformat())
        liaison.fill("input[name=amount]", "18000")
        liaison.set_input_files("input[id^=file-]", PROOF)
        liaison.click("button:text-is('已经落实')")
        liaison.wait_for_selector("text=已记为落实")
        helper = self.desk.open_as("xiaowang", width=360)
        helper.goto(plan)
        helper.click("summary:text-is('记农户的话')")
        helper.check("input[name=word] >> nth=0", force=True)
        helper.fill("#word-words", "药费报了一大半，放心了。")
        helper.click("button:text-is('记下')")
        helper.wait_for_selector("text=已记下农户的话")
        return helper


def gates_are_looked_into(desk):
    """The township looks into every gate that no data can tell, with the photo in its hand."""
    officer = desk.at("xiaochen")
    forms = officer.locator("#gates details:has(input[value=yes])")
    open_to_people = forms.count()
    for place in range(open_to_people):
        gate = forms.nth(place)
        gate.locator("summary").click()
        gate.locator("input[value=yes]").check(force=True)
        gate.locator("input[name=words]").fill("看过存折、参保记录和住房。")
        gate.locator("text=登记核实").click()
        officer.wait_for_selector("text=核实情况已登记")
    return open_to_people


def clearance_is_walked(desk):
    officer = desk.open_as("xiaochen")
    officer.goto("/households/H1/clearance/")
    officer.click("text=开办帮扶消除")
    officer.wait_for_selector("text=现在要办")
    desk.number = officer.url.rstrip("/").split("/")[-1]
    desk.visit(officer, "身体恢复了，地里收成正常，家里没有欠账。", proposed="", more=False)
    desk.notice(desk.meet())
    desk.days.pass_(8)
    desk.review()
    desk.photo()


def test_a_hospital_bill_becomes_a_clue_a_case_a_plan_and_an_exit(desk, cast, days, able, site):
    days.now = WINTER
    story = Story(desk)
    story.bill_arrives()
    counts = story.screened()
    assert counts["opened"] == 1
    story.clue_is_checked()

    officer = story.determination_is_begun()
    assert "41,000" in officer.input_value("#trouble"), "the bill that the warning names stands in the pledge already"
    desk.papers(officer)
    desk.visit(officer)
    desk.compare()
    desk.notice(desk.meet())
    days.pass_(8)
    desk.review()
    desk.photo()
    days.pass_(1)
    desk.decide("laofang", "included", "sudden_hardship", "住院自付超过一年收入。", monitored="sudden_hardship")
    desk.notice(desk.at("xiaochen"))
    desk.register("xiaochen")
    desk.register("xiaozhou", times=2)
    first = desk.number
    with site.lock:
        kinds = {one.kind for one in papers(cast.laohe, subject=f"case:{first}")}
    assert kinds == {"pledge", "authorisation", "home_verification", "appraisal_minutes", "decision"}
    shown = desk.at("xiaochen")
    for title in (
        "承诺书〔",
        "授权书〔",
        "入户核实表〔",
        "民主评议会议记录〔",
        "认定决定书〔",
        "打印防止返贫监测对象认定公示",
    ):
        assert title in shown.inner_text("#content"), title

    days.pass_(3)
    helper = story.help_is_given(story.plan_is_made())
    assert "药费报了一大半" in helper.inner_text("#content")

    early = desk.open_as("xiaochen")
    early.goto("/households/H1/clearance/")
    early.click("text=开办帮扶消除")
    early.wait_for_selector("text=识别后满半年”不满足")

    days.pass_(190)
    story.screened()
    clearance_is_walked(desk)
    leader = desk.at("laofang")
    leader.check("input[name=outcome][value=cleared]", force=True)
    leader.select_option("#ground", "risk_gone")
    leader.fill("#decision-words", "收入稳定，看病负担没有了。")
    leader.click("text=作出决定")
    leader.wait_for_selector("text=还不能判断")
    assert gates_are_looked_into(desk) > 0
    desk.decide("laofang", "cleared", "risk_gone", "收入稳定，看病负担没有了。")
    desk.notice(desk.at("xiaochen"))
    days.pass_(16)
    mark = desk.at("xiaochen")
    for channel in ("paper", "visit"):
        mark.check(f"input[name=channels][value={channel}]", force=True)
    mark.fill("#contact", "小王")
    mark.click("button:text-is('标注风险消除')")
    mark.wait_for_selector("text=已办结")

    with site.lock:
        home = household_of(cast.xiaozhou, "H1")
        assert (home.cleared_on, home.clearance_manner) == (days.now.date(), "by_help")
        assert papers(cast.laohe, subject=f"case:{desk.number}", kind="clearance_decision").count() == 1
    kept = desk.open_as("xiaowang", width=360)
    kept.goto("/households/H1/clearance/")
    for text in (first, desk.number, "突发严重困难户"):
        assert text in kept.inner_text("#content") or text == first
    assert kept.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_relapse_after_clearance_is_a_new_case_and_the_old_records_stay(desk, cast, days, site, able):
    cleared_on = date(2026, 7, 20)
    monitored("H1", cleared_on=cleared_on, clearance_manner="by_help")
    collector = desk.open_as("xiaowang", width=360)
    collector.goto("/households/H1/clearance/")
    collector.check("input[name=found][value=new_risk]", force=True)
    collector.fill("#visit-words", "老伴又住院了，欠了两万，地荒着。")
    collector.click("text=登记回访")
    collector.wait_for_selector("text=已转为线索")
    number = re.search(r"已转为线索 (\d+)", collector.inner_text("#content")).group(1)

    officer = desk.open_as("xiaochen")
    officer.goto(f"/clues/{number}/")
    assert "老伴又住院了" in officer.inner_text("#content")
    desk.begin_from_clue(officer)
    desk.papers(officer)
    desk.visit(officer, "老伴复发住院，欠两万。")
    desk.compare()
    desk.notice(desk.meet())
    days.pass_(8)
    desk.review()
    desk.photo()
    days.pass_(1)
    desk.decide("laofang", "included", "sudden_hardship", "旧病复发，自己难以应对。", monitored="sudden_hardship")

    with site.lock:
        spans = [(one.from_on, one.until_on) for one in monitoring_periods(cast.xiaozhou, "H1")]
        seen = visits(cast.xiaozhou, "H1")
        about = [one.number for one in cases_of_household(cast.xiaozhou, "H1")]
    assert spans == [(days.now.date(), None), (MONITORED_ON, cleared_on)]
    assert [one.visit.found for one in seen] == ["new_risk"]
    assert about == [desk.number]
    page = desk.open_as("xiaowang", width=360)
    page.goto("/households/H1/clearance/")
    shown = page.inner_text("#content")
    assert "2026-07-20" in shown, "the end of the first stretch is still there"
    assert "老伴又住院了" in shown
    assert "能否消除风险" in shown
