"""Findings over columns (判定): levels of everyone in a range, and the grounds of those who are hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.leaves import taken
from shouwang.engine.backends.arrays.sheets import in_arrow
from shouwang.engine.backends.arrays.steps import EVERYONE, Steps
from shouwang.engine.backends.arrays.tables import RESIDENTS, Positions, Range, Tables
from shouwang.engine.backends.arrays.values import Mask, Numbers, Truths, Values, any_of, as_numbers, as_truths
from shouwang.engine.findings import UNDECIDED, Asked, leaves
from shouwang.engine.nodes import Node


@dataclass(frozen=True)
class Hits:
    """Hits of one finding in one range: place of everyone hit among all, level, what is told beside it, and of those
    who are left undecided which leaves are unknown."""

    number: int
    at: NDArray[np.int64]
    level: NDArray[np.int8]
    shown: list[Numbers]
    unknown: list[NDArray[np.bool_]]


@dataclass
class Hit:
    """Whom a finding hits in one range: their places and levels, and where their households stand."""

    held: Range
    entity: str
    at: NDArray[np.int64]
    level: NDArray[np.int8]

    def of(self, entity: str) -> Positions:
        """Where those hit, or their households, stand in the range."""
        if entity == self.entity:
            return Positions(self.at)
        return self._home

    @cached_property
    def _home(self) -> Positions:
        return Positions(self.held.positions(RESIDENTS, "household").at[self.at])


def judge(steps: Steps, query: Asked) -> None:
    """Add the steps that judge one finding; what they find is left with the range.

    What is told beside a hit is computed of those alone who are hit.
    """
    finding, rows = query.finding, EVERYONE[query.finding.entity]

    def whom(held: Range, *conditions: Values) -> Hit:
        judged = [as_truths(part) for part in conditions]
        at = _hit(held.size(finding.entity), any_of(*(part.maybe for part in judged)))
        return Hit(held, finding.entity, at, _levels(judged, at))

    hit = steps.add(("hit", query.number), whom, *(steps.value(node, rows) for node in finding.conditions.values()))
    told = [steps.value(query.node(name), replace(rows, hit=hit)) for name in query.shown]
    doubtful = [steps.value(node, rows) for node in _doubtful(steps, query).values()]

    def work(held: Range, hit: Hit, *parts: Values) -> None:
        if len(hit.at):
            doubt = hit.at[hit.level == UNDECIDED]
            shown = [_everywhere(part, len(hit.at)) for part in parts[: len(told)]]
            unknown = [_unknown(part, doubt) for part in parts[len(told) :]]
            held.hits.append(Hits(query.number, hit.at + held.rows[finding.entity][0], hit.level, shown, unknown))

    steps.add(("judge", query.number), work, hit, *told, *doubtful)


def _doubtful(steps: Steps, query: Asked) -> dict[str, Node]:
    """What a finding reads, where it can be undecided at all."""
    finding = query.finding
    return leaves(finding) if any(map(steps.plan.may_be_null, finding.conditions.values())) else {}


def _hit(size: int, maybe: Mask) -> NDArray[np.int64]:
    if isinstance(maybe, bool):
        return np.arange(size if maybe else 0)
    return np.flatnonzero(maybe)


def _levels(conditions: Sequence[Truths], at: NDArray[np.int64]) -> NDArray[np.int8]:
    level = np.full(len(at), UNDECIDED, dtype=np.int8)
    for place in range(len(conditions), 0, -1):
        yes = conditions[place - 1].yes
        level[yes if isinstance(yes, bool) else yes[at]] = place
    return level


def _everywhere(part: Values, size: int) -> Numbers:
    """The values of ``size`` rows, each as an array of its own."""
    found = as_numbers(part)
    return Numbers(_spread(found.values, size), _spread(found.unknown, size))


def _spread(values: Any, size: int) -> NDArray[Any]:
    return values if isinstance(values, np.ndarray) else np.full(size, values)


def _unknown(part: Values, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where some rows are unknown."""
    return _spread(as_numbers(taken(part, Positions(at))).unknown, len(at))


def _missing(query: Asked, level: NDArray[np.int32], hits: Sequence[Hits]) -> pa.Array:
    """Names of what is unknown to whom it leaves undecided: one text per pattern of unknowns, taken by position."""
    undecided, names = level == UNDECIDED, [*leaves(query.finding)]
    texts, indices = [""], np.zeros(len(level), dtype=np.int32)
    if names and undecided.any():
        patterns, indices[undecided] = _patterns(
            [np.concatenate(parts) for parts in zip(*(h.unknown for h in hits), strict=True)]
        )
        texts = ["".join(f"{name}," for name, held in zip(names, pattern, strict=True) if held) for pattern in patterns]
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=~undecided), pa.array(texts, pa.string()))


def _patterns(leaves_at: Sequence[NDArray[np.bool_]]) -> tuple[list[list[bool]], NDArray[np.intp]]:
    """The different rows of a table of bits, and which of them each row is."""
    code = np.zeros(len(leaves_at[0]), dtype=np.int64)
    for place, leaf in enumerate(leaves_at):
        # Numbered anew before the bits would leave 64.
        code = 2 * (code if place % 24 else np.unique(code, return_inverse=True)[1]) + leaf
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    return [[bool(leaf[row]) for leaf in leaves_at] for row in first], which


def tables(queries: Iterable[Asked], cut: Tables, hits: Iterable[Hits]) -> dict[int, pa.Table]:
    """Hits of each finding, by its number, as ``Task.hits`` has them; empty where nobody is hit."""
    found: dict[int, list[Hits]] = {query.number: [] for query in queries}
    for some in hits:
        found[some.number].append(some)
    # By one thread: of few hits each, several would mostly wait for one another.
    return {query.number: _table(query, cut, found[query.number]) for query in queries}


def _table(query: Asked, cut: Tables, hits: Sequence[Hits]) -> pa.Table:
    at = np.concatenate([np.arange(0), *(h.at for h in hits)])
    level = np.concatenate([np.zeros(0, dtype=np.int32), *(h.level for h in hits)]).astype(np.int32)
    resident = query.finding.entity == "resident"
    columns = {
        "level": pa.array(level),
        "hid": pa.array(cut.home[at].astype(np.int64) if resident else at + 1),
        "rid": pa.array(at + 1) if resident else pa.nulls(len(at), pa.int64()),
        "missing": _missing(query, level, hits),
    }
    for place, name in enumerate(query.shown, start=1):
        values = np.concatenate([h.shown[place - 1].values for h in hits] or [np.zeros(0, dtype=np.int64)])
        unsure = np.concatenate([h.shown[place - 1].unknown for h in hits] or [np.zeros(0, dtype=bool)])
        columns[f"value_{place}"] = in_arrow(values, unsure, query.node(name).kind, cut.words)
    return pa.table(columns)
