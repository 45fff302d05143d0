"""The words of the expression language in pandas: three-valued logic, comparisons, rounding, dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from shouwang.engine import arithmetic
from shouwang.engine.model import Kind
from shouwang.engine.nodes import Arithmetic, Call

Value = Any
OPERATORS = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
EMPTY = {Kind.BOOL: "boolean", Kind.DATE: "datetime64[ms]", Kind.CHOICE: "object", Kind.TEXT: "boolean"}


def broadcast(value: Value, size: int, kind: Kind) -> pd.Series:
    """A column of ``size`` rows; what is one for all is repeated, None becomes unknown of the right type."""
    if isinstance(value, pd.Series):
        if kind.is_number and value.dtype.kind == "f":
            return value.astype("Int64")
        return value
    if value is None:
        return pd.Series(pd.NaT if kind is Kind.DATE else pd.NA, index=range(size), dtype=EMPTY.get(kind, "Int64"))
    if isinstance(value, date):
        return pd.Series(pd.Timestamp(value), index=range(size), dtype="datetime64[ms]")
    return pd.Series(value, index=range(size))


def truth(condition: pd.Series) -> np.ndarray:
    """Where a condition is known and true."""
    return condition.to_numpy(dtype=bool, na_value=False)


def logic(op: str, parts: Sequence[Value]) -> Value:
    found = parts[0]
    for part in parts[1:]:
        found = found & part if op == "AND" else found | part
    return found


def negated(value: Value) -> Value:
    return ~value if isinstance(value, pd.Series) else not value


def _known(found: pd.Series, *parts: Value) -> pd.Series:
    # Comparisons of dates and categories call an empty cell false; here it is unknown.
    for part in parts:
        if isinstance(part, pd.Series) and part.dtype.kind in "MO" and part.isna().any():
            found = found.astype("boolean").mask(part.isna().to_numpy())
    return found


def compare(op: str, left: Value, right: Value) -> Value:
    plain = [pd.Timestamp(v) if isinstance(v, date) else v for v in (left, right)]
    if all(isinstance(v, pd.Series) and isinstance(v.dtype, pd.CategoricalDtype) for v in plain):
        plain = [v.astype(object) for v in plain]
    if not isinstance(plain[0], pd.Series):
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
        if isinstance(plain[1], pd.Series):
            return compare(mirrored.get(op, op), plain[1], plain[0])
        return bool(getattr(plain[0], f"__{OPERATORS[op]}__")(plain[1]))
    return _known(getattr(plain[0], OPERATORS[op])(plain[1]), *plain)


def one_of(value: pd.Series, values: Sequence[Any]) -> pd.Series:
    found = value.isin(list(values))
    return found.astype("boolean").mask(value.isna().to_numpy()) if value.isna().any() else found


def case(branches: Sequence[tuple[Value, Value]], otherwise: Value, size: int, kind: Kind) -> pd.Series:
    found = _nullable(broadcast(otherwise, size, kind))
    for condition, value in reversed(branches):
        chosen = truth(broadcast(condition, size, Kind.BOOL))
        found = found.mask(chosen, _nullable(broadcast(value, size, kind)).array)
    return found


def _nullable(value: pd.Series) -> pd.Series:
    if isinstance(value.dtype, pd.CategoricalDtype):
        return value.astype(object)
    return value.astype({"i": "Int64", "b": "boolean"}.get(value.dtype.kind, value.dtype))


def numbers(node: Arithmetic, left: Value, right: Value) -> Value:
    """Scaled whole numbers; quotients are rounded half up, and unknown over zero."""
    if node.op in ("+", "-"):
        return left + right if node.op == "+" else left - right
    up, down = arithmetic.shift(node.op, node.left.kind, node.right.kind, node.kind)
    if node.op == "*":
        return left * right * up if down == 1 else divided(left * right * up, down)
    return divided(left * up, right * down)


def divided(numerator: Value, denominator: Value) -> Value:
    if not isinstance(denominator, pd.Series):
        return (2 * numerator + denominator) // (2 * denominator)
    zero = (denominator == 0).to_numpy(dtype=bool, na_value=False)
    if zero.any():
        denominator = denominator.astype("Int64").mask(zero)
    return (2 * numerator + denominator) // (2 * denominator)


def call(node: Call, args: list[Value], size: int, as_of: date) -> Value:
    """COALESCE, LEAST, GREATEST, ABS, ROUND, FLOOR, CEIL, AGE_ON, MONTHS_BETWEEN, DAYS_BETWEEN."""
    columns = [broadcast(a, size, n.kind) for a, n in zip(args, node.args, strict=True)]
    match node.function:
        case "COALESCE":
            return _first_known(columns)
        case "LEAST" | "GREATEST":
            return _extreme(node.function, columns)
        case "ABS":
            return columns[0].abs()
        case "AGE_ON":
            day = columns[0].dt
            later = day.month * 100 + day.day > as_of.month * 100 + as_of.day
            return broadcast((as_of.year - day.year - later), size, Kind.INTEGER)
        case "MONTHS_BETWEEN":
            start, end = columns[0].dt, columns[1].dt
            months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
            return broadcast(months, size, Kind.INTEGER)
        case "DAYS_BETWEEN":
            return broadcast((columns[1] - columns[0]).dt.days, size, Kind.INTEGER)
    return _whole(node, columns[0])


def _first_known(columns: list[pd.Series]) -> pd.Series:
    found = _nullable(columns[0])
    for column in columns[1:]:
        empty = found.isna().to_numpy()
        if empty.any():
            found = found.mask(empty, _nullable(column).array)
    return found


def _extreme(function: str, columns: list[pd.Series]) -> pd.Series:
    found = _nullable(columns[0])
    for column in map(_nullable, columns[1:]):
        better = found <= column if function == "LEAST" else found >= column
        unknown = found.isna() | column.isna()
        found = found.where(better.to_numpy(dtype=bool, na_value=False), column.array).mask(unknown.to_numpy())
    return found


def _whole(node: Call, value: pd.Series) -> pd.Series:
    unit = 10**node.kind.scale
    if unit == 1:
        return value
    if node.function == "ROUND":
        return divided(value, unit) * unit
    if node.function == "FLOOR":
        return value // unit * unit
    return -(-value // unit) * unit
