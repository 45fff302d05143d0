"""Values of sheet cells (单元格取值): from the text of a sheet to the text that the register keeps, and back.

A kept text is what Django's field reads: `True`, `2026-03-01`, `12000.00`, a code of a vocabulary; `None` is unknown. A label
that is not in the vocabulary is never guessed: `read` raises Unreadable with the reason that people see.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.db import models

from shouwang.kernel import identity_numbers

BLANK = {"", "-", "--", "—", "——", "/", "无", "空"}
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
BETWEEN = re.compile(r"[,，、;；|/]+")
DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?: 00:00:00)?")
MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}")


class Unreadable(Exception):
    """A cell that cannot be understood (看不懂的取值), with the reason in 中文."""


class Kind(Protocol):
    """A kind of value: `read` gives the kept text (None for a blank cell), `show` the text of sheets and screens."""

    @property
    def hint(self) -> str:
        """How to fill it in."""

    @property
    def labels(self) -> tuple[str, ...]:
        """What a drop-down offers; empty where there is none."""

    def read(self, text: str) -> str | None:
        """Raises Unreadable."""

    def show(self, kept: str) -> str:
        """The text that `read` reads again."""


def plain(text: str) -> str:
    """Half width, without blanks at the ends and zero-width marks."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


@dataclass(frozen=True)
class Words:
    """Free text (文字)."""

    longest: int = 60
    hint: str = "文字"
    labels: tuple[str, ...] = ()

    def read(self, text: str) -> str | None:
        """The text itself, without blanks around it."""
        words = plain(text)
        if len(words) > self.longest:
            raise Unreadable(f"超过 {self.longest} 字")
        return words or None

    def show(self, kept: str) -> str:
        """As it is kept."""
        return kept


class Code:
    """A code of a closed vocabulary (代码), by its 中文 label or a further label that means the same."""

    def __init__(self, choices: type[models.TextChoices], also: Mapping[str, str] | None = None) -> None:
        self.titles = {str(value): str(label) for value, label in choices.choices}
        self.codes = {plain(label): value for value, label in self.titles.items()} | dict(also or {})
        self.labels = tuple(self.titles.values())
        self.hint = "、".join(self.labels)

    def read(self, text: str) -> str | None:
        """The code of a label."""
        label = plain(text)
        if label in self.codes:
            return self.codes[label]
        if label in BLANK:
            return None
        raise Unreadable("不在规定的选项里")

    def show(self, kept: str) -> str:
        """The 中文 label."""
        return self.titles.get(kept, kept)


class Codes(Code):
    """Several codes in one cell (多选)."""

    def read(self, text: str) -> str | None:
        """The codes in the order of the vocabulary, between commas; an empty text when the cell says 无."""
        found = set()
        for label in filter(None, BETWEEN.split(plain(text))):
            code = super().read(label)
            if code is not None:
                found.add(code)
        return joined(self.titles, found) if plain(text) else None

    def show(self, kept: str) -> str:
        """The 中文 labels."""
        return "、".join(self.titles.get(code, code) for code in kept.split(",") if code) or "无"


class Conditions(Codes):
    """Health (健康状况): 健康, or one or more conditions."""

    HEALTHY = "健康"

    def read(self, text: str) -> str | None:
        """The conditions; none at all for 健康."""
        if plain(text) == self.HEALTHY:
            return ""
        return super().read(text) or None

    def show(self, kept: str) -> str:
        """The conditions' labels, or 健康."""
        return super().show(kept) if kept else self.HEALTHY


@dataclass(frozen=True)
class YesNo:
    """是 or 否."""

    hint: str = "是 或 否"
    labels: tuple[str, ...] = ("是", "否")

    def read(self, text: str) -> str | None:
        """True or False as text."""
        word = plain(text)
        if word in ("是", "否"):
            return str(word == "是")
        if word in BLANK:
            return None
        raise Unreadable("请写 是 或 否")

    def show(self, kept: str) -> str:
        """是 or 否."""
        return "是" if kept == "True" else "否"


