"""Plan (执行计划): a program settled for what was delivered: what every backend carries out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from shouwang.engine.evaluation import constant
from shouwang.engine.nodes import (
    Arithmetic,
    Call,
    Case,
    ColumnRef,
    Compare,
    FactRef,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
    OfHousehold,
    OneOf,
    Outer,
    ParameterRef,
    Related,
    children,
    rewrite,
    walk,
)
from shouwang.engine.program import CompiledFact, Finding, Program

KEYS = {"resident": "rid", "household": "hid"}
KEY_OF = {"resident_id": "rid", "household_id": "hid"}


@dataclass(frozen=True)
class Inputs:
    """What the frozen inputs hold: columns per source, which have empty cells, rows per source, and county codes."""

    columns: Mapping[str, frozenset[str]]
    nulls: frozenset[tuple[str, str]]
    rows: Mapping[str, int] = field(default_factory=dict)
    places: tuple[str, ...] | None = None  # None: places are not known, so every override may count
    single: frozenset[str] = frozenset()  # sources with at most one row per person or household

    def has(self, source: str) -> bool:
        return source in self.columns


@dataclass
class Plan:
    """The facts behind some findings and outputs, with every number that is fixed for the run written in."""

    program: Program
    inputs: Inputs
    facts: dict[str, CompiledFact]
    findings: Sequence[Finding]
    outputs: tuple[str, ...]
    values: dict[str, object]  # parameters that are the same for all households at hand
    nullable_facts: dict[str, bool] = field(default_factory=dict)

    def may_be_null(self, node: Node) -> bool:
        """Whether an expression may be unknown, given what was delivered."""
        return nullable(node, partial(_leaf_may_be_null, plan=self))

    @property
    def varying(self) -> frozenset[str]:
        """Parameters that differ among the places at hand."""
        return frozenset(self.program.parameters) - frozenset(self.values)


def make_plan(program: Program, findings: Iterable[Finding], inputs: Inputs, outputs: Iterable[str] = ()) -> Plan:
    """Settle the facts behind ``findings`` (and ``outputs``, household facts wanted for everyone)."""
    values = same_everywhere(program, inputs.places)
    findings = [_settled(finding, values) for finding in findings]
    wanted = tuple(outputs)
    nodes = [node for finding in findings for node in finding.nodes]
    needed = program.facts_needed([*nodes, *(fact_ref(program.facts[name]) for name in wanted)])
    facts = {name: replace(fact, node=_settle(fact.node, values)) for name, fact in needed.items()}
    plan = Plan(replace(program, facts=program.facts | facts), inputs, facts, findings, wanted, values)
    for name, fact in facts.items():
        plan.nullable_facts[name] = plan.may_be_null(fact.node)
    return plan


def _settled(finding: Finding, values: Mapping[str, object]) -> Finding:
    amount = None if finding.amount is None else _settle(finding.amount, values)
    conditions = {name: _settle(node, values) for name, node in finding.conditions.items()}
    return replace(finding, conditions=conditions, amount=amount)


def _settle(node: Node, values: Mapping[str, object]) -> Node:
    """The expression with every number that is fixed for this run written in, so that nothing is computed per row."""

    def change(part: Node) -> Node | None:
        if isinstance(part, ParameterRef) and values.get(part.name) is not None:
            return Literal(values[part.name], part.kind)
        if isinstance(part, Arithmetic):
            left, right = _settle(part.left, values), _settle(part.right, values)
            inner = part if left is part.left and right is part.right else replace(part, left=left, right=right)
            fixed = isinstance(left, Literal) and isinstance(right, Literal)
            return Literal(constant(inner, {}), inner.kind) if fixed else inner
        return None

    return rewrite(node, change)


def same_everywhere(program: Program, places: tuple[str, ...] | None) -> dict[str, object]:
    """Values of the parameters that are the same for all given counties."""
    found: dict[str, object] = {}
    for name, resolved in program.parameters.items():
        finer = any(len(prefix) > 6 for prefix in resolved.by_place)
        if not resolved.by_place:
            found[name] = resolved.value
        elif places and not finer and len({resolved.at(place) for place in places}) == 1:
            found[name] = resolved.at(places[0])
    return found


def fact_ref(fact: CompiledFact) -> FactRef:
    definition = fact.definition
    return FactRef(definition.entity, definition.name, definition.kind)


def direct(node: Node) -> Iterable[Node]:
    """Parts of a node that are read in its own step: not what stands inside a related expression."""
    yield node
    if not isinstance(node, Related):
        for part in children(node):
            yield from direct(part)


def used_columns(nodes: Iterable[Node], source: str) -> set[str]:
    """Names of a source's columns in some expressions, wherever they stand."""
    return {p.name for n in nodes for p in walk(n) if isinstance(p, ColumnRef) and p.source == source}


def used_parameters(nodes: Iterable[Node], plan: Plan) -> set[str]:
    """Parameters in some expressions that differ by place."""
    return {p.name for n in nodes for p in walk(n) if isinstance(p, ParameterRef)} & plan.varying


def nullable(node: Node, leaf: Callable[[Node], bool]) -> bool:
    """Whether a node may be NULL, given which leaves may."""
    match node:
        case Literal():
            return node.value is None
        case ColumnRef() | FactRef() | ParameterRef() | Outer() | OfHousehold() | Related():
            return leaf(node)
        case IsNull():
            return False
        case Not() | OneOf():
            return nullable(node.part, leaf)
        case Logic():
            return any(nullable(p, leaf) for p in node.parts)
        case Compare():
            return nullable(node.left, leaf) or nullable(node.right, leaf)
        case Case():
            return any(nullable(v, leaf) for v in (*(v for _, v in node.branches), node.otherwise))
        case Call() if node.function == "COALESCE":
            return all(nullable(a, leaf) for a in node.args)
        case Call():
            return any(nullable(a, leaf) for a in node.args)
        case Arithmetic():
            divides = node.op == "/" and not (isinstance(node.right, Literal) and node.right.value)
            return divides or nullable(node.left, leaf) or nullable(node.right, leaf)


def _leaf_may_be_null(node: Node, plan: Plan) -> bool:
    match node:
        case ColumnRef():
            held = node.name in plan.inputs.columns.get(node.source, frozenset())
            return not held or (node.source, node.name) in plan.inputs.nulls
        case FactRef():
            return plan.nullable_facts[node.name]
        case ParameterRef():
            if node.name in plan.values:
                return plan.values[node.name] is None
            resolved = plan.program.parameters[node.name]
            return resolved.value is None or None in resolved.by_place.values()
        case Outer() | OfHousehold():
            return plan.may_be_null(node.node)
        case Related():
            if not plan.inputs.has(node.source) or node.function in ("min_if", "max_if"):
                return True
            parts = [node.condition] if node.value is None else [node.condition, node.value]
            return any(plan.may_be_null(part) for part in parts)
    return True
