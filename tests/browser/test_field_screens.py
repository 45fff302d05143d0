"""Every screen of the phone's page, in both languages: on the smallest phone, with text of twice the size, for everybody."""

import os
from pathlib import Path

import pytest

from shouwang.stream.fieldwork.models import Entry
from tests.browser.phones import PIN
from tests.browser.test_every_page import violations, width
from tests.stream.fieldwork.carrying import handed_on

pytestmark = pytest.mark.browser

PHONE = 360
TWICE = "212.5%"
"""The page's own text is 106.25 % of the browser's."""
PICTURES = os.environ.get("SHOUWANG_PICTURES")
"""A folder for pictures of the screens, where somebody wants to look at them."""
CHINESE_LEFT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/[\\u3400-\\u9fff]/.test(node.textContent) && node.parentElement.closest("[lang]").lang === "en"
      && !node.parentElement.closest("script, noscript")) found.push(node.textContent);
  }
  return found;
}"""
"""Chinese in an English page that is not marked as Chinese."""


class Screens:
    """Looks at each screen of a phone and remembers what is wrong with it."""

    def __init__(self, phone, language):
        self.phone, self.language, self.wrong = phone, language, []

    def look(self, name):
        page = self.phone.page
        found = [("axe", *one) for one in violations(page)]
        found += [("wide", width(page))] if width(page) > PHONE else []
        found += [("unmarked", one) for one in (page.evaluate(CHINESE_LEFT) if self.language == "en" else [])]
        self.picture(f"{name}-{self.language}")
        page.evaluate(f"document.documentElement.style.fontSize = '{TWICE}'")
        found += [("wide, twice the size", width(page))] if width(page) > PHONE else []
        found += [("twice the size", *one) for one in violations(page)]
        self.picture(f"{name}-{self.language}-twice")
        page.evaluate("document.documentElement.style.fontSize = ''")
        self.wrong += [(name, *one) for one in found]

    def picture(self, name):
        if PICTURES:
            self.phone.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_of_the_phone_is_for_everybody(pocket, site, cast, language):
    with site.lock:
        handed_on(cast)
        handed_on(cast, "", name="张三")
    phone = pocket()
    page, screens = phone.page, Screens(phone, language)
    if language == "en":
        phone.context.add_cookies([{"name": "language", "value": "en", "url": site.address}])
    page.goto("/field/")
    page.wait_for_selector("a.button.main")
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]
    screens.look("1-sign-in-first")

    phone.sign_in()
    screens.look("2-take-along")
    page.fill("#pin", PIN)
    page.fill("#pin-again", "402719")
    page.click("form .main")
    page.wait_for_selector("#said.bad")
    screens.look("3-two-pins")
    page.fill("#pin-again", PIN)
    page.click("form .main")
    page.wait_for_selector(".visits")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    screens.look("4-visits")

    phone.offline()
    page.click(".visit >> nth=0")
    page.wait_for_selector("#visited-on")
    page.click("#screen form > .main")
    page.wait_for_selector("#said.bad")
    screens.look("5-form-unfinished")
    page.click(".pick:has(input[value=checked_no_risk])")
    page.click(".pick:has(input[name=no_risk_until]) >> nth=1")
    page.fill("#f-sentence", "儿子寄钱回来")
    for name, value in [("wage", "12000"), ("business_income", "3600.5"), ("business_cost", "800")]:
        page.fill(f"#i-{name}", value)
    screens.look("6-income-unknown")
    for name, value in [("property_income", "0"), ("transfer", "1600"), ("members", "3")]:
        page.fill(f"#i-{name}", value)
    page.click(".pick:has(input[value=signature])")
    page.locator(".pad").scroll_into_view_if_needed()
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 80, steps=8)
    page.mouse.up()
    screens.look("7-form-filled")
    page.click("#screen form > .main")
    page.wait_for_selector(".visits .mark")
    screens.look("8-waiting")
    phone.again()
    page = phone.page
    page.wait_for_selector("#pin")
    page.click("summary")
    screens.look("9-locked")

    assert screens.wrong == []


def test_a_visit_in_english_without_a_signal_and_what_arrives_is_what_a_chinese_page_sends(pocket, site, cast):
    with site.lock:
        clue = handed_on(cast)
    phone = pocket()
    page = phone.page
    page.goto("/field/")
    page.wait_for_selector("a.button.main")
    page.click("#language")
    page.wait_for_selector("h1:text('Sign in first')")
    phone.sign_in()
    assert page.get_attribute("html", "lang") == "en"
    page.fill("#pin", "123456")
    page.fill("#pin-again", "123456")
    page.click("text=Take today's visits along")
    page.wait_for_selector("text=That PIN is too simple")
    page.fill("#pin", PIN)
    page.fill("#pin-again", PIN)
    page.click("text=Take today's visits along")
    page.wait_for_selector("h1:text('Visits for today')")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    phone.offline()
    phone.again()
    page = phone.page
    page.wait_for_selector("label:text('PIN')")
    page.fill("#pin", PIN)
    page.click("form .main")
    page.click(".visit >> nth=0")
    page.click("text=Finished: seal and send")
    page.wait_for_selector("text=Still to be filled in: Conclusion")
    page.click(".pick:has(input[value=checked_no_risk])")
    page.fill("#f-sentence", "儿子寄钱回来")
    page.click("#language")  # without a signal, in the middle of a form
    page.wait_for_selector("text=填好了，封存发送")
    assert page.input_value("#f-sentence") == "儿子寄钱回来"
    assert page.is_checked("input[value=checked_no_risk]")
    page.click("#language")
    page.click(".pick:has(input[name=no_risk_until]) >> nth=1")
    page.click("text=Finished: seal and send")
    phone.waiting("To be sent: 1")

    phone.offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.waiting("Nothing to be sent")
    page.wait_for_selector("text=Arrived and done")
    with site.lock:
        clue.refresh_from_db()
        assert (clue.state, clue.closing_reason, clue.closing_sentence) == ("closed", "checked_no_risk", "儿子寄钱回来")
        assert Entry.objects.get().state == "applied"


def test_a_choice_of_english_made_at_the_desk_holds_on_the_phones_page(pocket, site, cast):
    page = pocket().page
    page.goto("/sign-in/")
    page.click("button:text('English')")
    page.goto("/field/")

    page.wait_for_selector("h1:text('Sign in first')")
    page.click("#language")
    page.goto("/sign-in/")
    assert page.get_attribute("html", "lang") == "zh-CN"
