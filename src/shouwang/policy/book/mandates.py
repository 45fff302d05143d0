"""What the documents ask for, as chapters of the rule book: one entry per section of a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shouwang.policy.book.entries import VERIFIED, Entry, Table
from shouwang.policy.mandates import COMPARATORS, ITEM, KINDS, Mandate
from shouwang.policy.pack import Pack

PERIODS = {
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "half_year": "每半年",
    "year": "每年",
    "always": "经常",
    "once": "一次",
    "event": "遇事",
}
HEADER = ("名称", "要求", "单位", "条款", "核对", "说明")


def mandate_entries(pack: Pack, on: date) -> Iterator[Entry]:
    """Targets, duties, tasks and tools by section, in the order of the documents; those of a document that has ended say so."""
    ended = _ended_documents(pack, on)
    for kind in ITEM:
        items = list(pack.mandates.of(kind).values())
        for number, section in enumerate(pack.mandates.sections, start=1):
            here = [one for one in items if (one.document, one.section) == (section.document, section.section)]
            if here:
                rows = tuple(_row(pack, one) for one in here)
                title = f"{section.section} {section.title}：{KINDS[kind]}"
                table = Table("", HEADER, rows)
                lines, over = (("出处", section.document),), ended.get(section.document)
                yield Entry(kind, f"section-{number}", title, section.document, lines, (table,), "", over)


def _ended_documents(pack: Pack, on: date) -> dict[str, date]:
    """Document → the first day without it, of the documents of a pack whose time is over."""
    found: dict[str, date] = {}
    held: Pack | None = pack
    while held is not None:
        ends = {one["title"]: one.get("valid_until") for one in held.documents}
        found |= {title: end for title, end in ends.items() if isinstance(end, date) and end <= on}
        held = held.parent
    return found


def _row(pack: Pack, one: Mandate) -> tuple[str, ...]:
    units = "、".join(pack.mandates.units[unit].title for unit in one.units)
    return one.title, _wanted(one), units, one.clause, VERIFIED[one.verified], one.note


def _wanted(one: Mandate) -> str:
    """What is asked, in a few words."""
    content = one.content
    if one.kind == "indicators":
        value = "原文缺失" if content["value"] is None else str(content["value"])
        when = str(content["by"]) if content.get("by") else PERIODS[content["period"]]
        return f"{COMPARATORS[content['comparator']]} {value} {content['unit']}，{when}"
    if one.kind == "duties":
        when = str(content["on"]) if content.get("on") else PERIODS[content["every"]]
        return "，".join(part for part in (when, str(content.get("evidence") or "")) if part)
    return str(content.get("conditions") or content.get("by") or "")
