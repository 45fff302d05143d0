"""Linkage (人员比对): a register held ready in DuckDB, against which files of records are linked one after another."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.linking import blocks, columns, decisions, numbers
from shouwang.engine.linking.model import SHARED_COLUMNS as SHARED
from shouwang.engine.linking.model import Model, load_model, score_pairs
from shouwang.engine.linking.model import train as train_model
from shouwang.engine.linking.places import Gazetteer, place_columns, village_column
from shouwang.engine.linking.written_names import name_columns

TEXT_COLUMNS = ("name", "id_number", "sex", "place_code", "place_name", "phone")


@dataclass(frozen=True)
class Linked:
    """What became of a file: links, candidates for review, and the rows that nobody was found for."""

    links: pa.Table
    review: pa.Table
    unlinked: pa.Array


class Linkage:
    """A register prepared for linking; use as a context manager, one thread at a time.

    residents needs resident_id and household_id, households household_id and place_code; other columns may be missing.
    places gives names to place codes. memory_limit bounds DuckDB, which then spills to a temporary folder.
    """

    def __init__(
        self,
        residents: pa.Table,
        households: pa.Table,
        *,
        places: pa.Table | None = None,
        model: Model | Path | str | None = None,
        memory_limit: str = "2GB",
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shouwang-link-")
        self._con = duckdb.connect(
            ":memory:", config={"memory_limit": memory_limit, "temp_directory": self._folder.name}
        )
        self._con.execute("SET preserve_insertion_order = false")
        self._model = model
        self._serial = 0
        self._gazetteer = Gazetteer(places)
        self._residents = len(residents)
        self._load_register(residents, households)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back memory and the temporary folder."""
        self._con.close()
        self._folder.cleanup()

    def link(self, records: pa.Table, *, entity: Literal["resident", "household"] = "resident") -> Linked:
        """Link the rows of a file; row_no counts them from 0. Rows with the same identity columns are decided once."""
        households = entity == "household"
        self._load_people(records)
        self._find_numbers(households=households)
        if blocks.find_candidates(self._con):
            self._serial += 1
            share = numbers.known_share(self._con)
            score_pairs(
                self._con, load_model(self._model), residents=self._residents, known_share=share, serial=self._serial
            )
        else:
            self._con.execute(_NO_SCORES)
        decisions.weigh(self._con, self._residents, households=households)
        decisions.accept_scored(self._con, households=households)
        decisions.collect_review(self._con)
        return Linked(
            decisions.links_table(self._con), decisions.review_table(self._con), decisions.unlinked_rows(self._con)
        )

    def train(self, records: pa.Table) -> dict[str, Any]:
        """Parameters learnt from this register and a file of the same people with valid numbers."""
        self._load_people(records)
        self._find_numbers(households=False)
        self._con.execute("CREATE OR REPLACE TEMP TABLE labels AS SELECT record, resident FROM hits WHERE typed_well")
        shared = ", ".join(SHARED)
        for side, source in (("l", "people"), ("r", "residents")):
            self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE candidates_{side} AS SELECT row AS unique_id, {shared} FROM {source}"
            )
        self._serial += 1
        return train_model(self._con, serial=self._serial)

    def _find_numbers(self, *, households: bool) -> None:
        numbers.find_owners(self._con)
        numbers.accept_owners(self._con, households=households)
        blocks.learn_places(self._con)
        numbers.repair_digits(self._con)

    def _load_register(self, residents: pa.Table, households: pa.Table) -> None:
        self._con.register("arrow_residents", _resident_rows(residents, self._gazetteer))
        self._con.register("arrow_households", _household_rows(households, self._gazetteer))
        self._con.execute(_RESIDENTS_AT_HOME)
        self._con.unregister("arrow_residents")
        self._con.unregister("arrow_households")
        blocks.mark_common_values(self._con, self._residents)
        self._con.execute("DROP TABLE raw_residents")
        blocks.measure_rarity(self._con, self._residents)

    def _load_people(self, records: pa.Table) -> None:
        """Tables people (one row per distinct identity) and rows_of (row_no of the file to row of people)."""
        identity = _identity_columns(records)
        listed = ", ".join(identity)
        same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in identity)
        counted = {**identity, "row_no": pa.array(range(len(records)), pa.int64())}
        self._con.register("arrow_records", pa.table(counted))
        self._con.execute(f"""CREATE OR REPLACE TEMP TABLE identities AS
            SELECT min(row_no) AS row, {listed} FROM arrow_records GROUP BY {listed}""")
        self._con.execute(f"""CREATE OR REPLACE TEMP TABLE rows_of AS
            SELECT a.row_no, b.row FROM arrow_records a JOIN identities b ON {same}""")
        identities = self._con.sql("SELECT * FROM identities ORDER BY row").to_arrow_table()
        self._con.unregister("arrow_records")
        self._con.register("arrow_people", _record_rows(identities, self._gazetteer))
        self._con.execute("CREATE OR REPLACE TEMP TABLE people AS SELECT *, phone AS household_phone FROM arrow_people")
        self._con.unregister("arrow_people")


