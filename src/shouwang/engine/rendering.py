"""Hits to readable rows (结果成文): values, thresholds and the 中文 sentence beside every warning, in one set-based pass."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow as pa

from shouwang.engine.backends.duck import DuckRun
from shouwang.engine.duckdb_connection import text
from shouwang.engine.findings import UNDECIDED, FindingQuery
from shouwang.engine.model import FactRef, Kind, RuleDef
from shouwang.engine.program import PLACEHOLDER
from shouwang.engine.values import plain, shown

MACROS = """
CREATE MACRO cents(v) AS (CASE WHEN v < 0 THEN '-' ELSE '' END || format('{:,}', abs(v) // 100)
  || CASE WHEN abs(v) % 100 = 0 THEN '' ELSE '.' || lpad(CAST(abs(v) % 100 AS VARCHAR), 2, '0') END);
CREATE MACRO decimal_text(v, unit, places) AS (CASE WHEN v < 0 THEN '-' ELSE '' END || CAST(abs(v) // unit AS VARCHAR)
  || CASE WHEN abs(v) % unit = 0 THEN '' ELSE '.' || rtrim(lpad(CAST(abs(v) % unit AS VARCHAR), places, '0'), '0') END);
"""


@dataclass(frozen=True)
class Rendered:
    """The readable tables of a run."""

    warnings: pa.Table
    gaps: pa.Table
    doubts: pa.Table


def render(run: DuckRun, queries: list[FindingQuery]) -> Rendered:
    """Turn ``hits`` into warnings, gaps and doubts with household and resident ids."""
    connection = run.connection
    connection.execute(MACROS)
    connection.execute(f"CREATE VIEW hk AS FROM read_parquet({text(run.frozen.household_keys)})")
    connection.execute(f"CREATE VIEW rk AS FROM read_parquet({text(run.frozen.resident_keys)})")
    rules = [q for q in queries if isinstance(q.finding.definition, RuleDef)]
    checks = [q for q in queries if not isinstance(q.finding.definition, RuleDef)]
    return Rendered(
        run.table(_together([_warning(run, q) for q in rules], WARNING_COLUMNS)),
        run.table(_gaps(rules)),
        run.table(_together([_doubt(run, q) for q in checks], DOUBT_COLUMNS)),
    )


WARNING_COLUMNS = (
    "rule", "level", "factor", "household_id", "resident_id", "place_code", "values", "thresholds", "because", "sources",
)  # fmt: skip
DOUBT_COLUMNS = ("check", "household_id", "resident_id", "place_code", "values", "message")
_JOIN = "FROM hits t JOIN hk k ON k.hid = t.hid LEFT JOIN rk m ON m.rid = t.rid"


def _together(parts: list[str], columns: tuple[str, ...]) -> str:
    if not parts:
        return "SELECT " + ", ".join(f"'' AS \"{c}\"" for c in columns) + " LIMIT 0"
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY 1, household_id, resident_id"


def _warning(run: DuckRun, query: FindingQuery) -> str:
    rule = query.finding.definition
    assert isinstance(rule, RuleDef)
    levels = " ".join(f"WHEN {i} THEN {text(level)}" for i, level in enumerate(query.levels, start=1))
    feeds = json.dumps(run.plan.program.feeds_behind(query.finding.nodes), ensure_ascii=False)
    return (
        f"SELECT {text(rule.name)} AS rule, CASE t.level {levels} END AS level, {text(rule.factor)} AS factor, "
        f'k.household_id, m.resident_id, k.place_code, {_values(query)} AS "values", '
        f"{_thresholds(run, query)} AS thresholds, {_sentence(run, query)} AS because, {text(feeds)} AS sources "
        f"{_JOIN} WHERE t.finding = {query.number} AND t.level < {UNDECIDED}"
    )


def _doubt(run: DuckRun, query: FindingQuery) -> str:
    return (
        f'SELECT {text(query.finding.name)} AS "check", k.household_id, m.resident_id, k.place_code, '
        f'{_values(query)} AS "values", {_sentence(run, query)} AS message '
        f"{_JOIN} WHERE t.finding = {query.number} AND t.level < {UNDECIDED}"
    )


def _gaps(rules: list[FindingQuery]) -> str:
    names = " ".join(f"WHEN {q.number} THEN {text(q.finding.name)}" for q in rules) or "WHEN -1 THEN ''"
    highest = max((q.number for q in rules), default=-1)
    return (
        f"SELECT k.household_id, m.resident_id, k.place_code, CASE t.finding {names} END AS rule, "
        f"rtrim(t.missing, ',') AS missing {_JOIN} WHERE t.level = {UNDECIDED} AND t.finding <= {highest} "
        "ORDER BY rule, k.household_id, m.resident_id"
    )


def _kind(query: FindingQuery, name: str, run: DuckRun | None = None) -> Kind:
    if name in query.finding.evidence:
        return query.finding.evidence[name].kind
    assert run is not None
    return run.plan.program.parameters[name].parameter.kind


def _values(query: FindingQuery) -> str:
    fields = [
        f"{text(json.dumps(name) + ': ')} || COALESCE({_json(f't.value_{i}', query.finding.evidence[name].kind)}, 'null')"
        for i, name in enumerate(query.shown, start=1)
        if name in query.finding.evidence
    ]
    return "'{' || " + " || ', ' || ".join(fields) + " || '}'" if fields else "'{}'"


def _thresholds(run: DuckRun, query: FindingQuery) -> str:
    fields = []
    for name in query.finding.thresholds:
        kind = _kind(query, name, run)
        if name in query.shown:
            value = f"COALESCE({_json(f't.value_{query.shown.index(name) + 1}', kind)}, 'null')"
        else:
            value = text(json.dumps(plain(run.plan.program.parameters[name].value, kind)))
        fields.append(f"{text(json.dumps(name) + ': ')} || {value}")
    return "'{' || " + " || ', ' || ".join(fields) + " || '}'" if fields else "'{}'"


def _json(value: str, kind: Kind) -> str:
    if kind.is_number and kind.scale:
        return f"decimal_text(CAST({value} AS BIGINT), {10**kind.scale}, {kind.scale})"
    if kind.is_number or kind is Kind.BOOL:
        return value
    return f"'\"' || {value} || '\"'"


def _words(value: str, kind: Kind) -> str:
    if kind is Kind.MONEY:
        return f"cents(CAST({value} AS BIGINT))"
    if kind is Kind.RATIO:
        return f"decimal_text(CAST({value} AS BIGINT), 100, 2) || '%'"
    if kind is Kind.QUANTITY:
        return f"decimal_text(CAST({value} AS BIGINT), 100, 2)"
    if kind is Kind.BOOL:
        return f"CASE {value} WHEN 'true' THEN '是' ELSE '否' END"
    return value


def _sentence(run: DuckRun, query: FindingQuery) -> str:
    parts: list[str] = []
    last = 0
    template = query.finding.template
    for match in PLACEHOLDER.finditer(template):
        parts.append(text(template[last : match.start()]))
        name = match[1]
        kind = _kind(query, name, run)
        if name in query.shown:
            parts.append(f"COALESCE({_words(f't.value_{query.shown.index(name) + 1}', kind)}, '未知')")
        else:
            parts.append(text(shown(run.plan.program.parameters[name].value, kind)))
        last = match.end()
    parts.append(text(template[last:]))
    return " || ".join(parts)


def facts_table(run: DuckRun, names: list[str]) -> pa.Table:
    """Household facts in the units of files: household_id, place_code and one column per fact."""
    fields = [_outside(run, name) for name in names]
    table = run.plan.table("household")
    keys = f"read_parquet({text(run.frozen.household_keys)})"
    listed = ", ".join(["k.household_id", "k.place_code", *fields])
    return run.table(f"SELECT {listed} FROM {table} x JOIN {keys} k ON k.hid = x.hid ORDER BY k.household_id")


def _outside(run: DuckRun, name: str) -> str:
    kind = run.plan.program.facts[name].definition.kind
    value = run.plan.last_names().leaf(FactRef("household", name, kind))
    if kind.is_number and kind.scale:
        return f"CAST(CAST({value} AS DECIMAL(18,0)) / {10**kind.scale} AS DECIMAL(18,{kind.scale})) AS {name}"
    return f"{value} AS {name}"
