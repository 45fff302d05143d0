"""The shipped places: five areas, two code systems, former counties."""

import datetime

import pyarrow.compute as pc
import pytest

from shouwang.kernel.errors import InputError
from shouwang.register.places.reading import read_places, read_renames

AREAS = {
    "4310": (11, 162, 2420),
    "5223": (8, 140, 1294),
    "6230": (8, 102, 697),
    "511504": (1, 17, 364),
    "532601": (1, 18, 153),
}


@pytest.mark.parametrize("prefix", AREAS)
def test_an_area_holds_all_its_counties_townships_and_villages(prefix):
    levels = read_places([prefix])["level"].to_pylist()

    assert tuple(levels.count(level) for level in ("county", "township", "village")) == AREAS[prefix]


def test_every_place_but_a_province_has_its_parent_in_the_table():
    places = read_places().to_pylist()

    codes = {place["code"] for place in places}
    orphans = [place["code"] for place in places if place["level"] != "province" and place["parent"] not in codes]
    assert orphans == []


def test_a_prefix_brings_its_ancestors_along():
    places = read_places(["511504"])

    assert places.slice(0, 3)["name"].to_pylist() == ["四川省", "宜宾市", "叙州区"]


def test_the_same_digits_name_different_townships_in_the_two_systems():
    names = {
        system: places.filter(pc.equal(places["code"], "431003110"))["name"].to_pylist()
        for system, places in (("nbs", read_places(["431003"])), ("mca", read_places(["431003"], system="mca")))
    }

    assert names == {"nbs": ["飞天山镇"], "mca": ["五里牌镇"]}


def test_a_former_county_is_valid_until_the_year_after_its_change():
    places = read_places(["5115"], system="mca").to_pylist()

    former = next(place for place in places if place["code"] == "511521")
    assert former["name"] == "宜宾县"
    assert former["valid_until"] == datetime.date(2019, 1, 1)


def test_a_withdrawn_township_keeps_its_name_without_the_remark():
    places = read_places(["431023"], system="mca").to_pylist()

    gone = next(place for place in places if place["code"] == "431023607")
    assert (gone["name"], gone["valid_until"]) == ("油市镇", datetime.date(2026, 9, 11))


def test_renames_give_the_document_of_the_change():
    renames = read_renames(["5223"]).to_pylist()

    city = next(rename for rename in renames if rename["new_name"] == "兴仁市")
    assert (city["old_code"], city["changed_in"], city["document"]) == ("522322", 2018, "民函〔2018〕107号")


def test_an_unknown_prefix_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="9999.*places load --all"):
        read_places(["9999"])
