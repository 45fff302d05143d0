"""Layout (布局): where each sum and each fact is computed, as a few named set-based SQL steps in their order.

Facts of residents and households may build on each other in both directions. Those that others sum over are laid out in
positions, residents at even ones, households at odd ones, each reading only earlier ones; all the rest comes last.
"""

from __future__ import annotations

from collections.abc import Iterable

from shouwang.engine.nodes import (
    ColumnRef,
    FactRef,
    Node,
    OfHousehold,
    Outer,
    ParameterRef,
    Related,
    walk,
)
from shouwang.engine.plan import KEYS, Plan, direct, used_columns, used_parameters
from shouwang.engine.program import CompiledFact
from shouwang.engine.sql.absence import inline, settled, without_rows
from shouwang.engine.sql.expressions import DUCKDB, Dialect, Names
from shouwang.engine.sql.fact_tables import facts_sql
from shouwang.engine.sql.steps import PARITY, Layout, Step, flat, parameter_sql, source_column, varying_sql
from shouwang.engine.sql.sums import Sums, sums_sql


def lay_out(plan: Plan, dialect: Dialect = DUCKDB) -> Layout:
    """The steps that compute all facts of a plan for everyone."""
    layout = Layout(**vars(plan), dialect=dialect)
    _lay_out(layout)
    return layout


def _lay_out(plan: Layout) -> None:
    """Fill the plan with its steps."""
    every = [n for f in plan.findings for n in f.nodes] + [fact.node for fact in plan.facts.values()]
    every += [ParameterRef(t, plan.program.parameters[t].parameter.kind) for f in plan.findings for t in f.thresholds]
    plan.steps += [_household_base(plan, every), _resident_base(plan, every)]
    related = {part: None for fact in plan.facts.values() for part in walk(fact.node) if isinstance(part, Related)}
    related = {node: None for node in related if plan.inputs.has(node.source)}
    _place(plan, [node for node in related if not _facts_inside(node)], None)
    _place_local(plan, [node for node in related if node not in plan.placed])
    rest = [node for node in related if node not in plan.placed]
    full = _written_first(plan, rest)
    for name, fact in plan.facts.items():
        if name in full:
            plan.position[name] = _position(plan, fact)
    for position in sorted({*plan.position.values()}):
        here = {n: f for n, f in plan.facts.items() if plan.position.get(n) == position}
        _place(plan, _unplaced(plan, here.values()), position)
        plan.steps.append(_everyone_table(plan, position, here))
    _place(plan, _unplaced(plan, plan.facts.values()), 1000)
    plan.steps += [_last_table(plan, "household"), _last_table(plan, "resident")]


def _written_first(plan: Layout, rest: Iterable[Related]) -> set[str]:
    """Names of the facts that stand in tables before the last: outputs, what sums over members read, and their roots."""
    wanted = {*plan.outputs, *(fact.name for node in rest for fact in _facts_inside(node))}
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted |= {p.name for p in walk(plan.facts[name].node) if isinstance(p, FactRef)} - found
    return found


def _facts_inside(node: Related) -> list[FactRef]:
    return [part for part in walk(node)[1:] if isinstance(part, FactRef)]


def _unplaced(plan: Layout, facts: Iterable[CompiledFact]) -> list[Related]:
    found = {p: None for fact in facts for p in direct(fact.node) if isinstance(p, Related)}
    return [node for node in found if node not in plan.placed and plan.inputs.has(node.source)]


def _position(plan: Layout, fact: CompiledFact) -> int:
    found = PARITY[fact.definition.entity]
    for part in direct(fact.node):
        if isinstance(part, FactRef):
            found = max(found, plan.position[part.name])
        if isinstance(part, Related) and part not in plan.placed:
            found = max([found, *(plan.position[inner.name] + 1 for inner in _facts_inside(part))])
    return found if found % 2 == PARITY[fact.definition.entity] else found + 1


# --- sums -----------------------------------------------------------------------------------------------------------


