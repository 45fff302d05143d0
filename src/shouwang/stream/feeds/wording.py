"""Words (文字): names, identity numbers, telephones, yes and no, choices; their form is changed, never their sense."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Column
from shouwang.kernel.sheets.cells import NUMBER
from shouwang.stream.feeds.amounts import PLACEHOLDERS
from shouwang.stream.feeds.parsed import (
    Parsed,
    by_distinct,
    cells_with,
    longest,
    no_faults,
    on_distinct,
    on_some,
    put,
    spans,
    valid,
)

LONGEST = 2000
LONGEST_IDENTITY = 30
YES = {"是", "1", "true", "t", "yes", "y", "有", "√", "✓", "✔", "对", "真", "1.0"}
NO = {"否", "0", "false", "f", "no", "n", "无", "没有", "×", "✗", "x", "不是", "错", "假", "0.0"}
# Bytes that start or are characters worth a closer look: controls, blanks of all widths, zero width, direction marks.
ODD = np.zeros(256, dtype=bool)
ODD[:33] = True
ODD[[0x27, 0x7F, 0xC2, 0xE2, 0xEF, ord("=")]] = True
ODD[0xE3] = True
NOT_A_DIGIT = np.ones(256, dtype=bool)
NOT_A_DIGIT[list(b"0123456789")] = False
NOT_IN_IDENTITY = np.ones(256, dtype=bool)
NOT_IN_IDENTITY[list(b"0123456789X")] = False
# What may never enter: control characters and marks that turn the direction of reading.
FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{84}\x{86}-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
ZERO_WIDTH = r"[\x{00ad}\x{200b}-\x{200f}\x{2060}\x{feff}]"
BLANKS = r"[\s\x{00a0}\x{2000}-\x{200a}\x{202f}\x{3000}]+"
FORMULA_START = r"^[=＝]"
HAN_BLANK = r"([\p{Han}·]) +([\p{Han}·])"
ID_REASONS = ["以数字格式存放，末尾几位已失真，请把该列设为文本格式后重新填写", "含有身份证号不该有的字符，请核对"]
TEXT_REASONS = ["数字超过 15 位，末尾已失真，请把该列设为文本格式后重新填写", f"文字超过 {LONGEST} 字"]


def clean(texts: pa.StringArray) -> tuple[pa.StringArray, np.ndarray]:
    """Trim blanks and zero-width characters; empty becomes null. Gives also a mask of formulas and control characters.

    The mask holds 0 for good cells, 1 for text that begins like a formula, 2 for forbidden characters.
    """
    marks = no_faults(len(texts))
    at = cells_with(texts, ODD)  # all other cells are clean already
    if len(at):
        odd = texts.take(pa.array(at))
        marks[at[_matches(odd, FORBIDDEN)]] = 2
        plain = on_distinct(odd, _trimmed)
        marks[at[_matches(plain, FORMULA_START)]] = 1
        # An apostrophe before a formula sign is how our own exports keep text from becoming a formula.
        plain = on_distinct(plain, lambda some: pc.replace_substring_regex(some, r"^'([=＝+＋\-－@＠\t\r\n])", r"\1"))
        texts = put(texts, at, plain)
    return _blank_as_null(texts), marks


def _blank_as_null(texts: pa.StringArray) -> pa.StringArray:
    offsets, _ = spans(texts)
    blank = np.diff(offsets) == 0
    if texts.null_count:
        blank &= valid(texts)
    return pc.if_else(pa.array(blank), None, texts) if blank.any() else texts


def _matches(texts: pa.StringArray, pattern: str) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False))


def _trimmed(texts: pa.StringArray) -> pa.StringArray:
    plain = pc.replace_substring_regex(texts, ZERO_WIDTH, "")
    return pc.utf8_trim(pc.replace_substring_regex(plain, BLANKS, " "), " ")


def parse_words(texts: pa.StringArray, kinds: np.ndarray, column: Column) -> Parsed:
    """Parse a column of text, name, id_number or phone."""
    faults = no_faults(len(texts))
    numeric = kinds == NUMBER
    if numeric.any():
        texts = _numbers_as_text(texts, numeric, faults)
    if column.type == "id_number":
        return _identity(texts, faults)
    if column.type == "phone":
        return Parsed(on_some(texts, cells_with(texts, NOT_A_DIGIT), _plain_phone), faults, TEXT_REASONS)
    if column.type == "name":
        texts = on_some(texts, cells_with(texts, ODD), _names)
    if longest(texts) > LONGEST:
        faults[np.asarray(pc.fill_null(pc.greater(pc.utf8_length(texts), LONGEST), False))] = 2
    return Parsed(texts, faults, TEXT_REASONS)


def _names(texts: pa.StringArray) -> pa.StringArray:
    plain = pc.replace_substring_regex(texts, r"[•・．‧∙]", "·")
    for _ in range(2):  # matches may not overlap: 王 小 明 needs a second pass
        plain = pc.replace_substring_regex(plain, HAN_BLANK, r"\1\2")
    return plain


def _plain_phone(texts: pa.StringArray) -> pa.StringArray:
    return _without_placeholders(pc.replace_substring_regex(pc.utf8_normalize(texts, "NFKC"), r"[\s']", ""))


def _identity(texts: pa.StringArray, faults: np.ndarray) -> Parsed:
    """Identity numbers: half width, no blanks, X as the last digit; whether they are valid is asked by linkage."""
    offsets, _ = spans(texts)
    at = np.union1d(cells_with(texts, NOT_IN_IDENTITY), np.flatnonzero(np.diff(offsets) > LONGEST_IDENTITY))
    if not len(at):
        return Parsed(texts, faults, ID_REASONS)
    some = on_distinct(texts.take(pa.array(at)), _plain_identity)
    holes = np.asarray(pc.fill_null(pc.is_in(pc.utf8_lower(some), pa.array(sorted(PLACEHOLDERS))), False))
    odd = ~np.asarray(pc.fill_null(pc.match_substring_regex(some, r"^[0-9A-Z()\-*]{1,30}$"), True))
    faults[at[odd & ~holes & (faults[at] == 0)]] = 2
    return Parsed(put(texts, at, pc.if_else(pa.array(holes), None, some)), faults, ID_REASONS)


def _plain_identity(texts: pa.StringArray) -> pa.StringArray:
    plain = pc.utf8_upper(pc.utf8_normalize(texts, "NFKC"))
    plain = pc.replace_substring_regex(plain, r"[\s'`‘’_.]", "")
    return pc.replace_substring_regex(plain, r"^(\d{17})[*×]$", r"\1X")


def _without_placeholders(texts: pa.StringArray) -> pa.StringArray:
    holes = pc.fill_null(pc.is_in(pc.utf8_lower(texts), pa.array(sorted(PLACEHOLDERS))), False)
    return pc.if_else(holes, None, texts)


def _numbers_as_text(texts: pa.StringArray, numeric: np.ndarray, faults: np.ndarray) -> pa.StringArray:
    """Numbers in a text column: 1.38E10 → 13800000000; more than 15 digits were lost when the cell was typed."""
    mask = pa.array(numeric)
    written = texts.filter(mask)
    exact = np.asarray(pc.match_substring_regex(written, r"^[0-9]{1,15}$"))
    if not exact.all():
        values = np.asarray(pc.cast(written, pa.float64()))
        whole = (values == np.floor(values)) & (np.abs(values) < 1e15)
        shown = pc.if_else(
            pa.array(whole),
            pa.array(np.where(whole, values, 0).astype(np.int64)).cast(pa.string()),
            pa.array([format(value, ".15g") for value in values.tolist()]),
        )
        faults[np.flatnonzero(numeric)[np.abs(values) >= 1e15]] = 1
        written = pc.if_else(pa.array(exact), written, shown)
    return pc.replace_with_mask(texts, mask, written)


def parse_choices(texts: pa.StringArray, column: Column) -> Parsed:
    """Choices: canonical codes and 中文 labels, in any width; the reason for others lists what is allowed."""
    known = {_key(text): code for code, labels in column.codes.items() for text in (code, *labels)}
    allowed = "、".join(labels[0] if labels else code for code, labels in list(column.codes.items())[:12])
    more = " 等" if len(column.codes) > 12 else ""

    def parse(text: str) -> tuple[object, int, str]:
        key = _key(text)
        if key in known:
            return known[key], 0, ""
        if key in PLACEHOLDERS:
            return None, 0, "处写的是“无”“-”等，按空白处理"
        return None, 1, ""

    return by_distinct(texts, pa.string(), [f"不在可选范围内，可填：{allowed}{more}"], parse)


def parse_flags(texts: pa.StringArray) -> Parsed:
    """Yes and no: 是/否, 1/0, true/false, 有/无, √/×."""

    def parse(text: str) -> tuple[object, int, str]:
        key = _key(text)
        if key in YES or key in NO:
            return key in YES, 0, ""
        return (None, 0, "处写的是“-”等，按空白处理") if key in PLACEHOLDERS else (None, 1, "")

    return by_distinct(texts, pa.bool_(), ["请填“是”或“否”"], parse)


def _key(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
