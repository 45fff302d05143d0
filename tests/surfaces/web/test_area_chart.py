"""Areas and maps drawn by the server: they fill the picture and say what the table says."""

from hypothesis import given
from hypothesis import strategies as st

from shouwang.surfaces.web.area_chart import ASPECT, MAP_WIDTH, areas, county_map, squarified

SQUARE = {"type": "Polygon", "coordinates": [[[112, 25], [113, 25], [113, 26], [112, 26], [112, 25]]]}
ISLANDS = {
    "type": "MultiPolygon",
    "coordinates": [SQUARE["coordinates"], [[[113, 25], [114, 25], [114, 26], [113, 25]]]],
}


def row(name, households, density=1.0):
    return {"name": name, "households": households, "warned": 1, "density": density, "address": f"/{name}/"}


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=60))
def test_rectangles_fill_the_picture_in_proportion_and_stay_inside(sizes):
    sizes.sort(reverse=True)
    boxes = squarified(sizes, (0.0, 0.0, ASPECT, 1.0))

    assert len(boxes) == len(sizes)
    for size, (x, y, width, height) in zip(sizes, boxes, strict=True):
        assert abs(width * height - ASPECT * size / sum(sizes)) < 1e-9
        assert -1e-9 <= x <= x + width <= ASPECT + 1e-9
        assert -1e-9 <= y <= y + height <= 1 + 1e-9


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=30))
def test_no_two_rectangles_lie_over_each_other(sizes):
    boxes = squarified(sorted(sizes, reverse=True), (0.0, 0.0, ASPECT, 1.0))

    for number, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[number + 1 :]:
            apart = x + width <= left + 1e-9 or left + wide <= x + 1e-9
            assert apart or y + height <= top + 1e-9 or top + high <= y + 1e-9


def test_places_without_households_are_not_drawn_and_nothing_gives_nothing():
    assert [one["name"] for one in areas([row("甲", 3), row("乙", 0), row("丙", 5)])] == ["丙", "甲"]
    assert areas([]) == []


def test_the_densest_place_is_darkest_and_equals_are_alike():
    shades = {one["name"]: one["shade"] for one in areas([row("甲", 3, 0.0), row("乙", 3, 50.0), row("丙", 3, 100.0)])}

    assert shades == {"甲": 0, "乙": 3, "丙": 5}
    assert len({one["shade"] for one in areas([row("甲", 3), row("乙", 4)])}) == 1


def test_a_map_keeps_the_shape_and_links_the_counties_that_have_figures():
    features = [
        {"properties": {"name": "苏仙区"}, "geometry": ISLANDS},
        {"properties": {"name": "别的县"}, "geometry": SQUARE},
    ]
    drawn = county_map(features, [row("苏仙区", 10, 7.0)])
    by_name = {one["name"]: one for one in drawn["shapes"]}

    assert by_name["苏仙区"]["address"] == "/苏仙区/"
    assert by_name["苏仙区"]["path"].count("M") == 2
    assert by_name["别的县"]["address"] == ""
    assert 0 < drawn["height"] <= MAP_WIDTH


def test_a_map_of_nothing_is_nothing():
    assert county_map([], [])["shapes"] == []
