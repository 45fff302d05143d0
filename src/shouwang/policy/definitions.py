"""Definitions of a pack (定义): parameters, facts, rules, checks, benefits and gates, read strictly from its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shouwang.engine.model import (
    FACTORS,
    LEVELS,
    BenefitDef,
    CheckDef,
    Dated,
    FactDef,
    GateDef,
    Ground,
    Kind,
    Parameter,
    RuleDef,
)
from shouwang.engine.program import Definitions
from shouwang.engine.values import ValueFault, scaled
from shouwang.policy.reading import Document, Where, read_document
from shouwang.policy.sources import load_sources

PARAMETER_KEYS = {"parameter", "title", "type", "unit", "values", "places", "description"}
DATED_KEYS = {"from", "until", "value", "formula", "source", "clause", "verified", "note"}
FACT_KEYS = {"fact", "title", "entity", "type", "unit", "formula", "source", "clause", "description"}
GROUNDS = {"title", "source", "clause", "verified", "note", "description", "from", "until"}
COMMON = GROUNDS | {"entity", "evidence"}
RULE_KEYS = COMMON | {"rule", "factor", "levels", "because", "owner", "clears_when"}
CHECK_KEYS = COMMON | {"check", "condition", "message", "fix"}
PAYMENT = {"eligible", "exclusions", "amount", "cap", "period", "payer", "approver", "because", "duration"}
BENEFIT_KEYS = COMMON | PAYMENT | {"benefit", "receiving"}
GATE_KEYS = COMMON | {"gate", "procedure", "condition", "because"}
FIX_KEYS = {"screen", "do"}
VERIFIED = ("yes", "no", "lost")
PERIODS = ("", "once", "daily", "monthly", "yearly")


def is_day(value: Any) -> bool:
    """A day without a time of day."""
    return isinstance(value, date) and not isinstance(value, datetime)


def load_definitions(folder: Path) -> Definitions:
    """Read every definition of one pack folder. Raises InputError with file and line."""
    return Definitions(
        sources=load_sources(folder),
        parameters=each(folder / "parameters", "parameter", PARAMETER_KEYS, _parameter),
        facts=each(folder / "facts", "fact", FACT_KEYS, _fact),
        rules=each(folder / "rules", "rule", RULE_KEYS, _rule),
        checks=each(folder / "checks", "check", CHECK_KEYS, _check),
        benefits=each(folder / "benefits", "benefit", BENEFIT_KEYS, _benefit),
        gates=each(folder / "gates", "gate", GATE_KEYS, _gate),
    )


def each(folder: Path, kind: str, keys: set[str], make: Callable[[Document], Any]) -> dict[str, Any]:
    """One definition per file, called like the file: ``{name: made}``."""
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("**/*.yaml")):
        document = read_document(path)
        document.allow(keys)
        document.require(kind, "title")
        if document[kind] != path.stem:
            raise document.fault(kind, f"文件名“{path.stem}”与{kind}“{document[kind]}”不一致")
        if document[kind] in found:
            raise document.fault(kind, f"“{document[kind]}”在别的文件里已有定义")
        found[document[kind]] = make(document)
    return found


def _lines(document: Document) -> dict[str, int]:
    return {str(key[0]) if key else "": line for key, line in document.lines.items() if len(key) <= 1}


def _kind(document: Document, allowed: tuple[Kind, ...]) -> Kind:
    names = {k.value: k for k in allowed} | ({"text": Kind.CHOICE} if Kind.CHOICE in allowed else {})
    if document.get("type") not in names:
        raise document.fault("type", f"type 要是 {'、'.join(names)} 之一")
    return names[document["type"]]


def _parameter(document: Document) -> Parameter:
    document.require("type", "values")
    kind = _kind(document, (Kind.MONEY, Kind.INTEGER, Kind.RATIO, Kind.QUANTITY))
    places = document.get("places", {})
    if not isinstance(places, dict):
        raise document.fault("places", "places 要写成“区划代码: 取值列表”")
    return Parameter(
        name=document["parameter"],
        title=document["title"],
        kind=kind,
        unit=document.get("unit", ""),
        values=_dated_values(document, ("values",), document["values"], kind),
        places={str(p): _dated_values(document, ("places", p), v, kind) for p, v in places.items()},
    )


def _dated_values(document: Document, where: tuple[str | int, ...], values: Any, kind: Kind) -> tuple[Dated, ...]:
    if not isinstance(values, list) or not values:
        raise document.fault(where, "要列出按日期先后排列的取值")
    dated = tuple(_dated(document, (*where, i), spec, kind) for i, spec in enumerate(values))
    for index in range(1, len(dated)):
        if dated[index].valid_from <= dated[index - 1].valid_from:
            raise document.fault((*where, index), "取值要按 from 从早到晚排列")
    return dated


def _dated(document: Document, where: Where, spec: Any, kind: Kind) -> Dated:
    if not isinstance(spec, dict):
        raise document.fault(where, "每个取值要写明 from、value、source")
    unknown = set(spec) - DATED_KEYS
    if unknown:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(unknown))}，可用：{'、'.join(sorted(DATED_KEYS))}")
    if not is_day(spec.get("from")) or not spec.get("source"):
        raise document.fault(where, "每个取值都要有 from 日期和 source 出处")
    if spec.get("verified") not in VERIFIED:
        raise document.fault(where, "verified 要是 yes、no 或 lost")
    if spec.get("value") is None and not spec.get("formula") and spec["verified"] != "lost":
        raise document.fault(where, "没有 value 也没有 formula；数值缺失请写 verified: lost")
    if spec["verified"] == "lost" and spec.get("value") is not None:
        raise document.fault(where, "verified: lost 是原文数值缺失，不能再写 value")
    if spec.get("until") is not None and not (is_day(spec["until"]) and spec["until"] > spec["from"]):
        raise document.fault(where, "until 要写成日期，并且晚于 from")
    try:
        value = scaled(spec.get("value"), kind)
    except ValueFault as error:
        raise document.fault(where, str(error)) from None
    return Dated(
        valid_from=spec["from"],
        valid_until=spec.get("until"),
        value=value,
        formula=spec.get("formula"),
        source=str(spec["source"]),
        clause=str(spec.get("clause", "")),
        verified=spec["verified"],
        note=str(spec.get("note", "")),
    )


def _entity(document: Document) -> str:
    if document.get("entity") not in ("resident", "household"):
        raise document.fault("entity", "entity 要是 resident 或 household")
    return str(document["entity"])


def _fact(document: Document) -> FactDef:
    document.require("entity", "type", "formula")
    kinds = tuple(k for k in Kind if k not in (Kind.UNKNOWN, Kind.TEXT))
    return FactDef(
        name=document["fact"],
        title=document["title"],
        entity=_entity(document),
        kind=_kind(document, kinds),
        formula=str(document["formula"]),
        unit=document.get("unit", ""),
        source=str(document.get("source", "")),
        clause=str(document.get("clause", "")),
        file=str(document.path),
        lines=_lines(document),
    )


def grounds(document: Document, kind: str) -> dict[str, Any]:
    """What every definition says of itself: name, title, evidence, validity, and where it was read."""
    if document.get("verified", "no") not in VERIFIED:
        raise document.fault("verified", "verified 要是 yes、no 或 lost")
    days = {key: document.get(key) for key in ("from", "until")}
    for key, day in days.items():
        if day is not None and not is_day(day):
            raise document.fault(key, f"{key} 要写成日期，如 2026-07-01")
    if days["from"] and days["until"] and days["until"] <= days["from"]:
        raise document.fault("until", "until 要晚于 from")
    return {
        "name": document[kind],
        "title": document["title"],
        "evidence": tuple(document.get("evidence", ())),
        "source": str(document.get("source", "")),
        "clause": str(document.get("clause", "")),
        "verified": document.get("verified", "no"),
        "note": str(document.get("note", "")),
        "valid_from": days["from"],
        "valid_until": days["until"],
        "file": str(document.path),
        "lines": _lines(document),
    }


def _rule(document: Document) -> RuleDef:
    document.require("factor", "levels", "because", "source")
    factor, levels = document["factor"], document["levels"]
    if factor not in FACTORS:
        raise document.fault("factor", f"factor 要是 {'、'.join(FACTORS)} 之一")
    if not isinstance(levels, dict) or not levels or set(levels) - set(LEVELS):
        raise document.fault("levels", "levels 要写明 red、orange、yellow 中的至少一级条件")
    if (factor == "negative.review" or "review" in levels) and (factor, [*levels]) != ("negative.review", ["review"]):
        raise document.fault("levels", "负面因子只能作为人工复核提示（review），不能作为红橙黄预警")
    return RuleDef(
        **grounds(document, "rule"),
        entity=_entity(document),
        factor=factor,
        levels={level: str(levels[level]) for level in LEVELS if level in levels},
        because=str(document["because"]),
        owner=document.get("owner", ""),
        clears_when=document.get("clears_when", ""),
    )


def _check(document: Document) -> CheckDef:
    document.require("condition", "message", "source")
    fix = document.get("fix", {})
    if not isinstance(fix, dict) or set(fix) - FIX_KEYS:
        raise document.fault("fix", f"fix 只能有 {'、'.join(sorted(FIX_KEYS))}")
    return CheckDef(
        **grounds(document, "check"),
        entity=_entity(document),
        condition=str(document["condition"]),
        message=str(document["message"]),
        fix={k: str(v) for k, v in fix.items()},
    )


def _benefit(document: Document) -> BenefitDef:
    return BenefitDef(
        **grounds(document, "benefit"),
        **payment(document),
        entity=_entity(document),
        receiving=_text(document, "receiving"),
    )


def payment(document: Document) -> dict[str, Any]:
    """Who is entitled to how much, and who pays: what benefits and tariffs have in common."""
    document.require("eligible", "source")
    if document.get("period", "") not in PERIODS:
        raise document.fault("period", f"period 要是 {'、'.join(one for one in PERIODS if one)} 之一")
    if document.get("cap") is not None and document.get("amount") is None:
        raise document.fault("cap", "写了 cap（上限），还要写 amount（金额）")
    return {
        "grounds": conditions(document, "eligible"),
        "exclusions": conditions(document, "exclusions"),
        "amount": _text(document, "amount"),
        "cap": _text(document, "cap"),
        "period": document.get("period", ""),
        "duration": str(document.get("duration", "")),
        "because": str(document.get("because", "")),
        "payer": document.get("payer", ""),
        "approver": document.get("approver", ""),
    }


def _text(document: Document, key: str) -> str | None:
    return None if document.get(key) is None else str(document[key])


def conditions(document: Document, key: str) -> tuple[Ground, ...]:
    """Conditions, each with the words by which people know it, or one expression alone."""
    found = document.get(key, ())
    if not isinstance(found, list | tuple):
        return (Ground(document["title"], str(found)),)
    for number, one in enumerate(found):
        if not isinstance(one, dict) or set(one) != {"when", "title"}:
            raise document.fault((key, number), "每个条件要写明 when（表达式）和 title（用大家看得懂的话）")
    if key == "eligible" and not found:
        raise document.fault(key, "eligible 至少要有一个条件")
    return tuple(Ground(str(one["title"]), str(one["when"])) for one in found)


def _gate(document: Document) -> GateDef:
    document.require("procedure", "condition", "because", "source")
    return GateDef(
        **grounds(document, "gate"),
        entity=_entity(document),
        procedure=str(document["procedure"]),
        condition=str(document["condition"]),
        because=str(document["because"]),
    )
