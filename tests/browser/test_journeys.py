"""What people do, clicked in a real browser."""

import re

import pytest

from shouwang.register.ledger.models import Entry
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT, LI_ID

pytestmark = pytest.mark.browser

SETTLEMENTS = f"""结算编号,姓名,身份证号,结算日期,医疗总费用(元),个人自付(元)
S1,李大山,{LI_ID},2026-09-01,42000,30000
S2,李大山,{LI_ID},2026-09-05,800,200
S3,李大山,{LI_ID},不是日期,42000,30000
"""


def test_a_person_finds_why_a_household_is_red_in_three_clicks(open_as, village):
    page = open_as("xiaochen")

    page.goto("/dashboard/")
    page.click("a.figure-red")
    page.click("text=为什么预警 >> nth=0")

    assert page.inner_text("h1") == "看病自付负担重"
    assert "近12个月全家看病自付30,000元" in page.inner_text("#content")
    assert "这是线索，不是认定" in page.inner_text("#content")


def test_filters_keep_in_the_address_and_survive_a_reload(open_as, village):
    page = open_as("xiaozhou")
    page.goto("/warnings/")

    page.check('input[name="level"][value="orange"]', force=True)
    page.wait_for_url(re.compile("level=orange"))
    page.wait_for_selector("#results :text('赵有田')")
    page.reload()

    assert page.is_checked('input[name="level"][value="orange"]')
    assert "李大山" not in page.inner_text("#results")


def test_choosing_a_township_offers_its_villages(open_as, village):
    page = open_as("xiaozhou")
    page.goto("/warnings/")

    page.select_option("#township", "431003101")
    page.wait_for_selector("#village option[value='431003101202']", state="attached")
    page.select_option("#village", "431003101202")
    page.wait_for_url(re.compile("village=431003101202"))

    assert "赵有田" not in page.inner_text("#results")


def test_a_liaison_sends_a_file_and_reads_the_receipt(open_as, site, village, cast):
    page = open_as("xiaosun")
    page.goto("/deliveries/")

    page.select_option("#feed", "medical_settlements")
    page.set_input_files(
        "input[type=file]",
        {"name": "医保结算.csv", "mimeType": "text/csv", "buffer": SETTLEMENTS.encode("utf-8-sig")},
    )
    page.click("button:text('报送')")
    page.wait_for_selector("progress")
    with site.lock:
        sent = Delivery.objects.get()
        accept_delivery(delivery_id=sent.pk, actor=cast.xiaosun, at=AT)
    page.wait_for_selector("#receipt-title")

    assert "已入库 2 行，退回 1 行" in page.inner_text("#progress")
    assert "结算日期" in page.inner_text("#progress")
    assert page.is_visible("text=撤回这次报送")


def test_a_reason_opens_the_full_number_on_the_spot(open_as, site, village):
    page = open_as("xiaozhou")
    page.goto("/households/H1/")

    page.click(".reveal-form summary >> nth=0")
    page.fill("#reason-R1", "入户前核对身份")
    page.click(".reveal-form button >> nth=0")
    page.wait_for_selector(f"text={LI_ID}")

    with site.lock:
        assert Entry.objects.filter(act="reveal_identity", subject="resident:R1").count() == 1


def test_a_keyboard_is_enough_to_reach_a_card(open_as, village):
    page = open_as("xiaochen")

    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url(re.compile("/warnings/"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("/households/"))


def test_an_area_leads_into_its_place(open_as, village):
    page = open_as("xiaozhou")
    page.goto("/dashboard/")

    page.locator("svg.areas a").first.click()
    page.wait_for_url(re.compile("/dashboard/.*township="))
