"""A case (算例) as the reference engine reads it: one household with its rows, in engine units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from shouwang.engine.backends.memory import HouseholdFile
from shouwang.engine.compiling import revalued
from shouwang.engine.model import Kind, Parameter, Source
from shouwang.engine.program import Program
from shouwang.engine.values import ValueFault, column_value, scaled
from shouwang.kernel.errors import InputError
from shouwang.policy.drafts import fixed
from shouwang.policy.pack import Pack

REGISTER = ("residents", "incomes", "statuses", "risks", "measures")
CASE_KEYS = {"as_of", "household", "residents", "feeds", "feeds_delivered", "parameters", *REGISTER}


def household_file(pack: Pack, case: Mapping[str, Any], as_of: date | None = None) -> HouseholdFile:
    """Read a case into engine values. Raises InputError where something in it is not known to the pack."""
    unknown = set(case) - CASE_KEYS
    if unknown:
        raise InputError(f"不认识的键 {'、'.join(sorted(unknown))}。", f"可用：{'、'.join(sorted(CASE_KEYS))}。")
    program = _overridden(pack.program(_as_of(case, as_of)), case.get("parameters") or {})
    rows = {name: list(case[name] or ()) for name in REGISTER if name in case and name in pack.sources}
    feeds = dict(case.get("feeds") or {})
    if case.get("feeds_delivered") == "all":
        feeds = {name: [] for name, source in pack.sources.items() if source.kind == "feed"} | feeds
        rows = {name: [] for name in REGISTER if name in pack.sources} | rows
    for name in feeds:
        if name not in pack.sources or pack.sources[name].kind != "feed":
            known = "、".join(sorted(n for n, s in pack.sources.items() if s.kind == "feed"))
            raise InputError(f"没有名为“{name}”的部门数据。", f"可用：{known}。")
    tables = {name: _rows(pack.sources[name], found) for name, found in {**rows, **feeds}.items()}
    household = _rows(pack.sources["households"], [case.get("household") or {}])[0]
    for number, resident in enumerate(tables.get("residents", ()), start=1):
        if not resident.get("resident_id"):
            raise InputError(f"第 {number} 位家庭成员没有 resident_id。", "请给每位成员一个编号。")
    return HouseholdFile(program, household, tables)


def _as_of(case: Mapping[str, Any], as_of: date | None) -> date:
    day = as_of or case.get("as_of")
    try:
        found = scaled(day, Kind.DATE)
    except ValueFault as error:
        raise InputError(f"as_of {error}。") from None
    if not isinstance(found, date):
        raise InputError("没有说明测算日期。", "请给出 as_of，如 2026-11-01。")
    return found


def _overridden(program: Program, values: Mapping[str, Any]) -> Program:
    """The program with some numbers set otherwise; those made of them follow."""
    if not values:
        return program
    changed = {name: _fixed(program, name, value) for name, value in values.items()}
    definitions = program.definitions
    return revalued(program, replace(definitions, parameters=definitions.parameters | changed))


def _fixed(program: Program, name: str, value: Any) -> Parameter:
    if name not in program.parameters:
        raise InputError(f"没有名为“{name}”的参数。", "请核对 parameters 里的名称。")
    parameter = program.parameters[name].parameter
    try:
        return fixed(parameter, scaled(value, parameter.kind))
    except ValueFault as error:
        raise InputError(f"参数 {name}：{error}。") from None


def _rows(source: Source, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_row(source, number, row) for number, row in enumerate(rows, start=1)]


def _row(source: Source, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name not in source.columns:
            raise InputError(f"{source.title}（{source.name}）第 {number} 行：没有“{name}”这一列。", "请核对列名。")
        try:
            found[name] = column_value(value, source.columns[name])
        except ValueFault as error:
            raise InputError(f"{source.title}（{source.name}）第 {number} 行 {name}：{error}。") from None
    return found
