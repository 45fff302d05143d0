"""What linking makes of a file's rows (匹配后的行): which are accepted, which wait for a person, which fit nobody."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Source
from shouwang.stream.feeds.choices import IDENTITY_COLUMNS, IDENTITY_TYPES
from shouwang.stream.linkage.people import KnownPeople


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
    from shouwang.stream.linkage.matching import link_feed  # heavy: only who links pays for it

    linked = link_feed(table, source, people.residents, people.households, linkage=people.linkage)
    entity = "resident_id" if source.entity == "resident" else "household_id"
    wanted = pc.is_valid(linked.table[entity])
    anonymous = _without_identity(linked.table, source)
    accepted = anonymous.filter(wanted)
    sure = np.flatnonzero(wanted.to_numpy())
    in_doubt = pa.array(np.setdiff1d(linked.review["row_no"].to_numpy(), sure))
    identity = [name for name in ("row_no", *IDENTITY_COLUMNS) if name in table.column_names]
    return Sorted(
        accepted=accepted.append_column("row_key", row_keys(accepted, source, batch)),
        pending=anonymous.take(in_doubt).drop_columns(["household_id", "resident_id", "link_tier", "link_score"]),
        identities=table.select(identity).take(in_doubt),
        review=linked.review.append_column("file_row_no", table["row_no"].take(linked.review["row_no"])),
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


def _without_identity(table: pa.Table, source: Source) -> pa.Table:
    """The columns of a batch: neither names nor numbers of people, nor what they were linked by."""
    kept = [
        name
        for name, column in source.columns.items()
        if name in table.column_names
        and name not in (*IDENTITY_COLUMNS, "resident_id", "household_id")
        and column.type not in IDENTITY_TYPES
    ]
    return table.select(["row_no", *kept, "household_id", "resident_id", "link_tier", "link_score"])


def _tiers(accepted: pa.Table) -> dict[str, int]:
    counted = accepted["link_tier"].value_counts().to_pylist()
    return {str(row["values"]): row["counts"] for row in sorted(counted, key=lambda row: row["values"])}
