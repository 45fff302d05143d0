"""Inputs for OpenFisca: the register and what is summed of the feeds (``openfisca_sums``), as one array per variable.

OpenFisca holds one value per person or household and month; rows of feeds with days of their own, windows that end in
the middle of a month and values that are unknown have no place there. So DuckDB sums them before, outside of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from benchmarks.openfisca_sums import of_homes, of_people, within

Inputs = dict[str, dict[str, np.ndarray[Any, Any]]]
SEXES, CARES, SUPPORTERS = ("male", "female"), ("able", "partial", "lost"), ("none", "unable")


def _open(data: Path, as_of: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"memory_limit": "4GB"})
    connection.execute(
        f"CREATE MACRO today() AS DATE '{as_of}';"
        "CREATE MACRO ago(n) AS CAST(today() - to_months(n) AS DATE);"
        "CREATE MACRO cents(v) AS CAST(v * 100 AS BIGINT);"
        "CREATE MACRO floored(v) AS CASE WHEN v < 0 THEN 0 ELSE v END;"
        "CREATE MACRO months(a, b) AS (year(b) - year(a)) * 12 + month(b) - month(a) - CASE WHEN day(b) < day(a) THEN 1 ELSE 0 END"
    )
    for path in [*data.glob("register/*.parquet"), *data.glob("feeds/*.parquet")]:
        connection.execute(f"CREATE VIEW {path.stem} AS FROM read_parquet('{path}')")
    connection.execute(
        "CREATE TABLE homes AS SELECT row_number() OVER (ORDER BY household_id) - 1 AS h, household_id FROM households;"
        "CREATE TABLE people AS SELECT row_number() OVER (ORDER BY resident_id) - 1 AS p, resident_id, h "
        "FROM residents JOIN homes USING (household_id)"
    )
    return connection


def _rows(name: str) -> str:
    """The rows of a feed; of employment with a mark on those of the last day on which somebody worked."""
    if name != "employment":
        return name
    last = (
        f"max(CASE WHEN working AND {within('reported_on', 12)} THEN reported_on END) OVER (PARTITION BY resident_id)"
    )
    return f"(SELECT *, working AND reported_on = {last} AS last_work FROM employment)"


RESIDENT_FEEDS = ("social_assistance", "accidents")  # of those summed per household, whose rows belong to residents


def read_inputs(data: Path, as_of: str, pension_share: int) -> tuple[Inputs, dict[str, np.ndarray[Any, Any]]]:
    """Arrays of everything that formulas read, by entity, and the ids that lead back."""
    connection = _open(data, as_of)
    found: Inputs = {"resident": _register_of_people(connection), "household": _register_of_homes(connection)}
    people, homes = len(found["resident"]["birth_on_known"]), len(found["household"]["relocated_known"])
    for name, columns in of_people({"year": as_of[:4]}).items():
        rows = f"SELECT p AS at, {_listed(columns)} FROM {_rows(name)} JOIN people USING (resident_id) GROUP BY p"
        found["resident"] |= _spread(connection, rows, people)
    for name, columns in of_homes(pension_share).items():
        join = "people USING (resident_id)" if name in RESIDENT_FEEDS else "homes USING (household_id)"
        rows = f"SELECT h AS at, {_listed(columns)} FROM {name} JOIN {join} GROUP BY h"
        found["household"] |= _spread(connection, rows, homes)
    ids = {
        "resident": connection.sql("SELECT resident_id FROM people ORDER BY p").to_arrow_table()["resident_id"],
        "household": connection.sql("SELECT household_id FROM homes ORDER BY h").to_arrow_table()["household_id"],
        "home_of": connection.execute("SELECT h FROM people ORDER BY p").fetchnumpy()["h"],
    }
    return found, ids


def _listed(columns: list[list[str]]) -> str:
    return ", ".join(text for column in columns for text in column)


def _register_of_people(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    def coded(column: str, words: tuple[str, ...]) -> str:
        branches = " ".join(f"WHEN '{word}' THEN {number}" for number, word in enumerate(words, start=1))
        return f"CASE {column} {branches} ELSE 0 END AS {column}"

    holds = {
        "dibao_registered": "COALESCE(dibao_kind IN ('rural', 'urban'), FALSE)",
        "tekun_registered": "COALESCE(tekun_kind IN ('rural', 'urban'), FALSE)",
        "serious_registered": "COALESCE(serious_illness, FALSE)",
        "disabled_registered": "COALESCE(disabled, FALSE)",
        "employee_insured": "employee_insured",
        "working_away": "working_away",
        "can_work": "labour IN ('ordinary', 'skilled', 'weak')",
        "able_labour": "labour IN ('ordinary', 'skilled')",
        "out_of_school": "school_stage IS NULL OR school_stage = 'none'",
        "scope_province": "work_scope = 'province'",
        "scope_outside": "work_scope = 'outside'",
        "without_supporter": f"supporter IN {SUPPORTERS}",
        "children_low_income": "children_low_income",
        "collective_care": "collective_care",
    }
    truths = ", ".join(
        f"CASE WHEN {said} THEN 2 WHEN ({said}) IS NULL THEN 1 ELSE 0 END AS {name}__truth"
        for name, said in holds.items()
    )
    codes = ", ".join([coded("sex", SEXES), coded("self_care", CARES)])
    query = (
        f"SELECT birth_on AS birth_on__day, {codes}, {truths} FROM people JOIN residents USING (resident_id) ORDER BY p"
    )
    return _unpacked(connection.execute(query).fetchnumpy())


def _register_of_homes(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    holds = {
        "exited_poverty": "kind = 'exited_poverty'",
        "monitored": "monitored_class IS NOT NULL",
        "cleared": "cleared_on IS NOT NULL AND cleared_on <= today()",
        "relocated": "relocated",
    }
    truths = ", ".join(
        f"CASE WHEN {said} THEN 2 WHEN ({said}) IS NULL THEN 1 ELSE 0 END AS {name}__truth"
        for name, said in holds.items()
    )
    county = "CAST(substr(place_code, 1, 6) AS INTEGER) AS county"
    query = f"SELECT {county}, {truths} FROM homes JOIN households USING (household_id) ORDER BY h"
    return _unpacked(connection.execute(query).fetchnumpy())


def _spread(connection: duckdb.DuckDBPyConnection, query: str, count: int) -> dict[str, Any]:
    """What an aggregate found, for everyone: who has no row has none of it, and that is known."""
    rows = connection.execute(query).fetchnumpy()
    at = rows.pop("at")
    spread = {}
    for name, values in rows.items():
        full = np.full(count, _without_rows(name, values), dtype=values.dtype)
        mask = np.zeros(count, bool)
        full[at] = np.ma.getdata(values)
        mask[at] = np.ma.getmaskarray(values)
        if name.endswith("__day"):
            mask |= ~np.isin(np.arange(count), at, assume_unique=True)
        spread[name] = np.ma.array(full, mask=mask)
    return _unpacked(spread)


def _without_rows(name: str, values: Any) -> Any:
    if name.startswith("grade_"):
        return 99
    if name.startswith("months_"):
        return -1
    if values.dtype.kind == "M":
        return np.datetime64("1900-01-01")
    return name.endswith("_known")


def _unpacked(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns as OpenFisca takes them: a value, and beside it whether it is known."""
    found = {}
    for name, values in columns.items():
        data, lost = np.ma.getdata(values), np.ma.getmaskarray(values)
        if name.endswith("__truth"):
            found |= {name[:-7]: data == 2, f"{name[:-7]}_known": data != 1}
        elif name.endswith("__day"):
            found |= {name[:-5]: data.astype("datetime64[D]"), f"{name[:-5]}_known": ~lost}
        else:
            found[name] = data.astype("datetime64[D]") if data.dtype.kind == "M" else data
    return found
