"""Steps (步骤): a plan as named SQL statements, and how they call what they read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shouwang.engine.model import Kind
from shouwang.engine.nodes import ColumnRef, FactRef, Node, OfHousehold, ParameterRef, Related
from shouwang.engine.plan import KEY_OF, Plan
from shouwang.engine.sql.expressions import DUCKDB, Dialect, Names, literal
from shouwang.engine.sql.sums import Sums
from shouwang.kernel.errors import InputError

PARITY = {"resident": 0, "household": 1}


@dataclass(frozen=True)
class Step:
    """One SQL statement that makes a table; ``reads`` are the sources and steps it stands on.

    ``view`` steps are only names.
    """

    name: str
    sql: str
    reads: tuple[str, ...]
    view: bool = False


@dataclass
class Layout(Plan):
    """A plan as SQL: its steps, in order, and what the findings need of the last tables."""

    dialect: Dialect = DUCKDB
    steps: list[Step] = field(default_factory=list)
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

    def last_names(self) -> Names:
        """Leaves as ``x`` (last table of the entity) and ``h`` (last household table) call them."""
        return self.names(self._last_leaf)

    def _last_leaf(self, node: Node) -> str:
        if isinstance(node, OfHousehold) and not isinstance(node.node, ParameterRef):
            return f"h.{flat(node.node, self)}"
        text = flat(node, self)
        return f"x.{text}" if text[:2] in ("c_", "f_", "p_") else text


def flat(node: Node, plan: Layout) -> str:
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


def parameter_sql(node: ParameterRef, plan: Layout) -> str:
    """A parameter as a literal, or as a column where it differs by place."""
    if node.name in plan.varying:
        return f"p_{node.name}"
    return literal(plan.values[node.name], node.kind)


def source_column(plan: Layout, source: str, name: str, alias: str) -> str:
    """A column of a frozen source, or a typed NULL where it was not delivered."""
    if name in plan.inputs.columns.get(source, frozenset()):
        return f"{alias}{name}"
    if name in KEY_OF and (source != "households" or name == "household_id"):
        return f"{alias}{KEY_OF[name]}"
    return literal(None, plan.program.sources[source].columns[name].kind)


def varying_sql(plan: Layout, name: str) -> str:
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
