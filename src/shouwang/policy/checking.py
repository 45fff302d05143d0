"""Check a pack (校验政策包): load, compile on every day a value changes, run its worked cases; no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shouwang.engine.values import plain, scaled
from shouwang.kernel.errors import InputError
from shouwang.policy.computing import compute, work_out
from shouwang.policy.loading import load_pack, load_packs
from shouwang.policy.mandates import uncovered
from shouwang.policy.pack import Pack, WorkedCase
from shouwang.policy.tariffs import TariffCase


@dataclass
class CheckReport:
    """What was checked and what failed."""

    pack: str
    counts: dict[str, int]
    dates: int = 0
    cases: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.failures


def check_packs(names: Iterable[str]) -> list[CheckReport]:
    """Validate packs and run their cases, each parent read once. Raises InputError for one that cannot be loaded."""
    return [check_loaded(pack) for pack in load_packs(names)]


def check_pack(name: str) -> CheckReport:
    """Validate a pack and run its cases. Raises InputError for a pack that cannot be loaded at all."""
    return check_loaded(load_pack(name))


def check_loaded(pack: Pack) -> CheckReport:
    """Validate a loaded pack and run its cases."""
    kinds = (
        "sources",
        "parameters",
        "facts",
        "rules",
        "checks",
        "benefits",
        "gates",
        "tariffs",
        "procedures",
        "lists",
        "toolbox",
    )
    counts = {kind: len(getattr(pack, kind)) for kind in kinds if getattr(pack, kind)}
    report = CheckReport(pack.name, counts | pack.mandates.counted())
    report.failures += [f"coverage：{one} 没有提取内容，也没有说明原因" for one in uncovered(pack.mandates)]
    pack.refuse_unsound()
    for name in pack.tariffs:
        pack.of_tariff(name).refuse_unsound()
    pack.of_toolbox().refuse_unsound()
    report.dates = len({*pack.change_dates(), *(_as_of(case) for case in pack.cases)})
    for case in pack.cases:
        report.failures.extend(_failures(pack, case))
    tariff_cases = [(name, case) for name, tariff in pack.tariffs.items() for case in tariff.cases]
    for name, worked in tariff_cases:
        report.failures.extend(_tariff_failures(pack, name, worked))
    report.cases = len(pack.cases) + len(tariff_cases)
    return report


def _as_of(case: WorkedCase) -> date:
    day = case.data["as_of"]
    if not isinstance(day, date):
        raise InputError(f"as_of“{day}”不是日期。", file=case.file, line=case.line)
    return day


def _failures(pack: Pack, case: WorkedCase) -> list[str]:
    where = f"{case.file}:{case.line}: 算例“{case.name}”"
    known = {**pack.rules, **pack.checks, **pack.benefits, **pack.gates, **pack.facts, **pack.toolbox}
    unknown = [r for r in case.covers if r not in known]
    if unknown:
        return [f"{where}：covers 里的 {'、'.join(unknown)} 不存在"]
    try:
        result = compute(pack, case.data, only=_expected(case))
    except InputError as error:
        return [f"{where}：{error}"]
    return [f"{where}：{problem}" for problem in _differences(pack, case, result)]


def _tariff_failures(pack: Pack, name: str, case: TariffCase) -> list[str]:
    where = f"{case.file}:{case.line}: 算例“{case.name}”"
    try:
        result = work_out(pack, name, case.given, case.as_of, parameters=case.parameters)
    except InputError as error:
        return [f"{where}：{error}"]
    found = {key: result.get(key) for key in case.expect}
    return [] if found == case.expect else [f"{where}：应为 {case.expect}，实为 {found}"]


def _expected(case: WorkedCase) -> set[str]:
    return {name for named in case.expect.values() for name in named or ()}


def _differences(pack: Pack, case: WorkedCase, result: dict[str, Any]) -> list[str]:
    expect = case.expect
    levels: dict[str, str] = {}
    for warning in result["warnings"]:
        levels.setdefault(warning["rule"], warning["level"])
    undecided = {u["rule"] for u in result["undecided"]}
    doubts = {d["check"] for d in result["doubts"]}
    problems = [
        f"{rule} 应为 {level}，实为 {levels.get(rule) or ('未能判断' if rule in undecided else '不预警')}"
        for rule, level in (expect.get("warnings") or {}).items()
        if levels.get(rule) != level
    ]
    problems += [f"{r} 不应预警，实为 {levels[r]}" for r in expect.get("none") or () if r in levels]
    problems += [f"{r} 不应未能判断" for r in expect.get("none") or () if r in undecided and r not in levels]
    problems += [f"{r} 应为未能判断" for r in expect.get("undecided") or () if r not in undecided]
    problems += [f"应有疑点 {c}" for c in expect.get("doubts") or () if c not in doubts]
    problems += [f"不应有疑点 {c}" for c in expect.get("no_doubts") or () if c in doubts]
    problems += _fact_differences(pack, expect.get("facts") or {}, result)
    problems += _benefit_differences(expect.get("benefits") or {}, result)
    problems += _benefit_differences(expect.get("tools") or {}, result, "tool")
    problems += _gate_differences(expect.get("gates") or {}, result)
    return problems + _unknown_names(pack, expect)


def _unknown_names(pack: Pack, expect: dict[str, Any]) -> list[str]:
    rules = [*(expect.get("warnings") or {}), *(expect.get("none") or ()), *(expect.get("undecided") or ())]
    checks = [*(expect.get("doubts") or ()), *(expect.get("no_doubts") or ())]
    missing = [r for r in rules if r not in pack.rules] + [c for c in checks if c not in pack.checks]
    return [f"“{name}”不存在" for name in missing]


def _fact_differences(pack: Pack, facts: dict[str, Any], result: dict[str, Any]) -> list[str]:
    problems = []
    for name, wanted in facts.items():
        fact = pack.facts.get(name)
        if fact is None:
            problems.append(f"指标“{name}”不存在")
            continue
        if fact.entity == "household":
            found = [result["facts"][name]["value"]]
        else:
            found = [facts[name]["value"] for facts in result["resident_facts"].values()]
        target = plain(scaled(wanted, fact.kind), fact.kind)
        if target not in found:
            problems.append(f"{name} 应为 {target}，实为 {'、'.join(map(str, found))}")
    return problems


def _gate_differences(gates: dict[str, Any], result: dict[str, Any]) -> list[str]:
    found = {report["gate"]: report["met"] for report in result["gates"]}
    return [
        f"关口 {name} 应为 {wanted}，实为 {found.get(name, '没有这个关口')}"
        for name, wanted in gates.items()
        if name not in found or found[name] is not wanted
    ]


def _benefit_differences(benefits: dict[str, Any], result: dict[str, Any], kind: str = "benefit") -> list[str]:
    problems = []
    for name, wanted in benefits.items():
        reports = [b for b in result[f"{kind}s"] if b[kind] == name]
        alike = [b for b in reports if all(b.get(key) == value for key, value in wanted.items())]
        if not alike:
            shown = [{key: b.get(key) for key in wanted} for b in reports]
            what = "工具" if kind == "tool" else "待遇"
            problems.append(f"{what} {name} 应为 {wanted}，实为 {shown}")
    return problems
