"""Village and township names as departments write them."""

import pytest

from shouwang.register.places.names import normalise_place_name, normalise_place_names, normalise_township_name


@pytest.mark.parametrize(
    "written",
    [
        "光明村",
        "光明村委会",
        "光明村村委会",
        "光明村民委员会",
        "光明村村民委员会",
        "光明社区居委会",
        " 光明 社区",
        "光明",
    ],
)
def test_every_way_of_writing_a_village_has_one_core(written):
    assert normalise_place_name(written) == "光明"


@pytest.mark.parametrize("written", ["新村", "新村村委会", "新村村民委员会"])
def test_a_two_character_village_keeps_its_last_word(written):
    assert normalise_place_name(written) == "新村"


def test_missing_names_stay_missing():
    assert normalise_place_names(["白露塘社区", None]) == ["白露塘", None]


@pytest.mark.parametrize(
    ("one", "other"), [("卓洛回族乡", "卓洛乡"), ("三江口瑶族镇", "三江口镇"), ("柏溪街道办事处", "柏溪街道")]
)
def test_a_township_keeps_its_core_when_its_kind_changes(one, other):
    assert normalise_township_name(one) == normalise_township_name(other)
