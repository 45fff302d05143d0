"""Whom a small file can be about (可能相关的人): the few residents of a large register that its records may mean.

Every key by which a record finds residents is kept for all of them as a number of 22 bits, made once. A file marks the
numbers of its own records, and one look at every resident's says who is left: some ten thousand of three million.
A number that two keys share lets a few in by chance and nobody out, so whatever is asked of these few afterwards
is answered as if everyone had been asked.
"""

from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from shouwang.engine.linking.blocks import ALIKE, Block, same, side
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

    def __init__(self, con: duckdb.DuckDBPyConnection, residents: int) -> None:
        self._con, self._residents = con, residents
        self._marks: dict[tuple[str, ...], npt.NDArray[np.uint32]] = {}
        self._household: npt.NDArray[np.int32] | None = None
        self._chosen: Chosen | None = None

    def choose_by_number(self, people: int) -> None:
        """Residents are everyone, or for a small file those who bear its numbers, with their households."""
        small = people <= SMALL_FILE * self._residents
        self._chosen = self._with_households(self._bearing(_NUMBERS, "people")) if small else None
        if self._chosen is not None:
            self._con.execute("CREATE OR REPLACE TEMP TABLE nearby AS FROM everyone LIMIT 0")
            self._add(self._chosen)
        source = COMPLETE.format(table="everyone" if self._chosen is None else "nearby")
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW residents AS {source}")

    def choose_by_keys(self) -> None:
        """For a small file also those whom any key brings together with a record that is left over."""
        if self._chosen is not None:
            self._add(self._bearing(_KEYS, "left_over") & ~self._chosen)

    def _add(self, chosen: Chosen) -> None:
        self._con.register("arrow_chosen", pa.table({"row": pa.array(np.flatnonzero(chosen), pa.int32())}))
        self._con.execute("INSERT INTO nearby FROM everyone WHERE row IN (SELECT row FROM arrow_chosen)")
        self._con.unregister("arrow_chosen")

    def _bearing(self, keys: tuple[Block, ...], records: str) -> Chosen:
        """Residents who bear a key of one of the records, or by chance its mark."""
        found = np.zeros(self._residents, dtype=bool)
        for key in keys:
            marked = np.zeros(_MARKS, dtype=bool)
            asked = self._con.execute(f"SELECT {_mark_sql('l', key.record)} AS mark FROM {records} l WHERE {key.when}")
            marked[asked.fetchnumpy()["mark"]] = True
            marked[_UNKNOWN] = False
            found |= marked[self._marks_of(key.resident)]
        return found

    def _marks_of(self, columns: tuple[str, ...]) -> npt.NDArray[np.uint32]:
        if columns not in self._marks:
            self._marks[columns] = self._of_everyone(_mark_sql("r", columns), np.uint32)
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


def _mark_sql(name: str, columns: tuple[str, ...]) -> str:
    values = [side(name, column) for column in columns]
    known = " AND ".join(f"{value} IS NOT NULL" for value in values)
    return f"(CASE WHEN {known} THEN 1 + hash({', '.join(values)}) % {_MARKS - 1} ELSE {_UNKNOWN} END)::UINTEGER"
