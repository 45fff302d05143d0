"""A program (编译后的规则): the definitions of a pack, parsed, type-checked and valued for one day, ready for a backend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shouwang.engine.model import (
    BenefitDef,
    CheckDef,
    Definition,
    FactDef,
    GateDef,
    Kind,
    Parameter,
    RuleDef,
    Source,
)
from shouwang.engine.nodes import ColumnRef, FactRef, IsNull, Literal, Node, Related, rewrite, walk
from shouwang.engine.parameters import Resolved

HOISTED = "sum_of_rows_"  # facts made of sums that stand in a condition
SHOWN = 12  # values that a warning can carry: evidence and thresholds that differ by place
BARRED = "不属于："  # before the title of an exclusion
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True)
class Definitions:
    """Everything a pack says, before it is valued for a day."""

    sources: dict[str, Source] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    facts: dict[str, FactDef] = field(default_factory=dict)
    rules: dict[str, RuleDef] = field(default_factory=dict)
    checks: dict[str, CheckDef] = field(default_factory=dict)
    benefits: dict[str, BenefitDef] = field(default_factory=dict)
    gates: dict[str, GateDef] = field(default_factory=dict)

    @property
    def findings(self) -> Iterator[Definition]:
        """Everything that is found out about households and residents."""
        for kind in (self.rules, self.checks, self.benefits, self.gates):
            yield from kind.values()


@dataclass(frozen=True)
class CompiledFact:
    definition: FactDef
    node: Node


@dataclass(frozen=True)
class Finding:
    """A compiled rule, check, benefit or gate: named conditions over facts, and what to show when one holds.

    ``steps`` are the grounds of a benefit as they are written, to explain it by; an exclusion stands negated.
    """

    definition: Definition
    conditions: dict[str, Node]
    evidence: dict[str, Node]
    thresholds: tuple[str, ...]
    amount: Node | None = None
    steps: tuple[tuple[str, Node], ...] = ()
    written_amount: Node | None = None

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def entity(self) -> str:
        return self.definition.entity

    @property
    def nodes(self) -> list[Node]:
        extra = [self.amount] if self.amount is not None else []
        return [*self.conditions.values(), *self.evidence.values(), *extra]

    @property
    def template(self) -> str:
        text = self.definition.message if isinstance(self.definition, CheckDef) else self.definition.because
        return text or self.definition.title


@dataclass(frozen=True)
class Program:
    """A pack on one day: what every backend carries out."""

    as_of: date
    definitions: Definitions
    facts: dict[str, CompiledFact]
    rules: dict[str, Finding]
    checks: dict[str, Finding]
    benefits: dict[str, Finding]
    gates: dict[str, Finding]
    parameters: dict[str, Resolved]

    @property
    def sources(self) -> dict[str, Source]:
        return self.definitions.sources

    def facts_needed(self, nodes: Iterable[Node]) -> dict[str, CompiledFact]:
        """The facts that the nodes stand on, dependencies first."""
        ordered: dict[str, CompiledFact] = {}

        def visit(node: Node) -> None:
            for part in walk(node):
                if isinstance(part, FactRef) and part.name not in ordered:
                    fact = self.facts[part.name]
                    visit(fact.node)
                    ordered[part.name] = fact

        for node in nodes:
            visit(node)
        return ordered

    def feeds_behind(self, nodes: Iterable[Node]) -> tuple[str, ...]:
        """The department feeds that the nodes draw on, directly or through facts."""
        nodes = list(nodes)
        found: dict[str, None] = {}
        for node in [*nodes, *(fact.node for fact in self.facts_needed(nodes).values())]:
            for part in walk(node):
                if isinstance(part, Related) and self.sources[part.source].kind == "feed":
                    found[part.source] = None
        return tuple(sorted(found))


def for_columns(
    program: Program, findings: Sequence[Finding], held: Mapping[str, frozenset[str]]
) -> tuple[Program, list[Finding]]:
    """Program and findings for tables that lack columns: ``x IS NULL`` says nothing where ``x`` was never delivered.

    A window says nothing where the dates were not.
    """

    def change(node: Node) -> Node | None:
        if isinstance(node, IsNull) and isinstance(node.part, ColumnRef) and not _held(node.part, held):
            return Literal(None, Kind.BOOL)
        if isinstance(node, Related) and _undated(node):
            return Literal(None, node.kind)
        return None

    def _undated(node: Related) -> bool:
        dated = program.sources[node.source].date
        windowed = dated is not None and (node.after is not None or node.until is not None)
        return windowed and not _held(ColumnRef(node.source, str(dated), Kind.DATE), held)

    facts = {name: replace(fact, node=rewrite(fact.node, change)) for name, fact in program.facts.items()}
    changed = [
        replace(
            one,
            conditions={name: rewrite(node, change) for name, node in one.conditions.items()},
            amount=None if one.amount is None else rewrite(one.amount, change),
            steps=tuple((title, rewrite(node, change)) for title, node in one.steps),
            written_amount=None if one.written_amount is None else rewrite(one.written_amount, change),
        )
        for one in findings
    ]
    return replace(program, facts=facts), changed


def _held(ref: ColumnRef, held: Mapping[str, frozenset[str]]) -> bool:
    columns = held.get(ref.source)
    return columns is None or ref.name in columns or ref.name in ("resident_id", "household_id")
