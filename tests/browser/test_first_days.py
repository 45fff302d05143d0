"""Every role's first day as the manual tells it, walked in a browser at a desk and on a phone.

The pictures of the manual are what is seen on the way. They are made anew with

    SHOUWANG_PICTURES=yes pytest tests/browser/test_first_days.py

and without that only looked for: a step without its pictures fails.
"""

import base64
import os
import re
from pathlib import Path
from unicodedata import normalize

import pytest

from shouwang.register.staff.choices import Role
from shouwang.surfaces import web
from shouwang.surfaces.manual import chapters, first_day
from tests.browser.practice import served
from tests.browser.walks import WALKS, WHO

pytestmark = pytest.mark.browser

PICTURES = Path(web.__file__).parent / "static" / "web" / "help"
MAKE_THEM = bool(os.environ.get("SHOUWANG_PICTURES"))
MOST_BYTES = 40 * 1024
SIZES = {"desk": (1280, 760), "phone": (360, 700)}
DAYS = [(role, size) for role in WHO for size in SIZES]


@pytest.fixture(scope="module")
def practice():
    """The practice county, made anew and served for all the first days."""
    with served() as county:
        yield county


@pytest.fixture
def sit_down(chromium, practice):
    """A page of the practice county in a size of the manual; every complaint of the browser fails the test."""
    contexts, complaints = [], []

    def opened(size):
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=practice.address)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def picture(page, name: str, size: str) -> None:
    """Take the picture when pictures are wanted; it must exist and be small in any case."""
    path = PICTURES / f"{name}-{size}.webp"
    if MAKE_THEM:
        PICTURES.mkdir(exist_ok=True)
        path.write_bytes(taken(page, size))
    assert path.exists(), f"{path.name} is missing: make the pictures as the head of this file says"
    assert path.stat().st_size <= MOST_BYTES, f"{path.name} is too heavy"


def taken(page, size: str) -> bytes:
    """What is seen, as WebP, as good as the weight allows."""
    camera = page.context.new_cdp_session(page)
    for quality in (60, 45, 30, 18, 8):
        shot = camera.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        made = base64.b64decode(shot["data"])
        if len(made) <= MOST_BYTES:
            break
    return made


@pytest.mark.parametrize(("role", "size"), DAYS)
def test_the_first_day_of_a_role_can_be_walked_as_it_is_told(sit_down, practice, role, size):
    from shouwang.surfaces.web.helping import page_of

    page, chapter = sit_down(size), first_day(role)
    page.goto("/sign-in/")
    page.fill("#username", WHO[role])
    page.fill("#password", practice.password)
    page.click("form.plain button")
    page.wait_for_selector("#guide-title")
    for step in chapter.steps:
        page.goto(page_of(step))
        assert page.locator(".training-sign").count() == 1
        WALKS[role][step.key](page)
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
        picture(page, step.picture, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_household_finds_its_way_through_the_portal(sit_down, practice, size):
    page = sit_down(size)
    page.goto(practice.portal("/p/"))
    picture(page, "household-village", size)
    page.click("text=申请帮扶")
    page.check("input[name=whose][value=other]")
    page.fill("#name", f"何秀{size}")
    page.fill("#identity", "何秀英")
    page.fill("#phone", "15400009876")
    page.fill("#what", "老伴住院，家里没有钱，她不识字")
    page.check("input[name=trouble][value=illness]")
    page.check("input[name=heard]")
    page.evaluate("window.scrollTo(0, 0)")
    picture(page, "household-apply", size)
    page.click("text=交上去")
    page.wait_for_selector(".code-big")
    assert re.fullmatch(r"(\d{4} ){2}\d{4}", page.text_content(".code-big"))
    picture(page, "household-receipt", size)
    page.click("text=现在就看办到哪里了")
    page.wait_for_selector("h1:has-text('办到哪里了')")
    picture(page, "household-status", size)
    page.goto(practice.portal("/notices/"))
    page.wait_for_selector("h1")
    picture(page, "household-board", size)


def test_a_step_is_ticked_and_the_guide_closed_and_opened_again_without_a_script(chromium, practice):
    context = chromium.new_context(base_url=practice.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("#username", "xiaoxie")
    page.fill("#password", practice.password)
    page.click("form.plain button")
    page.locator(".guide-tick").first.click()
    assert "做过 1 步" in page.text_content(".guide")
    page.click("text=先收起")
    assert page.locator(".guide").count() == 0
    page.goto("/help/")
    page.click("text=再打开第一天指引")
    assert "做过 1 步" in page.text_content(".guide")
    context.close()


def test_every_step_of_the_manual_is_walked_and_every_picture_is_of_a_step():
    told = {one.role: [step.key for step in one.steps] for one in chapters().values() if one.role}
    shown = {f"{step.picture}-{size}.webp" for one in chapters().values() for step in one.steps for size in SIZES}

    assert {role: list(steps) for role, steps in WALKS.items()} == {
        role: steps for role, steps in told.items() if role != Role.HOUSEHOLD
    }
    assert {path.name for path in PICTURES.glob("*")} == shown


def test_the_manual_becomes_a_book(chromium, practice, tmp_path):
    from pypdf import PdfReader

    context = chromium.new_context(base_url=practice.address)
    page = context.new_page()
    page.goto("/help/book/")
    page.pdf(path=tmp_path / "book.pdf", format="A4")
    context.close()

    book = PdfReader(tmp_path / "book.pdf")
    words = normalize("NFKC", "".join(one.extract_text() for one in book.pages))
    assert len(book.pages) > 20
    assert "封存核验" in words