def _place(plan: Layout, nodes: Iterable[Related], position: int | None) -> None:
    """Give sums over rows a step: one per entity and source, reading facts that stand before ``position``."""
    made: dict[tuple[str, str], Sums] = {}
    for node in nodes:
        key = (node.entity, node.source)
        if key not in made:
            suffix = "" if position is None else f"_{position}"
            made[key] = Sums(f"sum_{node.entity}_{node.source}{suffix}", *key, _rows_table(plan, node, position))
        made[key].add(node)
        plan.placed[node] = made[key]
        source = plan.program.sources[node.source]
        made[key].single = source.entity == node.entity and node.source in plan.inputs.single
    for sums in made.values():
        if any(_asks(plan, part) for node in sums.nodes for part in walk(node)[1:]):
            sums.asker = _asker(plan, sums, position)
        plan.steps.append(_sums_step(plan, sums))


def _rows_table(plan: Layout, node: Related, position: int | None) -> str:
    if node.source != "residents":
        return node.source
    table = plan.everyone("resident", position) if position is not None else None
    return f"(SELECT * FROM resident_base JOIN {table} USING (rid, hid))" if table else "resident_base"


def _asker(plan: Layout, sums: Sums, position: int | None) -> str:
    entity = sums.entity
    table = plan.everyone(entity, position) if position is not None else None
    keys = "rid, hid" if entity == "resident" else "hid"
    asker = f"(SELECT * FROM {entity}_base JOIN {table} USING ({keys}))" if table else f"{entity}_base"
    params = sorted(used_parameters(sums.nodes, plan))
    if entity == "household" or not params:
        return asker
    # Only households know their place.
    fields = ", ".join(["r.*", *(f"b.p_{name}" for name in params)])
    return f"(SELECT {fields} FROM {asker} r JOIN household_base b ON b.hid = r.hid)"


def _asks(plan: Layout, node: Node) -> bool:
    return isinstance(node, Outer) or (isinstance(node, ParameterRef) and node.name in plan.varying)


def _sums_step(plan: Layout, sums: Sums) -> Step:
    source = plan.program.sources.get(sums.source)
    dated = source.date if source else None
    sql = sums_sql(sums, KEYS[sums.entity], dated, _inner_names(plan, sums))
    return Step(sums.name, sql, _reads(sql, plan))


def _reads(sql: str, plan: Layout) -> tuple[str, ...]:
    words = set(sql.replace("(", " ").replace(")", " ").replace(",", " ").split())
    return tuple(name for name in [*plan.inputs.columns, *(step.name for step in plan.steps)] if name in words)


def _inner_names(plan: Layout, sums: Sums) -> Names:
    def leaf(node: Node) -> str:
        match node:
            case ColumnRef() if node.source == "residents":
                return f"s.c_{node.name}"
            case ColumnRef():
                return source_column(plan, node.source, node.name, "s.")
            case FactRef():
                return f"s.f_{node.name}"
            case ParameterRef():
                return f"e.p_{node.name}" if node.name in plan.varying else parameter_sql(node, plan)
            case Related():
                return f"s.{plan.placed[node].nodes[node]}"
            case Outer():
                inner = flat(node.node, plan)
                return f"e.{inner}" if inner[:2] in ("c_", "f_", "p_") else inner
        raise AssertionError(f"no leaf of a related row: {node}")

    return plan.names(leaf)


def _local_sums(plan: Layout, node: Related) -> Sums | None:
    """The sums table that alone decides a sum over members, if those without rows in it add nothing."""
    if node.source != "residents":
        return None
    parts = [inline(p, plan.facts) for p in (node.condition, node.value) if p is not None]
    leaves = [p for part in parts for p in direct(part)]
    if any(isinstance(p, ColumnRef | OfHousehold | Outer) or _asks(plan, p) for p in leaves):
        return None
    tables = {plan.placed[p].name: plan.placed[p] for p in leaves if isinstance(p, Related) and p in plan.placed}
    if len(tables) != 1 or any(isinstance(p, Related) and p not in plan.placed for p in leaves):
        return None
    empty = [without_rows(part) for part in parts]
    values = [settled(part, plan.program.as_of, plan.values) for part in empty]
    adds_nothing = values[0] is (node.function == "all_if") or (node.function == "sum_if" and values == [True, 0])
    return next(iter(tables.values())) if adds_nothing else None


