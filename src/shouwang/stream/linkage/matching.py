"""Matching (人员比对) of records and of whole feeds against the register: plain functions over Arrow tables.

A file is never refused for its content: what cannot be linked comes back for review or as unlinked. 依据: DESIGN 5.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.linking import FIELDS, LATIN, Linkage, Linked, link_unlabelled
from shouwang.engine.model import Source

GIVEN = 0
"""Tier of a row that came with the register's own resident or household id."""
NOTES = {
    "digit": "证件号码差一位已更正",
    "relative_card": "所持为同户亲属证件，按本人姓名等匹配",
    "household": "只能确定到户",
}

LinkResult = Linked
Model = Mapping[str, Any] | Path | str


@dataclass(frozen=True)
class LinkedFeed:
    """A feed after linking.

    table holds every row in its order with resident_id, household_id, link_tier (0 given, 1-3, null none) and
    link_score; review holds candidates per row_no (from 0); unlinked the rows that nobody was found for.
    """

    table: pa.Table
    review: pa.Table
    unlinked: pa.Table


def link_records(
    records: pa.Table,
    residents: pa.Table,
    households: pa.Table,
    *,
    places: pa.Table | None = None,
    model: Model | None = None,
    entity: Literal["resident", "household"] = "resident",
    memory_limit: str = "2GB",
) -> LinkResult:
    """Link records by identity columns (name, id_number, birth_on, sex, place_name, phone; any may be absent).

    links: row_no, resident_id, household_id, tier, score, evidence. review: row_no, resident_id, household_id, score,
    reason (中文), evidence. unlinked: row numbers from 0. places (place_code, name) gives villages their names.
    """
    with Linkage(residents, households, places=places, model=model, memory_limit=memory_limit) as linkage:
        return linkage.link(records, entity=entity)


def link_foreign(records: pa.Table, residents: pa.Table, *, same_people: bool = False) -> LinkResult:
    """Link people with names in Latin letters (外籍配偶等) to those among the residents, by what the two files teach.

    Both sides bring given_name and surname (or name), id_number, birth_on, sex, place_name, postcode, address, phone; any
    may be absent. same_people says that both are lists of the same people, each once. Tables are as of link_records.
    """
    return link_unlabelled(records, residents, scheme=LATIN, same_people=same_people)


def link_feed(
    table: pa.Table,
    source: Source,
    residents: pa.Table,
    households: pa.Table,
    *,
    places: pa.Table | None = None,
    model: Model | None = None,
    linkage: Linkage | None = None,
) -> LinkedFeed:
    """Link a feed's rows to residents, or to households when the source is about households.

    Rows that name a resident or household of the register keep it; the rest are linked by identity. Give a prepared
    linkage of the same register when many feeds are linked one after another.
    """
    given = _given(table, residents, households)
    open_rows = np.flatnonzero(pc.is_null(given["household_id"]).to_numpy(zero_copy_only=False))
    records = table.take(pa.array(open_rows))
    entity: Literal["resident", "household"] = "household" if source.entity == "household" else "resident"
    if linkage is None:
        found = link_records(records, residents, households, places=places, model=model, entity=entity)
    else:
        found = linkage.link(records, entity=entity)
    review = found.review.set_column(0, "row_no", pa.array(open_rows[found.review["row_no"].to_numpy()]))
    unlinked = table.take(pa.array(open_rows[found.unlinked.to_numpy()]))
    return LinkedFeed(_filled(table, given, found.links, open_rows), review, unlinked)


def train_model(
    records: pa.Table, residents: pa.Table, households: pa.Table, *, places: pa.Table | None = None
) -> dict[str, Any]:
    """Learn a model from a county's own data; save it as JSON and give it to link_records(model=...).

    True agreement is learnt from records that share a valid number with a resident, chance agreement from random
    pairs: records should be a usual department file of some ten thousand rows with names, birth dates and places.
    """
    with Linkage(residents, households, places=places) as linkage:
        return linkage.train(records)


def evidence_text(evidence: str) -> str:
    """What a link rests on, in 中文 for the screen: 姓名同音，出生日期相同，所在村同村。"""
    said = json.loads(evidence)
    parts = []
    for field in LATIN.fields if LATIN.fields[0].name in said else FIELDS:
        titles = {level.code: level.title for level in field.levels} | {"other": "不同"}
        if said.get(field.name) in titles:
            parts.append(f"{field.title}{titles[said[field.name]]}")
    parts += [NOTES[said["note"]]] if said.get("note") in NOTES else []
    return "，".join(parts) + "。" if parts else "没有可比对的信息。"


def _given(table: pa.Table, residents: pa.Table, households: pa.Table) -> dict[str, pa.Array]:
    """Ids that rows brought along and the register knows; a resident's household goes with the resident."""
    resident, at = _known(table, "resident_id", residents)
    household, _ = _known(table, "household_id", households)
    return {"resident_id": resident, "household_id": pc.coalesce(_text(residents["household_id"].take(at)), household)}


def _known(table: pa.Table, name: str, register: pa.Table) -> tuple[pa.Array, pa.Array]:
    """The ids of a column that the register knows, and the first row there that bears each.

    The register's ids are looked up among those of the file: the other way round millions would be made ready for few.
    """
    values = _text(table[name]) if name in table.column_names else pa.nulls(table.num_rows, pa.string())
    asked = values.drop_null().unique()
    if len(asked) == 0:
        return pa.nulls(len(values), pa.string()), pa.nulls(len(values), pa.int64())
    met = pc.index_in(_text(register[name]), value_set=asked)
    first = np.full(len(asked), -1)
    first[met.drop_null().to_numpy()[::-1]] = np.flatnonzero(met.is_valid())[::-1]
    at = pa.array(first, mask=first < 0).take(pc.index_in(values, value_set=asked, skip_nulls=True))
    return pc.if_else(pc.is_valid(at), values, None), at


def _text(column: pa.ChunkedArray) -> pa.Array:
    return pc.cast(column, pa.string()).combine_chunks()


def _filled(table: pa.Table, given: dict[str, pa.Array], links: pa.Table, open_rows: np.ndarray[Any, Any]) -> pa.Table:
    at = np.full(table.num_rows, -1)
    at[open_rows[links["row_no"].to_numpy()]] = np.arange(links.num_rows)
    spot = pc.if_else(pa.array(at >= 0), pa.array(at), None)
    found = {name: links[name].combine_chunks().take(spot) for name in ("resident_id", "household_id", "tier", "score")}
    came_linked = pc.if_else(pc.is_valid(given["household_id"]), pa.scalar(GIVEN, pa.int8()), None)
    columns = {
        "resident_id": pc.coalesce(given["resident_id"], found["resident_id"]),
        "household_id": pc.coalesce(given["household_id"], found["household_id"]),
        "link_tier": pc.coalesce(came_linked, found["tier"]),
        "link_score": found["score"],
    }
    for name, column in columns.items():
        at_column = table.schema.get_field_index(name)
        table = table.append_column(name, column) if at_column < 0 else table.set_column(at_column, name, column)
    return table
