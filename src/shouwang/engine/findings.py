"""Rules and checks over the computed facts (判定): one SELECT per finding, the grounds beside each hit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shouwang.engine.model import Kind
from shouwang.engine.nodes import ColumnRef, FactRef, Node, OfHousehold, ParameterRef, walk
from shouwang.engine.plan import Plan
from shouwang.engine.program import HOISTED, SHOWN, Finding
from shouwang.engine.sql import to_sql

UNDECIDED = 9
VALUES = SHOWN


@dataclass(frozen=True)
class FindingQuery:
    """The SELECT of one finding; ``shown`` names what value_1 … hold: evidence, then thresholds that vary by place."""

    number: int
    finding: Finding
    sql: str
    shown: tuple[str, ...]
    levels: tuple[str, ...]


def finding_queries(plan: Plan, findings: Iterable[Finding]) -> list[FindingQuery]:
    """One query per finding over what ``judging`` has judged: (finding, level, hid, rid, missing, value_1 … value_12).

    ``level`` counts the finding's conditions from 1 in order of weight; 9 means that none holds and one is unknown.
    """
    return [_query(plan, number, finding) for number, finding in enumerate(findings)]


def judging(plan: Plan, queries: Iterable[FindingQuery], entity: str) -> str:
    """All conditions judged in one pass: the last table of an entity with a level per finding, where any is not 0."""
    mine = [q for q in queries if q.finding.entity == entity]
    levels = [f"{_level(plan, q.finding)} AS level_{q.number}" for q in mine]
    reaches = any(isinstance(p, OfHousehold) for q in mine for n in q.finding.conditions.values() for p in walk(n))
    home = f" JOIN {plan.table('household')} h ON h.hid = x.hid" if reaches else ""
    judged = f"SELECT {', '.join(['x.*', *levels])} FROM {plan.table(entity)} x{home}"
    return f"SELECT * FROM ({judged}) j WHERE {' OR '.join(f'level_{q.number} > 0' for q in mine) or 'FALSE'}"


def _query(plan: Plan, number: int, finding: Finding) -> FindingQuery:
    names = plan.last_names()
    varying = [t for t in finding.thresholds if t in plan.varying]
    nodes = {**finding.evidence, **{t: ParameterRef(t, Kind.INTEGER) for t in varying}}
    shown = tuple(nodes)[:VALUES]
    values = [f"CAST({to_sql(nodes[name], names)} AS VARCHAR(60))" for name in shown]
    values += ["CAST(NULL AS VARCHAR(60))"] * (VALUES - len(values))
    rid = "x.rid" if finding.entity == "resident" else "CAST(NULL AS BIGINT)"
    missing, home = _missing(plan, finding, number)
    fields = [
        f"{number} AS finding",
        f"level_{number} AS level",
        "x.hid AS hid",
        f"{rid} AS rid",
        f"{missing} AS missing",
    ]
    fields += [f"{value} AS value_{i}" for i, value in enumerate(values, start=1)]
    text = f"SELECT {', '.join(fields)} FROM judged_{finding.entity} x{home} WHERE level_{number} > 0"
    return FindingQuery(number, finding, text, shown, tuple(finding.conditions))


def _condition(plan: Plan, node: Node) -> str:
    return to_sql(node, plan.last_names())


def _level(plan: Plan, finding: Finding) -> str:
    branches = [f"WHEN {_condition(plan, n)} THEN {i}" for i, n in enumerate(finding.conditions.values(), start=1)]
    doubts = [n for n in finding.conditions.values() if plan.last_names().nullable(n)]
    if doubts:
        # Reached only where no condition is true, so an unknown one is what keeps the rule undecided.
        unknown = " OR ".join(f"{_condition(plan, n)} IS NULL" for n in doubts)
        branches.append(f"WHEN {unknown} THEN {UNDECIDED}")
    return f"CASE {' '.join(branches)} ELSE 0 END"


def leaves(finding: Finding) -> dict[str, Node]:
    """What the conditions of a finding read directly, by the name a gap is reported under."""
    found: dict[str, Node] = {}
    for node in finding.conditions.values():
        for part in walk(node):
            if isinstance(part, OfHousehold):
                found.setdefault(_leaf_name(part.node), part)
            elif isinstance(part, FactRef | ParameterRef | ColumnRef):
                found.setdefault(_leaf_name(part), part)
    return found


def _leaf_name(node: Node) -> str:
    name = str(getattr(node, "name", ""))
    return name.removeprefix(HOISTED).partition("_")[2] if name.startswith(HOISTED) else name


def _missing(plan: Plan, finding: Finding, number: int) -> tuple[str, str]:
    names = plan.last_names()
    if not any(names.nullable(node) for node in finding.conditions.values()):
        return "CAST(NULL AS VARCHAR(400))", ""
    doubts = {name: leaf for name, leaf in leaves(finding).items() if names.nullable(leaf)}
    if not doubts:
        return f"CASE WHEN level_{number} = {UNDECIDED} THEN '' ELSE NULL END", ""
    parts = [f"CASE WHEN {to_sql(leaf, names)} IS NULL THEN '{name},' ELSE '' END" for name, leaf in doubts.items()]
    reaches = any(isinstance(leaf, OfHousehold) for leaf in doubts.values())
    home = f" JOIN {plan.table('household')} h ON h.hid = x.hid" if reaches else ""
    return f"CASE WHEN level_{number} = {UNDECIDED} THEN {' || '.join(parts)} ELSE NULL END", home


def union(queries: Iterable[FindingQuery]) -> str:
    """All findings as one statement."""
    return " UNION ALL ".join(query.sql for query in queries)
