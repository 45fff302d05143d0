"""Rows in doubt become items of the review queue (生成待核对), by COPY."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from shouwang.kernel.bulk import analyse, copy_into_protected
from shouwang.register.ledger.keys import keyring
from shouwang.stream.linkage.choices import ReviewStatus
from shouwang.stream.linkage.models import LinkReview
from shouwang.stream.linkage.people import KnownPeople
from shouwang.stream.linkage.rows import Sorted

PLACE = "linkage_review.identity"


def add_reviews(*, delivery: Any, rows: Sorted, people: KnownPeople) -> int:
    """Add one item per row in doubt with its candidates, likeliest first; inside the acceptance's transaction."""
    if not rows.pending.num_rows:
        return 0
    grouped = _grouped(rows.review, people)
    at = pc.index_in(rows.identities["row_no"], value_set=grouped["file_row_no"].combine_chunks())
    grouped = grouped.take(at)
    row_nos = rows.identities["row_no"]
    count = rows.identities.num_rows
    keys = [f"{delivery.pk}-{row_no}" for row_no in row_nos.to_pylist()]
    table = pa.table({
        "key": keys,
        "delivery_id": pa.repeat(delivery.pk, count),
        "row_no": row_nos,
        "feed": pa.repeat(delivery.feed, count),
        "place_number": pc.cast(grouped["place_code"], pa.int64()),
        "identity_cipher": pa.array(keyring().encrypt_all(PLACE, keys, _snapshots(rows.identities)), pa.string()),
        "candidates": grouped["candidates"],
        "score": grouped["score"],
        "reason": grouped["reason"],
        "status": pa.repeat(str(ReviewStatus.OPEN.value), count),
        "resolution_reason": pa.repeat("", count),
    })  # fmt: skip
    with connection.cursor() as cursor:
        kept = copy_into_protected(cursor, LinkReview._meta.db_table, table)
        analyse(cursor, LinkReview._meta.db_table)
        return kept


def _grouped(review: pa.Table, people: KnownPeople) -> pa.Table:
    """Candidates of each row as one JSON list, with the score, reason and village of the likeliest."""
    each = pc.binary_join_element_wise(
        '{"resident_id": "', review["resident_id"], '", "household_id": "', review["household_id"], '", "score": ',
        pc.cast(pc.round(review["score"], 4), pa.string()), ', "evidence": ', review["evidence"], "}", "",
    )  # fmt: skip
    review = review.append_column("each", each)
    village = people.of_residents("place_code", review["resident_id"].combine_chunks())
    review = review.append_column("place_code", village)
    columns = [("each", "list"), ("score", "max"), ("reason", "first"), ("place_code", "first")]
    grouped = review.group_by("file_row_no", use_threads=False).aggregate(columns)
    joined = pc.binary_join_element_wise("[", pc.binary_join(grouped["each_list"], ", "), "]", "")
    return pa.table({
        "file_row_no": grouped["file_row_no"], "candidates": joined, "score": grouped["score_max"],
        "reason": grouped["reason_first"], "place_code": grouped["place_code_first"],
    })  # fmt: skip


def _snapshots(identities: pa.Table) -> list[str | None]:
    rows = identities.drop_columns(["row_no"]).to_pylist()
    return [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
