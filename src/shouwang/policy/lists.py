"""Reference lists (参照清单): dated words and choices, such as classes, channels, and what a notice may never show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.kernel.errors import InputError
from shouwang.policy.definitions import VERIFIED, each, is_day
from shouwang.policy.reading import Document

KEYS = {"list", "title", "items", "note"}
ITEM_KEYS = {
    "item",
    "title",
    "from",
    "until",
    "replaces",
    "of",
    "value",
    "place",
    "source",
    "clause",
    "verified",
    "note",
}
ENDLESS = ("publicity_deny",)  # protection of people: a county may add to it, never end it


@dataclass(frozen=True)
class Item:
    """One word or choice of a list, with the days from and until (exclusive) which it holds."""

    name: str
    title: str
    valid_from: date | None
    valid_until: date | None
    replaces: str
    of: str
    value: Any
    place: str
    source: str
    clause: str
    verified: str
    note: str


@dataclass(frozen=True)
class ReferenceList:
    """A list that pages, forms and checks read instead of constants."""

    name: str
    title: str
    items: dict[str, Item]
    note: str = ""

    def on(self, day: date) -> dict[str, Item]:
        """The items that hold on a day."""
        return {name: item for name, item in self.items.items() if _holds(item, day)}


def _holds(item: Item, day: date) -> bool:
    begun = item.valid_from is None or item.valid_from <= day
    return begun and (item.valid_until is None or day < item.valid_until)


def load_lists(folder: Path) -> dict[str, ReferenceList]:
    """Read ``lists/`` of a pack folder. Raises InputError with file and line."""
    return each(folder / "lists", "list", KEYS, _list)


def merged_lists(parent: Mapping[str, ReferenceList], own: Mapping[str, ReferenceList]) -> dict[str, ReferenceList]:
    """A child adds items and says some of them otherwise; it cannot take any away.

    Raises InputError where a child says otherwise what protects people.
    """
    found = dict(parent)
    for name, one in own.items():
        before = parent[name].items if name in parent else {}
        again = [item for item in one.items if item in before and name in ENDLESS]
        if again:
            raise InputError(
                f"清单 {name} 的 {'、'.join(again)} 保护个人信息，下级包不能另作规定。", "只能增加新的条目。"
            )
        note = one.note or (parent[name].note if name in parent else "")
        found[name] = replace(one, items={**before, **one.items}, note=note)
    return found


def _list(document: Document) -> ReferenceList:
    document.require("items")
    if not isinstance(document["items"], list):
        raise document.fault("items", "items 要列出一项一项")
    items: dict[str, Item] = {}
    for number, given in enumerate(document["items"]):
        made = _item(document, number, given)
        if made.name in items:
            raise document.fault(("items", number), f"“{made.name}”写了两次")
        items[made.name] = made
    for number, made in enumerate(items.values()):
        if made.replaces and made.replaces not in items:
            raise document.fault(("items", number), f"replaces 所指的“{made.replaces}”不在清单里")
    return ReferenceList(document["list"], document["title"], items, str(document.get("note", "")))


def _item(document: Document, number: int, given: Any) -> Item:
    where = ("items", number)
    if not isinstance(given, dict) or not given.get("item") or not given.get("title"):
        raise document.fault(where, "每一项要写明 item 和 title")
    unknown = set(given) - ITEM_KEYS
    if unknown:
        raise document.fault(where, f"不认识的键 {'、'.join(sorted(unknown))}，可用：{'、'.join(sorted(ITEM_KEYS))}")
    for key in ("from", "until"):
        if given.get(key) is not None and not is_day(given[key]):
            raise document.fault(where, f"{key} 要写成日期，如 2026-01-01")
    if not given.get("source") or given.get("verified") not in VERIFIED:
        raise document.fault(where, "每一项都要有 source 出处和 verified（yes、no、lost）")
    if document["list"] in ENDLESS and given.get("until") is not None:
        raise document.fault(where, "保护个人信息的清单只能增加，不能写终止日期")
    return Item(
        name=str(given["item"]),
        title=str(given["title"]),
        valid_from=given.get("from"),
        valid_until=given.get("until"),
        value=given.get("value"),
        verified=given["verified"],
        **{key: str(given.get(key) or "") for key in ("replaces", "of", "place", "source", "clause", "note")},
    )
