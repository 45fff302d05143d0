"""What a feed says now (现行数据): all deliveries in force together, a later row of the same key replacing an earlier."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from shouwang.engine.model import Source
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.storage import get_table, put_table


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
    table = last_of_each_key(pa.concat_tables([get_table(path) for path in files], promote_options="default"))
    kept = [name for name in table.column_names if name in source.columns]  # how a row came is of no concern here
    inside, digest = put_table("effective", table.select(kept))
    ids = tuple(one.pk for one in ordered)
    return Effective(source.name, settings.STORE / inside, inside, digest, table.num_rows, ids)


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
