"""Types of expressions (类型): what may be added, compared and multiplied, and what a bare number means."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from shouwang.engine.language.trees import words_of
from shouwang.engine.language.words import ExpressionError, Scope
from shouwang.engine.model import Kind
from shouwang.engine.nodes import (
    Case,
    ColumnRef,
    Compare,
    Literal,
    Node,
    OfHousehold,
    Outer,
)

LARGEST = 12  # power of ten; with four decimals and some members such a number still fits 64 bits


def number_literal(text: str) -> Literal:
    """A bare number: whole numbers are integers, others ratios with up to four decimals."""
    value = Decimal(text)
    if value.adjusted() > LARGEST:
        raise ExpressionError(f"数字“{text[:40]}”太大")
    if value == value.to_integral_value():
        return Literal(int(value), Kind.INTEGER)
    scaled = value * 10**4
    if scaled != scaled.to_integral_value():
        raise ExpressionError(f"数字“{text}”的小数位超过四位")
    return Literal(int(scaled), Kind.RATIO)


def adapt(node: Node, kind: Kind) -> Node:
    """Give a bare number literal (or NULL) the type of its neighbour: ``5000`` beside money becomes 5000 yuan.

    A CASE whose values are all bare is bare itself.
    """
    if isinstance(node, Case):
        return _adapt_case(node, kind)
    if not isinstance(node, Literal) or node.kind is kind:
        return node
    if node.value is None:
        return Literal(None, kind)
    if node.kind in (Kind.INTEGER, Kind.RATIO) and kind.is_number:
        scaled = Decimal(node.value).scaleb(kind.scale - node.kind.scale)
        if scaled == scaled.to_integral_value():
            return Literal(int(scaled), kind)
    return node


def _adapt_case(node: Case, kind: Kind) -> Node:
    values = [adapt(value, kind) for value in (*(v for _, v in node.branches), node.otherwise)]
    if node.kind is kind or any(value.kind is not kind for value in values):
        return node
    branches = tuple((condition, value) for (condition, _), value in zip(node.branches, values, strict=False))
    return Case(branches, values[-1], kind)


def alike(left: Node, right: Node, tree: exp.Expression) -> tuple[Node, Node, Kind]:
    left, right = adapt(left, right.kind), adapt(right, left.kind)
    if left.kind is not right.kind:
        raise ExpressionError(f"“{words_of(tree)}”两边类型不同：{left.kind.value} 与 {right.kind.value}")
    return left, right, left.kind


def product_kind(left: Node, right: Node, tree: exp.Expression) -> Kind:
    require_number(left, tree)
    require_number(right, tree)
    kinds = {left.kind, right.kind}
    for plain in (Kind.INTEGER, Kind.RATIO):
        if plain in kinds:
            others = kinds - {plain}
            return others.pop() if others else plain
    if kinds == {Kind.MONEY, Kind.QUANTITY}:
        return Kind.MONEY
    raise ExpressionError(f"“{words_of(tree)}”不能相乘")


def require_number(node: Node, tree: exp.Expression) -> None:
    if not node.kind.is_number:
        raise ExpressionError(f"“{words_of(tree)}”要用数字，得到的是 {node.kind.value}")


def comparison(op: str, left: Node, right: Node, tree: exp.Expression, scope: Scope) -> Node:
    left, right, kind = alike(left, right, tree)
    if kind is Kind.TEXT:
        raise ExpressionError(f"“{words_of(tree)}”：自由文字不能作为判断条件，只能判断是否为空")
    if op not in ("=", "<>") and not (kind.is_number or kind is Kind.DATE):
        raise ExpressionError(f"“{words_of(tree)}”不能比较大小")
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Literal) and kind is Kind.CHOICE:
            require_code(one, other.value, scope)
    return Compare(op, left, right)


def require_code(node: Node, value: object, scope: Scope) -> None:
    inner = node.node if isinstance(node, Outer | OfHousehold) else node
    if not isinstance(inner, ColumnRef):
        return
    codes = scope.words.sources[inner.source].columns[inner.name].codes
    if codes and value not in codes:
        raise ExpressionError(f"“{inner.name}”没有取值“{value}”，可用：{', '.join(codes)}")


def same_kind(nodes: list[Node], tree: exp.Expression) -> tuple[list[Node], Kind]:
    firm = [n.kind for n in nodes if not isinstance(n, Literal)]
    kind = firm[0] if firm else next((n.kind for n in nodes if n.kind is not Kind.UNKNOWN), Kind.UNKNOWN)
    if not firm and any(n.kind is Kind.RATIO for n in nodes):
        kind = Kind.RATIO
    adapted = [adapt(n, kind) for n in nodes]
    if any(n.kind is not kind for n in adapted):
        raise ExpressionError(f"“{words_of(tree)}”各个值的类型不同")
    return adapted, kind
