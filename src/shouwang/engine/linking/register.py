"""The register held ready (待匹配的登记人口): everyone's comparison columns, and their ids beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.linking import columns
from shouwang.engine.linking.everyone import SLICE, Everyone
from shouwang.engine.linking.places import Gazetteer, village_column
from shouwang.engine.linking.written_names import name_columns

# A household that is delivered twice gives one place and phone, always the same.
_ONE_HOME_EACH = """SELECT household_id, min(place_code) AS place_code, min_by(village, place_code) AS village,
    min(phone) AS phone FROM arrow_households GROUP BY household_id"""


@dataclass(frozen=True)
class Ids:
    """The register's own ids: of a resident by the row, of a household by its number in this linkage."""

    residents: pa.Array
    households: pa.Array


def load_everyone(
    con: duckdb.DuckDBPyConnection, residents: pa.Table, households: pa.Table, gazetteer: Gazetteer
) -> tuple[Everyone, Ids]:
    """One row per resident, who is known by row and the household by number only; and the ids of both."""
    lived_in = columns.text_column(residents, "household_id").dictionary_encode()
    con.register("arrow_households", _household_rows(households, gazetteer))
    homes = con.sql(_ONE_HOME_EACH).to_arrow_table()
    con.unregister("arrow_households")
    at = pc.index_in(lived_in.dictionary, value_set=homes.column("household_id").combine_chunks(), skip_nulls=True)
    known = {name: homes.column(name).combine_chunks().take(at) for name in ("place_code", "village", "phone")}

    def slices() -> Iterator[pa.Table]:
        for start in range(0, max(1, len(residents)), SLICE):
            household = lived_in.indices.slice(start, SLICE)
            yield _resident_rows(residents.slice(start, SLICE), household, known, gazetteer, start)

    return Everyone(con, slices()), Ids(columns.text_column(residents, "resident_id"), lived_in.dictionary)


# Nearly every resident's number is valid and is its own text; it is kept once.
COMPLETE = "SELECT *, coalesce(id_number, id_odd) AS id_text FROM {table}"


def person_columns(table: pa.Table) -> dict[str, pa.Array]:
    """Comparison columns that records and residents have in common, except places."""
    made = name_columns(columns.text_column(table, "name"))
    made |= columns.number_columns(columns.text_column(table, "id_number"))
    made["birth_on"] = columns.date_column(table, "birth_on")
    made["sex"] = columns.sex_column(columns.text_column(table, "sex"))
    made["phone"] = columns.phone_column(columns.text_column(table, "phone"))
    return made


def _resident_rows(
    residents: pa.Table, household: pa.Array, homes: Mapping[str, pa.Array], gazetteer: Gazetteer, start: int
) -> pa.Table:
    made = person_columns(residents)
    made["id_odd"] = pc.if_else(made["typed_well"], pa.scalar(None, pa.string()), made["id_text"])
    del made["typed_well"], made["id_text"]
    birth, sex = columns.from_numbers(made["id_number"])
    made["birth_on"] = pc.coalesce(made["birth_on"], birth)
    made["sex"] = pc.coalesce(made["sex"], sex)
    place = columns.text_column(residents, "place_code")
    made["village"] = pc.coalesce(village_column(place, gazetteer), homes["village"].take(household))
    made["place_code"] = pc.coalesce(place, homes["place_code"].take(household))
    made["household_phone"] = homes["phone"].take(household)
    made["is_head"] = pc.is_in(columns.text_column(residents, "relation"), value_set=pa.array(["head", "户主"]))
    made["household"] = household
    made["row"] = pa.array(range(start, start + len(residents)), pa.int32())
    return pa.table(made)


def _household_rows(households: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    made = {name: columns.text_column(households, name) for name in ("household_id", "place_code")}
    made["village"] = village_column(made["place_code"], gazetteer)
    made["phone"] = columns.phone_column(columns.text_column(households, "phone"))
    return pa.table(made)
