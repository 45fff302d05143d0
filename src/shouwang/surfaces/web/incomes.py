"""Income and expenditure of a household by year (收支), with the net income that follows from the entries.

依据: 收入五项的口径——工资性＋生产经营性收入－生产经营性支出＋财产性＋转移性；理赔、自付、教育等支出另列。
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shouwang.register.households.choices import IncomeKind

SIGNS = {
    IncomeKind.WAGE: 1,
    IncomeKind.BUSINESS_INCOME: 1,
    IncomeKind.BUSINESS_COST: -1,
    IncomeKind.PROPERTY: 1,
    IncomeKind.TRANSFER: 1,
}
"""Kinds that make up the net income and how they count; the others are listed beside it."""

COSTS = {IncomeKind.BUSINESS_COST, IncomeKind.SELF_PAID, IncomeKind.EDUCATION_COST, IncomeKind.OTHER_RIGID_COST}


@dataclass(frozen=True)
class Line:
    """One entry as the table shows it."""

    entry: Any
    who: str
    is_cost: bool


@dataclass(frozen=True)
class Year:
    """The entries of one year; `net` in yuan is None where no entry of the five kinds was made: unknown, not zero."""

    year: int
    lines: list[Line]
    net: Decimal | None
    heads: int
    per_head: Decimal | None


def income_years(entries: Iterable[Any], *, names: Mapping[str, str], heads: int) -> list[Year]:
    """The years with entries, newest first; `names` are the members by resident number, `heads` how many they are."""
    by_year: dict[int, list[Any]] = defaultdict(list)
    for entry in entries:
        by_year[entry.from_on.year].append(entry)
    return [_year(year, by_year[year], names, heads) for year in sorted(by_year, reverse=True)]


def _year(year: int, entries: list[Any], names: Mapping[str, str], heads: int) -> Year:
    parts = [SIGNS[IncomeKind(one.kind)] * one.amount for one in entries if one.kind in SIGNS]
    net = sum(parts, Decimal(0)) if parts else None
    per_head = (net / heads).quantize(Decimal("0.01"), ROUND_HALF_UP) if net is not None and heads else None
    lines = [Line(one, names.get(one.resident_id or "", ""), one.kind in COSTS) for one in entries]
    return Year(year, lines, net, heads, per_head)
