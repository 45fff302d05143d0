"""Dense keys (编号): whose the rows of a delivery are, by the numbers of the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from shouwang.engine.cores import in_order
from shouwang.engine.deliveries import Delivery
from shouwang.engine.ids import Known, Places
from shouwang.engine.model import Source
from shouwang.kernel.errors import InputError

HOUSEHOLDS = "households"
KEYS = ("resident_id", "household_id")
ROW_BITS = 32  # a delivery has fewer rows, a register fewer people
ROW_MASK = (1 << ROW_BITS) - 1
EXTRA = {"link_tier", "link_score", "row_no", *KEYS}


class Register:
    """Ids of all households and residents in the order of their keys; ``home`` has the household of each resident."""

    def __init__(self, households: pa.Table, residents: pa.Table) -> None:
        ids = one_chunk(residents["resident_id"]), one_chunk(households["household_id"])
        self.residents, self.households = in_order(Known, ids)
        self.home = numbers(residents["hid"])


Numbers = NDArray[np.int64] | NDArray[np.int32]
"""Keys as they were computed, or, half as wide, as they lie in a file."""


@dataclass(frozen=True)
class Rows:
    """Whose the rows are that are kept of a delivery, 0 for nobody's, and where in it they stand."""

    hid: Numbers
    rid: Numbers | None
    order: Numbers | None  # None: all, as they stand
    alone: bool = False  # a table of households, which has no residents

    def columns(self, rows: slice) -> dict[str, pa.Array]:
        """The columns rid and hid of some rows."""
        held = {"hid": _known(self.hid[rows])}
        if self.alone:
            return held
        return {"rid": pa.nulls(len(held["hid"]), pa.int64()) if self.rid is None else _known(self.rid[rows])} | held

    def of(self, key: str) -> Numbers:
        """The keys by name."""
        return self.rid if key == "rid" and self.rid is not None else self.hid

    def key(self, entity: str) -> str:
        """The key by which they are sorted: the person's where everybody is known, else the household's."""
        return "rid" if entity == "resident" and self.rid is not None and bool(self.rid.all()) else "hid"

    def single(self, entity: str) -> bool:
        """Whether no person (or household) has more than one row; not said of nobody."""
        keys = self.rid if entity == "resident" else self.hid
        some = keys[keys > 0] if keys is not None else self.hid[:0]
        return bool(len(some)) and not (some[1:] == some[:-1]).any()


def _known(keys: Numbers) -> pa.Array:
    return pa.array(keys.astype(np.int64, copy=False), mask=keys == 0 if keys.size and keys.min() == 0 else None)


def found_rows(sources: Mapping[str, Source], given: Mapping[str, Delivery], register: Register) -> dict[str, Rows]:
    """Whose the rows of each delivery are."""
    named = {n: d for n, d in given.items() if n != HOUSEHOLDS and "resident_id" in d.names}
    rids = register.residents.places(_columns(named, "resident_id"))
    home = np.append(0, register.home)
    homes = dict(zip(rids, in_order(home.take, rids.values()), strict=True))
    asked = {}
    for name, delivery in given.items():
        # Where both are given, the register says to which household a resident belongs today.
        sought = name not in rids or (sources[name].entity == "household" and not homes[name].all())
        if "household_id" in delivery.names and sought:
            asked[name] = delivery
    told = register.households.places(_columns(asked, "household_id"))

    def kept(name: str) -> Rows:
        if name not in homes:
            return _rows(sources[name], None, told[name])
        # What the register does not tell, the delivery may.
        hid = np.where(homes[name], homes[name], told[name]) if name in told else homes[name]
        return _rows(sources[name], rids[name], hid)

    return dict(zip(given, in_order(kept, given), strict=True))


def _columns(given: Mapping[str, Delivery], name: str) -> dict[str, tuple[int, Callable[[], list[pa.Array]]]]:
    return {one: (delivery.rows, partial(delivery.ids, name)) for one, delivery in given.items()}


def _rows(source: Source, rid: Places | None, hid: Places) -> Rows:
    # Sorted by person, so that sums per person touch memory in order.
    key = rid if rid is not None and source.entity == "resident" else hid
    order, sought = None, key
    if not key.all():
        order = np.flatnonzero(key)
        sought = key[order]
    if (sought[1:] < sought[:-1]).any():
        order = _sorted(sought, np.arange(len(key)) if order is None else order)
    if order is not None:
        hid, rid = hid.take(order), None if rid is None else rid.take(order)
    return Rows(hid, rid, order, source.name == HOUSEHOLDS)


def _sorted(keys: Places, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows by their keys, those of one key as they stand."""
    # Key and row in one number: no two are the same, so that the quickest sort will do.
    return np.sort(keys << ROW_BITS | rows) & ROW_MASK


def refuse_unknown(source: Source, delivery: Delivery) -> None:
    """Raises InputError for columns that the source does not have, and for rows without any key."""
    path = delivery.paths[0]
    for name in delivery.names:
        if name not in source.columns and name not in EXTRA:
            close = get_close_matches(name, source.columns, n=1)
            hint = f"是不是“{close[0]}”？" if close else f"可用：{'、'.join(source.columns)}。"
            raise InputError(f"{source.title}没有“{name}”这一列。", hint, file=path, column=name)
    if not set(KEYS) & {*delivery.names}:
        raise InputError(
            f"{source.title}既没有 resident_id 也没有 household_id，还没有归到人和户。",
            "请先用 shouwang link 比对归户，或补上身份列（姓名、身份证号等）。",
            file=path,
        )


def numbers(column: pa.Array | pa.ChunkedArray, unknown: int = 0) -> NDArray[np.int64]:
    """A column of whole numbers as numpy has it."""
    found = one_chunk(column)
    return np.from_dlpack(found.fill_null(unknown) if found.null_count else found).astype(np.int64, copy=False)


def one_chunk(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


ROWS_AT_ONCE = 122_880
"""Rows that are read together: sixty of DuckDB's own blocks, and little enough to look one household up."""


def write(table: pa.Table, target: Path) -> None:
    """Write beside and rename: a killed run leaves no half file under a name that promises its content."""
    partial = target.with_suffix(".partial")
    coded = [f.name for f in table.schema if not pa.types.is_primitive(f.type) and not f.name.endswith("_id")]
    # How large amounts are, and where places lie; of the rest nobody asks.
    told = [f.name for f in table.schema if f.type == pa.int64() or f.name == "place_code"]
    pq.write_table(
        table,
        partial,
        use_dictionary=coded,
        write_statistics=told,
        store_schema=False,
        compression="lz4",
        row_group_size=ROWS_AT_ONCE,
    )
    partial.replace(target)
