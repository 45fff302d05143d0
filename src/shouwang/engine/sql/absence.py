"""What someone without rows comes to (没有记录者): facts written out, and judged with every sum at nothing.

A sum over members of a fact that is nothing for those without rows need look only at the few who have some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.engine.evaluation import Surroundings, evaluate
from shouwang.engine.nodes import FactRef, Literal, Node, OfHousehold, Outer, ParameterRef, Related, rewrite
from shouwang.engine.program import CompiledFact

NOTHING: dict[str, Any] = {"any_if": False, "all_if": True, "count_if": 0, "sum_if": 0}


def inline(node: Node, facts: Mapping[str, CompiledFact]) -> Node:
    """The expression with the facts of its entity written out."""

    def change(part: Node) -> Node | None:
        if isinstance(part, Related | OfHousehold | Outer):
            return part
        return inline(facts[part.name].node, facts) if isinstance(part, FactRef) else None

    return rewrite(node, change)


def without_rows(node: Node) -> Node:
    """The expression for someone who has no row in any of its sums."""

    def change(part: Node) -> Node | None:
        return Literal(NOTHING.get(part.function), part.kind) if isinstance(part, Related) else None

    return rewrite(node, change)


@dataclass(frozen=True)
class _Nothing(Surroundings):
    parameters: Mapping[str, Any]

    def parameter(self, ref: ParameterRef) -> Any:
        return self.parameters.get(ref.name)


def settled(node: Node, as_of: date, parameters: Mapping[str, Any]) -> Any:
    """Value of an expression whose leaves are all written out; None where it stays open."""
    return evaluate(node, _Nothing(as_of, parameters))
