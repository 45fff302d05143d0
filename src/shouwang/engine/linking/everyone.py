"""Everyone of a register (全部登记人口) under the name `everyone`: as slices in Arrow, or as a table in DuckDB.

A large file is compared with everyone, and a table is what DuckDB compares best with. A small file asks for some ten
thousand people of three million: DuckDB would read every column of everyone to find them, Arrow takes them from where
they stand. So people are held in one of the two forms, never in both for longer than it takes to change.
"""

from collections.abc import Iterable

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

# So many residents are made comparable at a time: what that takes beside the people themselves stays small.
SLICE = 250_000
# Columns in which many people share few values; each is kept once per slice.
_SHARED = ("surname", "sex", "village", "place_code")


class Everyone:
    """The people of a register by row, which counts from 0 through all slices."""

    def __init__(self, con: duckdb.DuckDBPyConnection, slices: Iterable[pa.Table]) -> None:
        self._con = con
        self._slices = [_lean(part) for part in slices]
        self._count = sum(map(len, self._slices))
        self._show()

    def forget(self, column: str, values: pa.Array) -> None:
        """Make these values of a column unknown; before anybody asks for a table."""
        if len(values):
            for at, part in enumerate(self._slices):
                place, known = part.column_names.index(column), part[column]
                left = pc.if_else(pc.is_in(known, value_set=values), pa.scalar(None, known.type), known)
                self._slices[at] = part.set_column(place, column, left)
            self._show()

    def few(self, chosen: npt.NDArray[np.bool_]) -> pa.Table:
        """The rows of the people chosen."""
        self._as_slices()
        parts = enumerate(self._slices)
        return pa.concat_tables(part.filter(pa.array(chosen[at * SLICE : (at + 1) * SLICE])) for at, part in parts)

    def as_table(self) -> None:
        """Change into a table, slice by slice."""
        if not self._slices:
            return
        self._con.unregister("everyone")
        made = "CREATE TEMP TABLE everyone AS"
        while self._slices:
            self._con.register("arrow_slice", self._slices.pop(0))
            self._con.execute(f"{made} FROM arrow_slice")
            self._con.unregister("arrow_slice")
            pa.default_memory_pool().release_unused()
            made = "INSERT INTO everyone"

    def _as_slices(self) -> None:
        if self._slices:
            return
        for start in range(0, max(1, self._count), SLICE):
            part = self._con.sql(
                f"FROM everyone WHERE row >= {start} AND row < {start + SLICE}"  # DuckDB tells them in any order
            ).to_arrow_table()
            self._slices.append(_lean(part.take(pc.sort_indices(part["row"]))))
        self._con.execute("DROP TABLE everyone")
        self._show()

    def _show(self) -> None:
        self._con.register("everyone", pa.concat_tables(self._slices))


def _lean(part: pa.Table) -> pa.Table:
    for name in _SHARED:
        part = part.set_column(part.column_names.index(name), name, part[name].dictionary_encode())
    return part.combine_chunks()
