"""Expression language (表达式): the small SQL subset of the packs, parsed to typed nodes; everything else is refused.

County data staff know SQL, so conditions look like SQL; but the vocabulary is closed, every name is looked up, every
type is checked, and no text of a user ever reaches a database.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from shouwang.engine.model import (
    Arithmetic,
    Call,
    Case,
    Column,
    ColumnRef,
    Compare,
    FactDef,
    FactRef,
    IsNull,
    Kind,
    Literal,
    Logic,
    Node,
    Not,
    OfHousehold,
    OneOf,
    Outer,
    Parameter,
    ParameterRef,
    Related,
    Source,
)
from shouwang.kernel.periods import add_months

RELATED = ("count_if", "sum_if", "min_if", "max_if", "any_if", "all_if")
WINDOWS = ("last_months", "last_days", "this_year", "last_year", "since")
SCALARS = ("coalesce", "least", "greatest", "abs", "round", "floor", "ceil", "age_on", "months_between", "days_between")
DATES = ("add_months", "add_days")
REACHES = ("own", "household")
FUNCTIONS = RELATED + WINDOWS + SCALARS + DATES + REACHES
FORBIDDEN = re.compile(r"ethnic|nationalit|religio|politic|party_member|民族|宗教|政治面貌|籍贯")
_CALL = re.compile(r"\b(" + "|".join(FUNCTIONS) + r")\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r"('(?:[^']|'')*')")


class ExpressionError(Exception):
    """An expression that cannot be understood (表达式有误); the loader adds file and line."""


@dataclass(frozen=True)
class Vocabulary:
    """All names a pack offers to its expressions."""

    sources: dict[str, Source]
    facts: dict[str, FactDef]
    parameters: dict[str, Parameter]
    as_of: date


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: for which entity, and inside which related source."""

    words: Vocabulary
    entity: str
    inside: str | None = None
    outer: Scope | None = None

    @property
    def columns(self) -> tuple[str, dict[str, Column]]:
        source = self.inside or f"{self.entity}s"
        found = self.words.sources.get(source)
        return source, found.columns if found else {}

    @property
    def fact_entity(self) -> str | None:
        if self.inside is None:
            return self.entity
        return "resident" if self.inside == "residents" else None


def parse(text: str, scope: Scope) -> Node:
    """Parse an expression in a scope. Raises ExpressionError with a sentence that names the offending part."""
    return _node(_tree(str(text)), scope)


def parse_condition(text: str, scope: Scope) -> Node:
    """Parse an expression that must be true, false or unknown."""
    node = parse(text, scope)
    if node.kind not in (Kind.BOOL, Kind.UNKNOWN):
        raise ExpressionError(f"“{text}”不是条件（得到的是 {node.kind.value}）")
    return node


@lru_cache(maxsize=20_000)
def _tree(text: str) -> exp.Expression:
    parts = _QUOTED.split(text)
    guarded = "".join(p if p.startswith("'") else _CALL.sub(lambda m: f"fn_{m[1].lower()}(", p) for p in parts)
    try:
        statements = sqlglot.parse(f"SELECT {guarded}")
    except SqlglotError as error:
        raise ExpressionError(f"看不懂“{text}”：{str(error).splitlines()[0]}") from None
    select = statements[0]
    if len(statements) != 1 or not isinstance(select, exp.Select) or len(select.expressions) != 1:
        raise ExpressionError(f"“{text}”应是一个表达式")
    if any(
        select.args.get(part) for part in ("from_", "from", "joins", "where", "group", "limit", "with_", "distinct")
    ):
        raise ExpressionError(f"“{text}”只能是表达式，不能是查询")
    return select.expressions[0]


def _node(tree: exp.Expression, scope: Scope) -> Node:
    handler = _HANDLERS.get(type(tree))
    if handler is None:
        raise ExpressionError(f"不支持的写法“{tree.sql().replace('fn_', '')}”")
    return handler(tree, scope)


# --- names ----------------------------------------------------------------------------------------------------------


