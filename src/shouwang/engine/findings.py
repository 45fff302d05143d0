"""Findings as a run asks for them (判定): their number, what is shown beside a hit, and the shape of hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shouwang.engine.model import Kind
from shouwang.engine.nodes import ColumnRef, FactRef, Node, OfHousehold, ParameterRef, walk
from shouwang.engine.plan import Plan
from shouwang.engine.program import HOISTED, SHOWN, Finding

UNDECIDED = 9
AMOUNT = "amount of benefit"  # the name under which a benefit's amount is shown; no evidence can be called so
HIT_FIELDS = ("finding", "level", "hid", "rid", "missing", *(f"value_{i}" for i in range(1, SHOWN + 1)))
HIT_SCHEMA = pa.schema(
    [
        ("finding", pa.int32()),
        ("level", pa.int32()),
        ("hid", pa.int64()),
        ("rid", pa.int64()),
        *((name, pa.string()) for name in HIT_FIELDS[4:]),
    ]
)


def by_finding(hits: pa.Table) -> dict[int, pa.Table]:
    """Hits of a whole run, parted by finding and in the order of hid and rid."""
    hits = hits.sort_by([(name, "ascending") for name in ("finding", "hid", "rid")])
    numbers, starts = np.unique(np.array(hits["finding"].to_pylist(), dtype=np.int64), return_index=True)
    ends = [*starts[1:], len(hits)][: len(starts)]
    parts = zip(numbers, starts, ends, strict=True)
    return {int(number): hits.slice(start, end - start).drop_columns("finding") for number, start, end in parts}


def in_text(hits: Mapping[int, pa.Table]) -> pa.Table:
    """All hits of a run as one table, values as text: what engines are compared by."""
    tables = []
    for number, table in sorted(hits.items()):
        columns = {name: table[name] for name in table.column_names}
        columns["finding"] = pa.repeat(pa.scalar(number, pa.int32()), len(table))
        found = [
            columns[f.name].cast(f.type) if f.name in columns else pa.nulls(len(table), f.type) for f in HIT_SCHEMA
        ]
        tables.append(pa.table(found, schema=HIT_SCHEMA))
    return pa.concat_tables(tables) if tables else HIT_SCHEMA.empty_table()


@dataclass(frozen=True)
class Asked:
    """One finding of a run; ``shown`` names what value_1 … hold: evidence, then thresholds that vary by place.

    The level of a hit counts ``levels`` from 1 in order of weight; 9 means that none holds and one is unknown.
    """

    number: int
    finding: Finding
    shown: tuple[str, ...]

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.finding.conditions)

    def node(self, name: str) -> Node:
        """What is shown under a name."""
        if name == AMOUNT and self.finding.amount is not None:
            return self.finding.amount
        evidence = self.finding.evidence
        return evidence[name] if name in evidence else ParameterRef(name, Kind.INTEGER)


def asked(plan: Plan) -> list[Asked]:
    """The findings of a plan, numbered."""
    return [_asked(plan, number, finding) for number, finding in enumerate(plan.findings)]


def _asked(plan: Plan, number: int, finding: Finding) -> Asked:
    varying = [name for name in finding.thresholds if name in plan.varying]
    amount = [AMOUNT] if finding.amount is not None else []
    return Asked(number, finding, tuple(dict.fromkeys([*finding.evidence, *varying, *amount]))[:SHOWN])


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
