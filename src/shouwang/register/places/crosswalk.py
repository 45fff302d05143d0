"""From one code system to the other, by name within the county and never by the bare code (代码对照)."""

from collections import Counter
from collections.abc import Callable, Sequence

import pyarrow as pa

from shouwang.register.places.names import normalise_township_name
from shouwang.register.places.reading import read_places

SCHEMA = pa.schema([("nbs_code", pa.string()), ("mca_code", pa.string()), ("name", pa.string()), ("how", pa.string())])

Rows = list[dict[str, str]]


def crosswalk(prefixes: Sequence[str] | None = None) -> pa.Table:
    """Townships of both code systems side by side: nbs_code, mca_code, name, how.

    `how` is `name` (the full name is the same within the county), `core` (the same but for 乡/镇/街道 or a
    people's name, and only once on either side), `nbs_only` (a development zone, forest or stock farm that is
    no administrative unit) or `mca_only` (founded, withdrawn or renamed between the two lists). Raises
    InputError when a prefix fits no place.
    """
    ours, theirs = townships(prefixes, "nbs"), townships(prefixes, "mca")
    matched = pairs(ours, theirs, "name", lambda name: name)
    ours, theirs = left_over(ours, matched, "nbs_code"), left_over(theirs, matched, "mca_code")
    matched += pairs(ours, theirs, "core", normalise_township_name)
    ours, theirs = left_over(ours, matched, "nbs_code"), left_over(theirs, matched, "mca_code")
    lone = [{"nbs_code": row["code"], "mca_code": None, "name": row["name"], "how": "nbs_only"} for row in ours]
    lone += [{"nbs_code": None, "mca_code": row["code"], "name": row["name"], "how": "mca_only"} for row in theirs]
    return pa.Table.from_pylist(matched + lone, schema=SCHEMA)


def townships(prefixes: Sequence[str] | None, system: str) -> Rows:
    table = read_places(prefixes, system="nbs" if system == "nbs" else "mca")
    return [row for row in table.to_pylist() if row["level"] == "township"]


def pairs(ours: Rows, theirs: Rows, how: str, key: Callable[[str], str]) -> list[dict[str, str | None]]:
    """Rows whose county and key agree, where the key occurs once on either side."""
    left, right = unique_by(ours, key), unique_by(theirs, key)
    return [
        {"nbs_code": row["code"], "mca_code": right[place]["code"], "name": row["name"], "how": how}
        for place, row in left.items()
        if place in right
    ]


def unique_by(rows: Rows, key: Callable[[str], str]) -> dict[tuple[str, str], dict[str, str]]:
    places = [(row["parent"], key(row["name"])) for row in rows]
    times = Counter(places)
    return {place: row for place, row in zip(places, rows, strict=True) if times[place] == 1}


def left_over(rows: Rows, matched: list[dict[str, str | None]], side: str) -> Rows:
    used = {pair[side] for pair in matched}
    return [row for row in rows if row["code"] not in used]
