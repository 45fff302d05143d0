"""The same rules in pandas, as a data scientist would write them: a peer to measure against and a second opinion.

Every fact is computed once, for everyone, as one column; sums over related rows are a filter and a groupby. Columns
without empty cells are plain numpy, the others nullable, whose & and | are Kleene's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.pandas_words import broadcast, call, case, compare, logic, negated, numbers, one_of, truth
from shouwang.engine.findings import UNDECIDED, leaves
from shouwang.engine.frozen import Frozen
from shouwang.engine.model import Kind
from shouwang.engine.nodes import (
    Arithmetic,
    Call,
    Case,
    ColumnRef,
    Compare,
    FactRef,
    IsNull,
    Literal,
    Logic,
    Node,
    Not,
    OfHousehold,
    OneOf,
    Outer,
    ParameterRef,
    Related,
)
from shouwang.engine.program import SHOWN, Finding, Program

KEY_OF = {"resident_id": "rid", "household_id": "hid"}
Value = Any  # a Series over the rows at hand, or one plain value for all of them


@dataclass(frozen=True)
class Rows:
    """The rows an expression is about: a table, or its rows in a window; ``asker`` is whom ``own(x)`` reaches."""

    source: str
    table: pd.DataFrame
    asker: str | None = None


@dataclass
class PandasRun:
    """Facts and findings over frozen tables; ``needed`` says which columns of which table are read."""

    program: Program
    frozen: Frozen
    needed: Mapping[str, set[str]]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    facts: dict[str, pd.Series] = field(default_factory=dict)
    windows: dict[tuple[object, ...], pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, columns in self.needed.items():
            if name in self.frozen.tables:
                held = [c for c in pq.read_schema(self.frozen.tables[name].as_parquet()).names if c in columns]
                self.tables[name] = _read(self.frozen.tables[name].as_parquet(), held)

    def everyone(self, entity: str) -> Rows:
        source = "residents" if entity == "resident" else "households"
        return Rows(source, self.tables[source])

    def fact(self, name: str) -> pd.Series:
        if name not in self.facts:
            fact = self.program.facts[name]
            rows = self.everyone(fact.definition.entity)
            self.facts[name] = broadcast(self.value(fact.node, rows), len(rows.table), fact.definition.kind)
        return self.facts[name]

    def value(self, node: Node, rows: Rows) -> Value:  # noqa: C901 - one branch per kind of node
        """Value of a node for every row."""
        inner: Callable[[Node], Value] = lambda part: self.value(part, rows)  # noqa: E731
        size = len(rows.table)
        match node:
            case Literal():
                return broadcast(None, size, node.kind) if node.value is None else node.value
            case ColumnRef():
                return self._column(node, rows)
            case FactRef():
                return self._fact_of(node, rows)
            case ParameterRef():
                return self._parameter(node, rows)
            case Outer():
                return self._outer(node, rows)
            case OfHousehold():
                return self._taken(self.value(node.node, self.everyone("household")), rows.table["hid"])
            case Related():
                return self._related(node)
            case Logic():
                return logic(node.op, [inner(p) for p in node.parts])
            case Not():
                return negated(inner(node.part))
            case IsNull():
                return broadcast(inner(node.part), size, node.part.kind).isna()
            case OneOf():
                return one_of(broadcast(inner(node.part), size, node.part.kind), node.values)
            case Case():
                branches = [(inner(c), inner(v)) for c, v in node.branches]
                return case(branches, inner(node.otherwise), size, node.kind)
            case Call():
                return call(node, [inner(a) for a in node.args], size, self.program.as_of)
            case Arithmetic():
                return numbers(node, inner(node.left), inner(node.right))
            case Compare():
                return compare(node.op, inner(node.left), inner(node.right))

    def _column(self, node: ColumnRef, rows: Rows) -> Value:
        name = node.name
        if name not in rows.table.columns:
            name = KEY_OF.get(name, name)
        return rows.table[name] if name in rows.table.columns else broadcast(None, len(rows.table), node.kind)

    def _fact_of(self, node: FactRef, rows: Rows) -> pd.Series:
        found = self.fact(node.name)
        if rows.source == ("residents" if node.entity == "resident" else "households") and rows.asker is None:
            return found
        return self._taken(found, rows.table["rid" if node.entity == "resident" else "hid"])

    def _parameter(self, node: ParameterRef, rows: Rows) -> Value:
        resolved = self.program.parameters[node.name]
        places = self.tables["households"].get("place_code")
        if not resolved.by_place or places is None:
            return broadcast(None, len(rows.table), node.kind) if resolved.value is None else resolved.value
        by_code = {code: resolved.at(code) for code in places.unique()}
        if len(set(by_code.values())) == 1:
            return next(iter(by_code.values()))
        of_household = broadcast(places.map(by_code), len(places), node.kind)
        return of_household if rows.source == "households" else self._taken(of_household, rows.table["hid"])

    def _outer(self, node: Outer, rows: Rows) -> Value:
        found = self.value(node.node, self.everyone(str(rows.asker)))
        return self._taken(found, rows.table["rid" if rows.asker == "resident" else "hid"])

    @staticmethod
    def _taken(values: Value, keys: pd.Series) -> Value:
        # Keys are dense from 1, so a merge on them is a look-up by position.
        if not isinstance(values, pd.Series):
            return values
        return pd.Series(values.array.take(keys.to_numpy(dtype=np.int64) - 1), index=keys.index)

    def _related(self, node: Related) -> Value:
        size = len(self.everyone(node.entity).table)
        if node.source not in self.tables:
            return broadcast(None, size, node.kind)
        key = "rid" if node.entity == "resident" else "hid"
        table = self._window(node, key)
        rows = Rows(node.source, table, node.entity)
        held = broadcast(self.value(node.condition, rows), len(table), Kind.BOOL)
        value = None
        if node.value is not None:
            value = broadcast(self.value(node.value, rows), len(table), node.value.kind)
        return _folded(node.function, table[key].astype("int64"), held, value, size)

    def _window(self, node: Related, key: str) -> pd.DataFrame:
        asked = (node.source, key, node.after, node.until)
        if asked not in self.windows:
            table, day = self.tables[node.source], self.program.sources[node.source].date
            inside = table[key].notna()
            if day is not None and node.after is not None:
                inside &= table[day] > pd.Timestamp(node.after)
            if day is not None and node.until is not None:
                inside &= table[day] <= pd.Timestamp(node.until)
            self.windows[asked] = table if inside.all() else table[inside].reset_index(drop=True)
        return self.windows[asked]

    # --- findings ---------------------------------------------------------------------------------------------------

    def hits(self, findings: Sequence[Finding], shown: Sequence[Sequence[str]]) -> pa.Table:
        """Rows of (finding, level, hid, rid, missing, value_1 … value_12), as the engine's own table of hits."""
        found = [self._hits(n, f, names) for n, (f, names) in enumerate(zip(findings, shown, strict=True))]
        return pa.Table.from_pandas(pd.concat(found, ignore_index=True), preserve_index=False)

    def _hits(self, number: int, finding: Finding, shown: Sequence[str]) -> pd.DataFrame:
        rows = self.everyone(finding.entity)
        size = len(rows.table)
        conditions = [broadcast(self.value(n, rows), size, Kind.BOOL) for n in finding.conditions.values()]
        level = np.zeros(size, dtype=np.int32)
        for condition in conditions:
            level[condition.isna().to_numpy()] = UNDECIDED
        for place in range(len(conditions), 0, -1):
            level[truth(conditions[place - 1])] = place
        at = np.flatnonzero(level)
        columns: dict[str, Any] = {"finding": np.int32(number), "level": level[at]}
        columns["hid"] = rows.table["hid"].to_numpy()[at]
        rid = rows.table["rid"].to_numpy()[at] if finding.entity == "resident" else None
        columns["rid"] = pd.array(rid if rid is not None else [None] * len(at), dtype="Int64")
        columns["missing"] = self._missing(finding, rows, level[at], at)
        for place in range(SHOWN):
            node = _shown(finding, shown[place], self.program) if place < len(shown) else None
            columns[f"value_{place + 1}"] = self._texts(node, rows, at)
        return pd.DataFrame(columns)

    def _texts(self, node: Node | None, rows: Rows, at: np.ndarray) -> pd.Series:
        if node is None:
            return pd.Series([None] * len(at), dtype="str")
        found = broadcast(self.value(node, rows), len(rows.table), node.kind).iloc[at]
        texts = found.dt.strftime("%Y-%m-%d") if node.kind is Kind.DATE else found.astype("str")
        if node.kind is Kind.BOOL:
            texts = texts.str.lower()
        return texts.mask(found.isna(), None).astype("str").reset_index(drop=True)

    def _missing(self, finding: Finding, rows: Rows, level: np.ndarray, at: np.ndarray) -> pd.Series:
        texts = pd.Series([None] * len(at), dtype="str")
        undecided = level == UNDECIDED
        if not undecided.any():
            return texts
        told = pd.Series([""] * int(undecided.sum()), dtype="str")
        for name, leaf in leaves(finding).items():
            empty = broadcast(self.value(leaf, rows), len(rows.table), leaf.kind).isna().to_numpy()[at][undecided]
            told = told.where(~empty, told + f"{name},")
        texts[undecided] = told.to_numpy()
        return texts


