"""Every table keeps its contract: the columns, types, codes and required values of packs/national."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from shouwang.engine.model import Source
from shouwang.synth.deliveries import FEEDS
from shouwang.synth.departments import sources
from tests.synth.conftest import Prefecture

TYPES = {
    "date": pa.date32(), "money": pa.decimal128(14, 2), "quantity": pa.decimal128(12, 2), "integer": pa.int64(),
    "ratio": pa.decimal128(9, 4), "bool": pa.bool_(),
}  # fmt: skip
IDENTITY = {"name", "id_number", "birth_on", "sex", "place_name", "phone"}
KEYS = {"resident_id", "household_id"}
CONTRACTS = sources()


@pytest.fixture(params=sorted(CONTRACTS))
def source(request: Any) -> Source:
    """Each contract in turn."""
    return CONTRACTS[request.param]


def table_of(prefecture: Prefecture, source: Source) -> pa.Table:
    return prefecture.table(f"{'feeds' if source.kind == 'feed' else 'register'}/{source.name}")


def test_there_is_a_maker_for_every_feed_and_no_other() -> None:
    assert set(FEEDS) == {name for name, source in CONTRACTS.items() if source.kind == "feed"}


def test_linked_table_has_the_columns_of_its_contract(linked: Prefecture, source: Source) -> None:
    expected = set(source.columns)
    if source.kind == "feed":
        expected -= IDENTITY
    assert set(table_of(linked, source).column_names) == expected


def test_unlinked_feed_has_identities_in_the_place_of_keys(unlinked: Prefecture, source: Source) -> None:
    expected = set(source.columns) - (KEYS if source.kind == "feed" else set())
    assert set(table_of(unlinked, source).column_names) == expected


def test_types_and_codes_are_those_of_the_contract(linked: Prefecture, unlinked: Prefecture, source: Source) -> None:
    for prefecture in (linked, unlinked):
        table = table_of(prefecture, source)
        for name in table.column_names:
            column = source.columns[name]
            assert table.schema.field(name).type == TYPES.get(column.type, pa.string()), name
            if column.type == "choice":
                assert set(pc.unique(table[name]).to_pylist()) <= {*column.codes, None}, name


def test_required_columns_are_filled(linked: Prefecture, source: Source) -> None:
    table = table_of(linked, source)
    required = [name for name in table.column_names if source.columns[name].required]
    assert {name: table[name].null_count for name in required} == dict.fromkeys(required, 0)


def test_rows_of_a_delivery_keep_their_key(linked: Prefecture, source: Source) -> None:
    whom = "resident_id" if source.entity == "resident" else "household_id"
    key = [whom if name == "id_number" else name for name in source.key]
    table = table_of(linked, source)
    assert not key or len(table.group_by(key).aggregate([])) == len(table)


def test_keys_point_at_people_and_households_that_exist(linked: Prefecture, source: Source) -> None:
    table = table_of(linked, source)
    for key, home in (("resident_id", "residents"), ("household_id", "households")):
        if key in table.column_names:
            known = linked.table(f"register/{home}")[key]
            assert pc.all(pc.is_in(pc.drop_null(table[key]), known)).as_py() is not False


def test_resident_and_household_of_a_row_belong_together(linked: Prefecture, source: Source) -> None:
    table = table_of(linked, source)
    if not set(table.column_names) >= KEYS:
        return
    home = {row["resident_id"]: row["household_id"] for row in linked.rows("register/residents")}
    pairs = zip(table["resident_id"].to_pylist(), table["household_id"].to_pylist(), strict=True)
    assert all(home[resident] == household for resident, household in pairs if resident is not None)
