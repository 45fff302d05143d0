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
from shouwang.engine.linking.everyone import SLICE
from shouwang.engine.linking.model import SHARED_COLUMNS as SHARED
from shouwang.engine.linking.model import Model, load_model
from shouwang.engine.linking.model import train as train_model
from shouwang.engine.linking.nearby import Nearby
from shouwang.engine.linking.places import Gazetteer, place_columns
from shouwang.engine.linking.register import load_everyone, person_columns
from shouwang.engine.linking.scoring import score_pairs

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
        self._con.execute("SET allocator_background_threads = true")  # what DuckDB has freed goes back at once
        self._con.execute("SET checkpoint_threshold = '1TB'")  # packing tables takes longer than they live
        self._model = model
        self._serial = 0
        self._gazetteer = Gazetteer(places)
        self._residents = len(residents)
        everyone, self._ids = load_everyone(self._con, residents, households, self._gazetteer)
        blocks.mark_common_values(self._con, everyone, self._residents)
        blocks.measure_rarity(self._con, self._residents)
        self._heads = self._con.execute("SELECT count(*) FROM everyone WHERE is_head").fetchall()[0][0] > 0
        self._nearby = Nearby(self._con, everyone, self._residents)
        pa.default_memory_pool().release_unused()

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
        people = self._load_people(records)
        self._find_numbers(people, households=households)
        share = numbers.known_share(self._con)
        self._con.execute("DROP TABLE people")
        blocks.find_candidates(self._con)
        score_pairs(self._con, load_model(self._model), residents=self._residents, known_share=share)
        decisions.weigh(self._con, self._residents, heads=households and self._heads)
        decisions.accept_scored(self._con, households=households)
        decisions.collect_review(self._con)
        return Linked(
            decisions.links_table(self._con, self._ids),
            decisions.review_table(self._con, self._ids),
            decisions.unlinked_rows(self._con),
        )

    def train(self, records: pa.Table) -> dict[str, Any]:
        """Parameters learnt from this register and a file of the same people with valid numbers."""
        self._load_people(records)
        self._find_numbers(self._residents, households=False)
        self._con.execute("CREATE OR REPLACE TEMP TABLE labels AS SELECT record, resident FROM hits WHERE typed_well")
        shared = ", ".join(SHARED)
        for side, source in (("l", "(SELECT *, phone AS household_phone FROM people)"), ("r", "residents")):
            self._con.execute(
                f"CREATE OR REPLACE TEMP TABLE candidates_{side} AS SELECT row AS unique_id, {shared} FROM {source}"
            )
        self._serial += 1
        return train_model(self._con, serial=self._serial)

    def _find_numbers(self, people: int, *, households: bool) -> None:
        self._nearby.choose_by_number(people)
        numbers.find_owners(self._con)
        numbers.accept_owners(self._con, households=households)
        blocks.set_aside(self._con)
        self._nearby.choose_by_keys()
        numbers.repair_digits(self._con)

    def _load_people(self, records: pa.Table) -> int:
        """Tables people (one row per distinct identity) and rows_of (row_no of the file to row of people); how many."""
        identity = _identity_columns(records)
        listed = ", ".join(identity)
        same = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in identity)
        counted = {**identity, "row_no": pa.array(range(len(records)), pa.int64())}
        self._con.register("arrow_records", pa.table(counted))
        self._con.execute(f"""CREATE OR REPLACE TEMP TABLE identities AS
            SELECT min(row_no)::INTEGER AS row, {listed} FROM arrow_records GROUP BY {listed}""")
        self._con.execute(f"""CREATE OR REPLACE TEMP TABLE rows_of AS
            SELECT a.row_no::INTEGER AS row_no, b.row FROM arrow_records a JOIN identities b ON {same}""")
        identities = self._con.sql("SELECT * FROM identities ORDER BY row").to_arrow_table()
        self._con.execute("DROP TABLE identities")
        self._con.unregister("arrow_records")
        for start in range(0, max(1, len(identities)), SLICE):
            self._con.register("arrow_people", _record_rows(identities.slice(start, SLICE), self._gazetteer))
            made = "INSERT INTO people" if start else "CREATE OR REPLACE TEMP TABLE people AS"
            self._con.execute(f"{made} FROM arrow_people")
            self._con.unregister("arrow_people")
        people = len(identities)
        del identities
        pa.default_memory_pool().release_unused()
        return people


def _identity_columns(records: pa.Table) -> dict[str, pa.Array]:
    """The columns a file identifies people by, as text and dates; a disability card stands in for a missing number."""
    made = {name: columns.text_column(records, name) for name in TEXT_COLUMNS}
    made["birth_on"] = columns.date_column(records, "birth_on")
    made["id_number"] = pc.coalesce(made["id_number"], columns.text_column(records, "card_number"))
    return made


def _record_rows(records: pa.Table, gazetteer: Gazetteer) -> pa.Table:
    made = person_columns(records)
    found = place_columns(columns.text_column(records, "place_name"), gazetteer)
    given = columns.text_column(records, "place_code")
    made |= found
    made["place_code"] = pc.coalesce(given, found["place_code"])
    made["row"] = records.column("row").combine_chunks()
    return pa.table(made)
