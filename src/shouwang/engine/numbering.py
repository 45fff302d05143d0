"""Numbering (编号): households and residents numbered from 1 in the order of places, and whose the register's own rows are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shouwang.engine.cores import in_order
from shouwang.engine.deliveries import Delivery
from shouwang.engine.ids import Known, Places
from shouwang.engine.keys import HOUSEHOLDS, Numbers, Rows
from shouwang.kernel.errors import InputError

RESIDENTS = "residents"


@dataclass(frozen=True)
class Numbered:
    """Households and residents in the order of their numbers, and the rows of the register's two tables by these."""

    households: pa.Table
    residents: pa.Table
    rows: dict[str, Rows]


def numbered(homes: Delivery, people: Delivery | None) -> Numbered:
    """Households numbered by place and id, residents by household and id. Raises InputError for ids that are not unique."""
    wanted = [(homes, "household_id")] + ([(homes, "place_code")] if "place_code" in homes.names else [])
    wanted += [(people, "resident_id"), (people, "household_id")] if people else []
    words = in_order(lambda one: one[0].words(one[1]), wanted)
    ids = next(words)
    places = next(words) if "place_code" in homes.names else pa.nulls(len(ids), pa.string())
    _refuse_repeats(ids, homes, "household_id")
    order = _order(places, ids)
    own = _taken(ids, order)
    codes = _taken(places, order).dictionary_encode()
    households = pa.table({"hid": _upto(len(ids)), "household_id": own, "place_code": codes})
    rows = {HOUSEHOLDS: Rows(_upto(len(ids)), None, order, alone=True)}
    if people is None:
        nobody = pa.table({"rid": _upto(0), "hid": _upto(0), "resident_id": ids[:0]})
        return Numbered(households, nobody, rows)
    named, home_ids = words
    _refuse_repeats(named, people, "resident_id")
    members = _members(named, Known(own).places({"": (len(named), lambda: [home_ids])})[""])
    said = {"rid": members.rid, "hid": members.hid, "resident_id": _taken(named, members.order)}
    return Numbered(households, pa.table(said), rows | {RESIDENTS: members})


def _members(named: pa.Array, home: Places) -> Rows:
    """The rows of residents whose household is known, by household and id."""
    there = None if home.all() else np.flatnonzero(home)
    order = _order(_taken(home, there), _taken(named, there))
    if there is not None:
        order = there if order is None else there.take(order)
    hid = home if order is None else home.take(order)
    return Rows(hid, _upto(len(hid)), order)


def _upto(last: int) -> Places:
    return np.arange(1, last + 1)


def _taken(column: pa.Array | Places, order: Numbers | None) -> pa.Array:
    found = column if isinstance(column, pa.Array) else pa.array(column)
    return found if order is None else found.take(pa.array(order))


def _order(first: pa.Array, then: pa.Array) -> NDArray[np.intp] | None:
    """The rows by one column and then by another; None where they stand so."""
    if _rises(first, then):
        return None
    keys = [("first", "ascending"), ("then", "ascending")]
    found = pc.sort_indices(pa.table({"first": first, "then": then}), sort_keys=keys)
    return np.asarray(np.from_dlpack(found), dtype=np.intp)


def _rises(first: pa.Array, then: pa.Array) -> bool:
    up = pc.less(first[:-1], first[1:])
    further = pc.or_kleene(up, pc.and_kleene(pc.equal(first[:-1], first[1:]), pc.less_equal(then[:-1], then[1:])))
    return pc.all(further, skip_nulls=False).as_py() is True


def _refuse_repeats(ids: pa.Array, delivery: Delivery, key: str) -> None:
    rising = pc.all(pc.less(ids[:-1], ids[1:])).as_py() if len(ids) > 1 else True
    if not ids.null_count and (rising or pc.count_distinct(ids).as_py() == len(ids)):
        return
    counted = pc.value_counts(ids)
    often = [row["values"] for row in counted.filter(pc.greater(counted.field("counts"), 1)).to_pylist()]
    value = min((one for one in often if one is not None), default=None)
    what = f"“{value}”出现 {pc.sum(pc.equal(ids, value)).as_py()} 次" if value is not None else "有空值"
    raise InputError(f"{key} {what}，编号应当唯一。", "请先去重再筛查。", file=delivery.paths[0], column=key)
