"""Dates as people write them (日期): 2026-01-02, 2026/1/2, 20260102, 2026年1月2日, Excel serials, quarters."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.stream.feeds.amounts import PLACEHOLDERS
from shouwang.stream.feeds.parsed import Parsed, by_distinct, no_faults, put, spans, valid

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
ISO_LENGTH = len("2026-01-02")
LAST_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
EPOCH = date(1899, 12, 30).toordinal()
REASONS = [
    "看不出是哪一天，请写成 2026-01-02 的样子",
    "分不清哪个是月、哪个是日，请写成 2026-01-02 的样子",
    "只有年份，请写明年月日",
    "没有这一天，请核对",
    "不在 1900 年至 2100 年之间，请核对",
    "年份只有两位，请写全四位",
]
NO_DATE, AMBIGUOUS, ONLY_YEAR, NO_SUCH_DAY, OUT_OF_RANGE, SHORT_YEAR = range(1, 7)
TIME = r"(?:[T\s]*\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?秒?分?(?:Z|[+-]\d\d:?\d\d)?)?"
FULL = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?" + TIME)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6}|\.0)?")
MONTH = re.compile(r"(\d{4})(?:\s*[-/年]\s*(\d{1,2})\s*月?(?:份)?|\.(\d\d)|(0[1-9]|1[0-2]))")
QUARTER = re.compile(r"(\d{4})\s*[-/年]?\s*(?:第?([1-4一二三四])季度?|[Qq]([1-4]))")
REVERSED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})" + TIME)
SHORT = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
SERIAL = re.compile(r"(\d{4,5})(?:\.\d+)?")
EMPTY_DATES = {"0000-00-00", "0000/00/00", "00000000", "1900-01-00", "1900/1/0", "0"}


def parse_dates(texts: pa.StringArray) -> Parsed:
    """Parse a column of dates. Days in ISO form take the fast way; of the others every distinct text is looked at once."""
    faults, iso = no_faults(len(texts)), iso_days(texts)
    others = np.flatnonzero(valid(texts) & ~iso)
    if not len(others):
        return Parsed(pc.cast(texts, pa.date32()), faults, REASONS)
    rest = by_distinct(texts.take(pa.array(others)), pa.date32(), REASONS, parse_date)
    values = pc.cast(put(texts, others, pa.nulls(len(others), pa.string())), pa.date32())
    faults[others] = rest.faults
    return Parsed(put(values, others, rest.values), faults, REASONS, rest.notes)


def iso_days(texts: pa.StringArray) -> np.ndarray:
    """Which texts are days such as 2026-01-02, between the earliest and the latest year that are taken."""
    offsets, data = spans(texts)
    found = np.diff(offsets) == ISO_LENGTH
    at = np.flatnonzero(found)
    if len(at) * ISO_LENGTH != len(data):  # else nothing stands between them, and no byte has to be looked for
        data = data[offsets[at][:, np.newaxis] + np.arange(ISO_LENGTH)]
    # A row for each place of the text: plain arithmetic on long rows of small numbers.
    row = data.reshape(-1, ISO_LENGTH).T.copy()
    good = (row[4] == ord("-")) & (row[7] == ord("-"))
    row -= ord("0")
    for place in (0, 1, 2, 3, 5, 6, 8, 9):
        good &= row[place] <= 9  # what is below "0" has turned into a large number
    digit = row.astype(np.int16)
    year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3]
    month, day = digit[5] * 10 + digit[6], digit[8] * 10 + digit[9]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    good &= (year >= EARLIEST.year) & (year <= LATEST.year) & (month >= 1) & (month <= 12) & (day >= 1)
    last = LAST_DAYS[np.where(good, month, 0)] - ((month == 2) & ~leap)
    found[at] = good & (day <= last)
    return found


def parse_date(text: str) -> tuple[date | None, int, str]:
    """One date: (day or None, fault number or 0, a note where something was assumed)."""
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    if plain.lower() in PLACEHOLDERS or plain in EMPTY_DATES:
        return None, 0, "处写的是“无”“-”等，按空白处理"
    if found := FULL.fullmatch(plain) or COMPACT.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]), "")
    if found := MONTH.fullmatch(plain):
        return _day(int(found[1]), int(found[2] or found[3] or found[4]), 1, "处只有年月，按当月 1 日处理")
    if found := QUARTER.fullmatch(plain):
        quarter = "1234一二三四".index(found[2] or found[3]) % 4
        return _day(int(found[1]), quarter * 3 + 1, 1, "")
    return _odd_date(plain)


def _odd_date(plain: str) -> tuple[date | None, int, str]:
    if found := SERIAL.fullmatch(plain):
        number = int(found[1])
        if 1900 <= number <= 2100:
            return None, ONLY_YEAR, ""
        day = date.fromordinal(EPOCH + number)
        # Serials before 1910 are more likely damaged numbers than births.
        return (day, 0, "处是 Excel 日期序号，已换算成日期") if 3654 <= number <= 73_415 else (None, NO_DATE, "")
    if re.fullmatch(r"\d{4}年?", plain):
        return None, ONLY_YEAR, ""
    if SHORT.fullmatch(plain) and "年" in plain:
        return None, SHORT_YEAR, ""
    if REVERSED.fullmatch(plain):
        return None, AMBIGUOUS, ""
    return None, NO_DATE, ""


def _day(year: int, month: int, day: int, note: str) -> tuple[date | None, int, str]:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, NO_SUCH_DAY, ""
    return (found, 0, note) if EARLIEST <= found <= LATEST else (None, OUT_OF_RANGE, "")
