"""Nodes to SQL (生成 SQL): only portable text that DuckDB, PostgreSQL and Spark read unchanged.

Numbers are scaled BIGINT, ages and windows become boundary dates, rounding is one FLOOR over doubles that stays exact
below 2^53. What no portable text can say is in ``Dialect``, with a parity test for each entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.engine import arithmetic
from shouwang.engine.model import Kind
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
    birth_compared,
)

SQL_TYPES = {Kind.BOOL: "BOOLEAN", Kind.DATE: "DATE", Kind.CHOICE: "VARCHAR(60)", Kind.TEXT: "BOOLEAN"}


@dataclass(frozen=True)
class Dialect:
    """The few expressions that engines spell differently."""

    name: str = "duckdb"
    days_between: str = "({end} - {start})"
    escapes: bool = False

    def text(self, value: str) -> str:
        """A text as a literal; where backslashes escape, they are escaped, and so is the quote."""
        if self.escapes:
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + value.replace("'", "''") + "'"


DUCKDB = Dialect()
POSTGRES = Dialect("postgres")
SPARK = Dialect("spark", "datediff({end}, {start})", escapes=True)


def sql_type(kind: Kind) -> str:
    """Column type of a kind: numbers are BIGINT in the kind's scale."""
    return SQL_TYPES.get(kind, "BIGINT")


def literal(value: Any, kind: Kind, dialect: Dialect = DUCKDB) -> str:
    """A value of the pack as SQL; text comes only from the pack's own vocabulary."""
    if value is None:
        return f"CAST(NULL AS {sql_type(kind)})"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        # Bare, it would be a 32-bit integer to the engines, and so would a fact or parameter made of it.
        return f"CAST({value} AS BIGINT)"
    return dialect.text(str(value))


@dataclass(frozen=True)
class Names:
    """How the leaves of an expression are called in the step at hand, and which of them may be NULL."""

    leaf: Callable[[Node], str]
    nullable: Callable[[Node], bool]
    as_of: date
    dialect: Dialect = DUCKDB


LEAVES = (ColumnRef, FactRef, ParameterRef, Outer, OfHousehold, Related)


def to_sql(node: Node, names: Names) -> str:
    """SQL text of a node; every compound is in parentheses."""
    match node:
        case Literal():
            return literal(node.value, node.kind, names.dialect)
        case ColumnRef() | FactRef() | ParameterRef() | Outer() | OfHousehold() | Related():
            return names.leaf(node)
        case Logic():
            return "(" + f" {node.op} ".join(to_sql(p, names) for p in node.parts) + ")"
        case Not():
            return f"(NOT {to_sql(node.part, names)})"
        case IsNull():
            return f"({to_sql(node.part, names)} IS NULL)"
        case OneOf():
            values = ", ".join(literal(v, node.part.kind, names.dialect) for v in node.values)
            return f"({to_sql(node.part, names)} IN ({values}))"
        case Case():
            branches = " ".join(f"WHEN {to_sql(c, names)} THEN {to_sql(v, names)}" for c, v in node.branches)
            return f"CASE {branches} ELSE {to_sql(node.otherwise, names)} END"
        case Compare():
            return _age_compare(node, names) or f"({to_sql(node.left, names)} {node.op} {to_sql(node.right, names)})"
        case Arithmetic():
            return _arithmetic(node, names)
        case Call():
            return _call(node, names)


def _arithmetic(node: Arithmetic, names: Names) -> str:
    left, right = to_sql(node.left, names), to_sql(node.right, names)
    if node.op in ("+", "-"):
        return f"({left} {node.op} {right})"
    up, down = arithmetic.shift(node.op, node.left.kind, node.right.kind, node.kind)
    if node.op == "*":
        times = f"{left} * {right}" + (f" * {up}" if up > 1 else "")
        return f"({times})" if down == 1 else divided(f"({times})", str(down), nonzero=True)
    numerator = f"({left} * {up})" if up > 1 else left
    denominator = f"({right} * {down})" if down > 1 else right
    nonzero = isinstance(node.right, Literal) and bool(node.right.value)
    return divided(numerator, denominator, nonzero=nonzero)


def divided(numerator: str, denominator: str, *, nonzero: bool = False) -> str:
    """Quotient rounded half up, as ``arithmetic.divide`` does it."""
    below = denominator if nonzero else f"NULLIF({denominator}, 0)"
    return f"CAST(FLOOR((2 * {numerator} + {denominator}) * 1e0 / (2 * {below})) AS BIGINT)"


def _floor_div(value: str, unit: int) -> str:
    return f"CAST(FLOOR({value} * 1e0 / {unit}) AS BIGINT)"


def _call(node: Call, names: Names) -> str:
    args = [to_sql(a, names) for a in node.args]
    match node.function:
        case "COALESCE":
            return f"COALESCE({', '.join(args)})"
        case "LEAST" | "GREATEST" if len(args) == 1:
            return args[0]  # Spark refuses a single argument
        case "LEAST" | "GREATEST":
            return _known(node, args, f"{node.function}({', '.join(args)})", names)
        case "ABS":
            return f"ABS({args[0]})"
        case "AGE_ON":
            return _full_years(args[0], names.as_of)
        case "MONTHS_BETWEEN":
            return _full_months(args[0], args[1])
        case "DAYS_BETWEEN":
            return f"CAST({names.dialect.days_between.format(start=args[0], end=args[1])} AS BIGINT)"
    return _whole(node, args[0])


def _known(node: Call, args: list[str], text: str, names: Names) -> str:
    # Engines skip NULL inside LEAST and GREATEST; for us an unknown part makes the whole unknown.
    doubtful = [a for a, n in zip(args, node.args, strict=True) if names.nullable(n)]
    if not doubtful:
        return text
    return f"CASE WHEN {' OR '.join(f'{a} IS NULL' for a in doubtful)} THEN NULL ELSE {text} END"


def _whole(node: Call, value: str) -> str:
    unit = 10**node.kind.scale
    if unit == 1:
        return value
    if node.function == "ROUND":
        return f"({divided(value, str(unit), nonzero=True)} * {unit})"
    if node.function == "FLOOR":
        return f"({_floor_div(value, unit)} * {unit})"
    return f"(-({_floor_div(f'(-({value}))', unit)}) * {unit})"


def _full_years(day: str, as_of: date) -> str:
    month_day = as_of.month * 100 + as_of.day
    later = f"EXTRACT(MONTH FROM {day}) * 100 + EXTRACT(DAY FROM {day}) > {month_day}"
    return f"CAST({as_of.year} - EXTRACT(YEAR FROM {day}) - CASE WHEN {later} THEN 1 ELSE 0 END AS BIGINT)"


def _full_months(start: str, end: str) -> str:
    years = f"(EXTRACT(YEAR FROM {end}) - EXTRACT(YEAR FROM {start})) * 12"
    months = f"EXTRACT(MONTH FROM {end}) - EXTRACT(MONTH FROM {start})"
    short = f"CASE WHEN EXTRACT(DAY FROM {end}) < EXTRACT(DAY FROM {start}) THEN 1 ELSE 0 END"
    return f"CAST({years} + {months} - {short} AS BIGINT)"


def _age_compare(node: Compare, names: Names) -> str | None:
    found = birth_compared(node, names.as_of)
    return None if found is None else f"({to_sql(found.left, names)} {found.op} {to_sql(found.right, names)})"
