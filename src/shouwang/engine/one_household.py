"""The frozen rows of one household (一户的冻结数据), each table read when somebody asks for it.

Frozen tables lie in the order of households and are mapped, so that of each only the part is read where this one stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pyarrow.compute as pc

from shouwang.engine.frozen import Frozen

Row = Mapping[str, Any]


class FrozenRows(Mapping[str, list[Row]]):
    """Table → rows of one household with the ids of the register; no tables at all where it is not among them."""

    def __init__(self, frozen: Frozen, household_id: str, *, kept_out: Collection[str] = ()) -> None:
        self.household_id = household_id
        self._hid = _hid_of(frozen, household_id)
        self._tables = {n: t for n, t in frozen.tables.items() if n not in kept_out} if self._hid else {}
        self._frozen = frozen
        self._names: dict[int, str] | None = None
        self._read: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._read:
            ids = {"household_id": self.household_id}
            rows = self._tables[name].rows_of(self._hid)
            self._read[name] = [row | {"resident_id": self._people().get(row.get("rid", 0))} | ids for row in rows]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def _people(self) -> dict[int, str]:
        if self._names is None:
            people = self._frozen.residents
            mine = people.filter(pc.equal(people["hid"], self._hid))
            self._names = dict(zip(mine["rid"].to_pylist(), mine["resident_id"].to_pylist(), strict=True))
        return self._names


def _hid_of(frozen: Frozen, household_id: str) -> int:
    """The number of a household; 0 where there is none."""
    return int(pc.index(frozen.households["household_id"], household_id).as_py()) + 1
