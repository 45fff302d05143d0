"""Registers of an unusual kind: one phone for everybody, nobody at all."""

import pyarrow as pa

from shouwang.engine.linking import Linkage, everyone, nearby
from tests.engine.test_linking import HOUSEHOLDS, NUMBER, PEOPLE, PLACES, RESIDENTS, records


def test_a_phone_of_many_people_says_nothing():
    many = pa.table({
        "resident_id": [f"M{at}" for at in range(20)], "household_id": [f"F{at}" for at in range(20)],
        "name": [f"孙{chr(0x5B50 + at)}" for at in range(20)], "phone": ["15400000099"] * 20,
    })  # fmt: skip
    with Linkage(many, HOUSEHOLDS) as office:
        found = office.link(records({"name": "孙子", "phone": "15400000099"}))
    assert found.links.num_rows == 0


def test_an_empty_register_links_nobody():
    with Linkage(RESIDENTS.slice(0, 0), HOUSEHOLDS.slice(0, 0), places=PLACES) as linkage:
        assert linkage.link(records({"name": "张伟", "id_number": NUMBER["R5"]})).unlinked.to_pylist() == [0]


def test_small_and_large_files_take_turns(monkeypatch):
    monkeypatch.setattr(everyone, "SLICE", 5)
    monkeypatch.setattr("shouwang.engine.linking.register.SLICE", 5)
    file = records(*({"name": p[2], "birth_on": p[3], "id_number": NUMBER[p[0]] if at % 2 else None}
                     for at, p in enumerate(PEOPLE)))  # fmt: skip
    found = []
    with Linkage(RESIDENTS, HOUSEHOLDS, places=PLACES) as linkage:
        for small in (1000, 0, 0, 1000, 1000):
            monkeypatch.setattr(nearby, "SMALL_FILE", small)
            found.append(linkage.link(file))
    assert found[0].links.num_rows > 5
    assert all(other.links.equals(found[0].links) and other.review.equals(found[0].review) for other in found[1:])
