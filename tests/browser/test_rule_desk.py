"""A county changes a rule in the browser: drafted and read back, tried out, run in the shadow, approved by another person."""

import pytest
from django.utils import timezone

from tests.cast import AT, TODAY
from tests.stream.files import LI, deliver

pytestmark = pytest.mark.browser
STRICTER = "self_paid_12m > 0"


@pytest.fixture
def run(cast):
    """A real screening of 老李's hospital bill, whose inputs a draft can be tried out on."""
    from shouwang.stream.screening.actions import run_screening

    deliver(cast, LI)
    return run_screening(pack="hunan/chenzhou", as_of=TODAY, actor=cast.xiaozhou, at=AT)


def drafted(page):
    page.goto("/rules/")
    page.fill("#search", "个人看病自付高")
    page.click("#results tbody tr:first-child >> text=个人看病自付高")
    page.click("text=起草修改")
    page.fill("#red", STRICTER)
    page.fill("#orange", "")
    page.fill("#yellow", "")
    page.fill("#valid_from", timezone.localdate().isoformat())  # the page knows the real day
    page.fill("#basis", "郴政办〔2026〕3号")
    page.fill("#reason", "看有多少户")
    page.wait_for_selector("#reading >> text=近12个月个人自付医疗费 ＞ 0")
    page.click("text=保存草稿")
    page.wait_for_selector("text=草稿已保存")
    return page.url


def test_a_rule_goes_from_draft_to_the_rule_book_through_two_people(open_as, site, cast, run):
    from shouwang.stream.screening.actions import execute_trial, queue_shadows
    from shouwang.stream.screening.models import IssuedWarning, Trial

    page = open_as("xiaozhou")
    address = drafted(page)
    before = set(IssuedWarning.objects.values_list("household_id", "rule", "level"))

    page.click("#trial-title ~ .aside button")
    page.wait_for_selector("text=正在试算")
    with site.lock:
        execute_trial(trial_id=Trial.objects.get().pk, actor=cast.xiaozhou, at=AT)
    page.wait_for_selector(".trial-levels")
    assert page.inner_text(".trial-levels tbody tr >> nth=0").split()[-1] == "1"  # one household would be red
    assert "白露塘镇金田村" in page.inner_text("#trial")
    assert "李大山" in page.inner_text("#trial")

    page.click("text=开始影子运行")
    page.wait_for_selector("text=正在等下一次筛查")
    with site.lock:
        for shadow in queue_shadows(run=run, at=AT):
            execute_trial(trial_id=shadow.pk, actor=cast.xiaozhou, at=AT)
        assert set(IssuedWarning.objects.values_list("household_id", "rule", "level")) == before
    page.reload()
    page.click(".step-actions button:text-is('送审')")
    page.wait_for_selector("text=已送审")
    assert not page.is_visible("text=批准 >> css=button")  # the drafter has no such button

    other = open_as("laohe")
    other.goto(address)
    other.fill("#decision", "同意，先用一个季度")
    other.click("button:text-is('批准')")
    other.wait_for_selector("text=已批准")
    other.goto("/rules/rules/patient_self_paid_high/")

    assert "近12个月个人自付医疗费 ＞ 0" in other.inner_text(".rule-pairs")
    assert "郴政办〔2026〕3号" in other.inner_text("#content")


def test_a_condition_that_cannot_be_read_is_said_while_it_is_written(open_as, run):
    page = open_as("xiaozhou")
    page.goto("/rules/amendments/new/?kind=rule&name=patient_self_paid_high")

    page.fill("#red", "self_paid_12 > 0")
    page.fill("#basis", "文件")
    page.fill("#reason", "理由")

    page.wait_for_selector("#reading >> text=self_paid_12")
    assert page.is_visible("#reading .notice-bad")


def test_the_whole_book_prints(open_as, cast):
    page = open_as("xiaozhou")
    page.goto("/rules/book/")

    printed = page.pdf(format="A4", prefer_css_page_size=True)

    assert printed.startswith(b"%PDF")
    assert page.locator(".book-entry").count() > 300
