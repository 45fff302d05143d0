"""Hits to readable rows (结果成文): values, thresholds and the 中文 sentence beside every warning, in one set-based pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shouwang.engine.duckdb_connection import text
from shouwang.engine.findings import AMOUNT, UNDECIDED, Asked
from shouwang.engine.model import CheckDef, Kind, RuleDef
from shouwang.engine.program import PLACEHOLDER
from shouwang.engine.task import FACTS, HITS, Task
from shouwang.engine.values import plain, shown

MACROS = """
CREATE MACRO cents(v) AS (CASE WHEN v < 0 THEN '-' ELSE '' END || format('{:,}', abs(v) // 100)
  || CASE WHEN abs(v) % 100 = 0 THEN '' ELSE '.' || lpad(CAST(abs(v) % 100 AS VARCHAR), 2, '0') END);
CREATE MACRO decimal_text(v, unit, places) AS (CASE WHEN v < 0 THEN '-' ELSE '' END || CAST(abs(v) // unit AS VARCHAR)
  || CASE WHEN abs(v) % unit = 0 THEN '' ELSE '.' || rtrim(lpad(CAST(abs(v) % unit AS VARCHAR), places, '0'), '0') END);
"""


@dataclass(frozen=True)
class Rendered:
    """Parquet files of the readable tables of a run."""

    warnings: Path
    gaps: Path
    doubts: Path


def render(task: Task, folder: Path) -> Rendered:
    """Turn ``hits`` into Parquet files of warnings, gaps and doubts with household and resident ids."""
    _name(task)
    rules = [q for q in task.queries if isinstance(q.finding.definition, RuleDef)]
    checks = [q for q in task.queries if isinstance(q.finding.definition, CheckDef)]
    return Rendered(
        task.write(_warnings(task, rules), folder / "warnings.parquet"),
        task.write(_gaps(rules), folder / "gaps.parquet"),
        task.write(_doubts(task, checks), folder / "doubts.parquet"),
    )


def render_benefits(task: Task, folder: Path) -> Path:
    """Turn ``hits`` of benefits into one Parquet file: a row per benefit and person or household that it concerns."""
    _name(task)
    return task.write(_benefits(task, task.queries), folder / "benefits.parquet")


def _name(task: Task) -> None:
    task.connection.execute(MACROS)
    task.connection.execute(
        f"CREATE TEMP TABLE named AS SELECT t.*, k.household_id, k.place_code, m.resident_id FROM {HITS} t "
        f"JOIN read_parquet({text(task.frozen.household_keys)}) k ON k.hid = t.hid "
        f"LEFT JOIN read_parquet({text(task.frozen.resident_keys)}) m ON m.rid = t.rid"
    )


def _choice(queries: list[Asked], text_of: Callable[[Asked], str]) -> str:
    branches = " ".join(f"WHEN {q.number} THEN {text_of(q)}" for q in queries)
    return f"CASE finding {branches} END" if queries else "CAST(NULL AS VARCHAR)"


def _among(queries: list[Asked]) -> str:
    return f"finding IN ({', '.join(str(q.number) for q in queries) or '-1'})"


def _warnings(task: Task, queries: list[Asked]) -> str:
    program = task.plan.program

    def level(query: Asked) -> str:
        branches = " ".join(f"WHEN {i} THEN {text(name)}" for i, name in enumerate(query.levels, start=1))
        return f"CASE level {branches} END"

    def feeds(query: Asked) -> str:
        return text(json.dumps(program.feeds_behind(query.finding.nodes), ensure_ascii=False))

    return (
        f"SELECT {_choice(queries, lambda q: text(q.finding.name))} AS rule, {_choice(queries, level)} AS level, "
        f"{_choice(queries, lambda q: text(_factor(q)))} AS factor, household_id, resident_id, place_code, "
        f'{_choice(queries, _values)} AS "values", {_choice(queries, partial(_thresholds, task))} AS thresholds, '
        f"{_choice(queries, partial(_sentence, task))} AS because, {_choice(queries, feeds)} AS sources "
        f"FROM named WHERE {_among(queries)} AND level < {UNDECIDED} ORDER BY finding, hid, rid"
    )


def _factor(query: Asked) -> str:
    definition = query.finding.definition
    return definition.factor if isinstance(definition, RuleDef) else ""


def _doubts(task: Task, queries: list[Asked]) -> str:
    return (
        f'SELECT {_choice(queries, lambda q: text(q.finding.name))} AS "check", household_id, resident_id, place_code, '
        f'{_choice(queries, _values)} AS "values", {_choice(queries, partial(_sentence, task))} AS message '
        f"FROM named WHERE {_among(queries)} AND level < {UNDECIDED} ORDER BY finding, hid, rid"
    )


def _benefits(task: Task, queries: list[Asked]) -> str:
    def outcome(query: Asked) -> str:
        branches = " ".join(f"WHEN {i} THEN {text(name)}" for i, name in enumerate(query.levels, start=1))
        return f"CASE level {branches} ELSE 'cannot_tell' END"

    def because(query: Asked) -> str:
        # The sentence of a benefit says why somebody is entitled; of others it would be untrue.
        undue = query.levels.index("undue") + 1 if "undue" in query.levels else 0
        return (
            f"CASE level WHEN {undue} THEN '正在享受，按现有数据不符合条件，请核实' "
            f"WHEN {UNDECIDED} THEN '数据不全，不能判断' ELSE {_sentence(task, query)} END"
        )

    def amount(query: Asked) -> str:
        if AMOUNT not in query.shown:
            return "NULL"
        due = [i for i, name in enumerate(query.levels, start=1) if name != "undue"]
        value = f"CAST(value_{query.shown.index(AMOUNT) + 1} AS DECIMAL(18, 2)) / 100"
        return f"CASE WHEN level IN ({', '.join(map(str, due))}) THEN {value} END"

    return (
        f"SELECT {_choice(queries, lambda q: text(q.finding.name))} AS benefit, {_choice(queries, outcome)} AS outcome, "
        f"household_id, resident_id, place_code, CAST({_choice(queries, amount)} AS DECIMAL(18, 2)) AS amount, "
        f'{_choice(queries, _values)} AS "values", {_choice(queries, partial(_thresholds, task))} AS thresholds, '
        f"{_choice(queries, because)} AS because, rtrim(missing, ',') AS missing "
        f"FROM named WHERE {_among(queries)} ORDER BY finding, hid, rid"
    )


def _gaps(queries: list[Asked]) -> str:
    return (
        f"SELECT household_id, resident_id, place_code, {_choice(queries, lambda q: text(q.finding.name))} AS rule, "
        f"rtrim(missing, ',') AS missing FROM named WHERE {_among(queries)} AND level = {UNDECIDED} "
        "ORDER BY finding, hid, rid"
    )


def _kind(task: Task, query: Asked, name: str) -> Kind:
    if name in query.finding.evidence:
        return query.finding.evidence[name].kind
    return task.plan.program.parameters[name].parameter.kind


def _values(query: Asked) -> str:
    fields = [
        f"{text(json.dumps(name) + ': ')} || COALESCE({_json(f'value_{i}', query.finding.evidence[name].kind)}, 'null')"
        for i, name in enumerate(query.shown, start=1)
        if name in query.finding.evidence
    ]
    return "'{' || " + " || ', ' || ".join(fields) + " || '}'" if fields else "'{}'"


def _thresholds(task: Task, query: Asked) -> str:
    fields = []
    for name in query.finding.thresholds:
        kind = _kind(task, query, name)
        if name in query.shown:
            value = f"COALESCE({_json(f'value_{query.shown.index(name) + 1}', kind)}, 'null')"
        else:
            value = text(json.dumps(plain(task.plan.values[name], kind)))
        fields.append(f"{text(json.dumps(name) + ': ')} || {value}")
    return "'{' || " + " || ', ' || ".join(fields) + " || '}'" if fields else "'{}'"


def _json(value: str, kind: Kind) -> str:
    if kind.is_number and kind.scale:
        return f"decimal_text(CAST({value} AS BIGINT), {10**kind.scale}, {kind.scale})"
    if kind.is_number or kind is Kind.BOOL:
        return value
    return f"CAST(to_json({value}) AS VARCHAR)"


def _words(value: str, kind: Kind) -> str:
    if kind is Kind.MONEY:
        return f"cents(CAST({value} AS BIGINT))"
    if kind is Kind.RATIO:
        return f"decimal_text(CAST({value} AS BIGINT), 100, 2) || '%'"
    if kind is Kind.QUANTITY:
        return f"decimal_text(CAST({value} AS BIGINT), 100, 2)"
    if kind is Kind.BOOL:
        return f"CASE {value} WHEN 'true' THEN '是' WHEN 'false' THEN '否' END"
    return value


def _sentence(task: Task, query: Asked) -> str:
    parts: list[str] = []
    last = 0
    template = query.finding.template
    for match in PLACEHOLDER.finditer(template):
        parts.append(text(template[last : match.start()]))
        name = match[1]
        kind = _kind(task, query, name)
        if name in query.shown:
            parts.append(f"COALESCE({_words(f'value_{query.shown.index(name) + 1}', kind)}, '未知')")
        else:
            parts.append(text(shown(task.plan.values[name], kind)))
        last = match.end()
    parts.append(text(template[last:]))
    return " || ".join(parts)


def write_facts(task: Task, folder: Path) -> Path:
    """Household facts in the units of files: household_id, place_code and one column per fact."""
    fields = [_outside(task, name) for name in task.plan.outputs]
    keys = f"read_parquet({text(task.frozen.household_keys)})"
    listed = ", ".join(["k.household_id", "k.place_code", *fields])
    select = f"SELECT {listed} FROM {FACTS} x JOIN {keys} k ON k.hid = x.hid ORDER BY k.hid"
    return task.write(select, folder / "facts.parquet")


def _outside(task: Task, name: str) -> str:
    kind = task.plan.facts[name].definition.kind
    if kind.is_number and kind.scale:
        return f"CAST(CAST(x.f_{name} AS DECIMAL(18,0)) / {10**kind.scale} AS DECIMAL(18,{kind.scale})) AS {name}"
    return f"x.f_{name} AS {name}"
