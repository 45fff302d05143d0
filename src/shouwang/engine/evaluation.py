"""The meaning of a node (求值), one entity at a time, in plain Python: the reference that all backends must match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.engine import arithmetic
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
)
from shouwang.kernel import periods


@dataclass(frozen=True)
class Surroundings:
    """What a node may ask for: values around one entity. Without overrides, nothing is known."""

    as_of: date

    def column(self, ref: ColumnRef) -> Any:
        return None

    def fact(self, ref: FactRef) -> Any:
        return None

    def parameter(self, ref: ParameterRef) -> Any:
        return None

    def outer(self) -> Surroundings:
        return self

    def household(self) -> Surroundings:
        return self

    def related(self, node: Related) -> Any:
        return None


@dataclass(frozen=True)
class Constants(Surroundings):
    values: Mapping[str, Any]

    def parameter(self, ref: ParameterRef) -> Any:
        return self.values.get(ref.name)


def constant(node: Node, parameters: Mapping[str, Any]) -> Any:
    """Value of a formula that only uses parameters."""
    return evaluate(node, Constants(date.min, parameters))


def evaluate(node: Node, around: Surroundings) -> Any:  # noqa: C901 - one branch per kind of node
    """Value of a node; None is unknown (未知), which is never zero and never false."""
    match node:
        case Literal():
            return node.value
        case ColumnRef():
            return around.column(node)
        case FactRef():
            return around.fact(node)
        case ParameterRef():
            return around.parameter(node)
        case Outer():
            return evaluate(node.node, around.outer())
        case OfHousehold():
            return evaluate(node.node, around.household())
        case Related():
            return around.related(node)
        case Logic():
            return _logic(node, around)
        case Not():
            value = evaluate(node.part, around)
            return None if value is None else not value
        case IsNull():
            return evaluate(node.part, around) is None
        case Case():
            return _case(node, around)
        case Call():
            return _call(node, [evaluate(a, around) for a in node.args], around.as_of)
        case OneOf():
            value = evaluate(node.part, around)
            return None if value is None else value in node.values
        case Arithmetic():
            return _arithmetic(node, evaluate(node.left, around), evaluate(node.right, around))
        case Compare():
            return _compare(node.op, evaluate(node.left, around), evaluate(node.right, around))


def _logic(node: Logic, around: Surroundings) -> bool | None:
    decisive = node.op == "OR"
    unknown = False
    for part in node.parts:
        value = evaluate(part, around)
        if value is decisive:
            return decisive
        unknown = unknown or value is None
    return None if unknown else not decisive


def _case(node: Case, around: Surroundings) -> Any:
    for condition, value in node.branches:
        if evaluate(condition, around) is True:
            return evaluate(value, around)
    return evaluate(node.otherwise, around)


def _arithmetic(node: Arithmetic, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    kinds = (node.left.kind, node.right.kind, node.kind)
    match node.op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return arithmetic.product(left, right, kinds)
    return arithmetic.quotient(left, right, kinds)


def _compare(op: str, left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    match op:
        case "=":
            return bool(left == right)
        case "<>":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
    return bool(left >= right)


def _call(node: Call, args: list[Any], as_of: date) -> Any:
    if node.function == "COALESCE":
        return next((a for a in args if a is not None), None)
    if any(a is None for a in args):
        return None
    match node.function:
        case "LEAST":
            return min(args)
        case "GREATEST":
            return max(args)
        case "ABS":
            return abs(args[0])
        case "AGE_ON":
            return periods.age_on(args[0], as_of)
        case "MONTHS_BETWEEN":
            return periods.months_between(args[0], args[1])
        case "DAYS_BETWEEN":
            return (args[1] - args[0]).days
    return arithmetic.whole(node.function, args[0], node.kind)


def fold(function: str, rows: list[tuple[bool | None, Any]]) -> Any:
    """Sum up related rows given as (condition, value); a condition or counted value that is unknown is not ignored."""
    conditions = [condition for condition, _ in rows]
    if function == "any_if":
        return True if True in conditions else None if None in conditions else False
    if function == "all_if":
        return False if False in conditions else None if None in conditions else True
    values = [value for condition, value in rows if condition]
    if None in conditions:
        return None
    if function == "count_if":
        return len(values)
    if any(value is None for value in values):
        return None
    if function == "sum_if":
        return sum(values)
    if not values:
        return None
    return min(values) if function == "min_if" else max(values)
