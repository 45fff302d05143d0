"""Rules and checks over the last tables (判定): one pass for all levels, one SELECT per finding for the grounds."""

from __future__ import annotations

from collections.abc import Iterable

from shouwang.engine.findings import UNDECIDED, Asked, leaves
from shouwang.engine.nodes import Node, OfHousehold, walk
from shouwang.engine.program import SHOWN, Finding
from shouwang.engine.sql.expressions import to_sql
from shouwang.engine.sql.steps import Layout


def judging(layout: Layout, queries: Iterable[Asked], entity: str) -> str:
    """All conditions judged in one pass: the last table of an entity with a level per finding, where any is not 0."""
    mine = [q for q in queries if q.finding.entity == entity]
    levels = [f"{level(layout, q.finding)} AS level_{q.number}" for q in mine]
    reaches = any(isinstance(p, OfHousehold) for q in mine for n in q.finding.conditions.values() for p in walk(n))
    home = f" JOIN {layout.table('household')} h ON h.hid = x.hid" if reaches else ""
    judged = f"SELECT {', '.join(['x.*', *levels])} FROM {layout.table(entity)} x{home}"
    return f"SELECT * FROM ({judged}) j WHERE {' OR '.join(f'level_{q.number} > 0' for q in mine) or 'FALSE'}"


def hits(layout: Layout, query: Asked) -> str:
    """SELECT of the hits of one finding over what ``judging`` has judged."""
    names, number, entity = layout.last_names(), query.number, query.finding.entity
    values = [f"CAST({to_sql(query.node(name), names)} AS VARCHAR(60))" for name in query.shown]
    values += ["CAST(NULL AS VARCHAR(60))"] * (SHOWN - len(values))
    rid = "x.rid" if entity == "resident" else "CAST(NULL AS BIGINT)"
    missing, home = _missing(layout, query.finding, number)
    fields = [
        f"{number} AS finding",
        f"level_{number} AS level",
        "x.hid AS hid",
        f"{rid} AS rid",
        f"{missing} AS missing",
    ]
    fields += [f"{value} AS value_{i}" for i, value in enumerate(values, start=1)]
    return f"SELECT {', '.join(fields)} FROM judged_{entity} x{home} WHERE level_{number} > 0"


def union(layout: Layout, queries: Iterable[Asked]) -> str:
    """All hits as one statement."""
    return " UNION ALL ".join(hits(layout, query) for query in queries)


def _condition(layout: Layout, node: Node) -> str:
    return to_sql(node, layout.last_names())


def level(layout: Layout, finding: Finding) -> str:
    """The level of a finding as an expression: 0 where no condition holds and none is unknown."""
    branches = [f"WHEN {_condition(layout, n)} THEN {i}" for i, n in enumerate(finding.conditions.values(), start=1)]
    doubts = [n for n in finding.conditions.values() if layout.last_names().nullable(n)]
    if doubts:
        # Reached only where no condition is true, so an unknown one is what keeps the rule undecided.
        unknown = " OR ".join(f"{_condition(layout, n)} IS NULL" for n in doubts)
        branches.append(f"WHEN {unknown} THEN {UNDECIDED}")
    return f"CASE {' '.join(branches)} ELSE 0 END"


def _missing(layout: Layout, finding: Finding, number: int) -> tuple[str, str]:
    names = layout.last_names()
    if not any(names.nullable(node) for node in finding.conditions.values()):
        return "CAST(NULL AS VARCHAR(400))", ""
    doubts = {name: leaf for name, leaf in leaves(finding).items() if names.nullable(leaf)}
    if not doubts:
        return f"CASE WHEN level_{number} = {UNDECIDED} THEN '' ELSE NULL END", ""
    parts = [f"CASE WHEN {to_sql(leaf, names)} IS NULL THEN '{name},' ELSE '' END" for name, leaf in doubts.items()]
    reaches = any(isinstance(leaf, OfHousehold) for leaf in doubts.values())
    home = f" JOIN {layout.table('household')} h ON h.hid = x.hid" if reaches else ""
    return f"CASE WHEN level_{number} = {UNDECIDED} THEN {' || '.join(parts)} ELSE NULL END", home