@dataclass(frozen=True)
class Number:
    """A number with some decimals (数字), not negative unless said so; its range is that of the register's column."""

    decimals: int = 2
    limit: int = 10**9
    hint: str = "数字"
    labels: tuple[str, ...] = ()

    def read(self, text: str) -> str | None:
        """The number with its decimals written out."""
        written = plain(text).replace(",", "")
        if written in BLANK:
            return None
        try:
            number = Decimal(written)
        except InvalidOperation:
            raise Unreadable("请填数字，不要写单位") from None
        if not number.is_finite() or not 0 <= number < self.limit:
            raise Unreadable("数字不在合理范围内")
        if number != round(number, self.decimals):
            raise Unreadable(f"最多 {self.decimals} 位小数" if self.decimals else "请填整数")
        return f"{number:.{self.decimals}f}"

    def show(self, kept: str) -> str:
        """Without zeros at the end."""
        return kept.rstrip("0").rstrip(".") if "." in kept else kept


@dataclass(frozen=True)
class Day:
    """A day, or with `month` a month written as its first day (日期、年月): sheets write 202603 for it."""

    month: bool = False
    hint: str = "日期，如 2026-03-01"
    labels: tuple[str, ...] = ()

    def read(self, text: str) -> str | None:
        """The day as 2026-03-01."""
        written = plain(text)
        if written in BLANK:
            return None
        found = DAY.fullmatch(written)
        parts = [int(part) for part in found.groups()] if found and not _is_month(written) else None
        if parts is None and self.month and (found := MONTH.fullmatch(written)):
            parts = [int(found[1]), int(found[2]), 1]
        if parts is None:
            raise Unreadable("请写成 202603" if self.month else "请写成 2026-03-01")
        if self.month:
            parts[2] = 1
        try:
            day = date(*parts)
        except ValueError:
            raise Unreadable("没有这一天") from None
        if not 1900 <= day.year <= 2100:
            raise Unreadable("年份不在 1900 至 2100 之间")
        return day.isoformat()

    def show(self, kept: str) -> str:
        """202603 for a month, else 2026-03-01."""
        return kept[:7].replace("-", "") if self.month else kept


@dataclass(frozen=True)
class IdNumber:
    """A document number (证件号码); one with stars is a masked one and says nothing."""

    hint: str = "18 位身份证号，或 20 位残疾人证号，单元格为文本格式"
    labels: tuple[str, ...] = ()

    def read(self, text: str) -> str | None:
        """The number as it should be typed."""
        if plain(text) in BLANK or "*" in text or "＊" in text:
            return None
        number = identity_numbers.normalise(text)
        if len(number) not in (15, 18, 20, 22):
            raise Unreadable("证件号码应为 18 位（残疾人证 20 位）")
        if len(number) == 18 and not identity_numbers.is_valid(number):
            raise Unreadable("证件号码校验不通过，请核对")
        return number

    def show(self, kept: str) -> str:
        """As it is kept."""
        return kept


@dataclass(frozen=True)
class Phone:
    """A phone number (电话); a masked one says nothing."""

    hint: str = "11 位手机号，单元格为文本格式"
    labels: tuple[str, ...] = ()

    def read(self, text: str) -> str | None:
        """Digits only."""
        if plain(text) in BLANK or "*" in plain(text):
            return None
        number = re.sub(r"[\s-]", "", plain(text))
        if not PHONE.fullmatch(number):
            raise Unreadable("电话号码位数或开头不对")
        return number

    def show(self, kept: str) -> str:
        """As it is kept."""
        return kept


def joined(order: Mapping[str, object], codes: set[str]) -> str:
    """Codes in the order of their vocabulary, between commas."""
    return ",".join(code for code in order if code in codes)


def _is_month(written: str) -> bool:
    """202612 would also read as a day of year 2026, month 1, day 2."""
    return bool(re.fullmatch(r"\d{4}[-/.年]?\d{1,2}月?", written)) and len(re.sub(r"\D", "", written)) <= 6
