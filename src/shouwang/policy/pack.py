"""A policy pack (政策包): who wrote it, for which place, and everything it defines, with its parent's words inherited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shouwang.engine.compiling import compile_program, revalued
from shouwang.engine.model import BenefitDef, CheckDef, FactDef, GateDef, Parameter, RuleDef, Source
from shouwang.engine.program import Definitions, Program
from shouwang.policy.lists import ReferenceList
from shouwang.policy.mandates import Mandates
from shouwang.policy.procedures import Procedure
from shouwang.policy.tariffs import Tariff
from shouwang.policy.toolbox import Tool, toolbox_definitions

TOOLBOX = "toolbox/"  # no tariff can be called so
ANY_DAY = date(2026, 1, 1)  # for a pack in which nothing ever changes


@dataclass(frozen=True)
class WorkedCase:
    """A worked example (算例): one household in, what must come out."""

    name: str
    covers: tuple[str, ...]
    data: dict[str, Any]
    expect: dict[str, Any]
    file: str
    line: int


@dataclass(frozen=True)
class Pack:
    """A loaded pack with its ancestors' definitions; definitions are not yet valued for a day."""

    name: str
    title: str
    place_code: str | None
    version: str
    documents: tuple[dict[str, Any], ...]
    folder: Path
    parent: Pack | None
    definitions: Definitions
    cases: tuple[WorkedCase, ...]
    mandates: Mandates = field(default_factory=Mandates)
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    lists: dict[str, ReferenceList] = field(default_factory=dict)
    toolbox: dict[str, Tool] = field(default_factory=dict)
    _programs: dict[date, Program] = field(default_factory=dict, compare=False, repr=False)
    _drafted_from: Pack | None = field(default=None, compare=False, repr=False)
    _worlds: dict[str, Pack] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sources(self) -> dict[str, Source]:
        return self.definitions.sources

    @property
    def parameters(self) -> dict[str, Parameter]:
        return self.definitions.parameters

    @property
    def facts(self) -> dict[str, FactDef]:
        return self.definitions.facts

    @property
    def rules(self) -> dict[str, RuleDef]:
        return self.definitions.rules

    @property
    def checks(self) -> dict[str, CheckDef]:
        return self.definitions.checks

    @property
    def benefits(self) -> dict[str, BenefitDef]:
        return self.definitions.benefits

    @property
    def gates(self) -> dict[str, GateDef]:
        return self.definitions.gates

    def program(self, as_of: date) -> Program:
        """The pack valued for a day; kept, because compiling is asked for again and again."""
        if as_of not in self._programs:
            self._programs[as_of] = self._compiled(as_of)
        return self._programs[as_of]

    def _compiled(self, as_of: date) -> Program:
        drafted = self._drafted_from
        if drafted is None or replace(self.definitions, parameters=drafted.parameters) != drafted.definitions:
            return compile_program(self.definitions, as_of)
        return revalued(drafted.program(as_of), self.definitions)  # only numbers differ

    def with_definitions(self, definitions: Definitions, *, drafted: bool = True, version: str | None = None) -> Pack:
        """The same pack with other definitions; ``drafted`` reuses what was compiled where only numbers differ."""
        return replace(
            self,
            definitions=definitions,
            version=version or self.version,
            _programs={},
            _worlds={},
            _drafted_from=self if drafted else None,
        )

    def of_tariff(self, name: str) -> Pack:
        """A tariff's own small world: its inputs are the household, and it is the only benefit."""
        if name not in self._worlds:
            definitions = self.tariffs[name].definitions(self.parameters)
            self._worlds[name] = self._world(definitions)
        return self._worlds[name]

    def of_toolbox(self) -> Pack:
        """The toolbox's own small world: every tool with conditions is a benefit, and nothing else is asked."""
        if TOOLBOX not in self._worlds:
            definitions = toolbox_definitions(self.toolbox, self.definitions)
            self._worlds[TOOLBOX] = self._world(definitions)
        return self._worlds[TOOLBOX]

    def _world(self, definitions: Definitions) -> Pack:
        return replace(self.with_definitions(definitions, drafted=False), toolbox={})

    def change_dates(self) -> tuple[date, ...]:
        """Every day on which a parameter changes its value, or a definition comes into force or ends."""
        values = (
            dated
            for parameter in self.parameters.values()
            for values in (parameter.values, *parameter.places.values())
            for dated in values
        )
        periods = [(dated.valid_from, dated.valid_until) for dated in values]
        days = {day for period in periods for day in period if day is not None}
        return tuple(sorted(days | {*self.turning_dates()}))

    def days(self) -> tuple[date, ...]:
        """Days enough to see every definition in force and every number with each of its values."""
        last = {one.valid_until - timedelta(days=1) for one in self.definitions.findings if one.valid_until}
        return tuple(sorted({*self.change_dates(), *last})) or (ANY_DAY,)

    def turning_dates(self) -> tuple[date, ...]:
        """Every day on which a rule, check, benefit or gate comes into force or ends."""
        periods = [(one.valid_from, one.valid_until) for one in self.definitions.findings]
        return tuple(sorted({day for period in periods for day in period if day is not None}))

    def refuse_unsound(self) -> None:
        """Compile the pack as it stands on every day. Raises InputError for what is wrong."""
        turning, held = {*self.turning_dates()}, None
        numbers = {*self.change_dates()} - turning
        for day in self.days():
            if held is None or day not in numbers:
                held = self.program(day)
            else:
                revalued(replace(held, as_of=day), self.definitions)  # only numbers change on this day
