"""Expression nodes (表达式节点): frozen and typed, the meaning that every backend carries out."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shouwang.engine.model import Kind
from shouwang.kernel.periods import add_months


@dataclass(frozen=True)
class Literal:
    value: Any
    kind: Kind


@dataclass(frozen=True)
class ColumnRef:
    source: str
    name: str
    kind: Kind


@dataclass(frozen=True)
class FactRef:
    entity: str
    name: str
    kind: Kind


@dataclass(frozen=True)
class ParameterRef:
    name: str
    kind: Kind


@dataclass(frozen=True)
class Outer:
    """``own(x)``: inside a related expression, a value of the entity that asks."""

    node: Node
    kind: Kind


@dataclass(frozen=True)
class OfHousehold:
    """``household(x)``: a value of the resident's household."""

    node: Node
    kind: Kind


@dataclass(frozen=True)
class Arithmetic:
    op: str
    left: Node
    right: Node
    kind: Kind


@dataclass(frozen=True)
class Compare:
    op: str
    left: Node
    right: Node
    kind: Kind = Kind.BOOL


@dataclass(frozen=True)
class Logic:
    """AND / OR over two or more conditions, in Kleene's three-valued logic."""

    op: str
    parts: tuple[Node, ...]
    kind: Kind = Kind.BOOL


@dataclass(frozen=True)
class Not:
    part: Node
    kind: Kind = Kind.BOOL


@dataclass(frozen=True)
class IsNull:
    part: Node
    kind: Kind = Kind.BOOL


@dataclass(frozen=True)
class OneOf:
    part: Node
    values: tuple[Any, ...]
    kind: Kind = Kind.BOOL


@dataclass(frozen=True)
class Case:
    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node
    kind: Kind


@dataclass(frozen=True)
class Call:
    """COALESCE, LEAST, GREATEST, ABS, ROUND, FLOOR, CEIL, AGE_ON, MONTHS_BETWEEN, DAYS_BETWEEN."""

    function: str
    args: tuple[Node, ...]
    kind: Kind


@dataclass(frozen=True)
class Related:
    """count_if, sum_if, min_if, max_if, any_if, all_if over rows that belong to the entity.

    ``after`` (exclusive) and ``until`` (inclusive) bound the source's date column; rows without a date are outside.
    """

    function: str
    entity: str
    source: str
    value: Node | None
    condition: Node
    after: date | None
    until: date | None
    kind: Kind


Node = (
    Literal
    | ColumnRef
    | FactRef
    | ParameterRef
    | Outer
    | OfHousehold
    | Arithmetic
    | Compare
    | Logic
    | Not
    | IsNull
    | OneOf
    | Case
    | Call
    | Related
)


_PARTS: dict[type, Callable[[Any], tuple[Node, ...]]] = {
    Outer: lambda node: (node.node,),
    OfHousehold: lambda node: (node.node,),
    Arithmetic: lambda node: (node.left, node.right),
    Compare: lambda node: (node.left, node.right),
    Logic: lambda node: node.parts,
    Not: lambda node: (node.part,),
    IsNull: lambda node: (node.part,),
    OneOf: lambda node: (node.part,),
    Case: lambda node: (*(part for branch in node.branches for part in branch), node.otherwise),
    Call: lambda node: node.args,
    Related: lambda node: (node.condition,) if node.value is None else (node.value, node.condition),
}


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in reading order."""
    # Looked up, not matched: a plan asks this ten thousand times, mostly of nodes that have none.
    parts = _PARTS.get(type(node))
    return () if parts is None else parts(node)


def walk(node: Node) -> list[Node]:
    """All nodes of an expression, the root first."""
    found = [node]
    for part in children(node):
        found.extend(walk(part))
    return found


def depth(node: Node) -> int:
    """How many nodes stand inside each other."""
    return 1 + max((depth(part) for part in children(node)), default=0)


def birth_compared(node: Compare, as_of: date) -> Compare | None:
    """``age_on(birth) >= n`` as a comparison of the birth date with one boundary day; None where it is not of that shape."""
    left, right = node.left, node.right
    if not (isinstance(left, Call) and left.function == "AGE_ON" and isinstance(right, Literal)):
        return None
    if node.op not in (">=", ">", "<", "<=") or right.value is None or not 0 <= right.value <= 150:
        return None
    years = right.value + (1 if node.op in (">", "<=") else 0)
    boundary = Literal(add_months(as_of, -12 * years), Kind.DATE)
    return Compare("<=" if node.op in (">=", ">") else ">", left.args[0], boundary)


def rewrite(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """An expression in which ``change`` has replaced some nodes; where it answers None, parts are visited.

    What has nothing replaced in it is the same object as before.
    """
    changed = change(node)
    if changed is not None:
        return changed
    parts = children(node)
    if not parts:
        return node
    found = tuple([rewrite(part, change) for part in parts])
    return node if all(map(operator.is_, found, parts)) else _with_children(node, found)


def _with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    """The same node around other parts, in the order of ``children``."""
    match node:
        case Outer() | OfHousehold():
            return replace(node, node=parts[0])
        case Arithmetic() | Compare():
            return replace(node, left=parts[0], right=parts[1])
        case Logic():
            return replace(node, parts=parts)
        case Not() | IsNull() | OneOf():
            return replace(node, part=parts[0])
        case Case():
            return replace(node, branches=tuple(zip(parts[:-1:2], parts[1::2], strict=True)), otherwise=parts[-1])
        case Call():
            return replace(node, args=parts)
        case Related():
            return replace(node, condition=parts[-1], value=None if node.value is None else parts[0])
        case _:
            return node
