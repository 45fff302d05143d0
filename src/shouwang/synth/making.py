"""Making a synthetic prefecture (生成合成数据): blocks of households one after another, written as they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shouwang.kernel.errors import InputError
from shouwang.synth import departments
from shouwang.synth.block import block_of
from shouwang.synth.chance import Draws
from shouwang.synth.columns import labels
from shouwang.synth.deliveries import feeds_of
from shouwang.synth.doubts import Doubts
from shouwang.synth.identities import Identities
from shouwang.synth.numbering import Numbering
from shouwang.synth.register_tables import register_tables
from shouwang.synth.rows import Rows, household_ids, resident_ids
from shouwang.synth.slips import ErrorRates
from shouwang.synth.stories import STORIES
from shouwang.synth.villages import Villages, settle
from shouwang.synth.world import World
from shouwang.synth.writing import Folder

BLOCK = 65_536
"""Households per block: about 200,000 residents, which bounds the memory."""
MOST_IN_SHEETS = 200_000
Progress = Callable[[int, int], None]


def make(
    *, residents: int, seed: int, as_of: date, out: Path, places: Sequence[str] | None = None,
    progress: Progress | None = None, linked: bool = True, formats: str = "parquet", rates: ErrorRates | None = None,
    pack: str = departments.NATIONAL,
) -> dict[str, Any]:  # fmt: skip
    """Write a synthetic prefecture to ``out/register``, ``out/feeds`` and ``out/truth``; returns a summary.

    ``linked`` feeds carry resident_id and household_id; otherwise they carry identity columns with slips at the given
    ``rates``, and truth/links.parquet says whom every row (row_no from 0) means. ``formats`` is parquet, or csv or xlsx
    with 中文 headers for small sizes. ``progress(done, total)`` is called after every block. Feeds that only ``pack``
    has are made too, beside the others, which do not change. The same arguments give byte-identical tables. Raises
    InputError when something asked for cannot be made.
    """
    _checked(residents, formats)
    out = Path(out)
    day = np.datetime64(as_of, "D")
    villages = settle(residents, seed=seed, places=places)
    feeds = feeds_of(departments.sources(pack))
    with Folder(out) as folder:
        for world in blocks(residents=residents, seed=seed, as_of=day, villages=villages):
            folder.add(_tables(world, feeds, None if linked else rates or ErrorRates(), folder.rows))
            if progress is not None:
                progress(int(world.people.number[-1]), residents)
    if formats != "parquet":
        departments.convert(out, formats, pack=pack)
    return {
        "residents": residents, "households": folder.rows["register/households"], "villages": len(villages.code),
        "seed": seed, "as_of": as_of.isoformat(), "linked": linked, "formats": formats, "rows": folder.rows,
    }  # fmt: skip


def blocks(*, residents: int, seed: int, as_of: np.datetime64, villages: Villages) -> Iterator[World]:
    """The worlds of all blocks in order, with exactly so many residents together."""
    numbering = Numbering(as_of)
    households, people = 0, 0
    block = 0
    while people < residents:
        count = min(BLOCK, (residents - people) // 2 + 40)
        world = block_of(
            Draws(seed, block), as_of, villages, numbering,
            first=(households, people), households=count, residents=residents - people,
        )  # fmt: skip
        yield world
        households, people, block = households + len(world.homes), people + len(world.people), block + 1


def _checked(residents: int, formats: str) -> None:
    if residents < 1:
        raise InputError(f"{residents} residents cannot be made", "ask for at least one resident")
    if formats not in ("parquet", "csv", "xlsx"):
        raise InputError(f"unknown format {formats}", "use parquet, csv or xlsx")
    if formats == "xlsx" and residents > MOST_IN_SHEETS:
        raise InputError(f"{residents} residents do not fit into worksheets", "use parquet or csv")


def _tables(
    world: World, feeds: Mapping[str, Callable[[World], Rows]], rates: ErrorRates | None, rows: dict[str, int]
) -> dict[str, pa.Table]:
    """All tables of one block by path; ``rows`` says how many rows each file has so far."""
    doubts = Doubts(world)
    tables = {f"register/{name}": table for name, table in register_tables(world, doubts).items()}
    identities = None if rates is None else Identities(world, rates)
    links = []
    for name, feed in feeds.items():
        found = feed(world)
        if identities is None:
            tables[f"feeds/{name}"] = _linked(world, found)
            continue
        columns, truth = identities.attach(found)
        tables[f"feeds/{name}"] = pa.table(columns)
        links.append(_numbered(name, truth, rows.get(f"feeds/{name}", 0)))
    tables["truth/cases"] = cases(world)
    tables["truth/doubts"] = doubts.table()
    return tables | ({"truth/links": pa.concat_tables(links)} if links else {})


def _linked(world: World, rows: Rows) -> pa.Table:
    identity = {} if rows.person is None else {"resident_id": resident_ids(world, rows.person)}
    return pa.table(identity | {"household_id": household_ids(world, rows.home)} | rows.columns)


def _numbered(name: str, truth: pa.Table, begin: int) -> pa.Table:
    """The truth of one feed's rows with the feed's name and the rows' places in the file."""
    feed = labels(np.zeros(len(truth), int), (name,))
    return pa.table({
        "feed": feed, "row_no": pa.array(np.arange(begin, begin + len(truth))),
        **{column: truth[column] for column in truth.column_names},
    })  # fmt: skip


def cases(world: World) -> pa.Table:
    """The planted households (真实困难户): story, member whom it befell, factor and level to expect."""
    who = np.flatnonzero(world.people.chosen)
    home = world.people.home[who]
    story = world.homes.story[home] - 1
    return pa.table({
        "household_id": household_ids(world, home),
        "resident_id": resident_ids(world, who),
        "story": labels(story, [story.name for story in STORIES]),
        "expected_factor": labels(story, [story.factor for story in STORIES]),
        "expected_level_hint": labels(story, [story.level for story in STORIES]),
    })  # fmt: skip
