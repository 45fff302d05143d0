"""Reference backend (参照实现): one household at a time in plain Python, with the steps of every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from shouwang.engine.evaluation import Surroundings, evaluate, fold
from shouwang.engine.findings import HIT_SCHEMA, UNDECIDED, Asked, by_finding, leaves
from shouwang.engine.frozen import Frozen
from shouwang.engine.nodes import ColumnRef, FactRef, ParameterRef, Related
from shouwang.engine.one_household import FrozenRows
from shouwang.engine.program import Finding, Program
from shouwang.engine.task import Task, fact_schema

Row = Mapping[str, Any]


@dataclass
class HouseholdFile:
    """One household with all its rows (一户的全部资料), values in engine units; a feed not in ``tables`` is unknown."""

    program: Program
    household: Row
    tables: Mapping[str, Sequence[Row]]
    _facts: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def residents(self) -> Sequence[Row]:
        return self.tables.get("residents", ())

    def parameter(self, name: str) -> Any:
        return self.program.parameters[name].at(self.household.get("place_code"))

    def around(self, resident: Row | None = None) -> Around:
        """Surroundings of the household, or of one of its residents."""
        source = "households" if resident is None else "residents"
        return Around(self.program.as_of, self, source, self.household if resident is None else resident, resident)

    def fact(self, name: str, resident: Row | None = None) -> Any:
        """Value of a fact; kept, so that each is computed once."""
        key = (name, "" if resident is None else str(resident["resident_id"]))
        if key not in self._facts:
            self._facts[key] = evaluate(self.program.facts[name].node, self.around(resident))
        return self._facts[key]

    def rows(self, source: str, resident: Row | None) -> Sequence[Row] | None:
        """Rows of a source that belong to the household or one resident; None where it was not delivered."""
        rows = self.tables.get(source, () if source == "residents" else None)
        if rows is None:
            return None
        if resident is None:
            return rows
        return [row for row in rows if row.get("resident_id") == resident["resident_id"]]

    def outcomes(self, finding: Finding) -> list[tuple[Row | None, dict[str, bool | None]]]:
        """Truth of each condition of a rule, check or benefit, for the household or each resident."""
        subjects: Sequence[Row | None] = [None] if finding.entity == "household" else list(self.residents)
        return [
            (subject, {name: evaluate(node, self.around(subject)) for name, node in finding.conditions.items()})
            for subject in subjects
        ]


@dataclass(frozen=True)
class Around(Surroundings):
    file: HouseholdFile
    source: str
    row: Row
    resident: Row | None
    asker: Around | None = None

    def column(self, ref: ColumnRef) -> Any:
        return self.row.get(ref.name)

    def fact(self, ref: FactRef) -> Any:
        if ref.entity == "household":
            return self.file.fact(ref.name)
        return self.file.fact(ref.name, self.row if self.source == "residents" else self.resident)

    def parameter(self, ref: ParameterRef) -> Any:
        return self.file.parameter(ref.name)

    def outer(self) -> Surroundings:
        return self.asker or self

    def household(self) -> Surroundings:
        return self.file.around()

    def related(self, node: Related) -> Any:
        seen = self.inside(node)
        return None if seen is None else fold(node.function, [_judged(node, row) for row in seen])

    def inside(self, node: Related) -> list[Around] | None:
        """The rows that a sum looks at, each with its surroundings; None where the source was not delivered."""
        rows = self.file.rows(node.source, self.resident)
        if rows is None:
            return None
        dated = self.file.program.sources[node.source].date
        seen = [row for row in rows if _inside(row.get(dated) if dated else None, node)]
        return [Around(self.as_of, self.file, node.source, row, self.resident, self) for row in seen]


def _judged(node: Related, row: Around) -> tuple[bool | None, Any]:
    return evaluate(node.condition, row), None if node.value is None else evaluate(node.value, row)


def _inside(day: date | None, node: Related) -> bool:
    if node.after is None and node.until is None:
        return True
    if day is None:
        return False
    return (node.after is None or day > node.after) and (node.until is None or day <= node.until)


def level_of(conditions: Mapping[str, bool | None]) -> str | None:
    """The level of a rule: the first condition that holds; ``undecided`` where none holds but one is unknown."""
    for level, value in conditions.items():
        if value is True:
            return level
    return "undecided" if None in conditions.values() else None


# --- over everyone ----------------------------------------------------------------------------------------------------


def find(task: Task) -> None:
    """Carry out a task, household by household; for small inputs and for checks of the others."""
    hits: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    outputs = task.plan.outputs
    for hid, file in _household_files(task.plan.program, task.frozen):
        facts.append({"hid": hid} | {f"f_{name}": file.fact(name) for name in outputs})
        for query in task.queries:
            hits.extend(_hits(query, hid, file))
    task.hits = by_finding(pa.Table.from_pylist(hits, schema=HIT_SCHEMA))
    if outputs:
        task.facts = pa.Table.from_pylist(facts, schema=fact_schema(task.plan))


def household_file_of(program: Program, frozen: Frozen, household_id: str) -> HouseholdFile | None:
    """One household of the frozen inputs with all its rows; None where it is not among them.

    Its residents carry the ids of the register.
    """
    tables = dict(FrozenRows(frozen, household_id))
    return HouseholdFile(program, tables.pop("households")[0], tables) if tables else None


def _household_files(program: Program, frozen: Frozen) -> Iterator[tuple[int, HouseholdFile]]:
    """Every household of the frozen inputs as the reference backend reads it; for small inputs and checks."""
    tables: dict[str, dict[int, list[Row]]] = {}
    for name, table in frozen.tables.items():
        rows = table.table().to_pylist()
        grouped: dict[int, list[Row]] = {}
        for row in rows:
            row["resident_id"], row["household_id"] = row.get("rid"), row["hid"]
            grouped.setdefault(row["hid"], []).append(row)
        tables[name] = grouped
    for hid, rows in sorted(tables["households"].items()):
        related = {name: found.get(hid, []) for name, found in tables.items() if name != "households"}
        yield hid, HouseholdFile(program, rows[0], related)


def _hits(query: Asked, hid: int, file: HouseholdFile) -> Iterator[dict[str, Any]]:
    for subject, conditions in file.outcomes(query.finding):
        values = list(conditions.values())
        level = values.index(True) + 1 if True in values else UNDECIDED if None in values else 0
        if level == 0:
            continue
        hit: dict[str, Any] = {"finding": query.number, "level": level, "hid": hid}
        hit["rid"] = subject["rid"] if subject is not None else None
        if level == UNDECIDED:
            around = file.around(subject)
            unknown = [n for n, leaf in leaves(query.finding).items() if evaluate(leaf, around) is None]
            hit["missing"] = "".join(f"{name}," for name in unknown)
        yield hit | {
            f"value_{i}": _text(evaluate(query.node(n), file.around(subject)))
            for i, n in enumerate(query.shown, start=1)
        }


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
