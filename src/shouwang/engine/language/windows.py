"""Sources and windows of sums over rows (期间): last months, this year, since a day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlglot import exp

from shouwang.engine.language.trees import words_of
from shouwang.engine.language.words import WINDOWS, ExpressionError, Scope
from shouwang.engine.model import Source
from shouwang.kernel.periods import add_months


def related_source(name: str, scope: Scope) -> Source:
    source = scope.words.sources.get(name)
    if source is None or name == "households":
        raise ExpressionError(f"没有名为“{name}”的数据源")
    if scope.entity == "resident":
        if name == "residents":
            raise ExpressionError("人的指标不能汇总 residents，请写成户的指标再用 household(…)")
        if source.entity != "resident" and "resident_id" not in source.columns:
            raise ExpressionError(f"“{name}”只按户报送，人的指标请用 household(…)")
    return source


def window(tree: exp.Expression | None, source: Source, as_of: date) -> tuple[date | None, date | None]:
    if tree is None:
        return None, None
    name = str(tree.this).lower().removeprefix("fn_") if isinstance(tree, exp.Anonymous) else ""
    if name not in WINDOWS:
        raise ExpressionError(f"“{words_of(tree)}”不是期间，可用：{', '.join(WINDOWS)}")
    if source.date is None:
        raise ExpressionError(f"“{source.name}”没有日期列，不能限定期间")
    try:
        return _bounds(name, window_argument(tree, name), as_of)
    except (ValueError, OverflowError):
        raise ExpressionError(f"“{words_of(tree)}”里要写整数或日期，如 last_months(12)、since('2026-01-01')") from None


def _bounds(name: str, argument: str, as_of: date) -> tuple[date, date]:
    match name:
        case "last_months":
            return add_months(as_of, -int(argument)), as_of
        case "last_days":
            return as_of - timedelta(days=int(argument)), as_of
        case "this_year":
            return date(as_of.year - 1, 12, 31), as_of
        case "last_year":
            return date(as_of.year - 2, 12, 31), date(as_of.year - 1, 12, 31)
    return date.fromisoformat(argument) - timedelta(days=1), as_of


def window_argument(tree: exp.Expression, name: str) -> str:
    args = tree.expressions
    if name in ("this_year", "last_year"):
        if args:
            raise ExpressionError(f"{name}() 不带参数")
        return ""
    inner = args[0].this if name == "since" and args and isinstance(args[0], exp.Cast) else args[0] if args else None
    if len(args) != 1 or not isinstance(inner, exp.Literal):
        raise ExpressionError(f"“{words_of(tree)}”的参数要是固定值")
    return str(inner.name)
