"""A stolen phone: two thousand planted values, and none of them readable anywhere on it."""

import pytest

from shouwang.kernel.secrets import mask_name
from shouwang.register.households.models import Household, Resident
from shouwang.register.places.queries import place_of
from tests.browser.phones import DUMP, NO_SIGNAL, Pocket
from tests.cast import VILLAGE
from tests.stream.fieldwork.carrying import handed_on

pytestmark = pytest.mark.browser

HOUSEHOLDS, TYPED, LEFT_OPEN = 200, 10, 7
SIGNS = "甲乙丙丁戊己庚辛壬癸"


def word(kind, number):
    """A value that stands nowhere else."""
    return kind + "".join(SIGNS[int(digit)] for digit in f"{number:04d}") + kind


def planted(cast):
    """Nine values for each of two hundred households of the village, each with a clue to look into."""
    place, values = place_of(VILLAGE), []
    for number in range(HOUSEHOLDS):
        key = f"K{number}"
        names = [word(kind, number) for kind in ("户", "妻", "儿")]
        mine = [*names, word("组", number), word("话", number), word("说", number), word("址", number)]
        numbers = [f"99100319{number:06d}1234", f"154{number:08d}"]
        Household.objects.create(
            household_id=key, place=place, place_number=int(VILLAGE), head_name=names[0], group_name=mine[3], members=3
        )
        for at, name in enumerate(names):
            Resident.objects.create(
                resident_id=f"{key}{at}", household_id=key, name=name, relation="head" if not at else "son"
            )
        handed_on(
            cast, key, name=names[0], what=mine[4], by=mine[5], where=mine[6], phone=numbers[1], id_number=numbers[0]
        )
        values += [*mine, *numbers]
    return values


@pytest.fixture
def thief(chromium, site, cast, tmp_path):
    """A phone whose storage lies in a folder, so that a thief may read the bytes themselves."""
    import shutil

    from tests.browser.conftest import BROWSERS

    complaints = []
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path / "phone"), executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
        args=["--no-sandbox"], viewport={"width": 360, "height": 640}, base_url=site.address,
    )  # fmt: skip
    context.set_default_timeout(40_000)
    yield Pocket(context, complaints), tmp_path / "phone"
    context.close()
    assert [one for one in complaints if NO_SIGNAL not in one] == []


def found_in(values, folder):
    """The values that stand readable in any file of a folder, in either way of writing them."""
    marks = {one: (one.encode(), one.encode("utf-16-le")) for one in values}
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {one for one, ways in marks.items() if any(way in content for way in ways)}
    return found


def test_of_two_thousand_planted_values_none_is_readable_on_a_stolen_phone(thief, site, cast):
    phone, folder = thief
    with site.lock:
        values = planted(cast)
    phone.take_along()
    page = phone.page
    assert page.locator(".visit").count() == HOUSEHOLDS
    phone.offline()
    for visit in range(TYPED):
        typed = [word("写", visit * 20 + one) for one in range(20)]
        values += typed
        page.click(f".visit >> nth={visit}")
        page.wait_for_selector("text=哪天去的")
        phone.pick("属实")
        page.fill("#f-sentence", " ".join(typed[:10]))
        phone.pick("由见证人签名")
        page.fill("#f-witness", typed[10])
        page.fill("#f-sentence", " ".join(typed))
        if visit == LEFT_OPEN:
            page.wait_for_timeout(7_000)  # a browser writes down what stands in an open page every few seconds
        page.click("text=填好了，封存发送" if visit % 2 else "text=先存着，回去")
        page.wait_for_selector("h1:has-text('今天要走访的')")
    phone.waiting(f"待发送 {TYPED // 2} 份")
    page.evaluate("localStorage.setItem('control', '明文样本')")
    dumped = page.evaluate(DUMP)
    shown = page.inner_text("#screen")
    page.context.close()

    assert len(values) == len(set(values)) == 2000
    assert mask_name(word("户", 7)) in shown  # it was really taken along, and is shown to who has the PIN
    assert [one for one in values if one in dumped] == []
    assert found_in(values, folder) == set()
    assert "明文样本" in dumped  # the same eyes find what lies open
    assert found_in(["明文样本"], folder) == {"明文样本"}