def _shown(finding: Finding, name: str, program: Program) -> Node:
    return finding.evidence.get(name) or ParameterRef(name, program.parameters[name].parameter.kind)


def _read(path: str, columns: list[str]) -> pd.DataFrame:
    table = pq.read_table(path, columns=columns)
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.CategoricalDtype()}
    found = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_string(column.type):
            found[name] = column.dictionary_encode().combine_chunks().to_pandas()
        elif column.null_count and column.type in nullable:
            found[name] = column.to_pandas(types_mapper=nullable.get)
        else:
            found[name] = column.to_pandas(date_as_object=False)
    return pd.DataFrame(found)


def _folded(function: str, keys: pd.Series, held: pd.Series, value: pd.Series | None, size: int) -> pd.Series:
    yes = truth(held)
    doubtful = _marked(keys[held.isna()], size)
    if value is not None:
        doubtful |= _marked(keys[yes & value.isna().to_numpy()], size)
    if function in ("any_if", "all_if"):
        decisive = yes if function == "any_if" else ~yes & held.notna().to_numpy()
        decided = _marked(keys[decisive], size)
        answer = pd.Series(decided if function == "any_if" else ~decided)
        return answer.astype("boolean").mask(doubtful & ~decided) if doubtful.any() else answer
    grouped = (keys if value is None else value)[yes].groupby(keys[yes], sort=False)
    found = _grouped(function, grouped, pd.RangeIndex(1, size + 1)).reset_index(drop=True)
    if not doubtful.any():
        return found
    return (found.astype("Int64") if found.dtype.kind == "i" else found).mask(doubtful)


def _marked(keys: pd.Series, size: int) -> np.ndarray:
    marked = np.zeros(size, dtype=bool)
    marked[keys.to_numpy() - 1] = True
    return marked


def _grouped(function: str, grouped: Any, everyone: pd.RangeIndex) -> pd.Series:
    if function in ("count_if", "sum_if"):
        found = grouped.count() if function == "count_if" else grouped.sum()
        return found.reindex(everyone, fill_value=0)
    found = grouped.min() if function == "min_if" else grouped.max()
    return (found.astype("Int64") if found.dtype.kind == "i" else found).reindex(everyone)
