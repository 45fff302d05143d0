"""Definitions (定义): what a source, a parameter, a fact, a rule, a check and a benefit are, as a pack writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any


class Kind(Enum):
    """Type of a value. Numbers are integers scaled by a power of ten, so that every backend computes the same."""

    BOOL = "bool"
    INTEGER = "integer"
    MONEY = "money"
    RATIO = "ratio"
    QUANTITY = "quantity"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"  # free text and identity: may only be tested for presence
    UNKNOWN = "unknown"  # the type of NULL until its neighbour gives it one

    @property
    def scale(self) -> int:
        """Decimal places kept: 分 for money, 0.0001 for ratios, 0.01 for areas and distances."""
        return {Kind.MONEY: 2, Kind.RATIO: 4, Kind.QUANTITY: 2}.get(self, 0)

    @property
    def is_number(self) -> bool:
        return self in (Kind.INTEGER, Kind.MONEY, Kind.RATIO, Kind.QUANTITY)


KIND_OF_COLUMN = {
    "text": Kind.TEXT,
    "name": Kind.TEXT,
    "id_number": Kind.TEXT,
    "phone": Kind.TEXT,
    "date": Kind.DATE,
    "money": Kind.MONEY,
    "quantity": Kind.QUANTITY,
    "integer": Kind.INTEGER,
    "ratio": Kind.RATIO,
    "bool": Kind.BOOL,
    "choice": Kind.CHOICE,
}


@dataclass(frozen=True)
class Column:
    """A column of a register table or a department feed (数据项), with its 中文 headers and codes."""

    name: str
    type: str
    title: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return KIND_OF_COLUMN[self.type]


@dataclass(frozen=True)
class Source:
    """A table that facts may read: a register table (登记) or a department feed (部门数据)."""

    name: str
    title: str
    kind: str  # register | feed
    entity: str  # resident | household
    date: str | None
    cadence: str | None
    unit: str | None
    key: tuple[str, ...]
    columns: dict[str, Column]


@dataclass(frozen=True)
class Dated:
    """One value of a parameter from a day on, with where it was read."""

    valid_from: date
    valid_until: date | None
    value: Any  # scaled integer, or None where the value is lost or not known
    formula: str | None
    source: str
    clause: str
    verified: str  # yes | no | lost
    note: str


@dataclass(frozen=True)
class Parameter:
    """A dated number of the policy (参数): line, threshold, limit; may differ by place."""

    name: str
    title: str
    kind: Kind
    unit: str
    values: tuple[Dated, ...]
    places: dict[str, tuple[Dated, ...]]


@dataclass(frozen=True)
class FactDef:
    """A derived fact (指标) of a resident or household and the formula that makes it."""

    name: str
    title: str
    entity: str
    kind: Kind
    formula: str
    unit: str = ""
    source: str = ""
    clause: str = ""
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)


LEVELS = ("red", "orange", "yellow", "review")
LEVEL_TITLES = {"red": "红色预警", "orange": "橙色预警", "yellow": "黄色预警", "review": "人工复核提示"}
FACTORS = {
    "income.industry": "收入·产业",
    "income.employment": "收入·就业",
    "income.other": "收入·其他",
    "expenditure.medical": "支出·看病",
    "expenditure.education": "支出·教育",
    "expenditure.housing": "支出·住房饮水",
    "expenditure.other": "支出·其他",
    "accident.disaster": "意外·自然灾害",
    "accident.accident": "意外·事故",
    "negative.review": "人工复核",
}


@dataclass(frozen=True)
class RuleDef:
    """A warning rule (预警规则): one condition per level; a hit is a clue for people, never a decision."""

    name: str
    title: str
    entity: str
    factor: str
    levels: dict[str, str]
    evidence: tuple[str, ...]
    because: str
    owner: str = ""
    clears_when: str = ""
    source: str = ""
    clause: str = ""
    verified: str = "no"
    note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # exclusive
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckDef:
    """A contradiction check (疑点数据): a condition that should not hold, and how to mend it."""

    name: str
    title: str
    entity: str
    condition: str
    message: str
    evidence: tuple[str, ...] = ()
    fix: dict[str, str] = field(default_factory=dict)
    source: str = ""
    clause: str = ""
    verified: str = "no"
    note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # exclusive
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """One condition of a benefit (条件) with the words by which people know it."""

    title: str
    when: str


@dataclass(frozen=True)
class BenefitDef:
    """A benefit (待遇): who is entitled and to how much; three-valued, for people to act on.

    All of ``grounds`` must hold and none of ``exclusions``; ``cap`` is the most that is paid.
    """

    name: str
    title: str
    entity: str
    grounds: tuple[Ground, ...]
    amount: str | None
    period: str
    because: str
    exclusions: tuple[Ground, ...] = ()
    cap: str | None = None
    receiving: str | None = None  # whether it is received already, where the data tell
    duration: str = ""
    evidence: tuple[str, ...] = ()
    payer: str = ""
    approver: str = ""
    source: str = ""
    clause: str = ""
    verified: str = "no"
    note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # exclusive
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def eligible(self) -> str:
        """Grounds and exclusions as one condition."""
        held = [ground.when for ground in self.grounds] + [f"NOT ({one.when})" for one in self.exclusions]
        return held[0] if len(held) == 1 else " AND ".join(f"({one})" for one in held)


@dataclass(frozen=True)
class GateDef:
    """A gate (关口) of a procedure: a condition that must hold before people may take the next step."""

    name: str
    title: str
    entity: str
    procedure: str
    condition: str
    because: str
    evidence: tuple[str, ...] = ()
    source: str = ""
    clause: str = ""
    verified: str = "no"
    note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # exclusive
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)


Definition = RuleDef | CheckDef | BenefitDef | GateDef


def in_force(definition: Definition, day: date) -> bool:
    """Whether a definition is valid on a day (有效期)."""
    begun = definition.valid_from is None or definition.valid_from <= day
    return begun and (definition.valid_until is None or day < definition.valid_until)
