"""Headers (表头): find the header row, match 中文 headers to the columns of a contract, refuse what is ambiguous.

A mapping is never guessed: a header matches by its canonical name, its title or an approved alias, after blanks, full
width and a unit in brackets are taken away. A unit that differs from the contract's (万元 for 元) refuses the file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shouwang.engine.model import Column, Source
from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.raw import RawTable, normalise_header

SEARCHED_ROWS = 10
IDENTITY = ("resident_id", "household_id", "id_number", "name")
OWN_COLUMNS = {"错误原因", "原表行号"}  # written by our own reject sheets; ignored when they come back
BRACKET = re.compile(r"^(.*?)[(\[【<]([^()\[\]【】<>]*)[)\]】>]$")
SAME_UNIT = {
    "元": "元", "人民币": "元", "人民币元": "元", "rmb": "元", "¥": "元", "yuan": "元",
    "元/月": "元/月", "元每月": "元/月", "元/年": "元/年", "元/季": "元/季", "元/人": "元/人",
    "m2": "m2", "平方米": "m2", "平米": "m2", "平方": "m2", "公里": "km", "km": "km", "千米": "km",
    "亩": "亩", "市亩": "亩", "月": "月", "月数": "月", "个月": "月", "%": "%", "百分比": "%",
}  # fmt: skip
OTHER_UNITS = {
    "万元", "万", "千元", "百元", "亿元", "角", "分", "美元",
    "公顷", "ha", "平方公里", "米", "m", "里", "天", "日", "年", "周",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """A column of the file that was matched: its place, its text there, and its unit if it names one."""

    place: int
    text: str
    column: Column
    unit: str | None


@dataclass
class HeaderPlan:
    """Which row is the header, and which column of the file holds which column of the contract."""

    row: int
    texts: list[str]
    matched: list[Header] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def mapping(self) -> dict[str, str]:
        """File header → canonical name."""
        return {header.text: header.column.name for header in self.matched}


def header_words(source: Source) -> frozenset[str]:
    """All normalised headers by which the columns of a contract may be called."""
    return frozenset(_names(source))


def map_headers(raw: RawTable, source: Source, *, file: Path, others: Iterable[Source] = ()) -> HeaderPlan:
    """Match the headers of a raw table. Raises InputError where a column is missing, double or in another unit."""
    names = _names(source)
    row, texts = _find_row(raw, names, source, file, others)
    plan = HeaderPlan(row, texts)
    found: dict[str, list[tuple[int, Header]]] = {}
    for place, text in enumerate(texts):
        hit = _match(text, names)
        if hit:
            rank, column, unit = hit
            _check_unit(text, unit, column, file)
            found.setdefault(column.name, []).append((rank, Header(place, text, column, unit)))
    for candidates in found.values():
        plan.matched.append(_pick(candidates, plan, file))
    plan.matched.sort(key=lambda header: header.place)
    _check_missing(plan, source, file, others)
    _report_extra(plan, found)
    return plan


def _names(source: Source) -> dict[str, tuple[int, Column]]:
    """Normalised header → (rank, column): the canonical name and title before aliases; a title wins over any alias."""
    names: dict[str, tuple[int, Column]] = {}
    for column in source.columns.values():
        for rank, text in enumerate((column.name, column.title, *column.aliases)):
            base, _ = _split_unit(normalise_header(text))
            for form in (normalise_header(text), base):
                if form not in names or names[form][0] > rank:
                    names[form] = (rank, column)
    return names


def _match(text: str, names: Mapping[str, tuple[int, Column]]) -> tuple[int, Column, str | None] | None:
    plain = normalise_header(text)
    base, note = _split_unit(plain)
    for form in (plain, base):
        if form in names:
            rank, column = names[form]
            return rank, column, note
    return None


def _split_unit(text: str) -> tuple[str, str | None]:
    """``总费用(元)`` → (``总费用``, ``元``); also ``总费用:元`` and ``总费用(单位:元)``."""
    found = BRACKET.match(text)
    if found and found.group(1):
        return found.group(1), found.group(2).removeprefix("单位").strip(":：") or None
    base, colon, note = text.rpartition(":")
    if colon and base and note in SAME_UNIT.keys() | OTHER_UNITS:
        return base.removesuffix("单位"), note
    for unit in ("万元", "千元"):
        if text.endswith(unit) and len(text) > len(unit):
            return text.removesuffix(unit), unit
    return text, None


def _check_unit(text: str, unit: str | None, column: Column, file: Path) -> None:
    if unit is None or column.type not in ("money", "quantity", "integer", "ratio"):
        return
    _, wanted = _split_unit(normalise_header(column.title))
    expected = SAME_UNIT.get(wanted or ("元" if column.type == "money" else ""), wanted)
    given = SAME_UNIT.get(unit, unit)
    plain = given == "元" and (expected or "").startswith("元")
    if given == expected or plain or (given not in SAME_UNIT.values() and unit not in OTHER_UNITS):
        return
    if expected is None and unit not in OTHER_UNITS:
        return
    raise InputError(
        f"列“{text}”的单位是“{unit}”，这张表要求“{wanted or '元'}”，整个文件先不收。",
        f"请把数值换算成{wanted or '元'}，表头写成“{column.title}”后重新提交。",
        file=file,
        column=column.name,
    )


def _find_row(
    raw: RawTable, names: Mapping[str, tuple[int, Column]], source: Source, file: Path, others: Iterable[Source]
) -> tuple[int, list[str]]:
    """The header is the row, among the first ten, in which most columns of the contract are named."""
    best, score, rows = 0, 0, []
    for place in range(min(SEARCHED_ROWS, len(raw))):
        texts = raw.row_texts(place)
        rows.append(texts)
        hits = {hit[1].name for hit in (_match(text, names) for text in texts) if hit}
        if len(hits) > score:
            best, score = place, len(hits)
    if score:
        return best, rows[best]
    shown = next((texts for texts in rows if sum(bool(t) for t in texts) > 1), rows[0] if rows else [])
    hint = _better_contract(shown, source, others)
    raise InputError(
        f"前 {SEARCHED_ROWS} 行里找不到“{source.title}”的表头，第一行是：{_list(shown)}。{hint}",
        f"请把表头写成：{_list([c.title for c in source.columns.values() if c.required])} 等。",
        file=file,
    )


def _pick(candidates: list[tuple[int, Header]], plan: HeaderPlan, file: Path) -> Header:
    """One file column per contract column: equal headers are refused; the title wins over aliases, with a warning."""
    if len(candidates) == 1:
        return candidates[0][1]
    candidates = sorted(candidates, key=lambda pair: pair[0])
    (rank, first), (next_rank, second) = candidates[:2]
    strict = first.column.required or first.column.type in ("money", "date", "quantity", "ratio", "integer")
    same = normalise_header(first.text) == normalise_header(second.text)
    if same or rank == next_rank or (rank > 1 and strict):
        texts = "”和“".join(header.text for _, header in candidates)
        raise InputError(
            f"有两列都对应“{first.column.title}”：“{texts}”。",
            "请只保留其中一列，或把另一列改名后重新提交。",
            file=file,
            column=first.column.name,
        )
    for _, header in candidates[1:]:
        plan.warnings.append(f"“{header.text}”没有读：“{first.column.title}”已取自“{first.text}”")
    return first


def _check_missing(plan: HeaderPlan, source: Source, file: Path, others: Iterable[Source]) -> None:
    have = {header.column.name for header in plan.matched}
    missing = [column for column in source.columns.values() if column.required and column.name not in have]
    if missing:
        unmatched = [text for text in plan.texts if text and text not in plan.mapping]
        near = "；".join(filter(None, (_suggest(column, unmatched) for column in missing)))
        hint = _better_contract(plan.texts, source, others)
        lacking = _list([column.title for column in missing])
        raise InputError(
            f"“{source.title}”缺少必需的列：{lacking}。表里有：{_list(plan.texts)}。{near}{hint}",
            "请补上这些列（或把对应的列改成这个名字）后重新提交。",
            file=file,
            column=missing[0].name,
        )
    known = [name for name in IDENTITY if name in source.columns]
    if known and not have & set(known):
        titles = _list([source.columns[name].title for name in known])
        raise InputError(f"没有能认出是谁的列（{titles} 至少要有一列）。", "请补上后重新提交。", file=file)


def _suggest(column: Column, unmatched: list[str]) -> str:
    wanted = [normalise_header(text) for text in (column.title, *column.aliases)]
    scored = [
        (max(difflib.SequenceMatcher(None, normalise_header(text), form).ratio() for form in wanted), text)
        for text in unmatched
    ]
    best = max(scored, default=(0.0, ""))
    return f"“{best[1]}”是不是“{column.title}”？" if best[0] >= 0.5 else ""


def _better_contract(texts: list[str], source: Source, others: Iterable[Source]) -> str:
    """Name the contract whose own columns (not those of identity, which all share) fit the headers best."""
    best, title = _fit(texts, source), ""
    for other in others:
        if other.name != source.name and _fit(texts, other) > best:
            best, title = _fit(texts, other), other.title
    return f"这张表更像“{title}”。" if title else ""


def _fit(texts: list[str], source: Source) -> float:
    names = _names(source)
    hits = {hit[1].name for hit in (_match(text, names) for text in texts if text) if hit}
    shared = {"resident_id", "household_id", "name", "id_number", "birth_on", "sex", "place_name", "phone"}
    own = [name for name in source.columns if name not in shared]
    return sum(2 if source.columns[n].required else 1 for n in own if n in hits) / max(
        sum(2 if source.columns[n].required else 1 for n in own), 1
    )


def _report_extra(plan: HeaderPlan, found: Mapping[str, object]) -> None:
    used = {normalise_header(header.text) for header in plan.matched}
    spoken = "".join(plan.warnings)
    known = used | OWN_COLUMNS
    extra = [text for text in plan.texts if text and normalise_header(text) not in known and text not in spoken]
    if extra:
        plan.warnings.append(f"有 {len(extra)} 列不在约定中，没有读：{_list(extra)}")


def _list(texts: Iterable[str]) -> str:
    shown = [text for text in texts if text]
    more = f"等 {len(shown)} 列" if len(shown) > 20 else ""
    return "、".join(shown[:20]) + more or "（空）"
