"""The practice county (练习县): sixty synthetic households of two villages, chosen so that every kind of case is among them.

Two villages are made far too large, and of each kind of trouble a few households are kept; so a course of an afternoon
meets what a real county meets in a year. All names and numbers are synthetic, ID numbers begin with 99.
"""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils import timezone

from shouwang import synth
from shouwang.surfaces.cli.demo_data import County

VILLAGES = ("431003101202", "431003101203")
RESIDENTS, SEED = 15_000, 20262
HOUSEHOLDS, OF_EACH_TROUBLE, WATCHED, RECORDED = 60, 2, 16, 6
BAD_EVERY = 12
LONG_WATCHED = timedelta(days=230)
"""A household that has been watched for so long may be on its way out."""


def practice_county(home: Path) -> County:
    """The small county for courses."""
    return County(home / "training" / str(SEED), f"合成练习数据 {HOUSEHOLDS} 户", _make, bad_every=BAD_EVERY)


def _make(data: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_villages(Path(folder))
        gather(Path(folder), data)


def make_villages(whole: Path) -> None:
    """Two villages, far larger than any village is."""
    synth.make(
        residents=RESIDENTS,
        seed=SEED,
        as_of=timezone.localdate(),
        out=whole,
        places=VILLAGES,
        linked=False,
        pack=settings.PACK,
    )


def gather(whole: Path, data: Path) -> None:
    """The register and the departments' files of the chosen households alone."""
    kept = pa.array(sorted(chosen_households(whole)))
    for path in sorted((whole / "register").glob("*.parquet")):
        table = pq.read_table(path)
        _write(data / "register" / path.name, table.filter(pc.is_in(table["household_id"], kept)))
    links = pq.read_table(whole / "truth" / "links.parquet")
    links = links.filter(pc.is_in(links["household_id"], kept))
    for path in sorted((whole / "feeds").glob("*.parquet")):
        rows = links.filter(pc.equal(links["feed"], path.stem))["row_no"]
        _write(data / "feeds" / path.name, pq.read_table(path).take(rows))


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def chosen_households(whole: Path) -> set[str]:
    """The sixty: some of every trouble that was planted, some that are watched, some on the record, the rest ordinary."""
    homes = pq.read_table(whole / "register" / "households.parquet").to_pylist()
    troubles = pq.read_table(whole / "truth" / "cases.parquet").to_pylist()
    kept: dict[str, None] = {}
    for story in sorted({one["story"] for one in troubles}):
        _take(kept, (one["household_id"] for one in troubles if one["story"] == story), OF_EACH_TROUBLE)
    _take(kept, _watched(homes), WATCHED)
    _take(kept, _of_kind(homes, "exited_poverty"), RECORDED)
    _take(kept, _of_kind(homes, "ordinary"), HOUSEHOLDS - len(kept))
    return set(kept)


def _watched(homes: list[dict[str, Any]]) -> Iterator[str]:
    """Watched households, one of every class in turn, those that may be on their way out first."""
    early = timezone.localdate() - LONG_WATCHED
    classes: dict[str, list[str]] = {}
    for one in sorted((one for one in homes if one["monitored_class"]), key=lambda one: one["monitored_on"] > early):
        classes.setdefault(one["monitored_class"], []).append(one["household_id"])
    return (found for row in zip_longest(*classes.values()) for found in row if found)


def _of_kind(homes: list[dict[str, Any]], kind: str) -> Iterator[str]:
    """Households of one kind from both villages in turn."""
    found = [one for one in homes if one["kind"] == kind and not one["monitored_class"]]
    step = max(1, len(found) // HOUSEHOLDS)
    return (one["household_id"] for one in found[::step])


def _take(kept: dict[str, None], households: Iterable[str], count: int) -> None:
    """Keep so many more that are not kept yet."""
    kept.update(dict.fromkeys(islice((one for one in households if one not in kept), count)))
