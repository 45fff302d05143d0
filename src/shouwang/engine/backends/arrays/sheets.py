"""Sheets (列表文件): values of everyone as columns of a Parquet file, written a range at a time while others compute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shouwang.engine.backends.arrays.steps import Steps
from shouwang.engine.backends.arrays.tables import Range
from shouwang.engine.backends.arrays.values import Values, as_numbers
from shouwang.engine.model import Kind
from shouwang.engine.task import arrow_type


@dataclass(frozen=True)
class Sheet:
    """Columns over all of an entity, by name, kind and step; ``keys`` puts hid in front."""

    path: Path
    entity: str
    columns: Sequence[tuple[str, Kind, int]]
    keys: bool = False

    @property
    def schema(self) -> pa.Schema:
        hid = [("hid", pa.int64())] if self.keys else []
        return pa.schema([*hid, *((name, arrow_type(kind)) for name, kind, _ in self.columns)])

    def add_to(self, steps: Steps) -> None:
        """Add the step that fills the rows of one range."""

        def work(held: Range, *parts: Values) -> None:
            start, stop = held.rows[self.entity]
            columns = [pa.array(np.arange(start + 1, stop + 1))] if self.keys else []
            for (_, kind, _), part in zip(self.columns, parts, strict=True):
                columns.append(in_arrow(*_spread(part, stop - start), kind, held.tables.words))
            held.sheets[self] = pa.record_batch(columns, schema=self.schema)

        steps.add(("sheet", str(self.path)), work, *(number for _, _, number in self.columns))

    def __hash__(self) -> int:
        return hash(self.path)


class Writer:
    """Files of sheets while they grow; complete under their names only when all ranges are in."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.files = {sheet: pq.ParquetWriter(_partial(sheet), sheet.schema) for sheet in sheets}

    def add(self, held: Range) -> None:
        """Write the rows of the next range, and forget them."""
        for sheet, batch in held.sheets.items():
            self.files[sheet].write_batch(batch)
        held.sheets.clear()

    def finish(self) -> None:
        """Give the files their names."""
        for sheet, file in self.files.items():
            file.close()
            _partial(sheet).replace(sheet.path)


def _partial(sheet: Sheet) -> Path:
    return sheet.path.with_suffix(".partial")


def _spread(part: Values, size: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    found = as_numbers(part)
    return np.broadcast_to(np.asarray(found.values), (size,)), np.broadcast_to(np.asarray(found.unknown), (size,))


def in_arrow(values: NDArray[Any], unknown: NDArray[np.bool_], kind: Kind, words: Sequence[str]) -> pa.Array:
    """Values of a kind as Arrow holds them; of text only whether there is any."""
    if kind is Kind.CHOICE:
        return pa.array(words, pa.string()).take(pa.array(values.astype(np.int32), mask=unknown))
    if kind is Kind.DATE:
        return pa.array(values.astype(np.int32), mask=unknown).cast(pa.date32())
    if kind is Kind.TEXT:
        return pa.array(np.ones(len(values), dtype=bool), mask=unknown)
    return pa.array(values, mask=unknown)