# A household that is delivered twice gives one place and phone, always the same.
_RESIDENTS_AT_HOME = """CREATE OR REPLACE TEMP TABLE raw_residents AS
    SELECT r.* EXCLUDE (place_code, village), coalesce(r.place_code, h.place_code) AS place_code,
        coalesce(r.village, h.village) AS village, h.phone AS household_phone
    FROM arrow_residents r LEFT JOIN (
        SELECT household_id, min(place_code) AS place_code, min_by(village, place_code) AS village, min(phone) AS phone
        FROM arrow_households GROUP BY household_id) h USING (household_id)"""
_NO_SCORES = """CREATE OR REPLACE TEMP TABLE scored AS SELECT 0::BIGINT AS record, 0::BIGINT AS resident,
    0.0::DOUBLE AS weight, 0 AS g_name, 0 AS g_birth, 0 AS g_id, 0 AS g_sex, 0 AS g_place, 0 AS g_phone WHERE false"""


def _identity_columns(records: pa.Table) -> dict[str, pa.Array]:
    """The columns a file identifies people by, as text and dates; a disability card stands in for a missing number."""
    made = {name: columns.text_column(records, name) for name in TEXT_COLUMNS}
    made["birth_on"] = columns.date_column(records, "birth_on")
    made["id_number"] = pc.coalesce(made["id_number"], columns.text_column(records, "card_number"))
    return made


def _person_columns(table: pa.Table) -> dict[str, pa.Array]:
    """Comparison columns that records and residents have in common, except places."""
    made = name_columns(columns.text_column(table, "name"))
    made |= columns.number_columns(columns.text_column(table, "id_number"))
    made["birth_on"] = columns.date_column(table, "birth_on")
    made["sex"] = columns.sex_column(columns.text_column(table, "sex"))
    made["phone"] = columns.phone_column(columns.text_column(table, "phone"))
    return made


def _resident_rows(residents: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    made = _person_columns(residents)
    birth, sex = columns.from_numbers(made["id_number"])
    made["birth_on"] = pc.coalesce(made["birth_on"], birth)
    made["sex"] = pc.coalesce(made["sex"], sex)
    made["place_code"] = columns.text_column(residents, "place_code")
    made["village"] = village_column(made["place_code"], gazetteer)
    made["is_head"] = pc.is_in(columns.text_column(residents, "relation"), value_set=pa.array(["head", "户主"]))
    made["resident_id"] = columns.text_column(residents, "resident_id")
    made["household_id"] = columns.text_column(residents, "household_id")
    made["row"] = pa.array(range(len(residents)), pa.int64())
    return pa.table(made)


def _household_rows(households: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    made = {name: columns.text_column(households, name) for name in ("household_id", "place_code")}
    made["village"] = village_column(made["place_code"], gazetteer)
    made["phone"] = columns.phone_column(columns.text_column(households, "phone"))
    return pa.table(made)


def _record_rows(records: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    made = _person_columns(records)
    found = place_columns(columns.text_column(records, "place_name"), gazetteer)
    given = columns.text_column(records, "place_code")
    made |= found
    made["place_code"] = pc.coalesce(given, found["place_code"])
    made["row"] = records.column("row").combine_chunks()
    return pa.table(made)
