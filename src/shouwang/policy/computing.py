"""One household computed (单户测算): facts with their steps, warnings, benefits and doubts, each with its grounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from shouwang.engine.backends.memory import HouseholdFile, Row, level_of
from shouwang.engine.evaluation import evaluate
from shouwang.engine.model import BenefitDef, CheckDef, GateDef, Kind, RuleDef
from shouwang.engine.nodes import ColumnRef, FactRef, Node, ParameterRef, Related, walk
from shouwang.engine.program import PLACEHOLDER, Finding, Program
from shouwang.engine.values import plain, shown
from shouwang.kernel.errors import InputError
from shouwang.policy.case_files import household_file
from shouwang.policy.pack import Pack
from shouwang.policy.wording import Wording


def compute(
    pack: Pack, case: Mapping[str, Any], as_of: date | None = None, *, only: Collection[str] | None = None
) -> dict[str, Any]:
    """Compute one household: ``{facts, resident_facts, warnings, undecided, benefits, doubts, gates, tools}``.

    ``case`` has as_of, household, residents, incomes, feeds {name: [rows]} and parameters (overrides), in the units
    of files (yuan). A table or feed that is named was delivered, even if empty; one that is not named is unknown;
    ``feeds_delivered: all`` stands for empty ones. ``only`` names the facts, rules, checks, benefits and gates wanted.
    Raises InputError naming an unknown feed, column, parameter or value.
    """
    found = compute_file(pack, household_file(pack, case, as_of), only=only)
    return found | {"tools": tool_reports(pack, case, as_of, only=only)}


def compute_file(pack: Pack, file: HouseholdFile, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """The same, without tools, of a household whose rows are at hand in engine units."""
    program = file.program

    def wanted(findings: Mapping[str, Finding]) -> dict[str, Finding]:
        return {name: finding for name, finding in findings.items() if only is None or name in only}

    facts = {e: [n for n in _named_facts(program, e) if only is None or n in only] for e in ("household", "resident")}
    return {
        "as_of": program.as_of.isoformat(),
        "pack": pack.name,
        "facts": {name: _fact_report(file, name, None) for name in facts["household"]},
        "resident_facts": {
            str(r["resident_id"]): {name: _fact_report(file, name, r) for name in facts["resident"]}
            for r in file.residents
        },
        **_warnings(file, wanted(program.rules)),
        "benefits": benefit_reports(file, wanted(program.benefits).values()),
        "doubts": [d for n, f in wanted(program.checks).items() for d in _doubts(file, pack.checks[n], f)],
        "gates": [g for n, f in wanted(program.gates).items() for g in _gates(file, pack.gates[n], f)],
    }


def tool_reports(
    pack: Pack, case: Mapping[str, Any], as_of: date | None = None, *, only: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Every tool of the toolbox that has conditions (政策工具), reported as benefits are, under the key ``tool``."""
    if not any(only is None or name in only for name in pack.toolbox):
        return []
    file = household_file(pack.of_toolbox(), case, as_of)
    found = [one for name, one in file.program.benefits.items() if only is None or name in only]
    return [{"tool": report.pop("benefit"), **report} for report in benefit_reports(file, found)]


def benefit_reports(file: HouseholdFile, benefits: Iterable[Finding]) -> list[dict[str, Any]]:
    """Every benefit for a household or each of its residents, with every step (依据 B3): see ``compute``."""
    return [
        r for one in benefits if isinstance(one.definition, BenefitDef) for r in _benefits(file, one.definition, one)
    ]


# --- reports --------------------------------------------------------------------------------------------------------


def _named_facts(program: Program, entity: str) -> list[str]:
    return [n for n, f in program.definitions.facts.items() if f.entity == entity]


def _fact_report(file: HouseholdFile, name: str, resident: Row | None) -> dict[str, Any]:
    compiled = file.program.facts[name]
    value = file.fact(name, resident)
    report = {
        "title": compiled.definition.title,
        "value": plain(value, compiled.definition.kind),
        "unit": compiled.definition.unit or _unit(compiled.definition.kind),
        "unknown": value is None,
        "steps": _steps(file, name, resident),
    }
    if value is None:
        report["missing"] = missing(file, compiled.node, resident)
    return report


def _unit(kind: Kind) -> str:
    return {Kind.MONEY: "yuan", Kind.RATIO: "ratio", Kind.DATE: "date", Kind.BOOL: "bool"}.get(kind, kind.value)


