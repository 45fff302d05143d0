"""Sheets (列表文件): values of everyone as columns of an Arrow file, written a range at a time while others compute.

Facts to keep stand as arrays hold them, so that a later run maps the file into memory and copies nothing: values (or
what is certain) under the name, and where anything is unknown, the unknown (or what is possible) under ``name?``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.steps import Steps
from shouwang.engine.backends.arrays.tables import BESIDE, MOST, Range
from shouwang.engine.backends.arrays.values import Mask, Values, as_numbers, as_truths
from shouwang.engine.model import Kind
from shouwang.engine.task import arrow_type

STORED = {Kind.BOOL: pa.uint8(), Kind.DATE: pa.int32(), Kind.CHOICE: pa.dictionary(pa.int32(), pa.string())}
Batch = tuple[pa.RecordBatch, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class Outputs:
    """Columns over all of an entity, by name, kind and step, with hid in front: what people read."""

    path: Path
    entity: str
    columns: Sequence[tuple[str, Kind, int]]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([("hid", pa.int64()), *((name, arrow_type(kind)) for name, kind, _ in self.columns)])

    def add_to(self, steps: Steps) -> None:
        """Add the step that fills the rows of one range."""

        def work(held: Range, *parts: Values) -> None:
            start, stop = held.rows[self.entity]
            held.sheets[self] = self._batch(held, np.arange(start + 1, stop + 1), parts)

        steps.add(("sheet", str(self.path)), work, *(number for _, _, number in self.columns))

    def _batch(self, held: Range, keys: NDArray[np.int64], parts: Sequence[Values]) -> Batch:
        columns = [pa.array(keys)]
        for (_, kind, _), part in zip(self.columns, parts, strict=True):
            found = as_numbers(part)
            values, unknown = _spread(found.values, len(keys)), _spread(found.unknown, len(keys))
            columns.append(in_arrow(values, unknown, kind, held.tables.words))
        return pa.record_batch(columns, schema=self.schema), {}


@dataclass(frozen=True, eq=False)
class Facts(Outputs):
    """Columns to keep."""

    @property
    def schema(self) -> pa.Schema:
        fields = [(name, STORED.get(kind, pa.int64())) for name, kind, _ in self.columns]
        return pa.schema([*fields, *((name + BESIDE, pa.uint8()) for name, *_ in self.columns)])

    def _batch(self, held: Range, keys: NDArray[np.int64], parts: Sequence[Values]) -> Batch:
        size, first, second, most = len(keys), [], [], {}
        for (name, kind, _), part in zip(self.columns, parts, strict=True):
            values, beside = _pair(part, kind, size)
            most[name] = int(np.abs(values).max(initial=0)) if kind.is_number else 0
            column = pa.array(values)
            if kind is Kind.CHOICE:
                column = pa.DictionaryArray.from_arrays(
                    values.astype(np.int32), pa.array(held.tables.words, pa.string())
                )
            first.append(column.cast(STORED.get(kind, pa.int64())))
            second.append(pa.nulls(size, pa.uint8()) if beside is None else pa.array(beside.view(np.uint8)))
        return pa.record_batch([*first, *second], schema=self.schema), {MOST: json.dumps(most)}


def _pair(part: Values, kind: Kind, size: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Values and where they are unknown, or what is certain and what is possible; None where both say the same."""
    if kind is Kind.BOOL:
        truth = as_truths(part)
        yes, maybe = _spread(truth.yes, size), _spread(truth.maybe, size)
        return yes.view(np.uint8), None if np.array_equal(yes, maybe) else maybe
    found = as_numbers(part)
    values, unknown = _spread(found.values, size), _spread(found.unknown, size)
    return (np.where(unknown, 0, values), unknown) if unknown.any() else (values, None)


def _spread(values: Any | Mask, size: int) -> NDArray[Any]:
    return np.ascontiguousarray(np.broadcast_to(np.asarray(values), (size,)))


class Writer:
    """Files of sheets while they grow; complete under their names only when all ranges are in."""

    def __init__(self, sheets: Sequence[Outputs]) -> None:
        self.files = {sheet: pa.ipc.new_file(str(_partial(sheet)), sheet.schema) for sheet in sheets}

    def add(self, held: Range) -> None:
        """Write the rows of the next range, and forget them."""
        for sheet, (batch, told) in held.sheets.items():
            self.files[sheet].write_batch(batch, custom_metadata=told)
        held.sheets.clear()

    def finish(self) -> None:
        """Give the files their names."""
        for sheet, file in self.files.items():
            file.close()
            _partial(sheet).replace(sheet.path)


def _partial(sheet: Outputs) -> Path:
    return sheet.path.with_suffix(".partial")


def in_arrow(values: NDArray[Any], unknown: NDArray[np.bool_], kind: Kind, words: Sequence[str]) -> pa.Array:
    """Values of a kind as Arrow holds them; of text only whether there is any."""
    mask = unknown if unknown.any() else None
    if kind is Kind.CHOICE:
        return pa.array(words, pa.string()).take(pa.array(values.astype(np.int32), mask=mask))
    if kind is Kind.DATE:
        return pa.array(values.astype(np.int32), mask=mask).cast(pa.date32())
    if kind is Kind.TEXT:
        return pa.array(np.ones(len(values), dtype=bool), mask=mask)
    return pa.array(values, mask=mask).cast(arrow_type(kind))
