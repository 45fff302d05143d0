"""Values that may be unknown, for OpenFisca, which knows no unknown: every variable has a second one that says whether it is known.

Three-valued logic and exact rounding are written here once more, by hand, over whole arrays; nothing of ours is used.
Money is whole 分: OpenFisca keeps integers in 32 bits and fractions in single precision, so formulas work in 64 bits and
``stored`` refuses what would not fit.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.variables import Variable

Array = np.ndarray[Any, Any]
Household = build_entity(
    key="household", plural="households", label="户", roles=[{"key": "member", "plural": "members"}]
)
Resident = build_entity(key="resident", plural="residents", label="人", is_person=True)
MOST = 2**31 - 1
SHARE = 10_000  # shares are kept in ten-thousandths


@dataclass(frozen=True)
class Truth:
    """True, false, or neither where that is not known."""

    yes: Array
    no: Array

    @property
    def known(self) -> Array:
        return self.yes | self.no

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    def or_else(self, otherwise: bool) -> Truth:
        """What is unknown is taken for ``otherwise``."""
        return Truth(self.yes, ~self.yes) if not otherwise else Truth(~self.no, self.no)


@dataclass(frozen=True)
class Number:
    """Whole numbers (分, months, people …); ``value`` says nothing where it is not known."""

    value: Array
    known: Array

    def __add__(self, other: Number | int) -> Number:
        other = number(other)
        return Number(self.value + other.value, self.known & other.known)

    def __sub__(self, other: Number | int) -> Number:
        other = number(other)
        return Number(self.value - other.value, self.known & other.known)

    def __rsub__(self, other: int) -> Number:
        return number(other) - self

    def __mul__(self, other: Number | int) -> Number:
        other = number(other)
        return Number(self.value * other.value, self.known & other.known)

    __rmul__ = __mul__

    def divided(self, by: Number | int) -> Number:
        """A quotient rounded half up; unknown where the divisor is zero."""
        by = number(by)
        safe = np.where(by.value == 0, 1, by.value)
        return Number((2 * self.value + safe) // (2 * safe), self.known & by.known & (by.value != 0))

    def share(self, ten_thousandths: int) -> Number:
        """A share of an amount, rounded half up."""
        return (self * ten_thousandths).divided(SHARE)

    def at_least(self, floor: Number | int) -> Number:
        floor = number(floor)
        return Number(np.maximum(self.value, floor.value), self.known & floor.known)

    def at_most(self, most: Number | int) -> Number:
        most = number(most)
        return Number(np.minimum(self.value, most.value), self.known & most.known)

    def _held(self, other: Number | int, compare: Callable[[Array, Array], Array]) -> Truth:
        other = number(other)
        known, held = self.known & other.known, compare(self.value, other.value)
        return Truth(known & held, known & ~held)

    def __lt__(self, other: Number | int) -> Truth:
        return self._held(other, np.less)

    def __le__(self, other: Number | int) -> Truth:
        return self._held(other, np.less_equal)

    def __gt__(self, other: Number | int) -> Truth:
        return self._held(other, np.greater)

    def __ge__(self, other: Number | int) -> Truth:
        return self._held(other, np.greater_equal)

    def equals(self, other: Number | int) -> Truth:
        return self._held(other, np.equal)


@dataclass(frozen=True)
class Day:
    """Dates; ``value`` says nothing where it is not known."""

    value: Array
    known: Array

    def _held(self, other: Day, compare: Callable[[Array, Array], Array]) -> Truth:
        known, held = self.known & other.known, compare(self.value, other.value)
        return Truth(known & held, known & ~held)

    def __lt__(self, other: Day) -> Truth:
        return self._held(other, np.less)

    def __gt__(self, other: Day) -> Truth:
        return self._held(other, np.greater)

    def __ge__(self, other: Day) -> Truth:
        return self._held(other, np.greater_equal)

    def or_else(self, day: str) -> Day:
        """What is unknown is taken for ``day``."""
        return Day(np.where(self.known, self.value, np.datetime64(day)), np.array(True))

    def months_until(self, later: Day) -> Number:
        """Full months: one is full when its day of the month is reached."""
        months = later.value.astype("datetime64[M]").astype(np.int64) - self.value.astype("datetime64[M]").astype(
            np.int64
        )
        short = _day_of_month(later.value) < _day_of_month(self.value)
        return Number(months - short, self.known & later.known)


def _day_of_month(days: Array) -> Array:
    return (days - days.astype("datetime64[M]")).astype(np.int64)


Value = Truth | Number | Day


def number(given: Number | int) -> Number:
    return given if isinstance(given, Number) else Number(np.array(given, np.int64), np.array(True))


def day(text: Any) -> Day:
    return Day(np.array(text, "datetime64[D]"), np.array(True))


def truth(given: Array | bool) -> Truth:
    given = np.asarray(given)
    return Truth(given, ~given)


NEVER_KNOWN = Truth(np.array(False), np.array(False))
UNKNOWN_NUMBER = Number(np.array(0, np.int64), np.array(False))
YES, NO = truth(True), truth(False)


def first_that_holds(*branches: tuple[Truth, Any], otherwise: Any) -> Any:
    """The value beside the first condition that certainly holds; a condition that is not known does not."""
    found = otherwise
    for condition, value in reversed(branches):
        parts = [np.where(condition.yes, getattr(value, p), getattr(found, p)) for p in value.__dataclass_fields__]
        found = type(value)(*parts)
    return found


# --- variables that come in two ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asker:
    """What a formula may ask for: other variables of the same people and households, and the numbers of policy."""

    population: Any
    period: Any
    parameters: Callable[[Any], Any]

    @property
    def today(self) -> Day:
        return day(str(self.period.start))

    @property
    def policy(self) -> Any:
        return self.parameters(self.period)

    def _both(self, name: str) -> tuple[Array, Array]:
        return self.population(name, self.period), self.population(f"{name}_known", self.period)

    def truth(self, name: str) -> Truth:
        yes, known = self._both(name)
        return Truth(yes, known & ~yes)

    def number(self, name: str) -> Number:
        value, known = self._both(name)
        return Number(value.astype(np.int64), known)

    def day(self, name: str) -> Day:
        return Day(*self._both(name))

    def count(self, name: str) -> Array:
        """A plain input that is always known: a count, a grade, a code."""
        found: Array = self.population(name, self.period)
        return found

    @property
    def home(self) -> Asker:
        """Of a resident: the household."""
        return Asker(self.population.household, self.period, self.parameters)

    @property
    def members(self) -> Asker:
        """Of a household: its residents, all of them one after the other."""
        return Asker(self.population.members, self.period, self.parameters)

    def how_many(self, held: Truth) -> Number:
        """Of a household: members of whom something holds; unknown if it is unknown of one."""
        return Number(self._sum(held.yes), self._sum(~held.known) == 0)

    def total(self, amounts: Number) -> Number:
        """Of a household: a sum over its members."""
        return Number(self._sum(np.where(amounts.known, amounts.value, 0)), self._sum(~amounts.known) == 0)

    def anyone(self, held: Truth) -> Truth:
        """Of a household: whether something holds of a member."""
        return Truth(self._sum(held.yes) > 0, self._sum(~held.no) == 0)

    def everyone(self, held: Truth) -> Truth:
        """Of a household: whether something holds of all members."""
        return ~self.anyone(~held)

    def _sum(self, array: Array) -> Array:
        found: Array = self.population.sum(np.broadcast_to(array, self.population.members.count)).astype(np.int64)
        return found


TYPES: dict[type, type] = {Truth: bool, Number: int, Day: datetime.date}
VARIABLES: list[type[Variable]] = []


def variable(entity: Any, kind: type[Value], *, since: str = "") -> Callable[[Callable[[Asker], Any]], None]:
    """Make the two OpenFisca variables of a formula: what it finds, and whether that is known."""

    def made(rule: Callable[[Asker], Any]) -> None:
        name = rule.__name__

        def formula(population: Any, period: Any, parameters: Any) -> Array:
            found = rule(Asker(population, period, parameters))
            known = np.broadcast_to(found.known, population.count)
            population.get_holder(f"{name}_known").put_in_cache(np.array(known), period)
            value = found.yes if isinstance(found, Truth) else found.value
            return stored(np.broadcast_to(value, population.count), known)

        def formula_known(population: Any, period: Any, parameters: Any) -> Array:
            population(name, period)
            found: Array = population.get_holder(f"{name}_known").get_array(period)
            return found

        day = f"formula_{since}" if since else "formula"
        declare(entity, name, TYPES[kind], {day: formula})
        declare(entity, f"{name}_known", bool, {day: formula_known})

    return made


def declare(entity: Any, name: str, kind: type, formulas: dict[str, Any]) -> None:
    """Note an OpenFisca variable of a month; without a formula it is an input."""
    about = {"value_type": kind, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
    VARIABLES.append(type(name, (Variable,), about | formulas))


def stored(value: Array, known: Array) -> Array:
    """A value as OpenFisca keeps it; what is not known is kept as zero. Raises OverflowError beyond 32 bits."""
    if value.dtype.kind == "i":
        value = np.where(known, value, 0)
        if value.size and np.abs(value).max() > MOST:
            raise OverflowError("an amount does not fit OpenFisca's integers")
    return value
