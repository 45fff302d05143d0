"""Comparing what a run found with what stands (比对预警), without sending what both say alike.

A warning is kept with the fingerprint of what was sent. Those that stand come here as a few bytes each; what has
the same fingerprint says the same, and only the others cross in full. A fingerprint never outlives what it was
taken of: whoever changes the content of a row without giving another loses it (migration 0008), and a row without one
is sent anew.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.duckdb_connection import connect
from shouwang.kernel.bulk import copy_in, copy_out_bytes

# Only the last, the reason, is free text: no sign that parts the others can be in codes, numbers and JSON.
SAID = (
    "household_id", "rule", "resident_id", "place_number", "level", "severity", "factor", "values", "thresholds",
    "sources", "because",
)  # fmt: skip
LENGTH = 16

# All rows of a county as one value: row by row they would take twice as long to cross.
STANDING = """
SELECT string_agg(
    int8send(id) || coalesce(uuid_send(fingerprint), decode(repeat('00', 16), 'hex'))
    || CASE WHEN state = 'unchanged' AND previous_level = level THEN '\\x01'::bytea ELSE '\\x00'::bytea END, ''
)
FROM screening_warning
WHERE state <> 'gone' AND place_number >= %(low)d AND place_number < %(high)d
GROUP BY place_number / 1000000
"""
STANDS = np.dtype([("id", ">i8"), ("fingerprint", f"V{LENGTH}"), ("settled", "?")])
TOUCHED = "CREATE TEMPORARY TABLE touched_warning (id bigint, alike boolean) ON COMMIT DROP"


@dataclass(frozen=True)
class Compared:
    """What has to be written: warnings that are not there yet or say something else, and rows that are touched."""

    coming: pa.Table
    touched: pa.Table


def compare(cursor: Any, warnings: pa.Table, limits: dict[str, int]) -> Compared:
    """Find out what a publication has to write.

    ``touched`` has the ids of rows that stand: those which say the same from now on without having come with this run
    (``alike``), and those whose content did not come, so that they are gone unless the same warning came with another.
    """
    marks = fingerprints(warnings)
    warnings = warnings.append_column("fingerprint", marks["written"])
    stands = np.frombuffer(copy_out_bytes(cursor, STANDING % limits), STANDS)
    bare = pa.py_buffer(np.ascontiguousarray(stands["fingerprint"]))
    standing = pa.Array.from_buffers(pa.binary(LENGTH), len(stands), [None, bare])
    row = np.from_dlpack(pc.index_in(standing, value_set=marks["bare"]).fill_null(-1))
    alike = row >= 0
    new = np.ones(warnings.num_rows, dtype=bool)
    new[row[alike]] = False
    written = ~(alike & stands["settled"])
    touched = pa.table({"id": stands["id"][written].astype(np.int64), "alike": alike[written]})
    return Compared(warnings.filter(pa.array(new)), touched)


def fingerprints(warnings: pa.Table) -> pa.Table:
    """Fingerprints of what warnings say (内容指纹): half a SHA-256 over all of it, as 16 bare bytes and as written out."""
    said = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '')" for name in SAID)
    with closing(connect()) as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.register("warnings", warnings)
        hashed = f"left(sha256(concat_ws(chr(31), {said})), {2 * LENGTH})"
        found = connection.sql(f"SELECT {hashed} AS written, unhex(written) AS bare FROM warnings").to_arrow_table()  # noqa: S608 - our own names
    return found.set_column(1, "bare", found["bare"].combine_chunks().cast(pa.binary(LENGTH)))


def send_touched(cursor: Any, touched: pa.Table) -> None:
    """Ids of what is touched, for the statements that write."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.touched_warning")
    cursor.execute(TOUCHED)
    copy_in(cursor, "touched_warning", touched)
    cursor.execute("ANALYZE touched_warning")
