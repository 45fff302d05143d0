"""Fields of a paper (文书字段): a closed schema, checked before anything is printed, and turned into the text that is.

Unknown is not zero: what was not found out is printed as 未核实, and a sum over it as 不能计算.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shouwang.kernel.errors import Refusal
from shouwang.kernel.identity_numbers import is_valid

UNKNOWN = "未核实"
BY_HAND = "＿＿＿＿＿＿"
"""Left open to be written in by hand: what nobody has said yet, and a person will say when signing."""
NONE = "无"
MOST = {"text": 120, "words": 2000}
MOST_ROWS = 2000
# Everything that could turn a line around or hide in it; line ends stay in long texts.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@dataclass(frozen=True)
class Field:
    """One thing that a paper says (字段): key in the interface, 中文 name in the template, kind of value, an example."""

    key: str
    title: str
    type: str = "text"
    needed: bool = True
    example: Any = None


@dataclass(frozen=True)
class Table:
    """Rows of a paper (明细): the placeholders of its columns stand in one row of the template, which is repeated."""

    key: str
    title: str
    columns: tuple[Field, ...]
    needed: bool = True
    example: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Texts:
    """A checked paper (可印的文字): placeholder → text, and table → rows of column → text."""

    texts: dict[str, str]
    tables: dict[str, list[dict[str, str]]]


Derive = Callable[[Mapping[str, Any]], dict[str, str]]


@dataclass(frozen=True)
class Kind:
    """A kind of paper (文书种类): heading, what it says, the shipped layout, and what is worked out from the rest.

    `derived` are 中文 names of placeholders that `derive` fills; `many` marks kinds of which one subject has several,
    told apart by `part`; `posted` marks kinds that only a posting can make, `of_place` those about no household.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    layout: tuple[Any, ...]
    tables: tuple[Table, ...] = ()
    derived: tuple[str, ...] = ()
    derive: Derive | None = None
    many: bool = False
    posted: bool = False
    of_place: bool = False
    basis: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def placeholders(self) -> dict[str, str]:
        """Every 中文 placeholder of a template → what it stands for."""
        own = {one.title: TYPES[one.type].said for one in self.fields}
        inside = {f"{table.title}.{one.title}": TYPES[one.type].said for table in self.tables for one in table.columns}
        return {**COMMON, **own, **dict.fromkeys(self.derived, "自动算出"), **inside}

    @property
    def example(self) -> dict[str, Any]:
        """Fields that print a specimen."""
        plain = {one.key: one.example for one in self.fields if one.example is not None}
        return {**plain, **{one.key: one.example for one in self.tables}}


COMMON = {
    "文书名称": "文书的名称",
    "文号": "本县本年的编号",
    "版次": "第几版",
    "签发单位": "签发人所在的地方",
    "签发日期": "签发的日期",
    "签发人": "签发人的姓名",
    "校验码": "核对真伪用的代码",
    "校验网址": "核对真伪的网址",
}
"""Placeholders that every paper has and the platform fills."""


@dataclass(frozen=True)
class Type:
    """A kind of value (字段类型): how it is read, and how the list of placeholders names it."""

    read: Callable[[Any], str]
    said: str


def checked(kind: Kind, given: Mapping[str, Any]) -> Texts:
    """The paper's texts. Raises Refusal naming the field that is unknown, missing or not of its kind."""
    known = {one.key for one in kind.fields} | {one.key for one in kind.tables}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Refusal(f"“{kind.title}”没有字段 {'、'.join(unknown)}。", "请只填这种文书规定的内容。")
    texts = {one.title: _text(one, given.get(one.key), kind.title) for one in kind.fields}
    tables = {one.title: _rows(one, given.get(one.key), kind.title) for one in kind.tables}
    if kind.derive:
        texts |= kind.derive(given)
    return Texts(texts, tables)


def _text(one: Field, value: Any, where: str) -> str:
    if value is None or value == "":
        if one.needed:
            raise Refusal(f"“{where}”没有填“{one.title}”。", "请补上再签发。")
        return UNKNOWN if one.type in ("money", "count", "yes_no", "id_number") else NONE
    try:
        return TYPES[one.type].read(value)
    except (ValueError, TypeError, InvalidOperation) as wrong:
        raise Refusal(f"“{where}”的“{one.title}”不对：{wrong}。", "请改正再签发。") from None


def _rows(table: Table, given: Any, where: str) -> list[dict[str, str]]:
    rows = list(given or [])
    if table.needed and not rows:
        raise Refusal(f"“{where}”没有填“{table.title}”。", "请至少填一行。")
    if len(rows) > MOST_ROWS:
        raise Refusal(f"“{table.title}”超过 {MOST_ROWS} 行。", "请分成几份。")
    columns = {one.key for one in table.columns}
    for row in rows:
        if set(row) - columns:
            raise Refusal(f"“{table.title}”没有列 {'、'.join(sorted(set(row) - columns))}。", "请只填规定的列。")
    return [{one.title: _text(one, row.get(one.key), table.title) for one in table.columns} for row in rows]


def _line(value: Any) -> str:
    text = _clean(str(value), keep="")
    if len(text) > MOST["text"]:
        raise ValueError(f"最多 {MOST['text']} 个字")
    return text


def _words(value: Any) -> str:
    text = _clean(str(value).replace("\r\n", "\n").replace("\r", "\n"), keep="\n")
    if len(text) > MOST["words"]:
        raise ValueError(f"最多 {MOST['words']} 个字")
    return text


def _clean(text: str, *, keep: str) -> str:
    return "".join(sign for sign in text if sign in keep or unicodedata.category(sign) not in HIDDEN).strip()


def _day(value: Any) -> str:
    if not isinstance(value, date):
        raise TypeError("要给日期")
    return f"{value.year}年{value.month}月{value.day}日"


def money(value: Any) -> Decimal:
    """An amount in yuan. Raises ValueError for what is none or is finer than a 分."""
    if isinstance(value, bool | float):
        raise ValueError("金额不能用小数浮点")
    amount = Decimal(str(value))
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("要写精确到分的金额")
    return amount


def yuan(amount: Decimal) -> str:
    """1,234.50, and 1,234 without 分."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _count(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("要写不小于零的整数")
    return str(value)


def _id_number(value: Any) -> str:
    text = str(value).strip().upper()
    if not is_valid(text) and not re.fullmatch(r"[0-9]{4}\*{8,14}[0-9Xx*]{0,4}", text):
        raise ValueError("不是有效的身份证号码")
    return text


def _phone(value: Any) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9*][0-9*-]{2,14}", text):
        raise ValueError("不是电话号码")
    return text


TYPES: dict[str, Type] = {
    "text": Type(_line, "一行文字"),
    "words": Type(_words, "一段文字"),
    "day": Type(_day, "日期"),
    "money": Type(lambda value: yuan(money(value)), "金额（元）"),
    "count": Type(_count, "整数"),
    "yes_no": Type(lambda value: {True: "是", False: "否"}[value], "是或否"),
    "id_number": Type(_id_number, "身份证号码"),
    "phone": Type(_phone, "电话"),
}
