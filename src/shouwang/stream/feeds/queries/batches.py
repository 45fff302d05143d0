"""What a feed says now (现行数据): all deliveries in force together, a later row of the same key replacing an earlier."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from shouwang.engine.model import Source
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.storage import get_table, put_table

FORMAT = "2"  # raise when the rows of the same files are put together otherwise
MOST_PARTS = 32
"""Parts that a feed may consist of before it is put together as one; each is a file to open."""


@dataclass(frozen=True)
class Part:
    """Some rows of a feed in force: a file in the store, addressed by its content."""

    inside: str
    sha256: str
    rows: int

    @property
    def path(self) -> Path:
        return settings.STORE / self.inside


@dataclass(frozen=True)
class Effective:
    """The rows of one feed in force, in one or several parts, and the deliveries that they were made from."""

    feed: str
    parts: tuple[Part, ...]
    deliveries: tuple[int, ...]

    @property
    def paths(self) -> list[Path]:
        return [part.path for part in self.parts]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)


def effective_feed(source: Source) -> Effective | None:
    """The rows of a feed in force as Parquet files addressed by their content; None when nothing was delivered.

    A delivery received later replaces rows of the same key, so that corrections count; but one whose whole period lies
    before that of another never overwrites it, so that a file that arrives late does no harm.
    """
    found = Delivery.objects.filter(feed=source.name).effective()
    ordered = in_order(list(found.order_by("received_at", "id")))
    if not ordered:
        return None
    files = [path for one in ordered for path in (one.batch_path, one.resolved_path) if path]
    return Effective(source.name, put_together(source, files), tuple(one.pk for one in ordered))


def put_together(source: Source, files: list[str]) -> tuple[Part, ...]:
    """The rows of the files of a feed, the last of each key; the files are named by their content.

    What was put together before is written down and not done again. Files that came since and replace nothing make
    a part of their own beside what stands; else, and when parts become many, all is put together as one.
    """
    kept = _Kept(source)
    before, parts = kept.last()
    if files[: len(before)] != before:
        before, parts = [], ()
    since = files[len(before) :]
    if since:
        rows = _last_rows(since)
        if before and len(parts) < MOST_PARTS and not kept.replaced(parts, rows["row_key"]):
            parts = (*parts, kept.part(rows))
        else:
            parts = (kept.part(_last_rows(files) if before else rows),)
        kept.write_down(files, parts)
    return parts


def _last_rows(files: list[str]) -> pa.Table:
    return last_of_each_key(pa.concat_tables([get_table(path) for path in files], promote_options="default"))


class _Kept:
    """What a feed was put together of the last time, and the keys of its parts, mapped and never decoded."""

    def __init__(self, source: Source) -> None:
        self.columns = [FORMAT, *source.columns]
        self.folder = settings.HOME / "cache" / f"effective-{source.name}"
        self.told = self.folder / "parts.json"

    def last(self) -> tuple[list[str], tuple[Part, ...]]:
        """Files and parts; none where a part is lost or the contract is another."""
        told = json.loads(self.told.read_text(encoding="utf-8")) if self.told.exists() else {}
        parts = tuple(Part(*one) for one in told.get("parts", ()))
        whole = all(part.path.exists() and self._keys(part).exists() for part in parts)
        return (told["files"], parts) if whole and told.get("columns") == self.columns else ([], ())

    def part(self, rows: pa.Table) -> Part:
        """Put rows into the store as a part of the feed."""
        kept = [name for name in rows.column_names if name in self.columns]  # how a row came is of no concern here
        part = Part(*put_table("effective", rows.select(kept)), rows.num_rows)
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            _whole(self._keys(part)) as partial,
            pa.ipc.new_file(str(partial), pa.schema([rows.field("row_key")])) as file,
        ):
            file.write_table(rows.select(["row_key"]))
        return part

    def replaced(self, parts: tuple[Part, ...], keys: pa.ChunkedArray) -> bool:
        """Whether any row that came has the key of one that is there."""
        there = (pa.ipc.open_file(pa.memory_map(str(self._keys(part)))).read_all()["row_key"] for part in parts)
        return any(pc.any(pc.is_in(found, value_set=keys)).as_py() for found in there)

    def write_down(self, files: list[str], parts: tuple[Part, ...]) -> None:
        """Remember this for the next time; keys of other parts are of no use any more."""
        told = {"columns": self.columns, "files": files, "parts": [astuple(part) for part in parts]}
        with _whole(self.told) as partial:
            partial.write_text(json.dumps(told), encoding="utf-8")
        for old in {*self.folder.glob("*.keys")} - {self._keys(part) for part in parts}:
            old.unlink(missing_ok=True)

    def _keys(self, part: Part) -> Path:
        return self.folder / f"{part.sha256}.keys"


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write a file that shall be under its name only when it is whole."""
    partial = path.with_name(f"{path.name}.{uuid4().hex}.partial")
    yield partial
    partial.replace(path)


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
