"""Plan (执行计划): a program and what was delivered, turned into a few named set-based SQL steps.

Facts of residents and households may build on each other in both directions. Those that others sum over are laid out in
positions, residents at even ones, households at odd ones, each reading only earlier ones; all the rest comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from shouwang.engine.model import Kind
from shouwang.engine.nodes import ColumnRef, FactRef, Node, OfHousehold, Outer, ParameterRef, Related, children, walk
from shouwang.engine.program import CompiledFact, Finding, Program
from shouwang.engine.sql import Dialect, Names, literal, nullable
from shouwang.engine.sums import Sums
from shouwang.kernel.errors import InputError

KEYS = {"resident": "rid", "household": "hid"}
KEY_OF = {"resident_id": "rid", "household_id": "hid"}
PARITY = {"resident": 0, "household": 1}


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


@dataclass(frozen=True)
class Step:
    """One SQL statement that makes a table; ``reads`` are the sources and steps it stands on.

    ``view`` steps are only names; ``kept`` ones are worth caching, because a changed threshold leaves them as they are.
    """

    name: str
    sql: str
    reads: tuple[str, ...]
    view: bool = False
    kept: bool = True


@dataclass
class Plan:
    """Steps that compute all needed facts, in order, and what the findings need of the last tables."""

    program: Program
    inputs: Inputs
    dialect: Dialect
    facts: dict[str, CompiledFact]
    findings: Sequence[Finding]
    outputs: tuple[str, ...]
    values: dict[str, object]  # parameters that are the same for all households at hand
    steps: list[Step] = field(default_factory=list)
    nullable_facts: dict[str, bool] = field(default_factory=dict)
    position: dict[str, int] = field(default_factory=dict)  # of the facts that stand in tables before the last
    placed: dict[Related, Sums] = field(default_factory=dict)

    def table(self, entity: str) -> str:
        """The table over which findings of an entity are judged."""
        return f"{entity}_last"

    @property
    def facts_table(self) -> str:
        """The table that holds ``outputs`` for every household."""
        return self.everyone("household", 1000) or "household_base"

    def everyone(self, entity: str, before: int) -> str | None:
        """The newest table of facts computed for everyone, before a position."""
        found = [p for p in self.position.values() if p % 2 == PARITY[entity] and p < before]
        return f"{entity}_{max(found)}" if found else None

    def names(self, leaf: Callable[[Node], str]) -> Names:
        """Names for one step: how it calls its leaves, and what may be unknown in these inputs."""
        return Names(leaf, self.may_be_null, self.program.as_of, self.dialect)

    def may_be_null(self, node: Node) -> bool:
        """Whether an expression may be unknown, given what was delivered."""
        return nullable(node, partial(_leaf_may_be_null, plan=self))

    def last_names(self) -> Names:
        """Leaves as ``x`` (last table of the entity) and ``h`` (last household table) call them."""
        return self.names(self._last_leaf)

    def _last_leaf(self, node: Node) -> str:
        if isinstance(node, OfHousehold) and not isinstance(node.node, ParameterRef):
            return f"h.{flat(node.node, self)}"
        text = flat(node, self)
        return f"x.{text}" if text[:2] in ("c_", "f_", "p_") else text

    @property
    def varying(self) -> frozenset[str]:
        """Parameters that differ among the places at hand."""
        return frozenset(self.program.parameters) - frozenset(self.values)


def fact_ref(fact: CompiledFact) -> FactRef:
    definition = fact.definition
    return FactRef(definition.entity, definition.name, definition.kind)


def flat(node: Node, plan: Plan) -> str:
    """Column name of a leaf in the tables of an entity."""
    match node:
        case ColumnRef():
            return f"c_{node.name}"
        case FactRef():
            return f"f_{node.name}"
        case ParameterRef():
            return parameter_sql(node, plan)
        case OfHousehold():
            inner = node.node
            return parameter_sql(inner, plan) if isinstance(inner, ParameterRef) else f"h{flat(inner, plan)}"
    raise AssertionError(f"no leaf of an entity: {node}")


def parameter_sql(node: ParameterRef, plan: Plan) -> str:
    """A parameter as a literal, or as a column where it differs by place."""
    if node.name in plan.varying:
        return f"p_{node.name}"
    return literal(plan.values[node.name], node.kind)


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


def source_column(plan: Plan, source: str, name: str, alias: str) -> str:
    """A column of a frozen source, or a typed NULL where it was not delivered."""
    if name in plan.inputs.columns.get(source, frozenset()):
        return f"{alias}{name}"
    if name in KEY_OF and (source != "households" or name == "household_id"):
        return f"{alias}{KEY_OF[name]}"
    return literal(None, plan.program.sources[source].columns[name].kind)


def direct(node: Node) -> Iterable[Node]:
    """Parts of a node that are read in its own step: not what stands inside a related expression."""
    yield node
    if not isinstance(node, Related):
        for part in children(node):
            yield from direct(part)


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


def used_columns(nodes: Iterable[Node], source: str) -> set[str]:
    """Names of a source's columns in some expressions, wherever they stand."""
    return {p.name for n in nodes for p in walk(n) if isinstance(p, ColumnRef) and p.source == source}


def used_parameters(nodes: Iterable[Node], plan: Plan) -> set[str]:
    """Parameters in some expressions that differ by place."""
    return {p.name for n in nodes for p in walk(n) if isinstance(p, ParameterRef)} & plan.varying


def varying_sql(plan: Plan, name: str) -> str:
    """A parameter that differs by place, by prefix of the place code; the longest prefix wins."""
    resolved = plan.program.parameters[name]
    kind: Kind = resolved.parameter.kind
    if "place_code" not in plan.inputs.columns["households"]:
        return literal(resolved.value, kind)
    prefixes = sorted(resolved.by_place.items(), key=lambda item: -len(item[0]))
    if not all(prefix.isdigit() for prefix, _ in prefixes):
        raise InputError(f"参数 {name} 的 places 要用区划代码的数字前缀。", "如 431003。")
    branches = " ".join(f"WHEN x.place_code LIKE '{p}%' THEN {literal(v, kind)}" for p, v in prefixes)
    return f"CASE {branches} ELSE {literal(resolved.value, kind)} END"
