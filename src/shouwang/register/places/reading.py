"""Places (行政区划) as columns: province, prefecture, county, township and village with their codes.

Two code systems live side by side and must never be joined on a bare code: the statistics bureau's
(`nbs`, 统计用区划代码, down to the village) and civil affairs' (`mca`, 民政部区划代码, down to the township).
The same nine digits name different townships in the two; `crosswalk.py` goes from one to the other by name.
"""

import gzip
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from shouwang.kernel.errors import InputError

System = Literal["nbs", "mca"]

DATA = resources.files("shouwang.register.places") / "data"
SEEN_ON = {"nbs": date(2023, 6, 30), "mca": date(2026, 9, 11)}
"""The day on which each list described the country."""

LEVELS = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}
"""Length of a code → its level (省 市 县 乡 村)."""

SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("name", pa.string()),
        ("level", pa.string()),
        ("parent", pa.string()),
        ("system", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_until", pa.date32()),
    ]
)


def read_places(
    prefixes: Sequence[str] | None = None, *, system: System = "nbs", source: Path | None = None
) -> pa.Table:
    """Places (区划) of one code system below the given code prefixes, with their ancestors.

    Columns: code, name, level, parent (code, null for a province), system, valid_from, valid_until. Periods
    end exclusively; null means that no beginning or end is known. Without `source` the table holds the five
    areas shipped with the program; with it, the Parquet that `fetch_all_china` has written.

    Raises InputError when a prefix fits no place.
    """
    table = pq.read_table(source, schema=SCHEMA) if source else shipped_places(system)
    if prefixes is None:
        return table
    return within(table, prefixes)


def read_renames(prefixes: Sequence[str] | None = None) -> pa.Table:
    """County and prefecture changes (更名、改码、撤县设市) since 1981, known to the year.

    Columns: old_code, old_name, new_code, new_name (GB/T 2260), changed_in (year), document (批复文号 or null).
    An ID number keeps the county code of the year in which it was given, so old codes stay readable.
    """
    renames = read_csv("renames.csv", {"changed_in": pa.int64()})
    if prefixes is None:
        return renames
    return renames.filter(starts_with_any(renames["new_code"], prefixes))


def shipped_places(system: System) -> pa.Table:
    """The committed table of one code system, with the codes of former counties in `mca`."""
    rows = read_csv(f"{system}.csv.gz", {"withdrawn_by": pa.date32()})
    until = rows["withdrawn_by"] if system == "mca" else None
    current = as_places(rows["code"], rows["name"], system=system, valid_until=until)
    return dated_by_renames(current) if system == "mca" else current


def as_places(
    codes: pa.ChunkedArray, names: pa.ChunkedArray, *, system: str, valid_until: pa.ChunkedArray | None = None
) -> pa.Table:
    """Codes and names as a table of places; level and parent follow from the length of the code."""
    lengths = pc.utf8_length(codes)
    nothing = pa.nulls(len(codes), pa.string())
    level, parent = nothing, nothing
    for shorter, longer in zip((0, *LEVELS), LEVELS, strict=False):
        here = pc.equal(lengths, longer)
        level = pc.if_else(here, LEVELS[longer], level)
        if shorter:
            parent = pc.if_else(here, pc.utf8_slice_codeunits(codes, 0, shorter), parent)
    unknown = pa.nulls(len(codes), pa.date32())
    until = unknown if valid_until is None else valid_until
    return pa.table([codes, names, level, parent, pa.repeat(system, len(codes)), unknown, until], schema=SCHEMA)


def dated_by_renames(places: pa.Table) -> pa.Table:
    """Places with the former counties added; in the year of a change both codes are valid."""
    renames = read_renames().to_pylist()
    began = {r["new_code"]: date(r["changed_in"], 1, 1) for r in renames if r["new_code"] != r["old_code"]}
    rows = places.to_pylist()
    for row in rows:
        row["valid_from"] = began.get(row["code"])
    for rename in renames:
        if rename["old_code"] != rename["new_code"]:
            rows.append(former_place(rename))
    known = {row["code"] for row in rows}
    for row in rows:
        row["parent"] = row["parent"] if row["parent"] in known else None
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def former_place(rename: dict[str, object]) -> dict[str, object]:
    """The row of a place whose code was given up in the year of the change."""
    code, year = str(rename["old_code"]), int(str(rename["changed_in"]))
    return {
        "code": code,
        "name": rename["old_name"],
        "level": LEVELS[len(code)],
        "parent": code[:-2],
        "system": "mca",
        "valid_from": None,
        "valid_until": date(year + 1, 1, 1),
    }


def within(table: pa.Table, prefixes: Sequence[str]) -> pa.Table:
    """The rows whose code starts with one of the prefixes, and the ancestors of those rows."""
    inside = starts_with_any(table["code"], prefixes)
    for prefix in prefixes:
        if not pc.any(pc.starts_with(table["code"], prefix)).as_py():
            remedy = "load all of China with `shouwang places load --all`, or use 4310, 5223, 6230, 511504, 532601"
            raise InputError(f"no place has a code that starts with {prefix}", remedy)
    ancestors = pa.array(sorted({prefix[:n] for prefix in prefixes for n in LEVELS if n < len(prefix)}), pa.string())
    return table.filter(pc.or_(inside, pc.is_in(table["code"], ancestors)))


def starts_with_any(codes: pa.ChunkedArray, prefixes: Sequence[str]) -> pa.ChunkedArray:
    found = pa.chunked_array([pa.repeat(False, len(codes))])
    for prefix in prefixes:
        found = pc.or_(found, pc.starts_with(codes, prefix))
    return found


def read_csv(name: str, types: dict[str, pa.DataType]) -> pa.Table:
    """One committed data file; every column is text unless its type is given, empty cells are null."""
    data = (DATA / name).read_bytes()
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    columns = data.split(b"\n", 1)[0].decode("utf-8").split(",")
    options = pa.csv.ConvertOptions(
        column_types={column: types.get(column, pa.string()) for column in columns}, strings_can_be_null=True
    )
    return pa.csv.read_csv(pa.BufferReader(data), convert_options=options)
