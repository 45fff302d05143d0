"""The dashboard: figures that lead to exactly the rows behind them."""

import re

import pytest

from tests.cast import TOWNSHIP, VILLAGE


def figures(page: str) -> dict[str, tuple[str, int]]:
    """Name of each figure → its address and its number."""
    cards = re.findall(r'<a class="figure[^"]*" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return {words(card)[0]: (href.replace("&amp;", "&"), int(words(card)[1].replace(",", ""))) for href, card in cards}


def words(html: str) -> list[str]:
    return re.sub("<[^>]+>", " ", html).split()


def rows_behind(page: str) -> int:
    found = re.search(r'共 <b class="number">([\d,]+)</b>', page)
    return int(found.group(1).replace(",", "")) if found else 0


@pytest.mark.parametrize("name", ["红色预警", "橙色预警", "黄色预警", "筛查农户", "疑点数据", "未能判断"])
def test_a_figure_leads_to_as_many_rows_as_it_says(as_person, screened, name):
    client = as_person("xiaozhou")
    address, number = figures(client.get("/dashboard/").content.decode())[name]

    assert rows_behind(client.get(address).content.decode()) == number


def test_a_household_counts_once_by_its_gravest_level(as_person, screened):
    shown = figures(as_person("xiaozhou").get("/dashboard/").content.decode())

    assert [shown[name][1] for name in ("红色预警", "橙色预警", "黄色预警")] == [1, 1, 0]


def test_the_county_opens_its_townships_and_a_township_its_villages(as_person, screened):
    client = as_person("xiaozhou")

    assert f"/dashboard/?county=431003&amp;township={TOWNSHIP}" in client.get("/dashboard/").content.decode()
    assert f"village={VILLAGE}" in client.get(f"/dashboard/?township={TOWNSHIP}").content.decode()


def test_a_factor_leads_to_its_households(as_person, screened):
    page = as_person("xiaozhou").get("/dashboard/").content.decode()

    assert "factor=expenditure.medical" in page


def test_before_the_first_screening_the_page_says_so(as_person, cast):
    page = as_person("xiaozhou").get("/dashboard/").content.decode()

    assert "还没有做过筛查" in page
    assert "目前没有红、橙、黄预警" in page


def test_a_map_is_shown_only_with_boundaries_and_a_review_number(as_person, screened, settings, tmp_path):
    shapes = tmp_path / "counties.json"
    square = '{"type":"Polygon","coordinates":[[[112,25],[113,25],[113,26],[112,25]]]}'
    shapes.write_text(
        '{"features":[{"properties":{"name":"苏仙区","gb":"156431003"},"geometry":%s}]}' % square  # noqa: UP031
    )
    settings.BOUNDARIES, settings.MAP_APPROVAL = str(shapes), ""
    client = as_person("laohe")
    without = client.get("/dashboard/").content.decode()
    settings.MAP_APPROVAL = "湘S(2026)001号"
    mapped = client.get("/dashboard/").content.decode()

    assert 'class="areas"' in without
    assert "审图号" not in without
    assert 'class="county-map"' in mapped
    assert "审图号：湘S(2026)001号" in mapped
