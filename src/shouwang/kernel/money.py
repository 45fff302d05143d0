"""Money (金额): integer 分 inside, yuan on screens and in files; never a float."""

from __future__ import annotations

from decimal import Decimal

from shouwang.kernel.errors import InputError


def parse_yuan(text: str | int | Decimal) -> int:
    """Turn yuan as people write it (``"1,234.50"``, ``"￥20"``, ``"20元"``) into 分.

    Raises InputError where the text is no amount or is finer than a 分.
    """
    cleaned = str(text).strip().replace(",", "").replace("，", "").lstrip("¥￥").rstrip("元").strip()
    try:
        fen = Decimal(cleaned) * 100
    except ArithmeticError:
        raise InputError(f"“{text}”不是金额。", "请填写以元为单位的数字，如 1234.50。") from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise InputError(f"“{text}”不是精确到分的金额。", "请填写最多两位小数的数字。")
    return int(fen)


def format_yuan(fen: int) -> str:
    """Show 分 as yuan with separators; two decimals only where there are 分: ``1234550`` → ``12,345.50``."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{cents:02d}" if cents else f"{sign}{yuan:,}"
