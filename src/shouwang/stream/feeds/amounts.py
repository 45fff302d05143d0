"""Amounts (金额与数量): money in yuan, areas, months, shares; separators and units of writing are understood.

Values come back as scaled integers (分 for money), so that nothing is ever computed on floats.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.stream.feeds.parsed import Parsed, cells_with, no_faults, on_distinct, put, valid

PLACEHOLDERS = {"-", "--", "—", "——", "/", "\\", "无", "空", "暂无", "不详", "未知"}
PLACEHOLDERS |= {"null", "none", "n/a", "na", "nan"}
SCALES = {"money": 2, "quantity": 2, "ratio": 4, "integer": 0}
DECIMALS = {"money": pa.decimal128(14, 2), "quantity": pa.decimal128(12, 2), "ratio": pa.decimal128(9, 4)}
LIMITS = {"money": (-1e9, 1e9), "quantity": (0, 1e7), "ratio": (0, 1), "integer": (0, 1e9)}
RANGES = {"money": "十亿元以内", "quantity": "0 至一千万", "ratio": "0 至 1，即 0% 至 100%", "integer": "0 至十亿"}
NAMES = {"money": "金额", "quantity": "数量", "ratio": "比例", "integer": "整数"}
NUMBER = r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?([eE][+-]?\d{1,2})?$|^[+-]?\.\d+$"
NOT_A_NUMBER, TEN_THOUSANDS, TOO_LARGE, NOT_WHOLE = range(1, 5)
NOT_PLAIN = np.ones(256, dtype=bool)
NOT_PLAIN[list(b"0123456789.-")] = False
# Tails that people write after a number; the unit in the header was checked before.
TAILS = {
    "money": r"(人民币)?(元整|元|圆|块|RMB|CNY)?(/[月年季])?$",
    "quantity": r"(亩|平方米|平米|m2|公里|千米|km|个)?$",
    "ratio": r"(?:\x00)?$",
    "integer": r"(个月|月|级|人|次|天|岁|年|户|个)?$",
}
NUMERALS = {numeral: str(value) for value, numeral in enumerate("一二三四五六七八九十", start=1)}
NUMERALS |= {numeral: str(value) for value, numeral in enumerate("壹贰叁肆", start=1)}


def parse_amounts(texts: pa.StringArray, kind: str) -> Parsed:
    """Parse a column of money, quantity, ratio or integer; plain numbers take the fast way."""
    notes: dict[str, int] = {}
    faults = no_faults(len(texts))
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        numbers = _mixed(texts, kind, faults, notes)
    filled = valid(numbers)
    values = np.nan_to_num(np.asarray(pc.fill_null(numbers, 0.0)), nan=np.inf)
    low, high = LIMITS[kind]
    with np.errstate(invalid="ignore"):
        wild = filled & ~((values >= low) & (values <= high))
    values = np.where(wild, 0.0, values)
    faults[wild] = TOO_LARGE
    scaled, rounded = _scale(values, SCALES[kind])
    if kind == "integer":
        faults[rounded & filled] = NOT_WHOLE
    elif (rounded & filled).any():
        notes[f"处多于 {SCALES[kind]} 位小数，已四舍五入"] = int((rounded & filled).sum())
    good = filled & (faults == 0)
    if kind == "money" and (negative := int((good & (scaled < 0)).sum())):
        notes["处是负数，请确认是冲正或退费"] = negative
    return Parsed(_typed(scaled, good, kind), faults, _reasons(kind), notes)


def _reasons(kind: str) -> list[str]:
    name = NAMES[kind]
    example = {"money": "1234.50", "ratio": "0.35 或 35%"}.get(kind, "12")
    return [
        f"不是{name}，请写成 {example} 的样子",
        "以“万”为单位，请换算成元（或一）后填写",
        f"超出合理范围：{RANGES[kind]}，请核对",
        "应是整数，请去掉小数",
    ]


def _scale(values: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Scaled integers rounded half away from zero, and which of them lost something finer."""
    factor = 10.0**places
    exact = np.abs(values) * factor
    # A float such as 1.005 is stored as 1.00499…; the tiny addition gives the decimal that was written.
    scaled = np.floor(exact + 0.5 + 1e-7).astype(np.int64)
    return np.where(values < 0, -scaled, scaled), np.abs(exact - scaled) > 1e-4


