"""Candidates (候选): one query per sums table and rule that finds everyone whom the rule can hit or leave undecided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shouwang.engine.nodes import ColumnRef, FactRef, Logic, Node, OfHousehold, ParameterRef, Related, walk
from shouwang.engine.plan import KEYS, Plan, Step, flat
from shouwang.engine.program import Finding
from shouwang.engine.pruning import direct_leaves, inline, restrict, settled, without_rows
from shouwang.engine.sql import to_sql
from shouwang.engine.sums import Sums, empty_as_nothing


@dataclass
class Driver:
    """How the candidates of a finding are found: over a sums table, base columns, both, or facts of everyone."""

    sums: Sums | None = None
    base: bool = False

    @property
    def everyone(self) -> bool:
        return self.sums is None and not self.base


def facts_for_everyone(plan: Plan, rest: Iterable[Related], *, prune: bool) -> set[str]:
    """Names of the facts that are computed for everyone: outputs, what sums over members read, rules without driver."""
    wanted = {*plan.outputs}
    for node in rest:
        wanted |= {p.name for p in walk(node)[1:] if isinstance(p, FactRef)}
    if prune:
        for finding in plan.findings:
            if driver_of(plan, finding).everyone:
                wanted |= {p.name for p in _own_facts(plan, finding)}
    found: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            wanted |= {p.name for p in walk(plan.facts[name].node) if isinstance(p, FactRef)} - found
    return found


def _own_facts(plan: Plan, finding: Finding) -> list[FactRef]:
    """Facts in the conditions of a finding that can be known without looking at the household."""
    read = [p for n in finding.conditions.values() for p in direct_leaves(n) if isinstance(p, FactRef)]
    return [
        p
        for p in read
        if not any(isinstance(q, OfHousehold) for q in direct_leaves(inline(p, plan.facts, lambda _: False)))
    ]


def driver_of(plan: Plan, finding: Finding) -> Driver:
    """The cheapest sound way to the candidates of a finding."""
    written = _written(plan, finding)
    leaves = [p for n in written for p in direct_leaves(n) if isinstance(p, Related) and p in plan.placed]
    tables = {plan.placed[p].name: plan.placed[p] for p in leaves}
    # Sums over members have a row for every household: as good as no driver.
    feeds = [s for s in tables.values() if s.source != "residents" or s.written]
    for sums in sorted(feeds, key=lambda s: plan.inputs.rows.get(s.source, 0)):
        if all(_false_without(plan, node, sums) for node in written):
            return Driver(sums=sums)
    if finding.entity == "resident":
        choices: list[Sums | None] = [None, *sorted(feeds, key=lambda s: plan.inputs.rows.get(s.source, 0))]
        told = [(min(_told(node, finding, sums) for node in written), sums) for sums in choices]
        most, best = max(told, key=lambda pair: pair[0])
        if most:
            return Driver(sums=best, base=True)
    return Driver()


def _written(plan: Plan, finding: Finding) -> list[Node]:
    return [inline(node, plan.facts, lambda _: False) for node in finding.conditions.values()]


def _false_without(plan: Plan, node: Node, sums: Sums) -> bool:
    """Whether a condition is false for everyone without a row in ``sums``, whatever else is so."""
    empty = without_rows(restrict(node, lambda leaf: leaf in sums.nodes), lambda part: part in sums.nodes)
    return settled(empty, plan.program.as_of, plan.values) is False


def _told(node: Node, finding: Finding, sums: Sums | None) -> int:
    """How many parts of a condition's conjunction are wholly about base columns (and one sums table)."""
    parts = node.parts if isinstance(node, Logic) and node.op == "AND" else (node,)
    leaves = [direct_leaves(part) for part in parts]
    return sum(1 for found in leaves if found and all(_at_hand(leaf, finding, sums) for leaf in found))


def _at_hand(leaf: Node, finding: Finding, sums: Sums | None) -> bool:
    if isinstance(leaf, Related):
        return sums is not None and leaf in sums.nodes
    return isinstance(leaf, ColumnRef) and leaf.source == f"{finding.entity}s"


def candidate_steps(plan: Plan, *, prune: bool) -> list[Step]:
    """Steps that list candidate residents, candidate households, and the latter with the homes of the former."""
    if not prune:
        return []
    residents, households = _step(plan, "resident"), _step(plan, "household")
    homes = (
        "SELECT DISTINCT hid FROM (SELECT hid FROM candidate_household UNION ALL SELECT hid FROM candidate_resident) k"
    )
    reads = ("candidate_household", "candidate_resident")
    return [residents, households, Step("home_household", homes, reads, kept=False)]


