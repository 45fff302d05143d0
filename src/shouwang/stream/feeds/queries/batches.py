"""What a feed says now (现行数据): all deliveries in force together, a later row of the same key replacing an earlier."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from shouwang.engine.model import Source
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.storage import get_table, put_table

FORMAT = "1"  # raise when the rows of the same files are put together otherwise


@dataclass(frozen=True)
class Effective:
    """The rows of one feed in force: a file in the store and the deliveries that it was made from."""

    feed: str
    path: Path
    inside: str
    sha256: str
    rows: int
    deliveries: tuple[int, ...]


def effective_feed(source: Source) -> Effective | None:
    """The rows of a feed in force as one Parquet file addressed by its content; None when nothing was delivered.

    A delivery received later replaces rows of the same key, so that corrections count; but one whose whole period lies
    before that of another never overwrites it, so that a file that arrives late does no harm.
    """
    found = Delivery.objects.filter(feed=source.name).effective()
    ordered = in_order(list(found.order_by("received_at", "id")))
    if not ordered:
        return None
    files = [path for one in ordered for path in (one.batch_path, one.resolved_path) if path]
    inside, digest, rows = _put_together(source, files)
    ids = tuple(one.pk for one in ordered)
    return Effective(source.name, settings.STORE / inside, inside, digest, rows, ids)


def _put_together(source: Source, files: list[str]) -> tuple[str, str, int]:
    """Path, hash and rows of the files of a feed as one; files are named by their content, so the same make the same.

    What was put together before is written down and not done again: when one feed arrives, the others stand.
    """
    asked = hashlib.sha256("|".join([FORMAT, *source.columns, "", *files]).encode()).hexdigest()
    known = settings.HOME / "cache" / f"effective-{source.name}" / f"{asked}.json"
    if known.exists():
        inside, digest, rows = json.loads(known.read_text(encoding="utf-8"))
        if (settings.STORE / inside).exists():
            return inside, digest, rows
    table = last_of_each_key(pa.concat_tables([get_table(path) for path in files], promote_options="default"))
    kept = [name for name in table.column_names if name in source.columns]  # how a row came is of no concern here
    inside, digest = put_table("effective", table.select(kept))
    _write_down(known, json.dumps([inside, digest, table.num_rows]))
    return inside, digest, table.num_rows


def _write_down(known: Path, text: str) -> None:
    """Under its name only when it is whole; of the same feed only this one stays."""
    known.parent.mkdir(parents=True, exist_ok=True)
    partial = known.with_name(f"{known.name}.{uuid4().hex}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(known)
    for old in known.parent.glob("*.json"):
        if old != known:
            old.unlink(missing_ok=True)


def in_order(received: list[Delivery]) -> list[Delivery]:
    """Deliveries in the order in which they overwrite each other, from that in which they were received."""
    ordered: list[Delivery] = []
    for late in received:
        newer = (at for at, other in enumerate(ordered) if _lies_before(late, other))
        ordered.insert(next(newer, len(ordered)), late)
    return ordered


def _lies_before(one: Delivery, other: Delivery) -> bool:
    return bool(one.period_until and other.period_from and one.period_until <= other.period_from)


def last_of_each_key(table: pa.Table) -> pa.Table:
    """Of the rows with one key the last, all others as they come."""
    numbered = table.select(["row_key"]).append_column("place", pa.array(np.arange(table.num_rows)))
    last = numbered.group_by("row_key", use_threads=False).aggregate([("place", "max")])["place_max"]
    return table.take(last.take(pc.sort_indices(last)))
