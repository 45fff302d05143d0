"""What a document asks for (文件要求): targets, periodic duties, tasks, the units that answer for them, and policy tools.

Files list what stands in one section of a document; ``coverage/`` says of every section what was left out and why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.engine.model import FACTORS
from shouwang.policy.reading import Document, Where, read_document

KINDS = {"indicators": "指标任务", "duties": "周期职责", "tasks": "任务分工", "tools": "帮扶措施", "units": "责任单位"}
COMPARATORS = {"at_least": "≥", "at_most": "≤", "equals": "＝", "above": "＞", "below": "＜"}
PERIODS = ("day", "week", "month", "quarter", "half_year", "year", "always", "once", "event")
TOOL_CLASSES = ("industry", "employment", "finance", "social_security", "infrastructure", "education", "other")
LEVELS = ("province", "prefecture", "county", "township", "village", "enterprise", "central", "other")
GROUNDS = {"title", "clause", "verified", "note"}
KEYS = {
    "indicators": GROUNDS | {"indicator", "comparator", "value", "unit", "by", "period", "scope", "units"},
    "duties": GROUNDS | {"duty", "every", "on", "who", "evidence"},
    "tasks": GROUNDS | {"task", "lead", "responsible", "by"},
    "tools": GROUNDS | {"tool", "class", "answers", "giver", "conditions"},
}
ITEM = {"indicators": "indicator", "duties": "duty", "tasks": "task", "tools": "tool"}


@dataclass(frozen=True)
class Unit:
    """A unit (单位) that leads or answers for something, with the names under which the document knows it."""

    name: str
    title: str
    level: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mandate:
    """One thing a document asks for; ``kind`` is a key of ``KINDS`` and ``content`` what is particular to it."""

    kind: str
    name: str
    title: str
    document: str
    section: str
    clause: str
    verified: str
    note: str
    units: tuple[str, ...]
    content: dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One section of a document in the coverage report (提取范围): why something of it, or all of it, was left."""

    document: str
    section: str
    title: str
    left: str


@dataclass(frozen=True)
class Mandates:
    """Everything the documents of one pack ask for."""

    units: dict[str, Unit] = field(default_factory=dict)
    items: dict[str, dict[str, Mandate]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    def of(self, kind: str) -> dict[str, Mandate]:
        """All of a kind, by name."""
        return self.items.get(kind, {})

    def counted(self) -> dict[str, int]:
        """How many there are of each kind."""
        found = {kind: len(self.of(kind)) for kind in ITEM}
        return found | {"units": len(self.units)} if self.units or any(found.values()) else {}

    def taken(self, section: Section) -> dict[str, int]:
        """What was taken from a section, by kind."""
        every = (item for items in self.items.values() for item in items.values())
        return dict(Counter(i.kind for i in every if (i.document, i.section) == (section.document, section.section)))


def load_mandates(folder: Path, documents: Sequence[dict[str, Any]]) -> Mandates:
    """Read what a pack folder lists. Raises InputError with file and line for unknown keys, units, sections and repeats."""
    titles = [str(document.get("title")) for document in documents]
    units = _units(folder / "units")
    sections = tuple(_sections(folder / "coverage", titles))
    known = {(s.document, s.section) for s in sections}
    items: dict[str, dict[str, Mandate]] = {}
    for kind in ITEM:
        found = items.setdefault(kind, {})
        for path in sorted((folder / kind).glob("**/*.yaml")):
            document = read_document(path)
            _of_known_section(document, known)
            for where, item in _listed(document, kind, {"document", "section"}):
                made = _mandate(document, where, item, kind, units)
                if made.name in found:
                    raise document.fault(where, f"“{made.name}”在别处已有定义")
                found[made.name] = made
    return Mandates(units, items, sections)


def _listed(document: Document, key: str, others: set[str]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    document.allow({key, *others})
    document.require(key)
    for number, item in enumerate(document[key]):
        if not isinstance(item, dict):
            raise document.fault((key, number), "每一项要写成“键: 值”")
        yield (key, number), item


def _units(folder: Path) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path)
        for where, item in _listed(document, "units", set()):
            _only(document, where, item, {"unit", "title", "level", "aliases"}, ("unit", "title", "level"))
            _among(document, where, "level", item["level"], LEVELS)
            made = Unit(item["unit"], item["title"], item["level"], tuple(item.get("aliases", ())))
            # Annexes name the same unit in turn; what they say of it must agree.
            before = found.setdefault(made.name, made)
            if (before.title, before.level) != (made.title, made.level):
                raise document.fault(where, f"单位“{made.name}”在别处是“{before.title}”（{before.level}）")
            found[made.name] = replace(made, aliases=tuple(dict.fromkeys([*before.aliases, *made.aliases])))
    return found


def _sections(folder: Path, titles: Sequence[str]) -> Iterator[Section]:
    seen = set()
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path)
        for where, item in _listed(document, "sections", set()):
            _only(document, where, item, {"document", "section", "title", "left"}, ("document", "section", "title"))
            _among(document, where, "document", item["document"], titles)
            made = Section(item["document"], str(item["section"]), item["title"], str(item.get("left", "")))
            if (made.document, made.section) in seen:
                raise document.fault(where, f"章节“{made.section}”写了两次")
            seen.add((made.document, made.section))
            yield made


