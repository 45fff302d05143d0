"""Dense keys (编号): households and residents numbered from 1 in the order of places, and ids of deliveries looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

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

    def __init__(self, households: Path, residents: Path) -> None:
        self.households = pq.read_table(households).combine_chunks()
        self.residents = pq.read_table(residents, columns=["hid", "resident_id"]).combine_chunks()
        self.home = numbers(self.residents["hid"])

    @property
    def counties(self) -> tuple[str, ...]:
        """Codes of the counties there are households of, empty where the place is unknown."""
        found = pc.unique(pc.utf8_slice_codeunits(self.households["place_code"], 0, 6)).to_pylist()
        return (*sorted({code for code in found if code is not None}), *([""] if None in found else []))

    def households_of(self, ids: Mapping[str, pa.Array]) -> dict[str, Places]:
        """Keys of households by id, 0 where there is none, for many columns at once."""
        return Known(_one(self.households["household_id"])).places(ids)

    def residents_of(self, ids: Mapping[str, pa.Array]) -> dict[str, Places]:
        """Keys of residents by id, 0 where there is none, for many columns at once."""
        return Known(_one(self.residents["resident_id"])).places(ids)


@dataclass(frozen=True)
class Rows:
    """Whose the rows of a delivery are, 0 for nobody's, and which of them are kept in which order."""

    rid: Places | None
    hid: Places
    order: NDArray[np.intp] | None  # None: all, as they stand
    alone: bool = False  # a table of households, which has no residents

    def of(self, column: pa.Array) -> pa.Array:
        """What is kept of a column."""
        return column if self.order is None else column.take(pa.array(self.order))

    def keys(self) -> dict[str, pa.Array]:
        """The columns rid and hid of what is kept."""
        kept = {"hid": _known(self._kept(self.hid))}
        if self.alone:
            return kept
        rid = pa.nulls(len(kept["hid"]), pa.int64()) if self.rid is None else _known(self._kept(self.rid))
        return {"rid": rid} | kept

    def single(self, entity: str) -> bool:
        """Whether no person (or household) has more than one row; not said of nobody."""
        keys = self.rid if entity == "resident" else self.hid
        some = self._kept(keys) if keys is not None else np.zeros(0, dtype=np.int64)
        some = some[some > 0]
        return bool(len(some)) and not (some[1:] == some[:-1]).any()

    def _kept(self, keys: Places) -> Places:
        return keys if self.order is None else keys[self.order]


def _known(keys: Places) -> pa.Array:
    return pa.array(keys, mask=keys == 0 if keys.size and keys.min() == 0 else None)


def found_rows(sources: Mapping[str, Source], given: Mapping[str, Delivery], register: Register) -> dict[str, Rows]:
    """Whose the rows of each delivery are. Raises InputError for unknown columns and rows without any key."""
    for name, delivery in given.items():
        _refuse_unknown(sources[name], delivery)
    named = {n: d.words("resident_id") for n, d in given.items() if n != HOUSEHOLDS and "resident_id" in d.names}
    rids = register.residents_of(named)
    homes, asked = {name: np.append(0, register.home)[rid] for name, rid in rids.items()}, {}
    for name, delivery in given.items():
        # Where both are given, the register says to which household a resident belongs today.
        sought = name not in rids or (sources[name].entity == "household" and not homes[name].all())
        if "household_id" in delivery.names and sought:
            asked[name] = delivery.words("household_id")
    told = register.households_of(asked)
    hids = {
        name: np.where(homes[name], homes[name], told.get(name, 0)) if name in homes else told[name] for name in given
    }
    return {name: _rows(sources[name], rids.get(name), hids[name]) for name in given}


def _rows(source: Source, rid: Places | None, hid: Places) -> Rows:
    # Sorted by person, so that sums per person touch memory in order.
    key = rid if rid is not None and source.entity == "resident" else hid
    order = np.flatnonzero(key)
    sought = key[order]
    if (sought[1:] < sought[:-1]).any():
        order = _sorted(sought, order)
    elif len(order) == len(key):
        return Rows(rid, hid, None, source.name == HOUSEHOLDS)
    return Rows(rid, hid, order, source.name == HOUSEHOLDS)


def _sorted(keys: Places, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rows by their keys, those of one key as they stand."""
    # Key and row in one number: no two are the same, so that the quickest sort will do.
    return np.sort(keys << ROW_BITS | rows) & ROW_MASK


def _refuse_unknown(source: Source, delivery: Delivery) -> None:
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


def write_keys(homes: Delivery, people: Delivery | None, households: Path, residents: Path) -> None:
    """Number households by place and id, residents by household and id. Raises InputError for ids that are not unique."""
    ids = homes.words("household_id")
    _refuse_repeats(ids, homes, "household_id")
    places = homes.words("place_code") if "place_code" in homes.names else pa.nulls(len(ids), pa.string())
    listed = pa.table({"household_id": ids, "place_code": places})
    order = [("place_code", "ascending"), ("household_id", "ascending")]
    listed = listed.take(pc.sort_indices(listed, sort_keys=order))
    hid = pa.array(np.arange(1, len(listed) + 1))
    write(listed.add_column(0, "hid", hid), households)
    if people is None:
        write(pa.table({"rid": hid[:0], "hid": hid[:0], "resident_id": listed["household_id"][:0]}), residents)
        return
    named = people.words("resident_id")
    home = Known(_one(listed["household_id"])).places({"": people.words("household_id")})[""]
    _refuse_repeats(named, people, "resident_id")
    members = pa.table({"hid": pa.array(home), "resident_id": named}).filter(pa.array(home > 0)).combine_chunks()
    if not _in_order(members):
        members = members.take(pc.sort_indices(members, sort_keys=[("hid", "ascending"), ("resident_id", "ascending")]))
    write(members.add_column(0, "rid", pa.array(np.arange(1, len(members) + 1))), residents)


def _in_order(members: pa.Table) -> bool:
    steps, ids = np.diff(numbers(members["hid"])), _one(members["resident_id"])
    if (steps < 0).any():
        return False
    up = pc.less_equal(ids[:-1], ids[1:]) if len(ids) else pa.array([], pa.bool_())
    return bool(pc.all(pc.or_(pa.array(steps > 0), up)).as_py() is not False)


def _refuse_repeats(ids: pa.Array, delivery: Delivery, key: str) -> None:
    rising = pc.all(pc.less(ids[:-1], ids[1:])).as_py() if len(ids) > 1 else True
    if not ids.null_count and (rising or pc.count_distinct(ids).as_py() == len(ids)):
        return
    counted = pc.value_counts(ids)
    often = [row["values"] for row in counted.filter(pc.greater(counted.field("counts"), 1)).to_pylist()]
    value = min((one for one in often if one is not None), default=None)
    what = f"“{value}”出现 {pc.sum(pc.equal(ids, value)).as_py()} 次" if value is not None else "有空值"
    raise InputError(f"{key} {what}，编号应当唯一。", "请先去重再筛查。", file=delivery.paths[0], column=key)


def numbers(column: pa.Array | pa.ChunkedArray, unknown: int = 0) -> NDArray[np.int64]:
    """A column of whole numbers as numpy has it."""
    found = _one(column)
    return np.from_dlpack(found.fill_null(unknown) if found.null_count else found).astype(np.int64, copy=False)


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
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
