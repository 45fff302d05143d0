"""A short journey in a Chromium of 2021: what offices still run must do more than pass a search for new words.

The program comes from scripts/old_chromium.py; where there is none, the run names these tests as not run.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.browser.test_portal import FORM, fill

pytestmark = pytest.mark.browser

PROGRAM = Path(__file__).parents[2] / ".venv" / "chromium-90" / "chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"]


@pytest.fixture(scope="module")
def old_chromium():
    """Chromium 90, spoken to over its debugging port."""
    if not PROGRAM.exists():
        pytest.skip("no Chromium 90 on this machine: scripts/old_chromium.py says why")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as profile, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        command = [str(PROGRAM), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            told = iter(process.stderr)
            address = next(found[1] for line in told if (found := re.search(r"listening on (ws://\S+)", line)))
            with sync_playwright() as playwright:
                yield playwright.chromium.connect_over_cdp(address)
            process.terminate()


@pytest.fixture
def old_page(old_chromium, site):
    """A page of the old browser; every complaint of it fails the test."""
    complaints = []
    context = old_chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def test_the_browser_is_as_old_as_it_says(old_page):
    assert "Chrome/90.0." in old_page.evaluate("navigator.userAgent")


def test_a_day_at_the_desk_in_a_browser_of_2021(old_page, cast, village):
    from tests.cast import PASSWORD

    page = old_page
    page.goto("/sign-in/")
    page.fill("#username", "xiaochen")
    page.fill("#password", PASSWORD)
    page.click("form.plain button")
    page.wait_for_selector("h1:has-text('待办')")
    page.locator(".guide-tick").first.click()
    page.wait_for_selector(".guide-done")
    page.goto("/households/")
    page.fill("input[name=q]", "李大")
    page.wait_for_selector("text=李大山")
    page.goto("/households/H1/")
    page.click("text=开办识别认定")
    page.wait_for_selector("text=现在要办")
    page.check("input[value=fingerprint]", force=True)
    page.check("input[name=read_aloud]")
    page.click("text=登记承诺")
    page.wait_for_selector("text=承诺书已登记")
    page.goto("/warnings/")
    page.locator("details.term summary").first.click()
    assert page.locator(".term-says").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor") == "rgb(15, 58, 107)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_household_applies_in_a_browser_of_2021(old_page, cast):
    page = old_page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(FORM)
    fill(page)
    page.click("text=交上去")

    assert re.fullmatch(r"(\d{4} ){2}\d{4}", page.text_content(".code-big"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_phones_page_and_the_manual_open_in_a_browser_of_2021(old_page, cast):
    page = old_page
    page.goto("/field/")
    page.wait_for_function("!document.querySelector('#screen').textContent.includes('正在打开')")
    page.goto("/help/collector/")
    page.locator(".shots img").first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.shots img').naturalWidth > 300")


def test_the_program_is_fetched_by_its_fingerprint():
    if not PROGRAM.exists():
        pytest.skip("no Chromium 90 on this machine: scripts/old_chromium.py says why")
    done = subprocess.run(
        [sys.executable, "scripts/old_chromium.py"], cwd=PROGRAM.parents[2], capture_output=True, text=True
    )

    assert done.stdout.strip() == str(PROGRAM)
