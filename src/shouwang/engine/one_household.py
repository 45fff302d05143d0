"""The frozen rows of one household (一户的冻结数据), each table read when somebody asks for it.

Frozen tables lie in the order of households, so that of each only the part is read in which this one can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.frozen import Frozen
from shouwang.engine.keys import numbers

Row = Mapping[str, Any]


class FrozenRows(Mapping[str, list[Row]]):
    """Table → rows of one household with the ids of the register; no tables at all where it is not among them."""

    def __init__(
        self, frozen: Frozen, household_id: str, *, place_code: str = "", kept_out: Collection[str] = ()
    ) -> None:
        self.household_id = household_id
        self._hid = _hid_of(frozen.household_keys, household_id, place_code)
        self._paths = {n: t.path for n, t in frozen.tables.items() if n not in kept_out} if self._hid else {}
        self._resident_keys = frozen.resident_keys
        self._names: dict[int, str] | None = None
        self._read: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._read:
            ids = {"household_id": self.household_id}
            rows = _rows_of(self._paths[name], self._hid)
            self._read[name] = [row | {"resident_id": self._people().get(row.get("rid", 0))} | ids for row in rows]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def _people(self) -> dict[int, str]:
        if self._names is None:
            self._names = {row["rid"]: row["resident_id"] for row in _rows_of(self._resident_keys, self._hid)}
        return self._names


def _hid_of(path: str, household_id: str, place_code: str) -> int:
    """The number of a household; 0 where there is none. Its place says in which part of the file it must stand."""
    file = pq.ParquetFile(path, memory_map=True)
    for part in _parts(file, "place_code", place_code) if place_code else range(file.num_row_groups):
        keys = file.read_row_group(part, columns=["hid", "household_id"], use_threads=False)
        place = pc.index(keys["household_id"], household_id).as_py()
        if place >= 0:
            return int(keys["hid"][place].as_py())
    return 0


def _rows_of(path: str, hid: int) -> list[dict[str, Any]]:
    file, found = pq.ParquetFile(path, memory_map=True), []
    for part in _parts(file, "hid", hid):
        order = numbers(file.read_row_group(part, columns=["hid"], use_threads=False)["hid"])
        first, last = np.searchsorted(order, hid, "left"), np.searchsorted(order, hid, "right")
        if first < last:
            table: pa.Table = file.read_row_group(part, use_threads=False)
            found += table.slice(first, last - first).to_pylist()
    return found


def _parts(file: Any, column: str, value: Any) -> list[int]:
    """The row groups in which a value can stand; those that do not say what they hold are among them."""
    place = file.schema_arrow.get_field_index(column)
    told = [file.metadata.row_group(n).column(place).statistics for n in range(file.num_row_groups)]
    return [n for n, one in enumerate(told) if one is None or not one.has_min_max or one.min <= value <= one.max]