def _name(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args.get("table"):
        raise ExpressionError(f"名称“{tree.sql()}”不能带点号")
    name = tree.name
    if FORBIDDEN.search(name.lower()):
        raise ExpressionError(f"规则不得读取“{name}”：民族、宗教、政治面貌等不是判断依据")
    found = _constant_date(name, scope.words.as_of) or _lookup(name, scope)
    if found is None:
        raise ExpressionError(f"没有名为“{name}”的数据项、指标或参数{_nearest(name, scope)}")
    return found


def _lookup(name: str, scope: Scope) -> Node | None:
    source, columns = scope.columns
    if name in columns:
        if FORBIDDEN.search(columns[name].title):
            raise ExpressionError(f"规则不得读取“{columns[name].title}”")
        return ColumnRef(source, name, columns[name].kind)
    fact = scope.words.facts.get(name)
    if fact is not None:
        if fact.entity != scope.fact_entity:
            raise ExpressionError(
                f"指标“{name}”属于{'人' if fact.entity == 'resident' else '户'}，这里用不上；"
                "请用 household(…)、own(…) 或对 residents 汇总"
            )
        return FactRef(fact.entity, name, fact.kind)
    parameter = scope.words.parameters.get(name)
    return ParameterRef(name, parameter.kind) if parameter else None


def _nearest(name: str, scope: Scope) -> str:
    from difflib import get_close_matches

    known = [*scope.columns[1], *scope.words.facts, *scope.words.parameters]
    close = get_close_matches(name, known, n=1)
    return f"，是不是“{close[0]}”？" if close else ""


def _constant_date(name: str, as_of: date) -> Node | None:
    match name:
        case "as_of":
            return Literal(as_of, Kind.DATE)
        case "year_start":
            return Literal(date(as_of.year, 1, 1), Kind.DATE)
        case "last_year_start":
            return Literal(date(as_of.year - 1, 1, 1), Kind.DATE)
    return None


# --- literals and operators -----------------------------------------------------------------------------------------


def _literal(tree: exp.Expression, scope: Scope) -> Node:
    if tree.args.get("is_string"):
        return Literal(tree.name, Kind.CHOICE)
    return number_literal(tree.name)


def number_literal(text: str) -> Literal:
    """A bare number: whole numbers are integers, others ratios with up to four decimals."""
    value = Decimal(text)
    if value == value.to_integral_value():
        return Literal(int(value), Kind.INTEGER)
    scaled = value * 10**4
    if scaled != scaled.to_integral_value():
        raise ExpressionError(f"数字“{text}”的小数位超过四位")
    return Literal(int(scaled), Kind.RATIO)


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
    _require_number(inner, tree)
    return Arithmetic("-", Literal(0, inner.kind), inner, inner.kind)


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


def _alike(left: Node, right: Node, tree: exp.Expression) -> tuple[Node, Node, Kind]:
    left, right = adapt(left, right.kind), adapt(right, left.kind)
    if left.kind is not right.kind:
        raise ExpressionError(f"“{_words(tree)}”两边类型不同：{left.kind.value} 与 {right.kind.value}")
    return left, right, left.kind


def _plus_minus(tree: exp.Expression, scope: Scope) -> Node:
    left, right, kind = _alike(_node(tree.this, scope), _node(tree.expression, scope), tree)
    _require_number(left, tree)
    return Arithmetic("+" if isinstance(tree, exp.Add) else "-", left, right, kind)


def _times(tree: exp.Expression, scope: Scope) -> Node:
    left, right = _node(tree.this, scope), _node(tree.expression, scope)
    return Arithmetic("*", left, right, _product_kind(left, right, tree))


def _product_kind(left: Node, right: Node, tree: exp.Expression) -> Kind:
    _require_number(left, tree)
    _require_number(right, tree)
    kinds = {left.kind, right.kind}
    for plain in (Kind.INTEGER, Kind.RATIO):
        if plain in kinds:
            others = kinds - {plain}
            return others.pop() if others else plain
    if kinds == {Kind.MONEY, Kind.QUANTITY}:
        return Kind.MONEY
    raise ExpressionError(f"“{_words(tree)}”不能相乘")


def _divide(tree: exp.Expression, scope: Scope) -> Node:
    left, right = _node(tree.this, scope), _node(tree.expression, scope)
    _require_number(left, tree)
    _require_number(right, tree)
    if left.kind is right.kind:
        kind = Kind.RATIO
    elif right.kind in (Kind.INTEGER, Kind.RATIO):
        kind = left.kind
    else:
        raise ExpressionError(f"“{_words(tree)}”不能相除")
    return Arithmetic("/", left, right, kind)


def _require_number(node: Node, tree: exp.Expression) -> None:
    if not node.kind.is_number:
        raise ExpressionError(f"“{_words(tree)}”要用数字，得到的是 {node.kind.value}")


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
    return _comparison(_COMPARISONS[type(tree)], left, right, tree, scope)


def _comparison(op: str, left: Node, right: Node, tree: exp.Expression, scope: Scope) -> Node:
    left, right, kind = _alike(left, right, tree)
    if kind is Kind.TEXT:
        raise ExpressionError(f"“{_words(tree)}”：自由文字不能作为判断条件，只能判断是否为空")
    if op not in ("=", "<>") and not (kind.is_number or kind is Kind.DATE):
        raise ExpressionError(f"“{_words(tree)}”不能比较大小")
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Literal) and kind is Kind.CHOICE:
            _require_code(one, other.value, scope)
    return Compare(op, left, right)


