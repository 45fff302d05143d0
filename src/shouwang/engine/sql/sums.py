"""Sums over related rows (汇总) as SQL: one GROUP BY per source, many sums in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shouwang.engine.model import Kind
from shouwang.engine.nodes import Literal, Node, Related
from shouwang.engine.sql.expressions import Names, literal, to_sql

TRUE = Literal(True, Kind.BOOL)


@dataclass
class Sums:
    """One GROUP BY step: what it reads, and under which alias each sum stands in it.

    ``written`` holds, for sums over members taken from another sums table, the condition and value in its terms.
    """

    name: str
    entity: str
    source: str
    table: str
    asker: str | None = None
    nodes: dict[Related, str] = field(default_factory=dict)
    written: dict[Related, tuple[Node, Node | None]] = field(default_factory=dict)
    single: bool = False  # at most one row per person or household: nothing to group

    def add(self, node: Related) -> None:
        self.nodes.setdefault(node, f"a{len(self.nodes)}_{self.name}")


def sums_sql(sums: Sums, key: str, dated: str | None, names: Names) -> str:
    """SELECT of a sums step, keyed by ``rid`` (with ``hid`` beside it) or ``hid``."""
    home = "s.hid" if sums.single else "MIN(s.hid)"
    keys = ["s.rid AS rid", f"{home} AS hid"] if key == "rid" else ["s.hid AS hid"]
    day = f"s.{dated}" if dated and not sums.written else None
    fields = [f"{_one(sums, node, day, names)} AS {alias}" for node, alias in sums.nodes.items()]
    asked = f" JOIN {sums.asker} e ON e.{key} = s.{key}" if sums.asker else ""
    where = _widest_window(sums, day)
    grouped = "" if sums.single else f" GROUP BY s.{key}"
    return f"SELECT {', '.join([*keys, *fields])} FROM {sums.table} s{asked} WHERE s.{key} IS NOT NULL{where}{grouped}"


def _one(sums: Sums, node: Related, day: str | None, names: Names) -> str:
    condition, value = sums.written.get(node, (node.condition, node.value))
    bounds = _bounds(day, node.after, node.until)
    return aggregated(node.function, condition, value, bounds, names, single=sums.single)


def _widest_window(sums: Sums, day: str | None) -> str:
    after = [node.after for node in sums.nodes]
    if day is None or any(a is None for a in after):
        return ""
    earliest = min(a for a in after if a is not None)
    return f" AND {day} > {literal(earliest, Kind.DATE)}"


def _bounds(day: str | None, after: date | None, until: date | None) -> list[str]:
    if day is None:
        return []
    found = [f"{day} > {literal(after, Kind.DATE)}"] if after else []
    return found + ([f"{day} <= {literal(until, Kind.DATE)}"] if until else [])


def aggregated(
    function: str, condition: Node, value: Node | None, bounds: list[str], names: Names, *, single: bool = False
) -> str:
    """One sum over the rows of a group; rows whose condition or value is unknown make it unknown."""
    text = to_sql(condition, names)
    held = [*bounds, *([] if condition == TRUE else [text])]
    total = "" if single else "SUM"
    unknown = _unknown_rows(condition, value, names, bounds, text, total)
    if function == "all_if":
        held = [*bounds, f"(NOT {text})"]
    amount = to_sql(value, names) if value is not None else "1"
    if function in ("min_if", "max_if"):
        found = f"{'' if single else function[:3].upper()}({_when(held, amount, 'NULL')})"
    else:
        found = f"CAST({total}({_when(held, amount, '0')}) AS BIGINT)"
    return _settled(function, found, unknown)


def _settled(function: str, found: str, unknown: str | None) -> str:
    if function in ("any_if", "all_if"):
        decided, otherwise = ("TRUE", "FALSE") if function == "any_if" else ("FALSE", "TRUE")
        doubt = f" WHEN {unknown} > 0 THEN NULL" if unknown else ""
        return f"CASE WHEN {found} > 0 THEN {decided}{doubt} ELSE {otherwise} END"
    return f"CASE WHEN {unknown} > 0 THEN NULL ELSE {found} END" if unknown else found


def _when(conditions: list[str], value: str, otherwise: str) -> str:
    return f"CASE WHEN {' AND '.join(conditions)} THEN {value} ELSE {otherwise} END" if conditions else value


def _unknown_rows(
    condition: Node, value: Node | None, names: Names, bounds: list[str], text: str, total: str
) -> str | None:
    doubts = []
    if names.nullable(condition):
        doubts.append(" AND ".join([*bounds, f"{text} IS NULL"]))
    if value is not None and names.nullable(value):
        held = [*bounds, *([] if condition == TRUE else [text])]
        doubts.append(" AND ".join([*held, f"{to_sql(value, names)} IS NULL"]))
    if not doubts:
        return None
    return f"{total}(CASE WHEN {' OR '.join(f'({d})' for d in doubts)} THEN 1 ELSE 0 END)"


def empty_as_nothing(node: Related, text: str, key: str) -> str:
    """The joined sum, where someone without rows has a known nothing: the feed came, and it says nothing of them."""
    if node.function in ("min_if", "max_if"):
        return text
    nothing = {"any_if": "FALSE", "all_if": "TRUE"}.get(node.function, "0")
    return f"CASE WHEN {text.split('.', maxsplit=1)[0]}.{key} IS NULL THEN {nothing} ELSE {text} END"
