"""The world (合成世界) of one block: its homes and people as numpy arrays, before they become tables.

Codes are small whole numbers, named by the lists beside them. Ages are full years on the as-of date, money is in 分.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from shouwang.synth.chance import Draws, Numbers
from shouwang.synth.villages import Villages

EDUCATION = ("illiterate", "primary", "junior", "senior", "college", "bachelor")
STAGES = (
    "preschool_age", "kindergarten", "primary", "grade_7", "grade_8", "grade_9", "senior_1", "senior_2", "senior_3",
    "vocational_1", "vocational_2", "vocational_3", "college", "technician", "bachelor", "graduate", "none",
)  # fmt: skip
STAGE = {name: code for code, name in enumerate(STAGES)}
LABOUR = ("ordinary", "skilled", "weak", "lost", "none")
LABOUR_CODE = {name: code for code, name in enumerate(LABOUR)}
SCOPES = ("township", "county", "province", "outside")
GRADES = ("A", "B", "C", "D")
CATEGORIES = ("visual", "hearing", "speech", "limb", "intellectual", "mental", "multiple")
MONITORED = ("unstable_exited", "marginal", "sudden_hardship")
RISKS = (
    "illness", "education_cost", "disability", "disaster", "accident", "business_failure", "unstable_work",
    "lack_of_labour", "housing", "water", "other",
)  # fmt: skip
INCOME_KINDS = ("wage", "business_income", "business_cost", "property", "transfer", "claims")


@dataclass
class Homes:
    """Households (农户), one entry each, in the order of their villages."""

    number: Numbers
    village: Numbers
    start: Numbers
    """Row of the head among the people; the members follow it."""
    size: Numbers
    shape: Numbers
    story: Numbers
    """0, or one more than the index of the planted story."""
    more: dict[str, Numbers] = field(default_factory=dict)
    """Everything that later steps find out, by name."""

    def __len__(self) -> int:
        return len(self.number)

    def __getattr__(self, name: str) -> Numbers:
        try:
            return self.__dict__["more"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class People:
    """Residents (家庭成员), one entry each, household after household, the head first."""

    number: Numbers
    home: Numbers
    relation: Numbers
    sex: Numbers
    birth: Numbers
    age: Numbers
    name: Numbers
    identity: Numbers
    more: dict[str, Numbers] = field(default_factory=dict)
    """Everything that later steps find out, by name."""

    def __len__(self) -> int:
        return len(self.number)

    def __getattr__(self, name: str) -> Numbers:
        try:
            return self.__dict__["more"][name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class Bills:
    """Medical settlements (医保结算), one entry each; money in 分."""

    person: Numbers
    day: Numbers
    kind: Numbers
    total: Numbers
    covered: Numbers
    basic: Numbers
    critical: Numbers
    aid: Numbers

    @property
    def self_paid(self) -> Numbers:
        """What is left to the patient (个人自付): the total less everything that was paid."""
        return self.total - self.basic - self.critical - self.aid


@dataclass
class World:
    """One block of households with everything that is true of them."""

    draws: Draws
    as_of: np.datetime64
    places: Villages
    homes: Homes
    people: People
    bills: Bills = field(init=False)

    def of_home(self, values: Numbers) -> Numbers:
        """A household's value for each of its members."""
        return values[self.people.home]

    def any_member(self, flags: Numbers) -> Numbers:
        """Whether some member has the flag, per household."""
        return self.count_members(flags) > 0

    def count_members(self, flags: Numbers) -> Numbers:
        """How many members have the flag, per household."""
        return np.add.reduceat(flags.astype(np.int64), self.homes.start)

    def sum_members(self, values: Numbers) -> Numbers:
        """The sum over the members, per household."""
        return np.add.reduceat(values.astype(np.int64), self.homes.start)


def full_years(birth: Numbers, day: np.datetime64) -> Numbers:
    """Full years of age on a day (周岁)."""
    months = birth.astype("datetime64[M]")
    today = day.astype("datetime64[M]")
    passed = (today - months).astype(int)
    later_in_month = (birth - months).astype(int) > (day - today).astype(int)
    return ((passed - later_in_month) // 12).astype(np.int64)
