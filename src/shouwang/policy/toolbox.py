"""The toolbox (政策工具箱): policy tools that answer a risk, each with who may have it, who gives it and what proves it.

What the documents merely mention stands in ``tools/``; the toolbox holds what a plan for a household can be made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.engine.model import FACTORS, BenefitDef, FactDef, Ground, Kind, Parameter, Source
from shouwang.engine.program import Definitions
from shouwang.kernel.errors import InputError
from shouwang.policy.definitions import GROUNDS, conditions, each, grounds
from shouwang.policy.lists import ReferenceList
from shouwang.policy.reading import Document
from shouwang.policy.tariffs import WORD

CLASSES = {
    "two_assurances": "两不愁政策工具",
    "three_guarantees": "三保障政策工具",
    "social_help": "社会性政策工具",
    "special_insurance": "特惠保措施",
    "informal_measures": "非规范性措施",
    "own_effort": "自我尽责工具",
    "development": "开发式工具（产业就业）",
}
OWN_EFFORT = "own_effort"  # what the household does itself is no measure of help
DAYS = ("calendar_days", "working_days", "days", "hours")
WHO = ("eligible", "benefit", "by_people")
KEYS = GROUNDS | {
    "tool", "class", "entity", "answers", "measure", "exclusions", "because", "unit", "payer", "evidence", "within",
    "conflicts_with", "stacks_with", *WHO,
}  # fmt: skip
TEXTS = ("benefit", "by_people", "because", "unit", "payer", "within")
LISTS = ("answers", "evidence", "conflicts_with", "stacks_with")


@dataclass(frozen=True)
class Tool:
    """One policy tool (政策工具).

    Who may have it is told by conditions over facts (``grounds``, ``exclusions``), by the ``benefit`` whose conditions
    it shares, or is left to people (``by_people`` says by what they judge).
    """

    name: str
    title: str
    category: str
    entity: str
    answers: tuple[str, ...]
    measure: str
    item: str
    grounds: tuple[Ground, ...] = ()
    exclusions: tuple[Ground, ...] = ()
    benefit: str = ""
    by_people: str = ""
    because: str = ""
    unit: str = ""
    payer: str = ""
    evidence: tuple[str, ...] = ()
    within: str = ""
    conflicts_with: tuple[str, ...] = ()
    stacks_with: tuple[str, ...] = ()
    source: str = ""
    clause: str = ""
    verified: str = "no"
    note: str = ""
    valid_from: date | None = None
    valid_until: date | None = None  # exclusive
    file: str = ""
    lines: dict[str, int] = field(default_factory=dict)


def load_toolbox(folder: Path) -> dict[str, Tool]:
    """Read ``toolbox/`` of a pack folder. Raises InputError with file and line."""
    return each(folder / "toolbox", "tool", KEYS, _tool)


def toolbox_definitions(toolbox: Mapping[str, Tool], definitions: Definitions) -> Definitions:
    """The toolbox's own small world: every tool with conditions is a benefit under the tool's name."""
    found = {}
    for name, tool in toolbox.items():
        if tool.benefit:
            shared = definitions.benefits[tool.benefit]
            found[name] = replace(shared, name=name, title=tool.title, **_both(tool, shared))
        elif tool.grounds:
            found[name] = _as_benefit(tool)
    facts, parameters = _reached(found.values(), definitions)
    return Definitions(definitions.sources, parameters, facts, benefits=found)


def _reached(
    benefits: Iterable[BenefitDef], definitions: Definitions
) -> tuple[dict[str, FactDef], dict[str, Parameter]]:
    """The facts and parameters on which the tools stand, directly or through others, so that little is compiled."""
    facts: dict[str, FactDef] = {}
    parameters: dict[str, Parameter] = {}
    texts = [text for one in benefits for text in _texts(one)]
    while texts:
        for name in WORD.findall(texts.pop()):
            if name in definitions.facts and name not in facts:
                facts[name] = definitions.facts[name]
                texts.append(facts[name].formula)
            if name in definitions.parameters and name not in parameters:
                parameters[name] = one = definitions.parameters[name]
                texts += [v.formula or "" for values in (one.values, *one.places.values()) for v in values]
    return facts, parameters


def _texts(one: BenefitDef) -> list[str]:
    written = (one.eligible, one.amount, one.cap, one.receiving, one.because, *one.evidence)
    return [text for text in written if text]


def tools_on(toolbox: Mapping[str, Tool], day: date) -> dict[str, Tool]:
    """The tools that may be used on a day (有效期)."""
    return {
        name: tool
        for name, tool in toolbox.items()
        if (tool.valid_from is None or tool.valid_from <= day) and (tool.valid_until is None or day < tool.valid_until)
    }


def ended_on(tool: Tool, benefits: Mapping[str, BenefitDef], day: date) -> date | None:
    """The first day without a tool whose time is over on a day (期限已过), its own or that of the benefit it shares."""
    ends = (tool.valid_until, benefits[tool.benefit].valid_until if tool.benefit else None)
    return min((end for end in ends if end is not None and end <= day), default=None)


def conflicts(toolbox: Mapping[str, Tool], one: str, other: str) -> bool:
    """Whether two tools may not be had together, whichever of them says so."""
    return any(
        second in toolbox[first].conflicts_with for first, second in ((one, other), (other, one)) if first in toolbox
    )


def refuse_odd_tools(toolbox: Mapping[str, Tool], definitions: Definitions, lists: Mapping[str, ReferenceList]) -> None:
    """Raise InputError for a tool that names a risk, measure, benefit, limit or other tool that there is not."""
    for tool in toolbox.values():
        _refuse_names(tool, "answers", tool.answers, {*FACTORS, *_risks(lists)})
        _refuse_names(tool, "conflicts_with", tool.conflicts_with, set(toolbox) - {tool.name})
        _refuse_names(tool, "stacks_with", tool.stacks_with, set(toolbox) - {tool.name})
        both = set(tool.conflicts_with) & set(tool.stacks_with)
        if both:
            raise _fault(tool, f"{'、'.join(sorted(both))}不能既冲突又可叠加")
        _refuse_measure(tool, definitions.sources.get("measures"))
        if tool.benefit:
            _refuse_names(tool, "benefit", (tool.benefit,), definitions.benefits)
        elif tool.grounds and tool.name in definitions.benefits:
            raise _fault(tool, "和一项待遇同名，请写 benefit，不要另写条件")
        if tool.within:
            _refuse_limit(tool, definitions.parameters.get(tool.within))


def _risks(lists: Mapping[str, ReferenceList]) -> Collection[str]:
    return lists["risk_factors"].items if "risk_factors" in lists else ()


def _refuse_names(tool: Tool, key: str, named: Collection[str], known: Collection[str]) -> None:
    odd = [name for name in named if name not in known]
    if odd:
        raise _fault(tool, f"{key} 所指的 {'、'.join(odd)} 不存在", key)


def _refuse_measure(tool: Tool, source: Source | None) -> None:
    for column, value in (("kind", tool.measure), ("item", tool.item)):
        codes = source.columns[column].codes if source and column in source.columns else {}
        if value and value not in codes:
            raise _fault(tool, f"measure 的 {column}“{value}”不在登记表 measures 的取值里", "measure")


def _refuse_limit(tool: Tool, parameter: Parameter | None) -> None:
    if parameter is None or parameter.kind is not Kind.INTEGER or parameter.unit not in DAYS:
        raise _fault(tool, f"within 所指的“{tool.within}”要是以天或小时计的参数", "within")


def _fault(tool: Tool, message: str, key: str = "") -> InputError:
    remedy = "请改正后重新运行 shouwang pack check。"
    return InputError(f"工具 {tool.name}：{message}。", remedy, file=tool.file, line=tool.lines.get(key))


def _as_benefit(tool: Tool) -> BenefitDef:
    return BenefitDef(
        name=tool.name,
        title=tool.title,
        entity=tool.entity,
        grounds=tool.grounds,
        exclusions=tool.exclusions,
        amount=None,
        period="",
        because=tool.because,
        **{key: getattr(tool, key) for key in ("payer", "source", "clause", "verified", "note", "file", "lines")},
        valid_from=tool.valid_from,
        valid_until=tool.valid_until,
    )


def _both(tool: Tool, shared: BenefitDef) -> dict[str, Any]:
    """The days on which both the tool and the benefit whose conditions it shares are in force."""
    starts = [day for day in (tool.valid_from, shared.valid_from) if day]
    ends = [day for day in (tool.valid_until, shared.valid_until) if day]
    return {"valid_from": max(starts, default=None), "valid_until": min(ends, default=None)}


def _tool(document: Document) -> Tool:
    document.require("class", "answers", "source", *(() if document.get("class") == OWN_EFFORT else ("measure",)))
    if document["class"] not in CLASSES:
        raise document.fault("class", f"class 要是 {'、'.join(CLASSES)} 之一")
    who = [key for key in WHO if document.get(key) is not None]
    if len(who) != 1:
        raise document.fault(who[0] if who else (), "谁可以用，要写 eligible、benefit、by_people 其中的一样")
    if document.get("exclusions") is not None and who != ["eligible"]:
        raise document.fault("exclusions", "写了 eligible 的才能写 exclusions")
    entity = document.get("entity", "household")
    if entity not in ("household", "resident"):
        raise document.fault("entity", "entity 只能是 resident 或 household")
    for key in LISTS:
        if not isinstance(document.get(key, []), list):
            raise document.fault(key, f"{key} 要写成列表")
    measure = document.get("measure", {"kind": ""})
    if not isinstance(measure, dict) or "kind" not in measure or set(measure) - {"kind", "item"}:
        raise document.fault("measure", "measure 要写明 kind，可以再写 item")
    written: dict[str, Any] = grounds(document, "tool")
    written |= {key: tuple(document.get(key, ())) for key in LISTS}
    written |= {key: str(document.get(key, "")) for key in TEXTS}
    return Tool(
        **written,
        category=document["class"],
        entity=entity,
        measure=str(measure["kind"]),
        item=str(measure.get("item", "")),
        grounds=conditions(document, "eligible") if who == ["eligible"] else (),
        exclusions=conditions(document, "exclusions"),
    )
