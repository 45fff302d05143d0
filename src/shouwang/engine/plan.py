"""Plan (执行计划): a program and what was delivered, turned into a few named set-based SQL steps.

Facts of residents and households may build on each other in both directions, so they are laid out in positions:
residents at even positions, households at odd ones, each position reading only what earlier ones have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from shouwang.engine.model import (
    ColumnRef,
    FactRef,
    Kind,
    Literal,
    Node,
    OfHousehold,
    Outer,
    ParameterRef,
    Related,
    children,
    walk,
)
from shouwang.engine.program import CompiledFact, Finding, Program
from shouwang.engine.sql import DUCKDB, Dialect, Names, literal, nullable, to_sql

KEYS = {"resident": "rid", "household": "hid"}
PARITY = {"resident": 0, "household": 1}


@dataclass(frozen=True)
class Inputs:
    """What the frozen inputs hold: columns per source, and which of them have empty cells."""

    columns: Mapping[str, frozenset[str]]
    nulls: frozenset[tuple[str, str]]

    def has(self, source: str) -> bool:
        return source in self.columns


@dataclass(frozen=True)
class Step:
    """One SQL statement that makes a table; ``reads`` are the sources and steps it stands on."""

    name: str
    sql: str
    reads: tuple[str, ...]
    view: bool = False


@dataclass
class Layout:
    """Where every fact is computed, and which may be unknown."""

    position: dict[str, int] = field(default_factory=dict)
    nullable: dict[str, bool] = field(default_factory=dict)

    def last(self, entity: str) -> int:
        found = [p for p in self.position.values() if p % 2 == PARITY[entity]]
        return max(found, default=PARITY[entity] - 2)

    def table(self, entity: str, before: int) -> str:
        """The newest table of an entity that exists before a position."""
        found = [p for p in self.position.values() if p % 2 == PARITY[entity] and p < before]
        return f"{entity}_{max(found)}" if found else f"{entity}_base"


@dataclass(frozen=True)
class Plan:
    """Steps that compute all needed facts, in order, and what the findings need of the last tables."""

    program: Program
    inputs: Inputs
    layout: Layout
    steps: tuple[Step, ...]
    facts: dict[str, CompiledFact]
    varying: frozenset[str]
    dialect: Dialect

    def table(self, entity: str) -> str:
        return self.layout.table(entity, 1000)

    def names(self, leaf: Callable[[Node], str]) -> Names:
        """Names for one step: how it calls its leaves, and what may be unknown in these inputs."""
        doubt = partial(_may_be_null, plan=self)
        return Names(leaf, partial(nullable, leaf=doubt), self.program.as_of, self.dialect)

    def last_names(self) -> Names:
        """Leaves as ``x`` (last table of the entity) and ``h`` (last household table) call them."""
        return self.names(self._last_leaf)

    def _last_leaf(self, node: Node) -> str:
        if isinstance(node, OfHousehold) and not isinstance(node.node, ParameterRef):
            return f"h.{_flat(node.node, self)}"
        flat = _flat(node, self)
        return f"x.{flat}" if flat[:2] in ("c_", "f_", "p_") else flat


def make_plan(
    program: Program,
    findings: Iterable[Finding],
    inputs: Inputs,
    *,
    dialect: Dialect = DUCKDB,
    outputs: Iterable[str] = (),
) -> Plan:
    """Lay out the facts behind ``findings`` (and ``outputs``, names of facts wanted as such) in set-based steps."""
    nodes = [node for finding in findings for node in finding.nodes]
    nodes += [FactRef(program.facts[n].definition.entity, n, program.facts[n].definition.kind) for n in outputs]
    facts = program.facts_needed(nodes)
    varying = frozenset(n for n, r in program.parameters.items() if r.by_place)
    layout = Layout()
    for name, fact in facts.items():
        layout.position[name] = _position(fact, layout)
    plan = Plan(program, inputs, layout, (), facts, varying, dialect)
    for name, fact in facts.items():
        layout.nullable[name] = nullable(fact.node, partial(_may_be_null, plan=plan))
    return Plan(program, inputs, layout, tuple(_steps(plan, nodes)), facts, varying, dialect)


def _position(fact: CompiledFact, layout: Layout) -> int:
    entity = fact.definition.entity
    found = PARITY[entity]
    for node in walk(fact.node):
        if isinstance(node, FactRef):
            inner = layout.position[node.name]
            found = max(found, inner)
        if isinstance(node, Related):
            for part in walk(node)[1:]:
                if isinstance(part, FactRef):
                    found = max(found, layout.position[part.name] + 1)
    return found if found % 2 == PARITY[entity] else found + 1


# --- leaves ---------------------------------------------------------------------------------------------------------


def _flat(node: Node, plan: Plan) -> str:
    match node:
        case ColumnRef():
            return f"c_{node.name}"
        case FactRef():
            return f"f_{node.name}"
        case ParameterRef():
            return parameter_sql(node, plan)
        case OfHousehold():
            inner = node.node
            return parameter_sql(inner, plan) if isinstance(inner, ParameterRef) else f"h{_flat(inner, plan)}"
    raise AssertionError(f"no leaf of an entity: {node}")


def parameter_sql(node: ParameterRef, plan: Plan) -> str:
    if node.name in plan.varying:
        return f"p_{node.name}"
    return literal(plan.program.parameters[node.name].value, node.kind)


def _may_be_null(node: Node, plan: Plan) -> bool:
    match node:
        case ColumnRef():
            held = node.name in plan.inputs.columns.get(node.source, frozenset())
            return not held or (node.source, node.name) in plan.inputs.nulls
        case FactRef():
            return plan.layout.nullable[node.name]
        case ParameterRef():
            resolved = plan.program.parameters[node.name]
            return resolved.value is None or None in resolved.by_place.values()
        case Outer() | OfHousehold():
            return nullable(node.node, partial(_may_be_null, plan=plan))
        case Related():
            if not plan.inputs.has(node.source) or node.function in ("min_if", "max_if"):
                return True
            parts = [node.condition] if node.value is None else [node.condition, node.value]
            return any(nullable(p, partial(_may_be_null, plan=plan)) for p in parts)
    return True


# --- steps ----------------------------------------------------------------------------------------------------------


def _steps(plan: Plan, wanted: list[Node]) -> Iterable[Step]:
    every = [*wanted, *(fact.node for fact in plan.facts.values())]
    yield _base(plan, "household", every)
    yield _base(plan, "resident", every)
    for position in sorted({*plan.layout.position.values()}):
        entity = "resident" if position % 2 == 0 else "household"
        here = {n: f for n, f in plan.facts.items() if plan.layout.position[n] == position}
        groups = _groups(plan, here, entity, position)
        for number, (source, nodes) in enumerate(groups.items()):
            yield _aggregate(plan, entity, position, f"sum_{position}_{number}", source, nodes)
        yield _entity_table(plan, entity, position, here, groups, wanted)


def _base(plan: Plan, entity: str, every: list[Node]) -> Step:
    source = f"{entity}s"
    columns = sorted({n.name for node in every for n in walk(node) if isinstance(n, ColumnRef) and n.source == source})
    keys = ("rid", "hid") if entity == "resident" else ("hid",)
    fields = [f"x.{key}" for key in keys]
    fields += [f"{_source_column(plan, source, name, 'x.')} AS c_{name}" for name in columns]
    used = {n.name for node in every for n in walk(node) if isinstance(n, ParameterRef)}
    varying = sorted(plan.varying & used)
    if entity == "household":
        fields += [f"{_varying(plan, n)} AS p_{n}" for n in varying]
        return Step("household_base", f"SELECT {', '.join(fields)} FROM {source} x", (source,), view=True)
    fields += [f"h.p_{n}" for n in varying]
    joined = " JOIN household_base h ON h.hid = x.hid" if varying else ""
    reads = (source, "household_base") if varying else (source,)
    return Step("resident_base", f"SELECT {', '.join(fields)} FROM {source} x{joined}", reads, view=True)


def _source_column(plan: Plan, source: str, name: str, alias: str) -> str:
    if name in plan.inputs.columns.get(source, frozenset()):
        return f"{alias}{name}"
    return literal(None, plan.program.sources[source].columns[name].kind)


def _varying(plan: Plan, name: str) -> str:
    resolved = plan.program.parameters[name]
    kind = resolved.parameter.kind
    prefixes = sorted(resolved.by_place.items(), key=lambda item: -len(item[0]))
    branches = " ".join(f"WHEN place_code LIKE '{_digits(p)}%' THEN {literal(v, kind)}" for p, v in prefixes)
    return f"CASE {branches} ELSE {literal(resolved.value, kind)} END"


def _digits(prefix: str) -> str:
    assert prefix.isdigit(), prefix
    return prefix


def _groups(plan: Plan, facts: dict[str, CompiledFact], entity: str, position: int) -> dict[str, dict[Related, str]]:
    groups: dict[str, dict[Related, str]] = {}
    for fact in facts.values():
        for node in walk(fact.node):
            if isinstance(node, Related) and plan.inputs.has(node.source):
                nodes = groups.setdefault(node.source, {})
                nodes.setdefault(node, f"a_{position}_{node.source}_{len(nodes)}")
    return groups


def _aggregate(plan: Plan, entity: str, position: int, name: str, source: str, nodes: dict[Related, str]) -> Step:
    key = KEYS[entity]
    table = plan.layout.table("resident", position) if source == "residents" else source
    asker = plan.layout.table(entity, position)
    needs_asker = any(_asks(part, plan) for node in nodes for part in walk(node)[1:])
    fields = [f"s.{key} AS {key}"]
    fields += [f"{_aggregated(plan, node)} AS {alias}" for node, alias in nodes.items()]
    asked = f" JOIN {asker} e ON e.{key} = s.{key}" if needs_asker else ""
    where = _widest_window(plan, source, nodes)
    text = f"SELECT {', '.join(fields)} FROM {table} s{asked} WHERE s.{key} IS NOT NULL{where} GROUP BY s.{key}"
    return Step(name, text, (table, asker) if needs_asker else (table,))


def _asks(node: Node, plan: Plan) -> bool:
    return isinstance(node, Outer) or (isinstance(node, ParameterRef) and node.name in plan.varying)


def _widest_window(plan: Plan, source: str, nodes: dict[Related, str]) -> str:
    dated = plan.program.sources[source].date
    after = [node.after for node in nodes]
    if dated is None or any(a is None for a in after):
        return ""
    earliest = min(a for a in after if a is not None)
    return f" AND s.{'c_' if source == 'residents' else ''}{dated} > {literal(earliest, Kind.DATE)}"


def _aggregated(plan: Plan, node: Related) -> str:
    names = _inner_names(plan, node)
    dated = plan.program.sources[node.source].date
    bounds = _bounds(f"s.{dated}", node.after, node.until) if dated else []
    condition = to_sql(node.condition, names)
    held = [*bounds, *([] if node.condition == Literal(True, Kind.BOOL) else [condition])]
    if node.function == "all_if":
        held = [*bounds, f"(NOT {condition})"]
    unknown = _unknown_rows(node, names, bounds, condition)
    value = to_sql(node.value, names) if node.value is not None else "1"
    if node.function in ("min_if", "max_if"):
        found = f"{node.function[:3].upper()}({_when(held, value, 'NULL')})"
    else:
        found = f"CAST(SUM({_when(held, value, '0')}) AS BIGINT)"
    return _settled(node.function, found, unknown)


def _settled(function: str, found: str, unknown: str | None) -> str:
    if function in ("any_if", "all_if"):
        decided, otherwise = ("TRUE", "FALSE") if function == "any_if" else ("FALSE", "TRUE")
        doubt = f" WHEN {unknown} > 0 THEN NULL" if unknown else ""
        return f"CASE WHEN {found} > 0 THEN {decided}{doubt} ELSE {otherwise} END"
    return f"CASE WHEN {unknown} > 0 THEN NULL ELSE {found} END" if unknown else found


def _when(conditions: list[str], value: str, otherwise: str) -> str:
    return f"CASE WHEN {' AND '.join(conditions)} THEN {value} ELSE {otherwise} END" if conditions else value


def _bounds(day: str, after: date | None, until: date | None) -> list[str]:
    found = [f"{day} > {literal(after, Kind.DATE)}"] if after else []
    return found + ([f"{day} <= {literal(until, Kind.DATE)}"] if until else [])


def _unknown_rows(node: Related, names: Names, bounds: list[str], condition: str) -> str | None:
    doubts = []
    if names.nullable(node.condition):
        doubts.append(" AND ".join([*bounds, f"{condition} IS NULL"]))
    if node.value is not None and names.nullable(node.value):
        held = [*bounds, *([] if node.condition == Literal(True, Kind.BOOL) else [condition])]
        doubts.append(" AND ".join([*held, f"{to_sql(node.value, names)} IS NULL"]))
    if not doubts:
        return None
    return f"SUM(CASE WHEN {' OR '.join(f'({d})' for d in doubts)} THEN 1 ELSE 0 END)"


def _inner_names(plan: Plan, related: Related) -> Names:
    def leaf(node: Node) -> str:
        match node:
            case ColumnRef() if node.source == "residents":
                return f"s.c_{node.name}"
            case ColumnRef():
                return _source_column(plan, node.source, node.name, "s.")
            case FactRef():
                return f"s.f_{node.name}"
            case ParameterRef():
                return f"e.p_{node.name}" if node.name in plan.varying else parameter_sql(node, plan)
            case Outer():
                inner = _flat(node.node, plan)
                return f"e.{inner}" if inner[:2] in ("c_", "f_", "p_") else inner
        raise AssertionError(f"no leaf of a related row: {node}")

    return plan.names(leaf)


def _entity_table(
    plan: Plan,
    entity: str,
    position: int,
    here: dict[str, CompiledFact],
    groups: dict[str, dict[Related, str]],
    wanted: list[Node],
) -> Step:
    key = KEYS[entity]
    aliases = {node: (number, alias) for number, nodes in enumerate(groups.values()) for node, alias in nodes.items()}
    before = plan.layout.table(entity, position)
    later = [*wanted, *(f.node for n, f in plan.facts.items() if plan.layout.position[n] > position)]
    columns, facts, params = _carried(plan, entity, position, later, here)
    reached = _reached(plan, here)
    summed = {node: f"s{number}.{alias}" for node, (number, alias) in aliases.items()}
    inner = [f"x.{k}" for k in (("rid", "hid") if entity == "resident" else ("hid",))]
    inner += [f"x.c_{c}" for c in columns["now"]] + [f"x.f_{f}" for f in facts["now"]] + [f"x.p_{p}" for p in params]
    inner += [f"{_empty_as_zero(node, text, text.split('.')[0], key)} AS {text.split('.')[1]}" for node, text in summed.items()]
    inner += [f"h.{text[1:]} AS {text}" for text in reached]
    joins = [f" LEFT JOIN sum_{position}_{n} s{n} ON s{n}.{key} = x.{key}" for n in range(len(groups))]
    household = plan.layout.table("household", position)
    if reached:
        joins.append(f" JOIN {household} h ON h.hid = x.hid")
    text = f"SELECT {', '.join(inner)} FROM {before} x{''.join(joins)}"
    kept = [*(("rid", "hid") if entity == "resident" else ("hid",))]
    text = _layers(plan, text, here, aliases)
    carry = [*kept, *(f"c_{c}" for c in columns["later"]), *(f"f_{f}" for f in facts["later"]), *(f"p_{p}" for p in params)]
    text = f"SELECT {', '.join(carry)} FROM ({text}) z"
    reads = (before, household, *(f"sum_{position}_{n}" for n in range(len(groups))))
    return Step(f"{entity}_{position}", text, reads)


def _empty_as_zero(node: Related, text: str, alias: str, key: str) -> str:
    # No row for this entity is a known nothing: the feed came, and it says nothing about them.
    if node.function in ("min_if", "max_if"):
        return text
    nothing = {"any_if": "FALSE", "all_if": "TRUE"}.get(node.function, "0")
    return f"CASE WHEN {alias}.{key} IS NULL THEN {nothing} ELSE {text} END"


def _layers(plan: Plan, text: str, here: dict[str, CompiledFact], aliases: dict[Related, tuple[int, str]]) -> str:
    def leaf(node: Node) -> str:
        if isinstance(node, Related):
            return aliases[node][1] if node in aliases else literal(None, node.kind)
        return _flat(node, plan)

    names = plan.names(leaf)
    depth: dict[str, int] = {}
    for name, fact in here.items():
        inner = [depth[p.name] + 1 for p in _direct(fact.node) if isinstance(p, FactRef) and p.name in depth]
        depth[name] = max(inner, default=0)
    for level in range(max(depth.values(), default=-1) + 1):
        fields = [f"{to_sql(here[n].node, names)} AS f_{n}" for n, d in depth.items() if d == level]
        text = f"SELECT l.*, {', '.join(fields)} FROM ({text}) l"
    return text


def _direct(node: Node) -> Iterable[Node]:
    """Parts of a node that are read in its own step: not what stands inside a related expression."""
    yield node
    if not isinstance(node, Related):
        for part in children(node):
            yield from _direct(part)


def _carried(
    plan: Plan, entity: str, position: int, later: list[Node], here: dict[str, CompiledFact]
) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    source = f"{entity}s"
    now = [part for fact in here.values() for part in walk(fact.node)]
    then = [part for node in later for part in walk(node)]

    def columns(parts: list[Node]) -> set[str]:
        return {p.name for p in parts if isinstance(p, ColumnRef) and p.source == source}

    def facts(parts: list[Node]) -> set[str]:
        found = {p.name for p in parts if isinstance(p, FactRef) and p.entity == entity}
        return {f for f in found if f in plan.layout.position}

    def params(parts: list[Node]) -> set[str]:
        return {p.name for p in parts if isinstance(p, ParameterRef)} & plan.varying

    earlier = {f for f in facts(now) | facts(then) if plan.layout.position[f] < position}
    kept_facts = sorted(f for f in facts(then) if plan.layout.position[f] <= position)
    return (
        {"now": sorted(columns(now) | columns(then)), "later": sorted(columns(then))},
        {"now": sorted(earlier), "later": kept_facts},
        sorted(params(now) | params(then)),
    )


def _reached(plan: Plan, here: dict[str, CompiledFact]) -> list[str]:
    found = {
        _flat(part, plan)
        for fact in here.values()
        for part in walk(fact.node)
        if isinstance(part, OfHousehold) and not isinstance(part.node, ParameterRef)
    }
    return sorted(found)
