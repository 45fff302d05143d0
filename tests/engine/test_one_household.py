"""The frozen rows of one household are those that reading everything gives, however the files are cut."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.engine.frozen import freeze
from shouwang.engine.one_household import FrozenRows
from tests.spec.vocabulary import SOURCES

PLACES = ("431003100200", "431003100201", "522301100200")


def everything(frozen, household_id):
    """The way that reads the files whole."""
    homes = frozen.households.to_pylist()
    hid = next((row["hid"] for row in homes if row["household_id"] == household_id), None)
    names = {row["rid"]: row["resident_id"] for row in frozen.residents.to_pylist()}
    found = {}
    for name, table in frozen.tables.items():
        rows = [row for row in table.table().to_pylist() if row["hid"] == hid]
        found[name] = [row | {"resident_id": names.get(row.get("rid")), "household_id": household_id} for row in rows]
    return found if hid else {}


@pytest.fixture
def written(tmp_path_factory):
    """Freeze homes (place of each) and people (home of each)."""

    def written(homes, people):
        folder = tmp_path_factory.mktemp("frozen")
        ids = [f"H{number:03d}" for number in range(len(homes))]
        tables = {
            "households": pa.table({"household_id": ids, "place_code": [PLACES[place] for place in homes]}),
            "residents": pa.table({
                "resident_id": [f"R{number:03d}" for number in range(len(people))],
                "household_id": pa.array([ids[home % len(ids)] for home in people], pa.string()),
                "wage": pa.array(np.arange(len(people)), pa.int64()),
            }),
        }  # fmt: skip
        for name, table in tables.items():
            pq.write_table(table, folder / f"{name}.parquet")
        return freeze(SOURCES, {name: folder / f"{name}.parquet" for name in tables}, {}, folder / "kept")

    return written


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes=st.lists(st.integers(0, 2), min_size=1, max_size=12), people=st.lists(st.integers(0, 40), max_size=30))
def test_one_household_reads_as_everything_does(written, homes, people):
    frozen = written(homes, people)

    for number in range(len(homes)):
        household_id = f"H{number:03d}"
        assert dict(FrozenRows(frozen, household_id)) == everything(frozen, household_id)


def test_who_was_not_among_the_frozen_has_no_tables_and_not_empty_ones(written):
    frozen = written([0, 1], [0, 1, 1])

    stranger = FrozenRows(frozen, "H999")

    assert dict(stranger) == {}
    assert "residents" not in stranger
    assert "residents" not in FrozenRows(frozen, "H000", kept_out={"residents"})
