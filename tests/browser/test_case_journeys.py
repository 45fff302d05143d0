"""Whole stories of cases, clicked by the people who would click them, on days that pass."""

from datetime import UTC, datetime

import pytest

from shouwang.register.households.queries import household_of

pytestmark = pytest.mark.browser


def test_a_hospital_bill_becomes_a_monitored_household(desk, village, cast, days):
    shown = desk.to_the_county()
    assert "突发严重困难户" in shown
    assert "病" not in shown
    days.pass_(1)
    desk.decide("laofang", "included", "sudden_hardship", "住院自付超过一年收入。", monitored="sudden_hardship")

    officer = desk.at("xiaochen")
    desk.notice(officer)
    desk.register("xiaochen")
    desk.register("xiaozhou", times=2)

    assert desk.case.state == "closed"
    with desk.site.lock:
        assert household_of(cast.xiaozhou, "H1").monitored_class == "sudden_hardship"
    assert "纳入监测" in desk.at("xiaowang", width=360).inner_text("h1 ~ p >> nth=0")


def test_a_refusal_is_told_objected_to_and_reversed(desk, village, cast, days):
    desk.to_the_county()
    desk.decide("laofang", "refused", "able_to_cope", "两个儿子在外务工，能够应对。")
    county = desk.at("xiaozhou")
    county.check("input[name=channels][value=paper]", force=True)
    county.click("text=登记送达")
    county.wait_for_selector("text=两种途径")
    county.check("input[name=channels][value=paper]", force=True)
    county.check("input[name=channels][value=visit]", force=True)
    county.click("text=登记送达")
    county.wait_for_selector("text=送达情况已登记")
    refused = desk.number
    days.pass_(3)

    officer = desk.at("xiaochen")
    officer.fill("#appeal-words", "小儿子已经回家，没有收入了。")
    officer.click("text=受理复核申请")
    officer.wait_for_selector("text=已受理复核申请")
    desk.number = officer.url.rstrip("/").split("/")[-1]
    other = desk.at("xiaoxie")
    other.check("input[name=outcome][value=reversed]", force=True)
    other.fill("textarea[name=words]", "核对了工资流水，儿子确已回家。")
    other.click("text=提交复核结论")
    other.wait_for_selector("text=复核意见已登记")
    county = desk.at("laofang")
    county.click("text=这一步可以免办")
    county.click("text=免办这一步")
    county.wait_for_selector("text=已登记免办")
    other = desk.at("xiaoxie")
    other.check("input[name=channels][value=paper]", force=True)
    other.check("input[name=channels][value=visit]", force=True)
    other.click("text=登记送达")
    other.wait_for_selector("text=送达情况已登记")

    desk.number = refused
    assert desk.case.state == "open"
    desk.review()
    days.pass_(1)
    leader = desk.at("laofang")
    leader.check("input[name=outcome][value=included]", force=True)
    leader.select_option("#ground", "unstable")
    leader.fill("#decision-words", "重新审定。")
    leader.check("input[name=risks][value=illness]", force=True)
    leader.click("text=作出决定")
    leader.wait_for_selector("text=换一位同事")
    desk.decide("laotang", "included", "unstable", "复核后情况变化，应当纳入。", monitored="sudden_hardship")
    assert desk.case.outcome == "included"


def test_a_flood_is_helped_first_and_the_steps_go_on(desk, village):
    officer = desk.open("xiaochen")
    officer.click("summary:has-text('先行帮扶')")
    officer.fill("#beside-help_first", "房屋进水，已安置在村小学，发了米面。")
    officer.click("details[open] >> text=提交")
    officer.wait_for_selector("text=手续照常继续")

    assert "先行帮扶" in officer.inner_text("h1 ~ p >> nth=0")
    assert desk.case.next_act == "pledge"


def test_a_cadres_cousin_is_handled_by_others(desk, village, cast, site):
    from shouwang.register.procedure.actions import declare_kin
    from tests.cast import LI_ID

    with site.lock:
        declare_kin(relation="堂兄", id_number=LI_ID, actor=cast.laozhang, at=datetime(2026, 8, 1, tzinfo=UTC))
    desk.open("xiaochen")

    cadre = desk.at("laozhang")

    assert "涉及干部亲属" in cadre.inner_text("h1 ~ p >> nth=0")
    assert "应当回避：老张" in cadre.inner_text("#content")
    assert cadre.query_selector("text=登记承诺") is None


def test_a_household_that_moves_is_checked_again_where_it_lives_now(desk, village):
    officer = desk.open("xiaochen")
    desk.papers(officer)
    desk.visit(officer)
    officer.click("summary:has-text('随户迁转')")
    officer.fill("#to_place", "431003101203")
    officer.fill("#beside-transfer", "随女儿迁到邻村。")
    officer.click("details[open] >> text=提交")
    officer.wait_for_selector("text=由迁入地重新核实")

    assert desk.case.next_act == "verification"
    there = desk.at("xiaozhao", width=360)
    assert "登记入户核实" in there.inner_text("#next")
    assert desk.open_as("xiaowang").request.get(f"/cases/{desk.number}/").status == 404


def test_a_widow_who_cannot_read_applies_through_her_neighbour(desk, village, cast, days):
    """王桂花 cannot read; the neighbour tells the collector, who writes it down on the phone. The township takes it on."""
    phone = desk.open_as("xiaowang", width=360)
    phone.goto("/clues/new/")
    phone.select_option("#channel", "proxy_application")
    phone.fill("#name", "王桂花")
    phone.fill("#what", "男人病了，住院借了三万，地里没人收。")
    phone.check("input[name=on_behalf]")
    phone.fill("#by", "邻居")
    phone.click("button:text('登记')")
    phone.wait_for_selector("text=王桂花")

    officer = desk.open_as("xiaochen")
    officer.goto("/todo/")
    officer.goto("/clues/")
    officer.click("#content >> text=王桂花")
    officer.wait_for_selector("text=农户申请")
    if officer.query_selector("text=就是这一户"):
        officer.click("text=就是这一户 >> nth=0")
        officer.wait_for_selector("button:text-is('启动认定')")
    desk.begin_from_clue(officer)
    desk.papers(officer)

    assert "自主申报" in officer.inner_text("h1 ~ p >> nth=0")
    assert desk.case.origin.startswith("clue:")
    assert officer.query_selector("summary:has-text('撤回申请')") is not None, "only the township, only her signed word"
    collector = desk.at("xiaowang")
    assert collector.query_selector("summary:has-text('撤回申请')") is None
