"""Amendments (修订): a number or a rule said otherwise from a day on, on top of a pack, so that its history stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from shouwang.engine.model import LEVELS, Dated, Parameter, RuleDef
from shouwang.engine.program import Finding
from shouwang.engine.values import ValueFault, scaled
from shouwang.kernel.errors import InputError
from shouwang.policy.pack import Pack
from shouwang.policy.wording import Wording

SOURCE = "本地修订"


@dataclass(frozen=True)
class Amendment:
    """One change: a parameter's value for a place from a day on, or the conditions of a rule's levels from a day on.

    ``value`` is written as people write it (8000, 35%); an empty ``place`` means everywhere.
    """

    kind: str  # parameter | rule
    name: str
    valid_from: date
    value: str = ""
    place: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    source: str = SOURCE
    clause: str = ""
    note: str = ""


def amended(pack: Pack, amendments: Iterable[Amendment], on: date) -> Pack:
    """The pack with its amendments as they stand on a day. Raises InputError for a name, value or condition that is wrong.

    A parameter keeps its earlier values; a rule is as amended from the day on.
    """
    given = sorted(amendments, key=lambda one: one.valid_from)
    definitions = pack.definitions
    parameters, rules = dict(definitions.parameters), dict(definitions.rules)
    for one in given:
        if one.kind == "parameter":
            parameters[one.name] = _amended_parameter(_known(parameters, one.name, "参数"), one)
        elif one.valid_from <= on:
            rules[one.name] = _amended_rule(_known(rules, one.name, "规则"), one)
    if not given:
        return pack
    found = pack.with_definitions(replace(definitions, parameters=parameters, rules=rules))
    found.program(on)  # a condition that cannot be read is refused here, not in the night's run
    return found


def read_back(pack: Pack, name: str, on: date) -> dict[str, str]:
    """The conditions of a rule in plain words, by level: what the person who wrote them is shown."""
    program = pack.program(on)
    finding: Finding = program.rules[name]
    words = Wording(program)
    return {level: words(node) for level, node in finding.conditions.items()}


def _known(found: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in found:
        raise InputError(f"没有名为“{name}”的{what}。", "请从规则手册里打开它再修订。")
    return found[name]


def _amended_parameter(parameter: Parameter, one: Amendment) -> Parameter:
    if one.place and not (one.place.isascii() and one.place.isdigit()):
        raise InputError(f"“{one.place}”不是区划代码。", "请选择一个地方。")
    try:
        value = scaled(one.value.strip(), parameter.kind)
    except ValueFault as error:
        raise InputError(f"{parameter.title}：{error}。", "请填一个数，例如 8000 或 35%。") from None
    if value is None:
        raise InputError(f"{parameter.title}没有填新的取值。", "请填一个数，例如 8000 或 35%。")
    made = Dated(one.valid_from, None, value, None, one.source, one.clause, "yes", one.note)
    if not one.place:
        return replace(parameter, values=_from_then(parameter.values, made))
    # A place starts from what holds there today, so that the days before the amendment stay as they were.
    nearest = max((p for p in parameter.places if one.place.startswith(p)), key=len, default=None)
    held = parameter.places[nearest] if nearest is not None else parameter.values
    return replace(parameter, places=parameter.places | {one.place: _from_then(held, made)})


def _from_then(values: tuple[Dated, ...], made: Dated) -> tuple[Dated, ...]:
    return (*(dated for dated in values if dated.valid_from < made.valid_from), made)


def _amended_rule(rule: RuleDef, one: Amendment) -> RuleDef:
    unknown = set(one.levels) - set(LEVELS)
    if unknown or not one.levels:
        raise InputError(f"规则“{rule.title}”没有写明级别条件。", "至少写一级（红、橙、黄）的条件。")
    if ("review" in one.levels) != ("review" in rule.levels):
        raise InputError("人工复核提示不能改成预警，预警也不能改成人工复核提示。", "请保持原来的级别。")
    levels = {level: one.levels[level].strip() for level in LEVELS if one.levels.get(level, "").strip()}
    if not levels:
        raise InputError(f"规则“{rule.title}”没有写明级别条件。", "至少写一级（红、橙、黄）的条件。")
    return replace(rule, levels=levels, source=one.source, clause=one.clause, note=one.note, file="", lines={})
