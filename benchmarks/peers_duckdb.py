"""The 70 rules in DuckDB as a good analyst would write them by hand: facts in peers_duckdb.sql, conditions in peers_rules.txt.

Nothing of our engine is used. All levels of an entity are judged in one pass; what is shown is fetched for hits alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from benchmarks.peers_rules import Rule

FACTS = Path(__file__).with_name("peers_duckdb.sql")
UNDECIDED, SHOWN = 9, 12
# Facts that may be unknown; a condition over others need not be asked whether it is. An analyst knows this of the columns.
OPEN = re.compile(r"income|house_|working|pension|age|school|largest|left_work|insured|public_post_months")
# What is asked of a resident's household, and under which name.
OF_HOME = (
    "h.net_income_per_head AS home_income_per_head, h.low_income_household AS home_low_income, h.on_dibao, "
    "h.under_monitoring, h.income_after_medical_per_head, h.income_after_rigid_per_head"
)


def run(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], rules: Sequence[Rule], hits: Path) -> None:
    """Judge everyone over the Parquet files of ``tables`` and write the hits."""
    for name, path in tables.items():
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
    for statement in FACTS.read_text(encoding="utf-8").split(";\n"):
        connection.execute(statement)
    for entity, rows in (
        ("household", "SELECT * FROM homes"),
        ("resident", f"SELECT p.*, {OF_HOME} FROM people p JOIN homes h USING (hid)"),
    ):
        numbered = [(number, rule) for number, rule in enumerate(rules) if rule.entity == entity]
        levels = ", ".join(f"{_level(rule)} AS level_{number}" for number, rule in numbered)
        some = " OR ".join(f"level_{number} > 0" for number, _ in numbered)
        connection.execute(
            f"CREATE TEMP TABLE judged_{entity} AS SELECT * FROM (SELECT *, {levels} FROM ({rows})) WHERE {some}"
        )
    together = " UNION ALL ".join(_hits(number, rule) for number, rule in enumerate(rules))
    connection.execute(f"COPY ({together}) TO '{hits}' (FORMAT parquet)")


def _level(rule: Rule) -> str:
    held = [f"WHEN {condition} THEN {level}" for level, condition in enumerate(rule.levels, start=1)]
    open_still = [f"({condition}) IS NULL" for condition in rule.levels if OPEN.search(condition)]
    held += [f"WHEN {' OR '.join(open_still)} THEN {UNDECIDED}"] if open_still else []
    return f"CASE {' '.join(held)} ELSE 0 END"


def _hits(number: int, rule: Rule) -> str:
    level = f"level_{number}"
    gaps = " || ".join(f"CASE WHEN {fact} IS NULL THEN '{name},' ELSE '' END" for name, fact in rule.facts.items())
    rid = "rid" if rule.entity == "resident" else "NULL::BIGINT AS rid"
    values = [f"{fact}::VARCHAR AS value_{i}" for i, fact in enumerate(rule.shown, start=1)]
    values += [f"NULL::VARCHAR AS value_{i}" for i in range(len(values) + 1, SHOWN + 1)]
    missing = f"CASE WHEN {level} = {UNDECIDED} THEN {gaps} END AS missing"
    fields = ", ".join([f"{number}::INT AS finding", f"{level}::INT AS level", "hid", rid, missing, *values])
    return f"SELECT {fields} FROM judged_{rule.entity} WHERE {level} > 0"