def _typed(scaled: np.ndarray, good: np.ndarray, kind: str) -> pa.Array:
    if kind == "integer":
        return pa.array(scaled, pa.int64(), mask=~good)
    return decimals(scaled, good, DECIMALS[kind])


def decimals(scaled: np.ndarray, good: np.ndarray, kind: pa.Decimal128Type) -> pa.Array:
    """Decimals from scaled integers: 128 bits are the integer and its sign, nothing is converted through text."""
    words = np.empty((len(scaled), 2), dtype=np.int64)
    words[:, 0], words[:, 1] = scaled, scaled >> 63
    bitmap = pa.array(good, pa.bool_()).buffers()[1]
    return pa.Array.from_buffers(kind, len(scaled), [bitmap, pa.py_buffer(words)])


def _mixed(texts: pa.StringArray, kind: str, faults: np.ndarray, notes: dict[str, int]) -> pa.Array:
    """Plain numbers the fast way, only the other cells as people write them."""
    at = cells_with(texts, NOT_PLAIN)
    try:
        numbers = pc.cast(put(texts, at, pa.nulls(len(at), pa.string())), pa.float64())
    except pa.ArrowInvalid:  # digits and points, but no number, such as 1.2.3
        return _written(texts, kind, faults, notes)
    found = np.zeros(len(at), dtype=faults.dtype)
    numbers = put(numbers, at, _written(texts.take(pa.array(at)), kind, found, notes))
    faults[at] = found
    return numbers


def _written(texts: pa.StringArray, kind: str, faults: np.ndarray, notes: dict[str, int]) -> pa.Array:
    """Numbers as people write them: ``￥1,234.50元``, ``(20)``, ``35%``, ``二级``; marks the ones that are none."""
    plain = on_distinct(texts, lambda some: _cleaned(some, kind))
    percent = pc.ends_with(plain, "%") if kind == "ratio" else None
    if percent is not None:
        plain = pc.utf8_rtrim(plain, "%")
    good = pc.match_substring_regex(plain, NUMBER)
    numbers = pc.cast(pc.replace_substring(pc.if_else(good, plain, None), ",", ""), pa.float64())
    if percent is not None:
        numbers = pc.if_else(percent, pc.divide(numbers, 100.0), numbers)
    bad = np.asarray(pc.fill_null(pc.invert(good), False))
    empty = bad & np.asarray(pc.fill_null(pc.is_in(plain, pa.array(sorted(PLACEHOLDERS))), False))
    if empty.any():
        notes["处写的是“无”“-”等，按空白处理"] = int(empty.sum())
    faults[bad & ~empty] = NOT_A_NUMBER
    faults[bad & np.asarray(pc.fill_null(pc.match_substring_regex(plain, r"^[\d.,]+万"), False))] = TEN_THOUSANDS
    return numbers


def _cleaned(texts: pa.StringArray, kind: str) -> pa.StringArray:
    plain = pc.utf8_normalize(texts, "NFKC")
    plain = pc.replace_substring_regex(plain, r"[\s¥￥$']|^RMB|^CNY", "")
    plain = pc.replace_substring_regex(plain, r"^\(([\d.,]+)\)$", r"-\1")
    plain = pc.replace_substring_regex(plain, TAILS[kind], "")
    if kind == "integer":
        known = pa.array(list(NUMERALS))
        place = pc.index_in(plain, known)
        plain = pc.coalesce(pa.array(list(NUMERALS.values())).take(place), plain)
    return pc.utf8_lower(plain)
