"""What holds for every page: nobody is shut out by eyes, hands or a small screen."""

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    ("xiaozhou", "/dashboard/"),
    ("xiaozhou", "/warnings/"),
    ("xiaozhou", "/households/"),
    ("xiaozhou", "/households/H1/"),
    ("xiaozhou", "/doubts/"),
    ("xiaozhou", "/gaps/"),
    ("xiaozhou", "/deliveries/"),
    ("xiaozhou", "/links/"),
    ("xiaowu", "/ledger/"),
    ("xiaozhou", "WHY"),
]


@pytest.fixture
def reach(open_as, village):
    """Opens a page of the list; WHY stands for the card of 老李's warning."""

    def opened(username: str, path: str, **shape: int):
        page = open_as(username, **shape)
        page.goto(f"/warnings/{village.li.pk}/" if path == "WHY" else path)
        return page

    return opened


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_a_page_has_no_axe_violation(reach, username, path):
    from axe_playwright_python.sync_playwright import Axe

    page = reach(username, path)

    found = Axe().run(page).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []


def test_the_sign_in_page_has_no_axe_violation(chromium, site):
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(base_url=site.address)
    page.goto("/sign-in/")

    found = Axe().run(page).response["violations"]
    page.close()

    assert [one["id"] for one in found] == []


@pytest.mark.parametrize(("username", "path"), PAGES)
def test_a_page_fits_a_phone_of_360_pixels(reach, username, path):
    page = reach(username, path, width=360, height=740)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_phone_opens_the_menu(reach):
    page = reach("xiaozhou", "/warnings/", width=360, height=740)

    page.click("#menu")
    page.click("#river >> text=监测总览")

    page.wait_for_selector("h1:text('监测总览')")


def test_large_type_enlarges_everything(reach):
    page = reach("xiaozhou", "/dashboard/")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")

    page.click("button[title='放大全部文字']")
    page.wait_for_selector("html.large-type")

    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before * 1.2