def _place_local(plan: Layout, nodes: Iterable[Related]) -> None:
    made: dict[str, Sums] = {}
    for node in nodes:
        base = _local_sums(plan, node)
        if base is None:
            continue
        name = f"{base.name}_by_household"
        sums = made.setdefault(name, Sums(name, "household", node.source, base.name))
        sums.add(node)
        sums.written[node] = (
            inline(node.condition, plan.facts),
            None if node.value is None else inline(node.value, plan.facts),
        )
        plan.placed[node] = sums
    plan.steps += [_sums_step(plan, sums) for sums in made.values()]


# --- tables ---------------------------------------------------------------------------------------------------------


def _household_base(plan: Layout, every: list[Node]) -> Step:
    fields = ["x.hid AS hid"]
    fields += [
        f"{source_column(plan, 'households', c, 'x.')} AS c_{c}" for c in sorted(used_columns(every, "households"))
    ]
    fields += [f"{varying_sql(plan, n)} AS p_{n}" for n in sorted(used_parameters(every, plan))]
    return Step("household_base", f"SELECT {', '.join(fields)} FROM households x", ("households",), view=True)


def _resident_base(plan: Layout, every: list[Node]) -> Step:
    fields = ["x.rid AS rid", "x.hid AS hid"]
    fields += [
        f"{source_column(plan, 'residents', c, 'x.')} AS c_{c}" for c in sorted(used_columns(every, "residents"))
    ]
    sql = f"SELECT {', '.join(fields)} FROM residents x"
    return Step("resident_base", sql, ("residents",), view=True)


def _everyone_table(plan: Layout, position: int, here: dict[str, CompiledFact]) -> Step:
    entity = "resident" if position % 2 == 0 else "household"
    earlier = plan.everyone(entity, position)
    kept = [n for n, p in plan.position.items() if p % 2 == PARITY[entity] and p <= position]
    facts = plan.everyone("household", position)
    home = f"(SELECT * FROM household_base JOIN {facts} USING (hid))" if facts else "household_base"
    sql = facts_sql(plan, entity, here, earlier, home, [f"f_{n}" for n in kept])
    return Step(f"{entity}_{position}", sql, _reads(sql, plan))


def _last_table(plan: Layout, entity: str) -> Step:
    findings = [f for f in plan.findings if f.entity == entity]
    nodes = [n for f in findings for n in f.nodes]
    nodes += [ParameterRef(t, plan.program.parameters[t].parameter.kind) for f in findings for t in f.thresholds]
    if entity == "household":
        others = [n for f in plan.findings if f.entity == "resident" for n in f.nodes]
        others += [fact.node for fact in plan.facts.values() if fact.definition.entity == "resident"]
        nodes += [p.node for n in others for p in direct(n) if isinstance(p, OfHousehold)]
    wanted = _closure(plan, nodes, entity)
    here = {n: plan.facts[n] for n in plan.facts if n in wanted and n not in plan.position}
    columns = {p.name for n in nodes for p in direct(n) if isinstance(p, ColumnRef) and p.source == f"{entity}s"}
    asked = {p.name for n in nodes for p in direct(n) if isinstance(p, FactRef) and p.entity == entity}
    params = used_parameters(nodes, plan)
    kept = [
        *(f"c_{c}" for c in sorted(columns)),
        *(f"f_{n}" for n in sorted(asked)),
        *(f"p_{n}" for n in sorted(params)),
    ]
    sql = facts_sql(plan, entity, here, plan.everyone(entity, 1000), "household_last", kept)
    return Step(f"{entity}_last", sql, _reads(sql, plan), view=entity == "resident")


def _closure(plan: Layout, nodes: Iterable[Node], entity: str) -> set[str]:
    found: set[str] = set()
    todo = [p for n in nodes for p in direct(n) if isinstance(p, FactRef) and p.entity == entity]
    while todo:
        fact = todo.pop()
        if fact.name not in found:
            found.add(fact.name)
            inner = direct(plan.facts[fact.name].node) if fact.name not in plan.position else ()
            todo += [p for p in inner if isinstance(p, FactRef) and p.entity == entity]
    return found
