"""Values (取值): from what people write in files and cases to the engine's scaled integers, and back to words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shouwang.engine.model import Column, Kind
from shouwang.kernel.money import format_yuan

TRUE_WORDS = {"true", "1", "是", "yes", "y", "有"}
FALSE_WORDS = {"false", "0", "否", "no", "n", "无"}


LARGEST = 15  # power of ten in whole units: 64 bits hold it, and sums of many


class ValueFault(Exception):
    """A value that does not fit its type (取值不合类型)."""


def scaled(value: Any, kind: Kind) -> Any:
    """Internal value of what a person wrote: yuan → 分, 0.35 → 3500 (ratio), ``是`` → True; None stays unknown."""
    if value is None or value == "":
        return None
    if kind.is_number:
        return _number(value, kind)
    if kind is Kind.DATE:
        return _date(value)
    if kind is Kind.BOOL:
        return _bool(value)
    return str(value)


def column_value(value: Any, column: Column) -> Any:
    """Internal value of a cell of a source; 中文 labels of a choice become its code."""
    found = scaled(value, column.kind)
    if found is None or not column.codes:
        return found
    for code, labels in column.codes.items():
        if found == code or found in labels:
            return code
    raise ValueFault(f"“{value}”不在可选范围：{'、'.join(labels[0] for labels in column.codes.values() if labels)}")


def _number(value: Any, kind: Kind) -> int:
    text = str(value).strip().replace(",", "")
    try:
        percent = kind is Kind.RATIO and text.endswith("%")
        number = Decimal(text[:-1]) / 100 if percent else Decimal(text)
        shifted = number.scaleb(kind.scale)
    except ArithmeticError:
        raise ValueFault(f"“{value}”不是数字") from None
    if shifted.is_finite() and shifted.adjusted() > LARGEST:
        raise ValueFault(f"“{value}”太大")
    if not shifted.is_finite() or shifted != shifted.to_integral_value():
        raise ValueFault(f"“{value}”最多保留 {kind.scale} 位小数")
    return int(shifted)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise ValueFault(f"“{value}”不是日期，请写成 2026-01-31") from None


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueFault(f"“{value}”不是“是”或“否”")


def plain(value: Any, kind: Kind) -> Any:
    """A value for JSON: money in yuan, ratios as fractions, dates in ISO form; numbers stay exact where whole."""
    if value is None or isinstance(value, bool):
        return value
    if kind.is_number and kind.scale:
        number = Decimal(value).scaleb(-kind.scale)
        return int(number) if number == number.to_integral_value() else float(number)
    if isinstance(value, date):
        return value.isoformat()
    return value


def shown(value: Any, kind: Kind) -> str:
    """A value in words for a person: ``12,345.50``, ``35%``, ``是``, ``未知``."""
    if value is None:
        return "未知"
    if kind is Kind.BOOL:
        return "是" if value else "否"
    if kind is Kind.MONEY:
        return format_yuan(value)
    if kind is Kind.RATIO:
        return f"{Decimal(value).scaleb(-2).normalize():f}%"
    if kind is Kind.QUANTITY:
        return f"{Decimal(value).scaleb(-2).normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)
