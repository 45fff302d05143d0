"""Entries of the rule book (条目), and finding them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shouwang.policy import mandates

KINDS = {
    "rules": "预警规则",
    "benefits": "待遇",
    "tariffs": "其他补助算法",
    "procedures": "办理程序",
    "gates": "风险消除关口",
    "parameters": "参数",
    "facts": "指标",
    "checks": "疑点规则",
    "lists": "清单",
    "toolbox": "政策工具",
    **{kind: mandates.KINDS[kind] for kind in mandates.ITEM},
}
VERIFIED = {"yes": "已核对", "no": "未核对", "lost": "原文缺失"}


@dataclass(frozen=True)
class Table:
    """Rows with a header; a table without rows is left out."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Entry:
    """One rule, benefit, number, procedure or list: lines of (label, text), then tables.

    `ended` is the first day on which it does not hold any more (期限已过); it stays in the book, to be read.
    """

    kind: str
    name: str
    title: str
    group: str
    lines: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    verified: str
    ended: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which an entry held that has ended."""
        return self.ended - timedelta(days=1) if self.ended else None

    @property
    def said(self) -> str:
        """Everything that can be searched."""
        cells = (cell for table in self.tables for row in table.rows for cell in row)
        return " ".join([self.name, self.title, self.group, *(text for _, text in self.lines), *cells])


def found(entries: Iterable[Entry], query: str, kind: str = "") -> list[Entry]:
    """Entries in which every word of a query stands; those that have it in their name or title first."""
    words = _plain(query).split()
    hits = [
        entry
        for entry in entries
        if (not kind or entry.kind == kind) and all(word in _plain(entry.said) for word in words)
    ]
    return sorted(hits, key=lambda e: not all(word in _plain(f"{e.name} {e.title}") for word in words))


def period_words(start: date | None, end: date | None) -> str:
    """From which day to which last day something holds (有效期); `end` is the first day without it."""
    if start is None and end is None:
        return ""
    return f"{start or '不限'} 至 {end - timedelta(days=1) if end else '现在'}"


def _plain(text: str) -> str:
    """Small letters, and numbers without their commas, so that 6500 finds 6,500."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
