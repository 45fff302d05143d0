"""Reference backend (参照实现): one household at a time in plain Python, with the steps of every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shouwang.engine.evaluation import Surroundings, evaluate, fold
from shouwang.engine.nodes import ColumnRef, FactRef, ParameterRef, Related
from shouwang.engine.program import Finding, Program

Row = Mapping[str, Any]


@dataclass
class HouseholdFile:
    """One household with all its rows (一户的全部资料), values in engine units; a feed not in ``tables`` is unknown."""

    program: Program
    household: Row
    tables: Mapping[str, Sequence[Row]]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    _facts: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def residents(self) -> Sequence[Row]:
        return self.tables.get("residents", ())

    def parameter(self, name: str) -> Any:
        if name in self.overrides:
            return self.overrides[name]
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
        rows = self.file.rows(node.source, self.resident)
        if rows is None:
            return None
        dated = self.file.program.sources[node.source].date
        seen = [row for row in rows if _inside(row.get(dated) if dated else None, node)]
        return fold(node.function, [self._judged(node, row) for row in seen])

    def _judged(self, node: Related, row: Row) -> tuple[bool | None, Any]:
        around = Around(self.as_of, self.file, node.source, row, self.resident, self)
        condition = evaluate(node.condition, around)
        return condition, None if node.value is None else evaluate(node.value, around)


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
