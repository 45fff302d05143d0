"""Expression language (表达式): the small SQL subset of the packs, parsed to typed nodes; everything else is refused.

County data staff know SQL, so conditions look like SQL; but the vocabulary is closed, every name is looked up, every
type is checked, and no text of a user ever reaches a database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from sqlglot import exp

from shouwang.engine.language.trees import tree_of, words_of
from shouwang.engine.language.typing import (
    adapt,
    alike,
    comparison,
    number_literal,
    product_kind,
    require_code,
    require_number,
    same_kind,
)
from shouwang.engine.language.windows import related_source, window
from shouwang.engine.language.words import (
    DATES,
    FORBIDDEN,
    REACHES,
    RELATED,
    SCALARS,
    ExpressionError,
    Scope,
    constant_date,
    look_up,
    nearest,
)
from shouwang.engine.model import Kind
from shouwang.engine.nodes import (
    Arithmetic,
    Call,
    Case,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
    OfHousehold,
    OneOf,
    Outer,
    Related,
    depth,
)
from shouwang.kernel.periods import add_months

DEEPEST = 60


def parse(text: str, scope: Scope) -> Node:
    """Parse an expression in a scope. Raises ExpressionError with a sentence that names the offending part."""
    try:
        node = _node(tree_of(str(text)), scope)
    except RecursionError:
        raise ExpressionError(f"“{str(text)[:40]}…”嵌套太深") from None
    if depth(node) > DEEPEST:
        raise ExpressionError(f"“{str(text)[:40]}…”嵌套太深，请拆成几个指标")
    return node


def parse_condition(text: str, scope: Scope) -> Node:
    """Parse an expression that must be true, false or unknown."""
    node = adapt(parse(text, scope), Kind.BOOL)
    if node.kind is not Kind.BOOL:
        raise ExpressionError(f"“{text}”不是条件（得到的是 {node.kind.value}）")
    return node


def _node(tree: exp.Expression, scope: Scope) -> Node:
    handler = _HANDLERS.get(type(tree))
    if handler is None:
        raise ExpressionError(f"不支持的写法“{tree.sql().replace('fn_', '')}”")
    return handler(tree, scope)


def _name(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args.get("table"):
        raise ExpressionError(f"名称“{tree.sql()}”不能带点号")
    name = tree.name
    if FORBIDDEN.search(name.lower()):
        raise ExpressionError(f"规则不得读取“{name}”：民族、宗教、政治面貌等不是判断依据")
    found = constant_date(name, scope.words.as_of) or look_up(name, scope)
    if found is None:
        raise ExpressionError(f"没有名为“{name}”的数据项、指标或参数{nearest(name, scope)}")
    return found


def _literal(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args.get("is_string"):
        return Literal(tree.name, Kind.CHOICE)
    return number_literal(tree.name)


def _cast(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args["to"].this != exp.DataType.Type.DATE or not isinstance(tree.this, exp.Literal):
        raise ExpressionError(f"不支持的写法“{tree.sql()}”，日期请写成 DATE '2026-01-01'")
    try:
        return Literal(date.fromisoformat(tree.this.name), Kind.DATE)
    except ValueError:
        raise ExpressionError(f"“{tree.this.name}”不是日期") from None


def _negative(tree: exp.Expression, scope: Scope) -> Node:
    inner = _node(tree.this, scope)
    if isinstance(inner, Literal) and inner.kind.is_number:
        return replace(inner, value=-inner.value)
    require_number(inner, tree)
    return Arithmetic("-", Literal(0, inner.kind), inner, inner.kind)


def _plus_minus(tree: exp.Expression, scope: Scope) -> Node:
    left, right, kind = alike(_node(tree.this, scope), _node(tree.expression, scope), tree)
    require_number(left, tree)
    return Arithmetic("+" if isinstance(tree, exp.Add) else "-", left, right, kind)


def _times(tree: exp.Expression, scope: Scope) -> Node:
    left, right = _node(tree.this, scope), _node(tree.expression, scope)
    return Arithmetic("*", left, right, product_kind(left, right, tree))


def _divide(tree: exp.Expression, scope: Scope) -> Node:
    left, right = _node(tree.this, scope), _node(tree.expression, scope)
    require_number(left, tree)
    require_number(right, tree)
    if left.kind is right.kind:
        kind = Kind.RATIO
    elif right.kind in (Kind.INTEGER, Kind.RATIO):
        kind = left.kind
    else:
        raise ExpressionError(f"“{words_of(tree)}”不能相除")
    return Arithmetic("/", left, right, kind)


_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


def _compare(tree: exp.Expression, scope: Scope) -> Node:
    left, right = _node(tree.this, scope), _node(tree.expression, scope)
    return comparison(_COMPARISONS[type(tree)], left, right, tree, scope)


def _between(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args.get("symmetric"):
        raise ExpressionError(f"不支持的写法“{words_of(tree)}”")
    middle = _node(tree.this, scope)
    low, high = _node(tree.args["low"], scope), _node(tree.args["high"], scope)
    above = comparison(">=", middle, low, tree, scope)
    return Logic("AND", (above, comparison("<=", middle, high, tree, scope)))


def _one_of(tree: exp.Expression, scope: Scope) -> Node:
    part = _node(tree.this, scope)
    if part.kind is Kind.TEXT:
        raise ExpressionError(f"“{words_of(tree)}”：自由文字不能作为判断条件")
    nodes = [adapt(_node(item, scope), part.kind) for item in tree.expressions]
    values = [n.value for n in nodes if isinstance(n, Literal) and n.kind is part.kind]
    if not values or len(values) != len(nodes):
        raise ExpressionError(f"“{words_of(tree)}”：IN 里要列出同类型的值")
    for value in values:
        if part.kind is Kind.CHOICE:
            require_code(part, value, scope)
    return OneOf(part, tuple(values))


def _logic(tree: exp.Expression, scope: Scope) -> Node:
    op = "AND" if isinstance(tree, exp.And) else "OR"
    parts: list[Node] = []
    for side in (tree.this, tree.expression):
        node = _condition(side, scope)
        parts.extend(node.parts if isinstance(node, Logic) and node.op == op else (node,))
    return Logic(op, tuple(parts))


def _condition(tree: exp.Expression, scope: Scope) -> Node:
    node = adapt(_node(tree, scope), Kind.BOOL)
    if node.kind is not Kind.BOOL:
        raise ExpressionError(f"“{words_of(tree)}”不是条件")
    return node


def _is(tree: exp.Expression, scope: Scope) -> Node:
    if not isinstance(tree.expression, exp.Null):
        raise ExpressionError(f"“{words_of(tree)}”：IS 后面只能是 NULL 或 NOT NULL")
    return IsNull(_node(tree.this, scope))


def _case(tree: exp.Expression, scope: Scope) -> Node:
    if tree.this is not None:
        raise ExpressionError("CASE 请写成 CASE WHEN 条件 THEN 值 ELSE 值 END")
    branches = [(_condition(b.this, scope), _node(b.args["true"], scope)) for b in tree.args["ifs"]]
    default = tree.args.get("default")
    otherwise = _node(default, scope) if default is not None else Literal(None, Kind.UNKNOWN)
    values, kind = same_kind([value for _, value in branches] + [otherwise], tree)
    return Case(tuple((c, v) for (c, _), v in zip(branches, values, strict=False)), values[-1], kind)


def _function(tree: exp.Expression, scope: Scope) -> Node:
    name = str(tree.this).lower().removeprefix("fn_")
    args = tree.expressions
    if name in RELATED:
        return _related(name, args, tree, scope)
    if name in REACHES:
        return _reach(name, args, tree, scope)
    if name in DATES:
        return _moved_date(name, args, tree, scope)
    if name in SCALARS:
        return _scalar(name.upper(), [_node(a, scope) for a in args], tree)
    raise ExpressionError(f"没有函数“{name}”，可用：{', '.join(RELATED + SCALARS + DATES + REACHES)}")


def _scalar(name: str, args: list[Node], tree: exp.Expression) -> Node:
    wanted = {"ABS": 1, "ROUND": 1, "FLOOR": 1, "CEIL": 1, "AGE_ON": 1, "MONTHS_BETWEEN": 2, "DAYS_BETWEEN": 2}
    if (name in wanted and len(args) != wanted[name]) or not args:
        raise ExpressionError(f"“{words_of(tree)}”的参数个数不对")
    if name in ("AGE_ON", "MONTHS_BETWEEN", "DAYS_BETWEEN"):
        if any(a.kind is not Kind.DATE for a in args):
            raise ExpressionError(f"“{words_of(tree)}”要用日期")
        return Call(name, tuple(args), Kind.INTEGER)
    args, kind = same_kind(args, tree)
    if name != "COALESCE":
        require_number(args[0], tree)
    return Call(name, tuple(args), kind)


def _reach(name: str, args: list[exp.Expression], tree: exp.Expression, scope: Scope) -> Node:
    if len(args) != 1 or not isinstance(args[0], exp.Column):
        raise ExpressionError(f"“{words_of(tree)}”里只能放一个名称")
    if name == "own":
        if scope.outer is None:
            raise ExpressionError("own(…) 只能用在汇总函数里面")
        node = _name(args[0], scope.outer)
        return Outer(node, node.kind)
    if scope.entity != "resident" or scope.inside is not None:
        raise ExpressionError("household(…) 只能用在人的指标里")
    node = _name(args[0], Scope(scope.words, "household"))
    return OfHousehold(node, node.kind)


def _moved_date(name: str, args: list[exp.Expression], tree: exp.Expression, scope: Scope) -> Node:
    values = [n.value for n in (_node(a, scope) for a in args) if isinstance(n, Literal)]
    if len(args) != 2 or len(values) != 2 or not isinstance(values[0], date) or not isinstance(values[1], int):
        raise ExpressionError(f"“{words_of(tree)}”要用固定日期（如 as_of）和整数")
    if _node(args[1], scope).kind is not Kind.INTEGER:
        raise ExpressionError(f"“{words_of(tree)}”的第二个参数要是整数")
    day, count = values
    try:
        moved = add_months(day, count) if name == "add_months" else day + timedelta(days=count)
    except (ValueError, OverflowError):
        raise ExpressionError(f"“{words_of(tree)}”超出了日历") from None
    return Literal(moved, Kind.DATE)


def _bare(tree: exp.Expression) -> bool:
    return isinstance(tree, exp.Column) and not tree.args.get("table")


def _related(name: str, args: list[exp.Expression], tree: exp.Expression, scope: Scope) -> Node:
    if scope.inside is not None:
        raise ExpressionError(f"“{words_of(tree)}”：汇总函数里不能再汇总，请先另立一个指标")
    has_value = name in ("sum_if", "min_if", "max_if")
    if len(args) not in ((3, 4) if has_value else (2, 3)) or not _bare(args[0]):
        shape = f"{name}(数据源, {'值, ' if has_value else ''}条件[, 期间])"
        raise ExpressionError(f"“{words_of(tree)}”应写成 {shape}")
    source = related_source(args[0].name, scope)
    inner = Scope(scope.words, scope.entity, source.name, scope)
    value = _node(args[1], inner) if has_value else None
    condition = _condition(args[2 if has_value else 1], inner)
    span = args[-1] if len(args) == (4 if has_value else 3) else None
    after, until = window(span, source, scope.words.as_of)
    kind = Kind.BOOL if name in ("any_if", "all_if") else Kind.INTEGER if value is None else value.kind
    if value is not None and not (kind.is_number or (kind is Kind.DATE and name != "sum_if")):
        raise ExpressionError(f"“{words_of(tree)}”汇总的值要是数字")
    return Related(name, scope.entity, source.name, value, condition, after, until, kind)


_HANDLERS: dict[type, Callable[[exp.Expression, Scope], Node]] = {
    exp.Column: _name,
    exp.Literal: _literal,
    exp.Boolean: lambda tree, scope: Literal(bool(tree.this), Kind.BOOL),
    exp.Null: lambda tree, scope: Literal(None, Kind.UNKNOWN),
    exp.Cast: _cast,
    exp.Neg: _negative,
    exp.Paren: lambda tree, scope: _node(tree.this, scope),
    exp.Add: _plus_minus,
    exp.Sub: _plus_minus,
    exp.Mul: _times,
    exp.Div: _divide,
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: lambda tree, scope: Not(_condition(tree.this, scope)),
    exp.Between: _between,
    exp.In: _one_of,
    exp.Is: _is,
    exp.Case: _case,
    exp.Anonymous: _function,
    **dict.fromkeys(_COMPARISONS, _compare),
}