def _require_code(node: Node, value: object, scope: Scope) -> None:
    inner = node.node if isinstance(node, Outer | OfHousehold) else node
    if not isinstance(inner, ColumnRef):
        return
    codes = scope.words.sources[inner.source].columns[inner.name].codes
    if codes and value not in codes:
        raise ExpressionError(f"“{inner.name}”没有取值“{value}”，可用：{', '.join(codes)}")


def _between(tree: exp.Expression, scope: Scope) -> Node:
    middle = _node(tree.this, scope)
    low, high = _node(tree.args["low"], scope), _node(tree.args["high"], scope)
    above = _comparison(">=", middle, low, tree, scope)
    return Logic("AND", (above, _comparison("<=", middle, high, tree, scope)))


def _one_of(tree: exp.Expression, scope: Scope) -> Node:
    part = _node(tree.this, scope)
    if part.kind is Kind.TEXT:
        raise ExpressionError(f"“{_words(tree)}”：自由文字不能作为判断条件")
    nodes = [adapt(_node(item, scope), part.kind) for item in tree.expressions]
    values = [n.value for n in nodes if isinstance(n, Literal) and n.kind is part.kind]
    if not values or len(values) != len(nodes):
        raise ExpressionError(f"“{_words(tree)}”：IN 里要列出同类型的值")
    for value in values:
        if part.kind is Kind.CHOICE:
            _require_code(part, value, scope)
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
        raise ExpressionError(f"“{_words(tree)}”不是条件")
    return node


def _is(tree: exp.Expression, scope: Scope) -> Node:
    if not isinstance(tree.expression, exp.Null):
        raise ExpressionError(f"“{_words(tree)}”：IS 后面只能是 NULL 或 NOT NULL")
    return IsNull(_node(tree.this, scope))


def _case(tree: exp.Expression, scope: Scope) -> Node:
    if tree.this is not None:
        raise ExpressionError("CASE 请写成 CASE WHEN 条件 THEN 值 ELSE 值 END")
    branches = [(_condition(b.this, scope), _node(b.args["true"], scope)) for b in tree.args["ifs"]]
    default = tree.args.get("default")
    otherwise = _node(default, scope) if default is not None else Literal(None, Kind.UNKNOWN)
    values, kind = _same_kind([value for _, value in branches] + [otherwise], tree)
    return Case(tuple((c, v) for (c, _), v in zip(branches, values, strict=False)), values[-1], kind)


def _same_kind(nodes: list[Node], tree: exp.Expression) -> tuple[list[Node], Kind]:
    firm = [n.kind for n in nodes if not isinstance(n, Literal)]
    kind = firm[0] if firm else next((n.kind for n in nodes if n.kind is not Kind.UNKNOWN), Kind.UNKNOWN)
    if not firm and any(n.kind is Kind.RATIO for n in nodes):
        kind = Kind.RATIO
    adapted = [adapt(n, kind) for n in nodes]
    if any(n.kind is not kind for n in adapted):
        raise ExpressionError(f"“{_words(tree)}”各个值的类型不同")
    return adapted, kind


