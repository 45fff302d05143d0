"""Findings over columns (判定): levels of everyone in a range, and the grounds of those who are hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.sheets import in_arrow
from shouwang.engine.backends.arrays.steps import EVERYONE, Steps
from shouwang.engine.backends.arrays.tables import Range, Tables
from shouwang.engine.backends.arrays.values import Mask, Numbers, Truths, Values, any_of, as_numbers, as_truths
from shouwang.engine.findings import HIT_SCHEMA, UNDECIDED, Asked, leaves
from shouwang.engine.program import SHOWN

TEXT = pa.string()


@dataclass(frozen=True)
class Hits:
    """Hits of one finding in one range: place of everyone hit among all, level, and what is told beside it."""

    number: int
    at: NDArray[np.int64]
    level: NDArray[np.int8]
    shown: list[Numbers]
    leaves: list[Numbers]


def judge(steps: Steps, query: Asked) -> None:
    """Add the step that judges one finding; what it finds is left with the range."""
    finding, rows = query.finding, EVERYONE[query.finding.entity]
    nodes = [*finding.conditions.values(), *map(query.node, query.shown), *leaves(finding).values()]
    reads = [steps.value(node, rows) for node in nodes]
    conditions, shown = len(finding.conditions), len(query.shown)

    def work(held: Range, *parts: Values) -> None:
        judged = [as_truths(part) for part in parts[:conditions]]
        at = _hit(held.size(finding.entity), any_of(*(part.maybe for part in judged)))
        if len(at):
            told = [_at(part, at) for part in parts[conditions:]]
            first, level = held.rows[finding.entity][0], _levels(judged, at)
            held.hits.append(Hits(query.number, at + first, level, told[:shown], told[shown:]))

    steps.add(("judge", query.number), work, *reads)


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


def _at(part: Values, at: NDArray[np.int64]) -> Numbers:
    """The values of some rows, each as an array of its own."""
    found = as_numbers(part)
    return Numbers(_some(found.values, at), _some(found.unknown, at))


def _some(values: Any, at: NDArray[np.int64]) -> NDArray[Any]:
    return values[at] if isinstance(values, np.ndarray) else np.full(len(at), values)


def _missing(level: NDArray[np.int32], names: Sequence[str], leaves_at: Sequence[NDArray[np.bool_]]) -> pa.Array:
    """Names of what is unknown to whom it leaves undecided: one text per pattern of unknowns, taken by position."""
    undecided = level == UNDECIDED
    texts, indices = [""], np.zeros(len(level), dtype=np.int32)
    if names and undecided.any():
        unknown = np.array([leaf[undecided] for leaf in leaves_at], dtype=bool)
        patterns, indices[undecided] = np.unique(unknown, axis=1, return_inverse=True)
        texts = [
            "".join(f"{name}," for name, held in zip(names, pattern, strict=True) if held) for pattern in patterns.T
        ]
    return pa.array(texts, TEXT).take(pa.array(indices, mask=~undecided))


def table(queries: Iterable[Asked], tables: Tables, hits: Iterable[Hits]) -> pa.Table:
    """All hits as one table of (finding, level, hid, rid, missing, value_1 … value_12)."""
    found: dict[int, list[Hits]] = {}
    for some in hits:
        found.setdefault(some.number, []).append(some)
    pieces = [_table(query, tables, found[query.number]) for query in queries if query.number in found]
    return pa.concat_tables(pieces) if pieces else HIT_SCHEMA.empty_table()


def _table(query: Asked, tables: Tables, hits: Sequence[Hits]) -> pa.Table:
    at, level = np.concatenate([h.at for h in hits]), np.concatenate([h.level for h in hits]).astype(np.int32)
    resident, names = query.finding.entity == "resident", [*leaves(query.finding)]
    unknown = [np.concatenate([h.leaves[place].unknown for h in hits]) for place in range(len(names))]
    columns: list[Any] = [
        np.full(len(at), query.number, dtype=np.int32),
        level,
        (tables.home[at] if resident else at) + 1,
        at + 1 if resident else pa.nulls(len(at), pa.int64()),
        _missing(level, names, unknown),
    ]
    for place, name in enumerate(query.shown):
        values = np.concatenate([h.shown[place].values for h in hits])
        unsure = np.concatenate([h.shown[place].unknown for h in hits])
        columns.append(in_arrow(values, unsure, query.node(name).kind, tables.words).cast(TEXT))
    columns += [pa.nulls(len(at), TEXT)] * (SHOWN - len(query.shown))
    return pa.table(columns, schema=HIT_SCHEMA)
