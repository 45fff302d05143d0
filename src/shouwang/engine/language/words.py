"""Words an expression may use (词汇): functions, names of the pack, and where an expression stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from shouwang.engine.model import Column, FactDef, Kind, Parameter, Source
from shouwang.engine.nodes import (
    ColumnRef,
    FactRef,
    Literal,
    Node,
    ParameterRef,
)

RELATED = ("count_if", "sum_if", "min_if", "max_if", "any_if", "all_if")
WINDOWS = ("last_months", "last_days", "this_year", "last_year", "since")
SCALARS = ("coalesce", "least", "greatest", "abs", "round", "floor", "ceil", "age_on", "months_between", "days_between")
DATES = ("add_months", "add_days")
REACHES = ("own", "household")
FUNCTIONS = RELATED + WINDOWS + SCALARS + DATES + REACHES
FORBIDDEN = re.compile(r"ethnic|nationalit|religio|politic|party_member|民族|宗教|政治面貌|籍贯")


class ExpressionError(Exception):
    """An expression that cannot be understood (表达式有误); the loader adds file and line."""


@dataclass(frozen=True)
class Vocabulary:
    """All names a pack offers to its expressions."""

    sources: dict[str, Source]
    facts: dict[str, FactDef]
    parameters: dict[str, Parameter]
    as_of: date


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: for which entity, and inside which related source."""

    words: Vocabulary
    entity: str
    inside: str | None = None
    outer: Scope | None = None

    @property
    def columns(self) -> tuple[str, dict[str, Column]]:
        source = self.inside or f"{self.entity}s"
        found = self.words.sources.get(source)
        return source, found.columns if found else {}

    @property
    def fact_entity(self) -> str | None:
        if self.inside is None:
            return self.entity
        return "resident" if self.inside == "residents" else None


def look_up(name: str, scope: Scope) -> Node | None:
    source, columns = scope.columns
    if name in columns:
        if FORBIDDEN.search(columns[name].title):
            raise ExpressionError(f"规则不得读取“{columns[name].title}”")
        return ColumnRef(source, name, columns[name].kind)
    fact = scope.words.facts.get(name)
    if fact is not None:
        if fact.entity != scope.fact_entity:
            raise ExpressionError(
                f"指标“{name}”属于{'人' if fact.entity == 'resident' else '户'}，这里用不上；"
                "请用 household(…)、own(…) 或对 residents 汇总"
            )
        return FactRef(fact.entity, name, fact.kind)
    parameter = scope.words.parameters.get(name)
    return ParameterRef(name, parameter.kind) if parameter else None


def nearest(name: str, scope: Scope) -> str:
    from difflib import get_close_matches

    known = [*scope.columns[1], *scope.words.facts, *scope.words.parameters]
    close = get_close_matches(name, known, n=1)
    return f"，是不是“{close[0]}”？" if close else ""


def constant_date(name: str, as_of: date) -> Node | None:
    match name:
        case "as_of":
            return Literal(as_of, Kind.DATE)
        case "year_start":
            return Literal(date(as_of.year, 1, 1), Kind.DATE)
        case "last_year_start":
            return Literal(date(as_of.year - 1, 1, 1), Kind.DATE)
    return None
