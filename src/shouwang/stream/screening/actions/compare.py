"""Comparing what a run found with what stands (比对预警), without sending what both say alike.

A warning is kept with the fingerprint of what it was made of when it was sent. Only keys and fingerprints cross to the
database; what is new there or says something else is sent in full afterwards. A fingerprint never outlives what it was
taken of: whoever changes the content of a row without giving another loses it (migration 0007), and a row without one
is sent anew.
"""

import hashlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from shouwang.kernel.bulk import copy_in, copy_out

KEY = ("household_id", "rule", "resident_id")
CONTENT = ("place_number", "level", "severity", "factor", "values", "thresholds", "sources", "because")
SHARED = ("thresholds", "sources")

KEYS = """
CREATE TEMPORARY TABLE coming_key (
    number integer, household_id text, rule text, resident_id text, fingerprint uuid
) ON COMMIT DROP
"""
# Rows that say what they said are not among these: day after day they are nearly all.
DIFFERING = """
CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
SELECT w.id AS known, c.number, c.number IS NULL AS gone, w.fingerprint = c.fingerprint IS TRUE AS alike
FROM coming_key AS c
FULL JOIN screening_warning AS w
    ON c.household_id = w.household_id AND c.rule = w.rule AND c.resident_id = w.resident_id
WHERE w.id IS NULL
    OR c.number IS NULL AND w.state <> 'gone' AND w.place_number >= %(low)s AND w.place_number < %(high)s
    OR c.number IS NOT NULL AND (
        w.fingerprint = c.fingerprint IS NOT TRUE OR w.state <> 'unchanged' OR w.previous_level <> w.level
    )
"""
DIFFERENT = "SELECT number, known FROM differing WHERE NOT gone AND NOT alike ORDER BY number"


def differing(cursor: Any, warnings: pa.Table, limits: dict[str, Any]) -> pa.Table:
    """Find out which warnings are not there yet or say something else, and give them back with the row that each is.

    ``known`` is the id of that row and null for a new one; ``fingerprint`` goes with the content. The temporary table
    ``differing`` then holds every row that has to be written.
    """
    warnings = warnings.append_column("fingerprint", fingerprints(warnings))
    cursor.execute("DROP TABLE IF EXISTS pg_temp.coming_key, pg_temp.differing")
    cursor.execute(KEYS)
    cursor.execute("SELECT EXISTS (SELECT FROM screening_warning)")
    if not cursor.fetchone()[0]:  # the first of all: everything is new
        cursor.execute(DIFFERING, limits)
        return warnings.append_column("known", pa.nulls(warnings.num_rows, pa.int64()))
    numbered = warnings.append_column("number", pa.array(range(warnings.num_rows), pa.int32()))
    copy_in(cursor, "coming_key", numbered.select(["number", *KEY, "fingerprint"]))
    cursor.execute(DIFFERING, limits)
    cursor.execute("ANALYZE differing")
    found = copy_out(cursor, DIFFERENT, {"number": pa.int32(), "known": pa.int64()})
    return warnings.take(found["number"]).append_column("known", found["known"])


def fingerprints(warnings: pa.Table) -> pa.Array:
    """Fingerprints of what warnings say (内容指纹): BLAKE2 over all columns but the key.

    Only the last of them, the reason, is free text: no sign that parts the others can be in codes, numbers and JSON.
    """
    said = [_once(warnings[name]) if name in SHARED else warnings[name].cast(pa.string()) for name in CONTENT]
    whole = pc.binary_join_element_wise(*said, "\x1f", null_handling="replace").cast(pa.binary())
    return pa.array([_fingerprint(content) for content in whole.to_pylist()], pa.string())


def _once(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """In place of texts that thousands share, their fingerprints."""
    different = pc.unique(texts)
    short = pa.array([_fingerprint(text.encode()) for text in different.to_pylist()], pa.string())
    return pc.take(short, pc.index_in(texts, value_set=different))


def _fingerprint(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
