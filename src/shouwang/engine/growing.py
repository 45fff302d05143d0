"""Tables that grow (增补): a feed to which a file was added is what it was, with the new rows put in among the others.

Whose the new rows are is looked up for them alone, and of the columns that were frozen before only the new cells are
read. The result is that of freezing all files together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shouwang.engine.cores import in_order
from shouwang.engine.deliveries import Delivery
from shouwang.engine.frozen_columns import Held, held, save_column
from shouwang.engine.frozen_table import FrozenTable
from shouwang.engine.keys import Rows
from shouwang.engine.model import Column, Source


@dataclass(frozen=True)
class Growth:
    """What a feed held before some files were added, and those files."""

    before: FrozenTable
    first: int
    added: Delivery

    def merged(self, source: Source, new: Rows) -> Merged:
        """The rows of before and the new ones, by person, those of one person as they stand."""
        keys = self.before.keys
        name = "hid" if keys.rid is None or source.entity != "resident" else "rid"
        at = np.searchsorted(keys.of(name), new.of(name), side="right")
        order = np.arange(self.first) if keys.order is None else keys.order
        added = (np.arange(self.added.rows) if new.order is None else new.order) + self.first
        rid = None if keys.rid is None or new.rid is None else _put_in(keys.rid, at, new.rid)
        rows = Rows(_put_in(keys.hid, at, new.hid), rid, _put_in(order, at, added), keys.alone)
        return Merged(self, new, at, rows)


@dataclass(frozen=True)
class Merged:
    """Rows that were put together, and where the new ones came in."""

    growth: Growth
    new: Rows
    at: NDArray[np.intp]
    rows: Rows

    def save_columns(self, columns: Sequence[Column], folder: Path) -> None:
        """Put the new cells into every column that was frozen before; of the others nothing is read yet."""
        wanted = [column for column in columns if self.growth.before.is_kept(column.name)]
        for column, found in zip(wanted, in_order(self._column, wanted), strict=True):
            save_column(found, folder / f"{column.name}.arrow")

    def _column(self, column: Column) -> Held:
        added = held(self.growth.added.column(column), column.kind, self.new.order)
        return _inserted(self.growth.before.column(column.name), self.at, added)


def growth_of(
    paths: Sequence[Path], whole: Delivery, before: Callable[[Sequence[Path]], FrozenTable | None], codes: Sequence[str]
) -> Growth | None:
    """What is frozen already of the first files of a feed, as many of them as possible; None where nothing is.

    Only files that have the same columns are put together like this: where one lacks a column, its cells are empty, and
    whether ids are looked up may depend on all of them.
    """
    if any({*file.schema.names} != {*whole.names} for file in whole.files):
        return None
    for count in range(len(paths) - 1, 0, -1):
        found = before(paths[:count])
        if found and found.is_there:
            return Growth(found, Delivery(paths[:count]).rows, Delivery(paths[count:], codes))
    return None


def _inserted(before: Held, at: NDArray[np.intp], added: Held) -> Held:
    words = (*before.words, *(word for word in added.words if word not in {*before.words}))
    codes = np.array([words.index(word) for word in added.words], dtype=np.int32)
    values: NDArray[Any] = codes.take(added.values) if len(codes) else added.values
    if added.unknown is not None:
        values = np.where(added.unknown, values.dtype.type(0), values)
    unknown = None
    if before.unknown is not None or added.unknown is not None:
        unknown = _put_in(_unknown(before), at, _unknown(added))
    return Held(_put_in(before.values, at, values), unknown, words, max(before.most, added.most))


def _unknown(column: Held) -> NDArray[np.bool_]:
    return np.zeros(len(column.values), dtype=bool) if column.unknown is None else column.unknown


def _put_in(before: NDArray[Any], at: NDArray[np.intp], added: NDArray[Any]) -> NDArray[Any]:
    return np.insert(before, at, added)
