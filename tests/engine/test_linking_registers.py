"""Registers of an unusual kind: one phone for everybody, nobody at all."""

import pyarrow as pa

from shouwang.engine.linking import Linkage
from tests.engine.test_linking import HOUSEHOLDS, NUMBER, PLACES, RESIDENTS, records


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