# --- functions ------------------------------------------------------------------------------------------------------


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
        raise ExpressionError(f"“{_words(tree)}”的参数个数不对")
    if name in ("AGE_ON", "MONTHS_BETWEEN", "DAYS_BETWEEN"):
        if any(a.kind is not Kind.DATE for a in args):
            raise ExpressionError(f"“{_words(tree)}”要用日期")
        return Call(name, tuple(args), Kind.INTEGER)
    args, kind = _same_kind(args, tree)
    if name != "COALESCE":
        _require_number(args[0], tree)
    return Call(name, tuple(args), kind)


def _reach(name: str, args: list[exp.Expression], tree: exp.Expression, scope: Scope) -> Node:
    if len(args) != 1 or not isinstance(args[0], exp.Column):
        raise ExpressionError(f"“{_words(tree)}”里只能放一个名称")
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
        raise ExpressionError(f"“{_words(tree)}”要用固定日期（如 as_of）和整数")
    day, count = values
    moved = add_months(day, count) if name == "add_months" else day + timedelta(days=count)
    return Literal(moved, Kind.DATE)


def _related(name: str, args: list[exp.Expression], tree: exp.Expression, scope: Scope) -> Node:
    if scope.inside is not None:
        raise ExpressionError(f"“{_words(tree)}”：汇总函数里不能再汇总，请先另立一个指标")
    has_value = name in ("sum_if", "min_if", "max_if")
    if len(args) not in ((3, 4) if has_value else (2, 3)) or not isinstance(args[0], exp.Column):
        shape = f"{name}(数据源, {'值, ' if has_value else ''}条件[, 期间])"
        raise ExpressionError(f"“{_words(tree)}”应写成 {shape}")
    source = _related_source(args[0].name, scope)
    inner = Scope(scope.words, scope.entity, source.name, scope)
    value = _node(args[1], inner) if has_value else None
    condition = _condition(args[2 if has_value else 1], inner)
    window = args[-1] if len(args) == (4 if has_value else 3) else None
    after, until = _window(window, source, scope.words.as_of)
    kind = Kind.BOOL if name in ("any_if", "all_if") else Kind.INTEGER if value is None else value.kind
    if value is not None and not (kind.is_number or (kind is Kind.DATE and name != "sum_if")):
        raise ExpressionError(f"“{_words(tree)}”汇总的值要是数字")
    return Related(name, scope.entity, source.name, value, condition, after, until, kind)


def _related_source(name: str, scope: Scope) -> Source:
    source = scope.words.sources.get(name)
    if source is None or name == "households":
        raise ExpressionError(f"没有名为“{name}”的数据源")
    if scope.entity == "resident":
        if name == "residents":
            raise ExpressionError("人的指标不能汇总 residents，请写成户的指标再用 household(…)")
        if source.entity != "resident" and "resident_id" not in source.columns:
            raise ExpressionError(f"“{name}”只按户报送，人的指标请用 household(…)")
    return source


def _window(tree: exp.Expression | None, source: Source, as_of: date) -> tuple[date | None, date | None]:
    if tree is None:
        return None, None
    name = str(tree.this).lower().removeprefix("fn_") if isinstance(tree, exp.Anonymous) else ""
    if name not in WINDOWS:
        raise ExpressionError(f"“{_words(tree)}”不是期间，可用：{', '.join(WINDOWS)}")
    if source.date is None:
        raise ExpressionError(f"“{source.name}”没有日期列，不能限定期间")
    number = _window_argument(tree, name)
    match name:
        case "last_months":
            return add_months(as_of, -int(number)), as_of
        case "last_days":
            return as_of - timedelta(days=int(number)), as_of
        case "this_year":
            return date(as_of.year - 1, 12, 31), as_of
        case "last_year":
            return date(as_of.year - 2, 12, 31), date(as_of.year - 1, 12, 31)
    return date.fromisoformat(number) - timedelta(days=1), as_of


def _window_argument(tree: exp.Expression, name: str) -> str:
    args = tree.expressions
    if name in ("this_year", "last_year"):
        if args:
            raise ExpressionError(f"{name}() 不带参数")
        return ""
    inner = args[0].this if name == "since" and args and isinstance(args[0], exp.Cast) else args[0] if args else None
    if len(args) != 1 or not isinstance(inner, exp.Literal):
        raise ExpressionError(f"“{_words(tree)}”的参数要是固定值")
    return str(inner.name)


def _words(tree: exp.Expression) -> str:
    return tree.sql().replace("FN_", "").replace("fn_", "")


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
