"""A short journey in a Chromium of 2021: what offices still run must do more than pass a search for new words.

The program comes from scripts/old_chromium.py; where there is none, the run names these tests as not run.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.browser.test_portal import FORM

pytestmark = pytest.mark.browser

PROGRAM = Path(__file__).parents[2] / ".venv" / "chromium-90" / "chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"]


@pytest.fixture(scope="module")
def old_chromium(request):
    """Chromium 90, spoken to over its debugging port."""
    if not PROGRAM.exists():
        pytest.skip("no Chromium 90 on this machine: scripts/old_chromium.py says why")
    playwright = request.getfixturevalue("playwright")
    with tempfile.TemporaryDirectory() as profile:
        command = [str(PROGRAM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            told = iter(process.stderr)
            address = next(found[1] for line in told if (found := re.search(r"listening on (ws://\S+)", line)))
            yield playwright.chromium.connect_over_cdp(address)
            process.terminate()


class Hand:
    """A mouse and a keyboard: Playwright's own way of filling and clicking needs a newer browser than this one."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def go(self, address: str) -> None:
        self.page.goto(address)

    def ask(self, question: str, given: Any = None) -> Any:
        return self.page.evaluate(question, given)

    def click(self, wanted: str, text: str = "") -> None:
        """Click in the middle of the first such element that is seen and has this text."""
        at = self.until(
            """([wanted, text]) => {
                const found = Array.from(document.querySelectorAll(wanted))
                    .filter((one) => one.textContent.includes(text) && one.getClientRects().length);
                if (!found.length) { return null; }
                found[0].scrollIntoView({ block: "center" });
                const box = found[0].getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2];
            }""",
            [wanted, text],
        )
        self.page.mouse.click(*at)

    def type(self, wanted: str, text: str) -> None:
        self.click(wanted)
        self.page.keyboard.insert_text(text)

    def see(self, text: str) -> None:
        self.until("(text) => document.body && document.body.innerText.includes(text)", text)

    def until(self, question: str, given: Any) -> Any:
        for _ in range(200):
            try:
                if found := self.ask(question, given):
                    return found
            except Error:  # between two pages
                pass
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never seen: {given} on {self.page.url}")

    @property
    def width(self) -> int:
        return self.ask("document.documentElement.scrollWidth")


@pytest.fixture
def hand(old_chromium, site):
    """A page of the old browser; every complaint of it fails the test."""
    complaints = []
    context = old_chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield Hand(page)
    context.close()
    assert complaints == []


def test_the_browser_is_as_old_as_it_says(hand):
    assert "Chrome/90.0." in hand.ask("navigator.userAgent")


def test_a_day_at_the_desk_in_a_browser_of_2021(hand, cast, village):
    from tests.cast import PASSWORD

    hand.go("/sign-in/")
    hand.type("#username", "xiaochen")
    hand.type("#password", PASSWORD)
    hand.click("form.plain button")
    hand.see("第一天：")
    hand.click(".guide-tick")
    hand.see("做过 1 步")
    hand.go("/households/")
    hand.type("input[name=q]", "李大")
    hand.see("李大山")
    hand.go("/warnings/")
    hand.click("details.term summary")
    hand.see("预警只是提醒去看")
    assert hand.ask("getComputedStyle(document.querySelector('.bar')).backgroundColor") == "rgb(15, 58, 107)"
    assert hand.width <= 1280
    hand.go("/households/H1/")
    hand.click("button", "开办识别认定")
    hand.see("现在要办")
    hand.click("label", "按手印")
    hand.click("input[name=read_aloud]")
    hand.click("button", "登记承诺")
    hand.see("承诺书已登记")
    assert hand.width <= 1280


def test_a_household_applies_in_a_browser_of_2021(hand, cast):
    hand.page.set_viewport_size({"width": 360, "height": 740})
    hand.go(FORM)
    hand.click("input[name=whose][value=other]")
    hand.type("#name", "李大娘")
    hand.type("#identity", "李大山")
    hand.type("#phone", "15400009876")
    hand.type("#what", "老伴住院，家里没有钱，她不识字")
    hand.click("input[name=trouble][value=illness]")
    hand.click("input[name=heard]")
    hand.click("button", "交上去")
    hand.see("现在就看办到哪里了")

    assert re.fullmatch(r"(\d{4} ){2}\d{4}", hand.ask("document.querySelector('.code-big').textContent"))
    assert hand.width <= 360


def test_the_phones_page_and_the_manual_open_in_a_browser_of_2021(hand, cast):
    hand.page.set_viewport_size({"width": 360, "height": 740})
    hand.go("/field/")
    hand.until("() => !document.querySelector('#screen').textContent.includes('正在打开')", None)
    hand.go("/help/collector/")
    hand.until(
        """() => {
            const shown = Array.from(document.querySelectorAll(".shots img")).filter((one) => one.getClientRects().length)[0];
            shown.scrollIntoView();
            return shown.naturalWidth;
        }""",
        None,
    )
    assert hand.width <= 360


def test_the_program_is_fetched_by_its_fingerprint():
    if not PROGRAM.exists():
        pytest.skip("no Chromium 90 on this machine: scripts/old_chromium.py says why")
    done = subprocess.run(
        [sys.executable, "scripts/old_chromium.py"], cwd=PROGRAM.parents[2], capture_output=True, text=True
    )

    assert done.stdout.strip() == str(PROGRAM)