def _of_known_section(document: Document, known: set[tuple[str, str]]) -> None:
    document.require("document", "section")
    if (document["document"], str(document["section"])) not in known:
        raise document.fault("section", f"coverage 里没有《{document['document']}》的“{document['section']}”一节")


def _only(document: Document, where: Where, item: dict[str, Any], allowed: set[str], needed: Sequence[str]) -> None:
    unknown = set(item) - allowed
    if unknown:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(unknown))}，可用：{'、'.join(sorted(allowed))}")
    for key in needed:
        if item.get(key) in (None, "", []):
            raise document.fault(where, f"缺少“{key}”")


def _among(document: Document, where: Where, key: str, value: Any, allowed: Sequence[str]) -> None:
    for one in value if isinstance(value, list) else [value]:
        if one not in allowed:
            raise document.fault(where, f"{key}“{one}”不在可选范围：{'、'.join(allowed)}")


def _mandate(document: Document, where: Where, item: dict[str, Any], kind: str, units: dict[str, Unit]) -> Mandate:
    _only(document, where, item, KEYS[kind], (ITEM[kind], "title", "clause"))
    verified = item.get("verified", "no")
    _among(document, where, "verified", verified, ("yes", "no", "lost"))
    _CHECKS[kind](document, where, item, verified)
    named = [unit for key in ("units", "who", "lead", "responsible", "giver") for unit in item.get(key) or ()]
    _among(document, where, "单位", named, tuple(units))
    return Mandate(
        kind=kind,
        name=item[ITEM[kind]],
        title=item["title"],
        document=document["document"],
        section=str(document["section"]),
        clause=str(item["clause"]),
        verified=verified,
        note=str(item.get("note", "")),
        units=tuple(dict.fromkeys(named)),
        content={key: value for key, value in item.items() if key not in GROUNDS | {ITEM[kind]}},
    )


def _check_indicator(document: Document, where: Where, item: dict[str, Any], verified: str) -> None:
    _among(document, where, "comparator", item.get("comparator"), tuple(COMPARATORS))
    value = item.get("value")
    if isinstance(value, bool) or not (isinstance(value, int | float) or (value is None and verified == "lost")):
        raise document.fault(where, "value 要是数字；原文数值缺失请写 verified: lost")
    if item.get("by") is None and item.get("period") is None:
        raise document.fault(where, "要写明 by（截止日）或 period（周期）")
    _check_days(document, where, item)
    if item.get("period") is not None:
        _among(document, where, "period", item["period"], PERIODS)
    if not item.get("unit"):
        raise document.fault(where, "缺少“unit”")


def _check_duty(document: Document, where: Where, item: dict[str, Any], verified: str) -> None:
    _among(document, where, "every", item.get("every"), PERIODS)
    if item["every"] == "event" and not item.get("on"):
        raise document.fault(where, "every: event 要在 on 里写明遇到什么事")
    if not item.get("who"):
        raise document.fault(where, "缺少“who”")


def _check_task(document: Document, where: Where, item: dict[str, Any], verified: str) -> None:
    if not item.get("lead") and not item.get("responsible"):
        raise document.fault(where, "缺少“lead”或“responsible”")
    _check_days(document, where, item)


def _check_tool(document: Document, where: Where, item: dict[str, Any], verified: str) -> None:
    _among(document, where, "class", item.get("class"), TOOL_CLASSES)
    _among(document, where, "answers", item.get("answers", []), tuple(FACTORS))


def _check_days(document: Document, where: Where, item: dict[str, Any]) -> None:
    if item.get("by") is not None and not isinstance(item["by"], date):
        raise document.fault(where, "by 要写成日期，如 2022-12-31")


_CHECKS = {"indicators": _check_indicator, "duties": _check_duty, "tasks": _check_task, "tools": _check_tool}


def uncovered(mandates: Mandates) -> list[str]:
    """Sections from which nothing was taken and of which nobody said why."""
    return [f"{s.document} {s.section}" for s in mandates.sections if not s.left and not mandates.taken(s)]
