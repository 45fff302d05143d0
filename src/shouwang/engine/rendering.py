"""Hits to readable rows (结果成文): values, thresholds and the 中文 sentence beside every warning, whole columns at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.arithmetic import exact_sum
from shouwang.engine.cores import in_order
from shouwang.engine.findings import AMOUNT, UNDECIDED, Asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.keys import one_chunk
from shouwang.engine.model import CheckDef, Kind, RuleDef
from shouwang.engine.program import PLACEHOLDER
from shouwang.engine.task import Task, arrow_type
from shouwang.engine.texts import Parts, in_json, in_words, joined, once_each, same
from shouwang.engine.values import plain, shown

ROWS = 1 << 16  # rows that are put into words together
MANY = 1 << 30  # bytes of different texts that may stand before so many rows; with less, each row has its own again
UNDUE, GAP = "正在享受，按现有数据不符合条件，请核实", "数据不全，不能判断"
CANNOT_TELL = "cannot_tell"
WORDS, FEW = pa.string(), pa.dictionary(pa.int32(), pa.string())
PEOPLE = [("household_id", WORDS), ("resident_id", WORDS), ("place_code", FEW)]
WARNINGS = [
    *(("rule", FEW), ("level", FEW), ("factor", FEW), *PEOPLE),
    *(("values", FEW), ("thresholds", FEW), ("because", FEW), ("sources", FEW)),
]
GAPS = [*PEOPLE, ("rule", FEW), ("missing", FEW)]
DOUBTS = [("check", FEW), *PEOPLE, ("values", FEW), ("message", FEW)]
BENEFITS = [
    *(("benefit", FEW), ("outcome", FEW), *PEOPLE, ("amount", pa.decimal128(18, 2))),
    *(("values", FEW), ("thresholds", FEW), ("because", FEW), ("missing", FEW)),
]


@dataclass(frozen=True)
class Rendered:
    """Parquet files of the readable tables of a run."""

    warnings: Path
    gaps: Path
    doubts: Path


def render(task: Task, folder: Path) -> Rendered:
    """Turn the hits of a task into Parquet files of warnings, gaps and doubts with household and resident ids."""
    names = Names(task.frozen)
    rules = [q for q in task.queries if isinstance(q.finding.definition, RuleDef)]
    checks = [q for q in task.queries if isinstance(q.finding.definition, CheckDef)]
    found = {q.number: _told(task.hits[q.number]) for q in task.queries if q.number in task.hits}
    gaps = {q.number: _undecided(task.hits[q.number]) for q in rules if q.number in task.hits}
    return Rendered(
        _write(_pieces(rules, found, partial(_warning, task, names)), WARNINGS, folder / "warnings.parquet"),
        _write(_pieces(rules, gaps, partial(_gap, names)), GAPS, folder / "gaps.parquet"),
        _write(_pieces(checks, found, partial(_doubt, task, names)), DOUBTS, folder / "doubts.parquet"),
    )


def render_benefits(task: Task, folder: Path) -> Path:
    """Turn hits of benefits into one Parquet file: a row per benefit and person or household that it concerns."""
    made = _pieces(task.queries, task.hits, partial(_benefit, task, Names(task.frozen)))
    return _write(made, BENEFITS, folder / "benefits.parquet")


def benefit_rows(task: Task) -> pa.Table:
    """The rows of ``render_benefits`` without a file, as they would be read from it."""
    schema = pa.schema([(name, WORDS if kind == FEW else kind) for name, kind in BENEFITS])
    names = Names(task.frozen)

    def make(query: Asked, hits: pa.Table) -> list[pa.Array]:
        found = _benefit(task, names, query, hits)
        return [column.cast(kind) for column, kind in zip(found, schema.types, strict=True)]

    made = _pieces(task.queries, task.hits, make)
    return pa.Table.from_batches((pa.record_batch(columns, schema=schema) for columns in made), schema)


def sums_of_benefits(task: Task) -> list[tuple[str, str, int, int]]:
    """Benefit, outcome, rows, and 分 due of all of them; outcomes that nobody has are left out."""
    found = []
    for query in task.queries:
        hits = task.hits.get(query.number)
        if hits is None:
            continue
        levels, cents = _levels(hits), _cents_due(query, hits)
        rows = np.bincount(levels, minlength=UNDECIDED + 1)
        for level in np.flatnonzero(rows):
            outcome = CANNOT_TELL if level == UNDECIDED else query.levels[level - 1]
            found.append((query.finding.name, outcome, int(rows[level]), exact_sum(cents[levels == level])))
    return found


def write_facts(task: Task, folder: Path) -> Path:
    """Household facts in the units of files: household_id, place_code and one column per fact."""
    facts, names = task.facts, Names(task.frozen)
    if facts is None:
        raise ValueError("the backend left no facts")
    at = pc.subtract(facts["hid"], 1)
    columns = {"household_id": names.households["household_id"].take(at)}
    columns["place_code"] = names.households["place_code"].cast(WORDS).take(at)
    for name in task.plan.outputs:
        kind, column = task.plan.facts[name].definition.kind, facts[f"f_{name}"].combine_chunks()
        columns[name] = _decimal(column, kind.scale) if kind.is_number and kind.scale else column
    target = folder / "facts.parquet"
    pq.write_table(pa.table(columns), target, store_schema=False)
    return target


# --- pieces -----------------------------------------------------------------------------------------------------------


class Names:
    """Ids of households and residents, which lie in the order of their keys."""

    def __init__(self, frozen: Frozen) -> None:
        self.frozen = frozen
        self.households = frozen.households.combine_chunks()

    @cached_property
    def residents(self) -> pa.Array:
        """Ids of residents; only where somebody asks."""
        return one_chunk(self.frozen.residents["resident_id"])

    def of(self, hits: pa.Table) -> list[pa.Array]:
        """Household, resident and place of hits."""
        home = pc.subtract(_column(hits, "hid"), 1)
        household, place = (self.households[name].chunk(0).take(home) for name in ("household_id", "place_code"))
        rid = _column(hits, "rid")
        nobody = rid.null_count == len(rid)
        return [household, pa.nulls(len(rid), WORDS) if nobody else self.residents.take(pc.subtract(rid, 1)), place]


def _column(hits: pa.Table, name: str) -> pa.Array:
    found = hits[name]
    return found.chunk(0) if found.num_chunks == 1 else found.combine_chunks()


def _told(hits: pa.Table) -> pa.Table:
    return hits.filter(pc.less(hits["level"], UNDECIDED))


def _undecided(hits: pa.Table) -> pa.Table:
    return hits.filter(pc.equal(hits["level"], UNDECIDED))


Make = Callable[[Asked, pa.Table], list[pa.Array]]


def _pieces(queries: list[Asked], hits: Mapping[int, pa.Table], make: Make) -> Iterator[list[pa.Array]]:
    """Columns of some rows after others, in the order of findings; several are made at once."""
    parts = (
        (query, hits[query.number].slice(start, ROWS))
        for query in queries
        if query.number in hits
        for start in range(0, len(hits[query.number]), ROWS)
    )
    return in_order(lambda part: make(*part), parts)


def _write(pieces: Iterator[list[pa.Array]], fields: list[tuple[str, pa.DataType]], target: Path) -> Path:
    """One Parquet file; what is the same in many rows is written once and read as plain text."""
    schema, few = pa.schema(fields), [name for name, kind in fields if kind == FEW]
    told = {"store_schema": False, "store_decimal_as_integer": True, "write_statistics": False}
    with pq.ParquetWriter(target, schema, use_dictionary=few, dictionary_pagesize_limit=MANY, **told) as file:
        for columns in pieces:
            file.write_batch(pa.record_batch(columns, schema=schema))
    return target


# --- rows of each table -----------------------------------------------------------------------------------------------


def _warning(task: Task, names: Names, query: Asked, hits: pa.Table) -> list[pa.Array]:
    finding, count = query.finding, len(hits)
    factor = finding.definition.factor if isinstance(finding.definition, RuleDef) else ""
    feeds = task.plan.program.feeds_behind(finding.nodes)
    return [
        same(finding.name, count),
        _outcome(query, hits),
        same(factor, count),
        *names.of(hits),
        _values(query, hits),
        _thresholds(task, query, hits),
        _sentence(task, query, hits),
        same(json.dumps(feeds, ensure_ascii=False), count),
    ]


def _doubt(task: Task, names: Names, query: Asked, hits: pa.Table) -> list[pa.Array]:
    told = [_values(query, hits), _sentence(task, query, hits)]
    return [same(query.finding.name, len(hits)), *names.of(hits), *told]


def _gap(names: Names, query: Asked, hits: pa.Table) -> list[pa.Array]:
    return [*names.of(hits), same(query.finding.name, len(hits)), _missing(hits)]


def _benefit(task: Task, names: Names, query: Asked, hits: pa.Table) -> list[pa.Array]:
    return [
        same(query.finding.name, len(hits)),
        _outcome(query, hits),
        *names.of(hits),
        _amount(query, hits),
        _values(query, hits),
        _thresholds(task, query, hits),
        _because(task, query, hits),
        _missing(hits),
    ]


def _levels(hits: pa.Table) -> np.ndarray:
    return np.from_dlpack(_column(hits, "level"))


def _outcome(query: Asked, hits: pa.Table) -> pa.Array:
    words = [*query.levels, CANNOT_TELL]
    at = np.minimum(_levels(hits), len(words)) - 1
    return pa.DictionaryArray.from_arrays(at.astype(np.int32), words)


def _is_due(query: Asked, hits: pa.Table) -> np.ndarray:
    undue = query.levels.index("undue") + 1 if "undue" in query.levels else 0
    levels = _levels(hits)
    return (levels != undue) & (levels != UNDECIDED)


def _amount(query: Asked, hits: pa.Table) -> pa.Array:
    if AMOUNT not in query.shown:
        return pa.nulls(len(hits), pa.decimal128(18, 2))
    cents = _value(query, hits, AMOUNT, Kind.MONEY)
    return _decimal(pc.if_else(pa.array(_is_due(query, hits)), cents, None), 2)


def _cents_due(query: Asked, hits: pa.Table) -> np.ndarray:
    if AMOUNT not in query.shown:
        return np.zeros(len(hits), dtype=np.int64)
    cents = np.from_dlpack(_value(query, hits, AMOUNT, Kind.MONEY).fill_null(0))
    return np.where(_is_due(query, hits), cents, 0)


def _decimal(column: pa.Array, scale: int) -> pa.Array:
    """Scaled integers as decimals; not a digit is computed."""
    whole = column.cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(whole), whole.buffers(), whole.null_count, whole.offset)


def _because(task: Task, query: Asked, hits: pa.Table) -> pa.Array:
    # The sentence of a benefit says why somebody is entitled; of others it would be untrue.
    due = _is_due(query, hits)
    some = hits if due.all() else hits.filter(pa.array(due))
    told = _sentence(task, query, some)
    if len(some) == len(hits):
        return told
    at = np.where(_levels(hits) == UNDECIDED, 1, 0).astype(np.int32)
    at[due] = np.from_dlpack(told.indices) + 2
    return pa.DictionaryArray.from_arrays(at, pa.concat_arrays([pa.array([UNDUE, GAP]), told.dictionary]))


def _missing(hits: pa.Table) -> pa.Array:
    """Names of what is unknown to whom it leaves undecided."""
    found = _column(hits, "missing")
    if not pa.types.is_dictionary(found.type):
        found = found.dictionary_encode()
    names = [name.rstrip(",") for name in found.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(found.indices, pa.array(names, WORDS))


# --- values, thresholds and sentences ---------------------------------------------------------------------------------


def _value(query: Asked, hits: pa.Table, name: str, kind: Kind) -> pa.Array:
    found = _column(hits, f"value_{query.shown.index(name) + 1}")
    return found.cast(WORDS if kind is Kind.TEXT else arrow_type(kind))


def _kind(task: Task, query: Asked, name: str) -> Kind:
    if name in query.finding.evidence:
        return query.finding.evidence[name].kind
    return task.plan.program.parameters[name].parameter.kind


Told = Callable[[pa.Table], Parts]


def _texts(query: Asked, hits: pa.Table, names: Iterable[str], told: Told) -> pa.DictionaryArray:
    """Texts in which of a hit stand those values that are named, each different one written once."""
    columns = [f"value_{query.shown.index(name) + 1}" for name in names if name in query.shown]
    read = hits.select(columns)
    return once_each(
        [_column(hits, name) for name in columns], len(hits), lambda rows: joined(told(read.take(rows)), len(rows))
    )


def _values(query: Asked, hits: pa.Table) -> pa.DictionaryArray:
    evidence = query.finding.evidence
    kinds = {name: evidence[name].kind for name in query.shown if name in evidence}

    def told(some: pa.Table) -> Parts:
        return _object({name: in_json(_value(query, some, name, kind), kind) for name, kind in kinds.items()})

    return _texts(query, hits, kinds, told)


def _thresholds(task: Task, query: Asked, hits: pa.Table) -> pa.DictionaryArray:
    def told(some: pa.Table) -> Parts:
        return _object({name: _threshold(task, query, some, name) for name in query.finding.thresholds})

    return _texts(query, hits, query.finding.thresholds, told)


def _threshold(task: Task, query: Asked, hits: pa.Table, name: str) -> Parts:
    kind = _kind(task, query, name)
    if name in query.shown:
        return in_json(_value(query, hits, name, kind), kind)
    return [json.dumps(plain(task.plan.values[name], kind))]


def _object(fields: Mapping[str, Parts]) -> Parts:
    parts: Parts = []
    for name, value in fields.items():
        parts += [", " if parts else "{", f"{json.dumps(name)}: ", *value]
    return [*parts, "}"] if parts else ["{}"]


def _sentence(task: Task, query: Asked, hits: pa.Table) -> pa.DictionaryArray:
    template = query.finding.template

    def told(some: pa.Table) -> Parts:
        parts, last = [], 0
        for match in PLACEHOLDER.finditer(template):
            name, kind = match[1], _kind(task, query, match[1])
            known = name in query.shown
            words = in_words(_value(query, some, name, kind), kind) if known else [shown(task.plan.values[name], kind)]
            parts += [template[last : match.start()], *words]
            last = match.end()
        return [*parts, template[last:]]

    return _texts(query, hits, dict.fromkeys(PLACEHOLDER.findall(template)), told)
