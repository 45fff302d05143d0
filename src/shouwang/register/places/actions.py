"""Writing places (登记区划): the tables of both code systems and the cross-walk between their townships."""

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from shouwang.kernel.bulk import copy_to_temporary

UPSERT = """
INSERT INTO places_place (system, code, level, name, full_name, range_low, range_high, valid_from, valid_until)
SELECT system, code, level, name, full_name, range_low, range_high, valid_from, valid_until FROM coming
ON CONFLICT (system, code, valid_from) DO UPDATE SET
    level = excluded.level, name = excluded.name, full_name = excluded.full_name, valid_until = excluded.valid_until
"""
PARENTS = """
UPDATE places_place child SET parent_id = above.id
FROM places_place above
WHERE above.system = child.system AND above.valid_until IS NULL AND child.valid_until IS NULL
  AND above.code = left(child.code, CASE length(child.code) WHEN 12 THEN 9 WHEN 9 THEN 6 WHEN 6 THEN 4 ELSE 2 END)
  AND above.code <> child.code AND child.parent_id IS DISTINCT FROM above.id
"""
MATCHES = """
INSERT INTO places_township_match (nbs_code, mca_code, name, how) SELECT nbs_code, mca_code, name, how FROM matches
"""


@transaction.atomic
def load_places(*, places: pa.Table) -> int:
    """Load divisions (区划) as `places.reading.read_places` gives them; loading again changes nothing.

    Places come from published lists and concern nobody, so that no actor and no ledger row are asked for.
    """
    table = places.append_column("full_name", _full_names(places))
    for name, text in (("range_low", _padded(places["code"], 0)), ("range_high", _padded(places["code"], 1))):
        table = table.append_column(name, text)
    wanted = ["system", "code", "level", "name", "full_name", "range_low", "range_high", "valid_from", "valid_until"]
    with connection.cursor() as cursor:
        rows = copy_to_temporary(cursor, "coming", "places_place", table.select(wanted))
        cursor.execute(UPSERT)
        cursor.execute(PARENTS)
    return rows


@transaction.atomic
def load_township_matches(*, matches: pa.Table) -> int:
    """Replace the cross-walk (代码对照) by what `places.crosswalk.crosswalk` has found."""
    with connection.cursor() as cursor:
        rows = copy_to_temporary(cursor, "matches", "places_township_match", matches)
        cursor.execute("DELETE FROM places_township_match")
        cursor.execute(MATCHES)
    return rows


def _padded(codes: pa.ChunkedArray, more: int) -> pa.ChunkedArray:
    """The first number of a code's range (more = 0) or the first one after it (more = 1)."""
    numbers = pc.add(pc.cast(codes, pa.int64()), more)
    zeros = pc.subtract(12, pc.cast(pc.utf8_length(codes), pa.int64()))
    return pc.multiply(numbers, pc.power(pa.scalar(10, pa.int64()), zeros))


def _full_names(places: pa.Table) -> pa.ChunkedArray:
    """County, township and village in one name; the levels above them go without saying."""
    codes, names = places["code"], places["name"]
    lengths = pc.utf8_length(codes)
    full: pa.ChunkedArray = names
    for above, below in ((9, 12), (6, 9)):
        found = pc.index_in(pc.utf8_slice_codeunits(codes, 0, above), value_set=codes.combine_chunks())
        prefix = pc.fill_null(pc.take(names, found), "")
        full = pc.if_else(pc.greater_equal(lengths, below), pc.binary_join_element_wise(prefix, full, ""), full)
    return full