def _steps(file: HouseholdFile, name: str, resident: Row | None) -> list[str]:
    compiled = file.program.facts[name]
    used = _operands(file, compiled.node, resident)
    grounds = "；".join(f"{title} {value}" for title, value in used.items())
    value = shown(file.fact(name, resident), compiled.definition.kind)
    head = [f"依据：{grounds}"] if grounds else []
    return [*head, f"公式：{compiled.definition.formula}", f"{compiled.definition.title} = {value}"]


def _operands(file: HouseholdFile, node: Node, resident: Row | None) -> dict[str, str]:
    around = file.around(resident)
    found: dict[str, str] = {}
    inner = {id(part) for related in walk(node) if isinstance(related, Related) for part in walk(related)[1:]}
    for part in walk(node):
        if id(part) in inner or not isinstance(part, ColumnRef | FactRef | ParameterRef | Related):
            continue
        if isinstance(part, FactRef) and part.entity == "household" and resident is not None:
            value = file.fact(part.name)
        else:
            value = evaluate(part, around)
        found[_title(file.program, part)] = shown(value, part.kind)
    return found


def _title(program: Program, node: ColumnRef | FactRef | ParameterRef | Related) -> str:
    match node:
        case ColumnRef():
            return program.sources[node.source].columns[node.name].title
        case FactRef():
            return program.facts[node.name].definition.title
        case ParameterRef():
            return program.parameters[node.name].parameter.title
    return f"{program.sources[node.source].title}汇总"


def missing(file: HouseholdFile, node: Node, resident: Row | None) -> list[str]:
    """What is missing (缺什么) for a value to be known: feeds not delivered and columns left empty, in words."""
    found: dict[str, None] = {}
    program = file.program
    for part in walk(node):
        match part:
            case Related() if file.rows(part.source, None) is None:
                found[program.sources[part.source].title] = None
            case FactRef():
                inner = None if part.entity == "household" else resident
                if part.entity == "household" or resident is not None:
                    unknown = file.fact(part.name, inner) is None
                    found |= dict.fromkeys(missing(file, program.facts[part.name].node, inner) if unknown else ())
                else:
                    for member in file.residents:
                        if file.fact(part.name, member) is None:
                            found |= dict.fromkeys(missing(file, program.facts[part.name].node, member))
            case ColumnRef() if part.source in ("households", "residents"):
                rows = [file.household] if part.source == "households" else [resident] if resident else file.residents
                if any(row.get(part.name) is None for row in rows):
                    found[program.sources[part.source].columns[part.name].title] = None
            case ParameterRef() if file.parameter(part.name) is None:
                found[program.parameters[part.name].parameter.title] = None
    return list(found) or _unknown_facts(file, node, resident)


def _unknown_facts(file: HouseholdFile, node: Node, resident: Row | None) -> list[str]:
    """Facts that are unknown although everything was delivered, such as an income nobody has collected."""
    around = file.around(resident)
    inner = {id(part) for related in walk(node) if isinstance(related, Related) for part in walk(related)[1:]}
    facts = [part for part in walk(node) if isinstance(part, FactRef) and id(part) not in inner]
    titles = [file.program.facts[part.name].definition.title for part in facts if evaluate(part, around) is None]
    return list(dict.fromkeys(titles))


def _warnings(file: HouseholdFile, rules: Mapping[str, Finding]) -> dict[str, list[dict[str, Any]]]:
    hits: list[dict[str, Any]] = []
    undecided: list[dict[str, Any]] = []
    for finding in rules.values():
        for subject, conditions in file.outcomes(finding):
            level = level_of(conditions)
            if level == "undecided":
                gaps = [m for node in finding.conditions.values() for m in missing(file, node, subject)]
                undecided.append(_about(finding, subject) | {"missing": list(dict.fromkeys(gaps))})
            elif level is not None:
                factor = getattr(finding.definition, "factor", "")
                grounds = _about(finding, subject) | {"level": level, "factor": factor}
                hits.append(grounds | _grounds(file, finding, subject))
    return {"warnings": hits, "undecided": undecided}


def _about(finding: Finding, subject: Row | None) -> dict[str, Any]:
    kinds = {RuleDef: "rule", CheckDef: "check", BenefitDef: "benefit", GateDef: "gate"}
    named = {kinds[type(finding.definition)]: finding.name, "title": finding.definition.title}
    return named | ({"resident_id": subject["resident_id"]} if subject is not None else {})


