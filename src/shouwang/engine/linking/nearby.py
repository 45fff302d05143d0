"""Whom a small file can be about (可能相关的人): the few residents of a large register that its records may mean.

Every key by which a record finds residents is kept for all of them as a number of 22 bits, made once. A file marks the
numbers of its own records, and one look at every resident's says who is left: some ten thousand of three million.
A number that two keys share lets a few in by chance and nobody out, so whatever is asked of these few afterwards
is answered as if everyone had been asked.
"""

from functools import reduce
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.linking.blocks import ALIKE, Block, same, side
from shouwang.engine.linking.everyone import Everyone
from shouwang.engine.linking.numbers import STRETCHES
from shouwang.engine.linking.register import COMPLETE

# A file of more people than this share of the register is about nearly everyone: looking first would save nothing.
SMALL_FILE = 1 / 20
_MARKS = 1 << 22
_UNKNOWN = 0

_NUMBERS = (same("id_number"),)
# What blocks and repaired numbers compare; of a stretch no block asks more than repairs do.
_KEYS = (*ALIKE, *(same(stretch) for stretch in STRETCHES))

Chosen = npt.NDArray[np.bool_]


class Nearby:
    """The keys of a register; makes the view `residents`, whom a file is compared with, narrow where that pays."""

    def __init__(self, con: duckdb.DuckDBPyConnection, everyone: Everyone, residents: int) -> None:
        self._con, self._everyone, self._residents = con, everyone, residents
        self._marks: dict[tuple[str, ...], pa.Array] = {}
        self._household: npt.NDArray[np.int32] | None = None
        self._chosen: Chosen | None = None

    def choose_by_number(self, people: int) -> None:
        """Residents are everyone, or for a small file those who bear its numbers, with their households."""
        small = people <= SMALL_FILE * self._residents
        self._chosen = self._with_households(self._bearing(_NUMBERS, "people")) if small else None
        if self._chosen is None:
            self._everyone.as_table()
        else:
            self._add(self._chosen, "CREATE OR REPLACE TEMP TABLE nearby AS")
        source = COMPLETE.format(table="everyone" if self._chosen is None else "nearby")
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW residents AS {source}")

    def choose_by_keys(self) -> None:
        """For a small file also those whom any key brings together with a record that is left over."""
        if self._chosen is not None:
            self._add(self._bearing(_KEYS, "left_over") & ~self._chosen, "INSERT INTO nearby")

    def _add(self, chosen: Chosen, made: str) -> None:
        self._con.register("arrow_few", self._everyone.few(chosen))
        self._con.execute(f"{made} FROM arrow_few")
        self._con.unregister("arrow_few")

    def _bearing(self, keys: tuple[Block, ...], records: str) -> Chosen:
        """Residents who bear a key of one of the records, or by chance its mark."""
        marks = ", ".join(f"CASE WHEN {key.when} THEN {_mark_sql('l', key.record)} ELSE {_UNKNOWN} END" for key in keys)
        asked = self._con.execute(f"SELECT {marks} FROM {records} l").fetchnumpy()
        found = []
        for key, own in zip(keys, asked.values(), strict=True):
            found.append(pc.take(_marked(own), self._marks_of(key.resident), boundscheck=False))
        bearing: Chosen = reduce(pc.or_, found).to_numpy(zero_copy_only=False)
        return bearing

    def _marks_of(self, columns: tuple[str, ...]) -> pa.Array:
        if columns not in self._marks:
            self._marks[columns] = pa.array(self._of_everyone(_mark_sql("r", columns), np.uint32))
        return self._marks[columns]

    def _with_households(self, chosen: Chosen) -> Chosen:
        if self._household is None:
            self._household = self._of_everyone("coalesce(household + 1, 0)", np.int32)
        wanted = np.zeros(int(self._household.max(initial=0)) + 1, dtype=bool)
        wanted[self._household[chosen]] = True
        wanted[_UNKNOWN] = False
        with_household: Chosen = chosen | wanted[self._household]
        return with_household

    def _of_everyone(self, expression: str, kind: type[np.generic]) -> npt.NDArray[Any]:
        """One value per resident, by row."""
        complete = COMPLETE.format(table="everyone")
        told = self._con.execute(f"SELECT row, {expression} AS value FROM ({complete}) r").fetchnumpy()
        values = np.empty(self._residents, dtype=kind)
        values[told["row"]] = told["value"]
        return values


def _marked(marks: npt.NDArray[np.uint32]) -> pa.Array:
    """For every mark whether it is one of these; in bits, which stay near the processor while everyone's are looked up."""
    known = marks[marks != _UNKNOWN]
    octets = np.zeros(_MARKS // 8, dtype=np.uint8)
    np.bitwise_or.at(octets, known >> 3, np.left_shift(1, known & 7).astype(np.uint8))
    return pa.Array.from_buffers(pa.bool_(), _MARKS, [None, pa.py_buffer(octets)])


def _mark_sql(name: str, columns: tuple[str, ...]) -> str:
    values = [side(name, column) for column in columns]
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    return f"(CASE WHEN {known} THEN 1 + hash({', '.join(values)}) % {_MARKS - 1} ELSE {_UNKNOWN} END)::UINTEGER"
