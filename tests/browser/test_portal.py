"""The portal in a real browser: an old telephone, no script, a bad connection."""

import re
import time

import pytest

from shouwang.register.papers.queries import board_key
from tests.cast import VILLAGE

pytestmark = pytest.mark.browser

FORM = f"/portal/apply/{VILLAGE}/"


@pytest.fixture
def telephone(chromium, site, cast):
    """A telephone of 360 pixels without a script."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 640}, base_url=site.address, java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def fill(page) -> int:
    """Fill the form in as a neighbour does; gives back how many things were typed or chosen."""
    page.check("input[name=whose][value=other]")
    page.fill("#name", "李大娘")
    page.fill("#identity", "李大山")
    page.fill("#phone", "15400009876")
    page.fill("#what", "老伴住院，家里没有钱，她不识字")
    page.check("input[name=trouble][value=illness]")
    page.check("input[name=heard]")
    return 7


def test_a_neighbour_applies_for_a_widow_in_under_two_minutes(telephone):
    began = time.monotonic()
    telephone.goto(f"/p/{VILLAGE}")
    telephone.click("text=申请帮扶")
    assert telephone.locator("input[type=text], textarea").count() == 4
    done = fill(telephone)
    telephone.click("text=交上去")
    code = telephone.text_content(".code-big")

    assert done == 7
    assert re.fullmatch(r"(\d{4} ){2}\d{4}", code)
    assert time.monotonic() - began < 120
    telephone.click("text=现在就看办到哪里了")
    assert "乡镇要在" in telephone.text_content("#content")


def test_the_same_form_twice_in_a_tunnel_is_one_application(telephone):
    """The first sending arrives and its answer is lost; the neighbour presses the button again."""
    lost = []

    def tunnel(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.fulfill(status=204)  # the browser stays where it is, as when nothing comes back
        else:
            route.continue_()

    telephone.route("**/portal/apply/**", tunnel)
    telephone.goto(FORM)
    fill(telephone)
    telephone.click("text=交上去")
    telephone.wait_for_timeout(500)
    telephone.click("text=交上去")

    assert f">{telephone.text_content('.code-big')}<" in lost[0]


def test_the_code_opens_it_on_another_telephone(telephone, chromium, site):
    telephone.goto(FORM)
    fill(telephone)
    telephone.click("text=交上去")
    code = telephone.text_content(".code-big")
    other = chromium.new_page(base_url=site.address)
    other.goto("/portal/status/")
    other.fill("#code", code)
    other.fill("#tail", "9876")
    other.click("button:text('查')")

    assert "办到哪里了" in other.text_content("h1")
    other.click("text=看完了，关上")
    other.goto("/portal/case/")
    assert other.url.endswith("/portal/status/")
    other.close()


@pytest.fixture
def reach(chromium, site, cast):
    """Opens a page of the portal, after the cast has done what it stands on."""
    contexts = []

    def opened(path, **shape):
        context = chromium.new_context(
            viewport={"width": shape.pop("width", 360), "height": 740}, base_url=site.address, **shape
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        if path.startswith("/portal/case/") or path == "RECEIPT":
            page.goto(FORM)
            fill(page)
            page.click("text=交上去")
            page.wait_for_selector(".code-big")
            _met(cast)
        address = {"BOARD": _board, "NOTICE": lambda: _notice(cast), "OBJECT": lambda: _notice(cast) + "object/"}
        if path != "RECEIPT":
            page.goto(address.get(path, lambda: path)())
        return page

    yield opened
    for context in contexts:
        context.close()


def _met(cast):
    """老李's household is meant, and 小王 has met the holder."""
    from django.utils import timezone

    from shouwang.stream.clues.actions import identify_household
    from shouwang.stream.self_service.actions import confirm_holder
    from shouwang.stream.self_service.models import Application

    found = Application.objects.get()
    at = timezone.now()
    identify_household(clue_id=found.clue_id, household_id="H1", actor=cast.xiaochen, at=at)
    confirm_holder(application_id=found.pk, actor=cast.xiaowang, at=at)


def _board() -> str:
    return f"/notices/{board_key(int(VILLAGE))}/"


def _notice(cast) -> str:
    from tests.surfaces.web.test_postings import post

    return f"/notices/{post(cast).token}/"


PAGES = [
    "/portal/", f"/portal/?place={VILLAGE[:9]}", f"/p/{VILLAGE}", FORM, f"/portal/rules/{VILLAGE}/", "/portal/status/",
    "RECEIPT", "/portal/case/", "/portal/case/papers/", "/portal/case/looks/", "/portal/case/mine/",
    "/portal/case/disagree/", "BOARD", "NOTICE", "OBJECT", "/p/999999999999",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_portal_has_no_axe_violation(reach, path):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(reach(path)).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_portal_fits_360_pixels_in_large_letters_twice_as_large(reach, path):
    page = reach(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.documentElement.style.fontSize = '36px'")  # 200 % of the ordinary size

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