def _grounds(file: HouseholdFile, finding: Finding, subject: Row | None) -> dict[str, Any]:
    around = file.around(subject)
    values = {name: evaluate(node, around) for name, node in finding.evidence.items()}
    kinds = {name: node.kind for name, node in finding.evidence.items()}
    thresholds = {name: file.parameter(name) for name in finding.thresholds}
    parameters = file.program.parameters
    words = {n: shown(v, kinds[n]) for n, v in values.items()}
    words |= {n: shown(v, parameters[n].parameter.kind) for n, v in thresholds.items()}
    return {
        "values": {n: plain(v, kinds[n]) for n, v in values.items()},
        "thresholds": {n: plain(v, parameters[n].parameter.kind) for n, v in thresholds.items()},
        "because": PLACEHOLDER.sub(lambda m: words.get(m[1], m[0]), finding.template),
        "clause": finding.definition.clause,
        "source": finding.definition.source,
    }


def _benefits(file: HouseholdFile, definition: BenefitDef, finding: Finding) -> list[dict[str, Any]]:
    reports = []
    for subject, conditions in file.outcomes(finding):
        eligible = conditions["eligible"]
        words = Wording(file.program, partial(_value, file, subject))
        report = _about(finding, subject) | {"eligible": eligible, "period": definition.period}
        report["steps"] = [
            {"title": title, "met": evaluate(node, file.around(subject)), "because": words(node)}
            for title, node in finding.steps
        ]
        if "receiving" in conditions:
            report["receiving"] = conditions["receiving"]
        if eligible is None:
            report["missing"] = missing(file, finding.conditions["eligible"], subject)
        if finding.amount is not None and finding.written_amount is not None and eligible:
            amount = evaluate(finding.amount, file.around(subject))
            report["amount"] = plain(amount, Kind.MONEY)
            report["working"] = f"{words(finding.written_amount)} ＝ {shown(amount, Kind.MONEY)}"
            if amount is None:
                report["missing"] = missing(file, finding.written_amount, subject)
        payment = {key: getattr(definition, key) for key in ("duration", "payer", "approver")}
        reports.append(report | payment | _grounds(file, finding, subject))
    return reports


def _value(file: HouseholdFile, subject: Row | None, node: ColumnRef | FactRef | ParameterRef) -> Any:
    of_household = isinstance(node, ColumnRef) and node.source == "households"
    of_household |= isinstance(node, FactRef) and node.entity == "household"
    return evaluate(node, file.around(None if of_household else subject))


def _gates(file: HouseholdFile, definition: GateDef, finding: Finding) -> list[dict[str, Any]]:
    reports = []
    for subject, conditions in file.outcomes(finding):
        report = _about(finding, subject) | {"procedure": definition.procedure, "met": conditions["condition"]}
        if report["met"] is None:
            report["missing"] = missing(file, finding.conditions["condition"], subject)
        reports.append(report | _grounds(file, finding, subject))
    return reports


def work_out(
    pack: Pack,
    name: str,
    given: Mapping[str, Any],
    as_of: date | None = None,
    *,
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What a tariff (算法) pays for the given inputs: a benefit's report, with every step. ``parameters`` override.

    Raises InputError for an unknown tariff or input, and on a day on which the tariff is not in force.
    """
    tariff = pack.tariffs.get(name)
    if tariff is None:
        raise InputError(f"没有名为“{name}”的算法。", f"可用：{'、'.join(pack.tariffs) or '（无）'}。")
    world = pack.of_tariff(name)
    reports: list[dict[str, Any]] = compute(world, {"household": dict(given), "parameters": parameters or {}}, as_of)[
        "benefits"
    ]
    if not reports:
        valid = tariff.definition
        raise InputError(
            f"“{tariff.title}”在 {as_of} 不适用。",
            f"有效期：{valid.valid_from or '不限'} 至 {valid.valid_until or '不限'}。",
        )
    return reports[0] | {"tariff": name, "payee": tariff.payee}


def _doubts(file: HouseholdFile, definition: CheckDef, finding: Finding) -> list[dict[str, Any]]:
    found = []
    for subject, conditions in file.outcomes(finding):
        if conditions["condition"] is True:
            grounds = _grounds(file, finding, subject)
            message = grounds.pop("because")
            found.append(_about(finding, subject) | {"message": message, "fix": definition.fix} | grounds)
    return found