def _step(plan: Plan, entity: str) -> Step:
    searches: dict[str, list[str]] = {}
    for finding in plan.findings:
        if finding.entity == entity:
            for table, condition in _search(plan, finding):
                searches.setdefault(table, []).append(condition)
    keys = "x.rid, x.hid" if entity == "resident" else "x.hid"
    parts = [f"SELECT {keys} FROM {table} x WHERE {' OR '.join(conditions)}" for table, conditions in searches.items()]
    nobody = f"SELECT {keys} FROM {entity}_base x WHERE FALSE"
    sql = f"SELECT DISTINCT {keys.replace('x.', '')} FROM ({' UNION ALL '.join(parts or [nobody])}) k"
    tables = [step.name for step in plan.steps if any(step.name in table for table in searches)]
    return Step(f"candidate_{entity}", sql, tuple(dict.fromkeys((f"{entity}_base", *tables))), kept=False)


def _search(plan: Plan, finding: Finding) -> list[tuple[str, str]]:
    driver = driver_of(plan, finding)
    found: list[tuple[str, str]] = []
    if driver.everyone or _computed(plan, finding):
        return [(_everyone(plan, finding), _not_false(plan, n, finding, None)) for n in _over_facts(plan, finding)]
    for node in _written(plan, finding):
        if driver.base:
            known = restrict(node, lambda leaf: _at_hand(leaf, finding, driver.sums))
            found.append((_base_with(finding, driver.sums), _not_false(plan, known, finding, driver.sums)))
        elif driver.sums is not None:
            known = restrict(node, driver.sums.nodes.__contains__)
            found.append((driver.sums.name, _not_false(plan, known, finding, driver.sums)))
    return found


def _computed(plan: Plan, finding: Finding) -> bool:
    """Whether all that a household finding reads is computed for everyone anyway: then its hits are known exactly."""
    leaves = [p for node in _over_everyone(plan, finding) for p in direct_leaves(node)]
    known = [isinstance(p, FactRef) or _at_hand(p, finding, None) for p in leaves]
    return finding.entity == "household" and any(isinstance(p, FactRef) for p in leaves) and all(known)


def _over_everyone(plan: Plan, finding: Finding) -> list[Node]:
    """Conditions in terms of the facts that are computed for everyone."""
    return [inline(n, plan.facts, lambda ref: ref.name in plan.position) for n in finding.conditions.values()]


def _base_with(finding: Finding, sums: Sums | None) -> str:
    base, key = f"{finding.entity}_base", KEYS[finding.entity]
    if sums is None:
        return base
    fields = [f"{empty_as_nothing(node, f's.{alias}', key)} AS {alias}" for node, alias in sums.nodes.items()]
    return f"(SELECT b.*, {', '.join(fields)} FROM {base} b LEFT JOIN {sums.name} s ON s.{key} = b.{key})"


def _everyone(plan: Plan, finding: Finding) -> str:
    table = plan.everyone(finding.entity, 1000)
    keys = "rid, hid" if finding.entity == "resident" else KEYS[finding.entity]
    base = f"{finding.entity}_base"
    return f"(SELECT * FROM {base} JOIN {table} USING ({keys}))" if table else base


def _over_facts(plan: Plan, finding: Finding) -> list[Node]:
    def known(leaf: Node) -> bool:
        return _at_hand(leaf, finding, None) or (isinstance(leaf, FactRef) and leaf.name in plan.position)

    return [restrict(node, known) for node in _over_everyone(plan, finding)]


def _not_false(plan: Plan, node: Node, finding: Finding, sums: Sums | None) -> str:
    def leaf(part: Node) -> str:
        if isinstance(part, Related):
            return f"x.{plan.placed[part].nodes[part]}"
        if isinstance(part, ParameterRef) and part.name in plan.varying:
            # Only household base rows know their place; elsewhere the threshold is left open.
            at_hand = finding.entity == "household" and sums is None
            return f"x.p_{part.name}" if at_hand else "CAST(NULL AS BIGINT)"
        text = flat(part, plan)
        return f"x.{text}" if text[:2] in ("c_", "f_") else text

    return f"({to_sql(node, plan.names(leaf))}) IS NOT FALSE"
