"""Tables of facts (指标表) as SQL: base rows joined with sums and earlier facts, then computed in layers."""

from __future__ import annotations

from shouwang.engine.nodes import (
    ColumnRef,
    FactRef,
    Node,
    OfHousehold,
    ParameterRef,
    Related,
)
from shouwang.engine.plan import KEYS, direct, used_parameters
from shouwang.engine.program import CompiledFact
from shouwang.engine.sql.expressions import literal, to_sql
from shouwang.engine.sql.steps import Layout, flat
from shouwang.engine.sql.sums import empty_as_nothing


def facts_sql(
    plan: Layout,
    entity: str,
    here: dict[str, CompiledFact],
    earlier: str | None,
    household: str | None,
    kept: list[str],
) -> str:
    """Facts of an entity beside the columns ``kept``: base rows, joined with sums and earlier facts, in layers."""
    key = KEYS[entity]
    parts = [p for fact in here.values() for p in direct(fact.node)]
    sums = {plan.placed[p].name: plan.placed[p] for p in parts if isinstance(p, Related) and p in plan.placed}
    nodes = {p: None for p in parts if isinstance(p, Related) and p in plan.placed}
    own = [p for p in parts if isinstance(p, ColumnRef) and p.source == f"{entity}s"]
    columns = {f"c_{p.name}" for p in own} | {k for k in kept if k.startswith("c_")}
    before = {f"f_{n}" for n in plan.position if n not in here and plan.facts[n].definition.entity == entity}
    facts = before & ({f"f_{p.name}" for p in parts if isinstance(p, FactRef)} | set(kept))
    params = {f"p_{n}" for n in used_parameters([f.node for f in here.values()], plan)} | {
        k for k in kept if k[:2] == "p_"
    }
    reached = {flat(p, plan) for p in parts if isinstance(p, OfHousehold) and not isinstance(p.node, ParameterRef)}
    keys = ("rid", "hid") if entity == "resident" else ("hid",)
    fields = [f"x.{k} AS {k}" for k in keys] + [f"x.{c} AS {c}" for c in sorted(columns)]
    fields += [f"y.{f} AS {f}" for f in sorted(facts)]
    fields += [f"{'b' if entity == 'resident' else 'x'}.{p} AS {p}" for p in sorted(params)]
    order = {name: number for number, name in enumerate(sums)}
    for node in nodes:
        placed = plan.placed[node]
        alias = placed.nodes[node]
        fields.append(f"{empty_as_nothing(node, f's{order[placed.name]}.{alias}', key)} AS {alias}")
    fields += [f"h.{text[1:]} AS {text}" for text in sorted(reached)]
    joined: list[str] = []
    if facts and earlier:
        joined.append(f" JOIN {earlier} y ON y.{key} = x.{key}")
    joined += [f" LEFT JOIN {name} s{number} ON s{number}.{key} = x.{key}" for name, number in order.items()]
    if reached:
        joined.append(f" JOIN {household} h ON h.hid = x.hid")
    if params and entity == "resident":
        joined.append(" JOIN household_base b ON b.hid = x.hid")
    sql = f"SELECT {', '.join(fields)} FROM {entity}_base x{''.join(joined)}"
    return f"SELECT {', '.join([*keys, *kept])} FROM ({_layers(plan, sql, here)}) z"


def _layers(plan: Layout, sql: str, here: dict[str, CompiledFact]) -> str:
    def leaf(node: Node) -> str:
        if isinstance(node, Related):
            return plan.placed[node].nodes[node] if node in plan.placed else literal(None, node.kind)
        return flat(node, plan)

    names = plan.names(leaf)
    depth: dict[str, int] = {}
    for name, fact in here.items():
        inner = [depth[p.name] + 1 for p in direct(fact.node) if isinstance(p, FactRef) and p.name in depth]
        depth[name] = max(inner, default=0)
    for level in range(max(depth.values(), default=-1) + 1):
        fields = [f"{to_sql(here[n].node, names)} AS f_{n}" for n, d in depth.items() if d == level]
        sql = f"SELECT l.*, {', '.join(fields)} FROM ({sql}) l"
    return sql
