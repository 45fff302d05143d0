"""Who can be hit at all (缩小范围): conditions are first judged on one part of the data, the rest left open.

Kleene logic makes this exact: what is false whatever the open parts turn out to be is false. So a rule about hospital
bills looks only at people with bills, and everyone else is never joined, computed or written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.engine.evaluation import Surroundings, evaluate
from shouwang.engine.model import Kind
from shouwang.engine.nodes import (
    Call,
    Case,
    ColumnRef,
    FactRef,
    IsNull,
    Literal,
    Node,
    OfHousehold,
    Outer,
    ParameterRef,
    Related,
    children,
    rewrite,
    walk,
)
from shouwang.engine.program import CompiledFact

OPEN = Literal(None, Kind.UNKNOWN)
LEAVES = (ColumnRef, FactRef, OfHousehold, Outer, Related)
NOTHING: dict[str, Any] = {"any_if": False, "all_if": True, "count_if": 0, "sum_if": 0}


def inline(node: Node, facts: Mapping[str, CompiledFact], keep: Callable[[FactRef], bool]) -> Node:
    """The expression with its entity's facts written out, except those that ``keep`` wants as they are."""

    def change(part: Node) -> Node | None:
        if isinstance(part, Related | OfHousehold | Outer):
            return part
        if isinstance(part, FactRef) and not keep(part):
            return inline(facts[part.name].node, facts, keep)
        return None

    return rewrite(node, change)


def without_rows(node: Node, gone: Callable[[Related], bool]) -> Node:
    """The expression for someone who has no row in the sums that ``gone`` names."""

    def change(part: Node) -> Node | None:
        if not isinstance(part, Related):
            return None
        return Literal(NOTHING.get(part.function), part.kind) if gone(part) else part

    return rewrite(node, change)


def restrict(node: Node, known: Callable[[Node], bool]) -> Node:
    """The expression with everything not ``known`` left open.

    What looks at NULL itself (COALESCE, IS NULL, CASE, LEAST) would take an open part for an empty one, so it is left
    open as a whole.
    """
    if isinstance(node, LEAVES):
        return node if known(node) else Literal(None, node.kind)
    if isinstance(node, Case | IsNull | Call) and not all(known(leaf) for leaf in direct_leaves(node)):
        return Literal(None, node.kind)

    def change(part: Node) -> Node | None:
        return None if part is node else restrict(part, known)

    return rewrite(node, change)


def direct_leaves(node: Node) -> list[Node]:
    """Leaves of an expression, not looking inside related sums."""
    if isinstance(node, LEAVES):
        return [node]
    return [leaf for part in children(node) for leaf in direct_leaves(part)]


@dataclass(frozen=True)
class _Nothing(Surroundings):
    parameters: Mapping[str, Any]

    def parameter(self, ref: ParameterRef) -> Any:
        return self.parameters.get(ref.name)


def settled(node: Node, as_of: date, parameters: Mapping[str, Any]) -> Any:
    """Value of an expression whose leaves are all open or written out; None where it stays open."""
    return evaluate(node, _Nothing(as_of, parameters))


def has_leaves(node: Node) -> bool:
    return any(isinstance(part, LEAVES) for part in walk(node))
