"""What linking makes of a file's rows (匹配后的行): which are accepted, which wait for a person, which fit nobody."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Source
from shouwang.stream.feeds.choices import IDENTITY_COLUMNS, IDENTITY_TYPES
from shouwang.stream.linkage.people import KnownPeople

GIVEN = 0
"""Tier of a row that came with the resident's or household's own number."""


@dataclass(frozen=True)
class Sorted:
    """A file after linking: accepted rows without identity, rows in doubt with and without it, and how many fit nobody."""

    accepted: pa.Table
    pending: pa.Table
    identities: pa.Table
    review: pa.Table
    unlinked: int
    tiers: dict[str, int]


def sort_rows(table: pa.Table, source: Source, people: KnownPeople, batch: str) -> Sorted:
    """Link the rows of a file against the people of an area; `batch` makes the keys of keyless rows its own."""
    if "row_no" not in table.column_names:
        table = table.append_column("row_no", pa.array(np.arange(1, table.num_rows + 1)))
    known = _given(table, people)
    open_rows = np.flatnonzero(known.column("tier").to_numpy() < 0)
    entity: Any = source.entity
    found = people.linkage.link(table.take(pa.array(open_rows)), entity=entity)
    known = _with_links(known, found.links, open_rows)
    wanted = (
        known[f"{source.entity}_id"].is_valid() if source.entity == "resident" else known["household_id"].is_valid()
    )
    anonymous = _without_identity(table, source)
    accepted = _with_ids(anonymous, known, source).filter(wanted)
    review = found.review.set_column(0, "row", pa.array(open_rows[found.review["row_no"].to_numpy()]))
    in_doubt = np.setdiff1d(review["row"].to_numpy(), np.flatnonzero(wanted.to_numpy()))
    doubtful = pc.is_in(pa.array(np.arange(table.num_rows)), value_set=pa.array(in_doubt))
    return Sorted(
        accepted=accepted.append_column("row_key", row_keys(accepted, source, batch)),
        pending=anonymous.filter(doubtful),
        identities=table.select([name for name in ("row_no", *IDENTITY_COLUMNS) if name in table.column_names]).filter(
            doubtful
        ),
        review=review.append_column("file_row_no", table["row_no"].take(review["row"])),
        unlinked=table.num_rows - accepted.num_rows - len(in_doubt),
        tiers=_tiers(accepted),
    )


def row_keys(table: pa.Table, source: Source, batch: str) -> pa.Array:
    """One text per row by which a later delivery replaces it: the contract's key, the linked id in place of an ID number.

    A row whose key is incomplete keeps a key of its own.
    """
    own = pc.binary_join_element_wise(batch, pc.cast(table["row_no"], pa.string()), "#")
    if not source.key:
        return own
    linked = f"{source.entity}_id"
    names = [linked if source.columns[name].type in IDENTITY_TYPES else name for name in source.key]
    parts = [pc.cast(table[name], pa.string()) for name in dict.fromkeys(names)]
    return pc.coalesce(pc.binary_join_element_wise(*parts, "|"), own)


def _given(table: pa.Table, people: KnownPeople) -> pa.Table:
    """Per row the resident and household that the file itself names, where they exist; tier -1 where it names none."""
    rows = table.num_rows
    nobody = pa.nulls(rows, pa.string())
    resident = table["resident_id"].combine_chunks() if "resident_id" in table.column_names else nobody
    household = table["household_id"].combine_chunks() if "household_id" in table.column_names else nobody
    resident = pc.if_else(pa.array(people.known("resident_id", resident) >= 0), resident, None)
    household = pc.if_else(pa.array(people.known("household_id", household) >= 0), household, None)
    household = pc.coalesce(people.of_residents("household_id", resident), household)
    tier = pc.if_else(pc.is_valid(household), GIVEN, -1)
    return pa.table({
        "resident_id": resident, "household_id": household, "tier": pc.cast(tier, pa.int8()),
        "score": pa.nulls(rows, pa.float64()),
    })  # fmt: skip


def _with_links(known: pa.Table, links: pa.Table, open_rows: np.ndarray[Any, Any]) -> pa.Table:
    """Fill in what linking has found; `links` count the rows that were open."""
    at = np.full(known.num_rows, -1)
    at[open_rows[links["row_no"].to_numpy()]] = np.arange(links.num_rows)
    spot = pc.if_else(pa.array(at >= 0), pa.array(at), None)
    columns = {}
    for name in ("resident_id", "household_id", "tier", "score"):
        mine, found = known[name].combine_chunks(), links[name].combine_chunks()
        columns[name] = pc.if_else(pc.is_valid(spot), pc.cast(found.take(spot), mine.type), mine)
    return pa.table(columns)


def _without_identity(table: pa.Table, source: Source) -> pa.Table:
    """The columns of a batch: neither names nor numbers of people, nor what they were linked by."""
    kept = [
        name
        for name, column in source.columns.items()
        if name in table.column_names
        and name not in (*IDENTITY_COLUMNS, "resident_id", "household_id")
        and column.type not in IDENTITY_TYPES
    ]
    return table.select(["row_no", *kept])


def _with_ids(table: pa.Table, known: pa.Table, source: Source) -> pa.Table:
    for name in ("household_id", "resident_id"):
        if name in source.columns:
            table = table.append_column(name, known[name])
    return table.append_column("link_tier", known["tier"]).append_column("link_score", known["score"])


def _tiers(accepted: pa.Table) -> dict[str, int]:
    counted = accepted["link_tier"].value_counts().to_pylist()
    return {str(row["values"]): row["counts"] for row in sorted(counted, key=lambda row: row["values"])}
