"""One feed of 10,000 rows arrives at a prefecture of 3 million: linked, its facts aggregated anew, all rules, published.

    python benchmarks/arrival.py --residents 3000000 --rows 10000 --runs 5
    python benchmarks/run.py --only arrival

Before the clock runs there is what a working installation has: the last screening of everyone, published, what it kept
for the next one, and a worker that holds the people ready for linking. Then a file of settlements comes (csv, 中文
headers, identities with slips). Timed from its receipt: opened and checked, receipt with its root, linked, kept, put
together with the rows of all files before (the last of each key), screened, and everything that changed published to
PostgreSQL, compared with the last run. Every run brings another file. Afterwards all files are put together and screened
from nothing, without a cache: the files of both must be the same byte for byte, or the benchmark ends with an error.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.delivery_ways import Clock  # noqa: E402
from benchmarks.linkage_noise import noisy_records  # noqa: E402
from shouwang.conf import env  # noqa: E402

FEED, PACK, AS_OF, PLACE, SEED = "medical_settlements", "hunan/chenzhou", date(2026, 11, 1), "4310", 7
AT = datetime(2026, 11, 2, tzinfo=UTC)
TABLES = ("warnings", "gaps", "doubts")


def main() -> None:
    """Make the people where they are missing, let the files arrive, print the figures."""
    given = _options()
    data = given.folder / f"{given.residents}-{PLACE}-{SEED}"
    if not data.exists():
        from shouwang.synth import make

        make(residents=given.residents, seed=SEED, as_of=AS_OF, out=data, places=[PLACE])
    scratch = Path(tempfile.mkdtemp(prefix="shouwang-bench-", dir="/var/tmp"))
    scratch.chmod(0o755)
    env.provide("SHOUWANG_HOME", str(scratch / "home"))
    from shouwang.surfaces.cli import serve

    serve.prepare()
    try:
        serve.migrate()
        print(json.dumps(Arrivals(data, scratch).measured(given.rows, given.runs)))
    finally:
        from django.db import connection

        connection.close()
        serve.stop_own_database()
        shutil.rmtree(scratch)


class Arrivals:
    """A prefecture at work: its inputs, its cache, its database, and the people held ready."""

    def __init__(self, data: Path, scratch: Path) -> None:
        from shouwang.policy import load_pack
        from shouwang.register.places.reading import read_places
        from shouwang.stream.screening.inputs import village_names

        self.scratch, self.pack = scratch, load_pack(PACK)
        self.source = self.pack.sources[FEED]
        self.register = {path.stem: path for path in sorted((data / "register").glob("*.parquet"))}
        self.feeds = {path.stem: [path] for path in sorted((data / "feeds").glob("*.parquet"))}
        self.places = village_names(read_places())
        self.residents, self.households = (pq.read_table(self.register[name]) for name in ("residents", "households"))
        self.settled = pq.read_table(self.feeds[FEED][0]).sort_by("settled_on")
        self.batches: list[str] = []
        self._keep(self.settled.append_column("row_no", pa.array(np.arange(self.settled.num_rows))))

    def measured(self, rows: int, runs: int) -> dict[str, Any]:
        """Get ready, then one file after the other."""
        from shouwang.engine.linking import Linkage

        clock = Clock()
        first = self._screened("first", self._in_force())
        clock.lap("first screening")
        self._publish(first)
        clock.lap("its publication")
        with Linkage(self.residents, self.households, places=self.places) as self.linkage:
            clock.lap("people made ready")
            before = clock.told({})
            self._arrive(self._file(rows, 0), 0)  # the worker has linked a file before
            found = [self._arrive(self._file(rows, number), number) for number in range(1, runs + 1)]
        return {
            "residents": self.residents.num_rows, "rows": rows, "runs": runs, "warnings": first.warnings.num_rows,
            "before": before["parts"], **_median(found), "same_bytes": self._same(runs), "peak_mb": found[-1]["peak_mb"],
        }  # fmt: skip

    def _arrive(self, path: Path, number: int) -> dict[str, Any]:
        """The whole way of one file, timed."""
        from shouwang.stream.feeds.reading import read_delivery
        from shouwang.stream.feeds.receipt import make_receipt
        from shouwang.stream.linkage.matching import link_feed

        clock = Clock()
        read = read_delivery(path, self.source)
        clock.lap("read")
        make_receipt(read, self.source, sequence=number)
        clock.lap("receipt")
        linked = link_feed(read.table, self.source, self.residents, self.households, linkage=self.linkage)
        clock.lap("link")
        self._keep(linked.table.filter(pa.compute.is_valid(linked.table["resident_id"])))
        feeds = self._in_force()
        clock.lap("store")
        run = self._screened(f"run-{number}", feeds)
        clock.lap("screen")
        self._publish(run)
        clock.lap("publish")
        took = {name: run.summary["seconds"][name] for name in ("read", "freeze", "screen")}
        return clock.told({"accepted": read.accepted, "screening": took, "reused": run.summary["reused_steps"]})

    def _keep(self, linked: pa.Table) -> None:
        """The linked rows of a file, without identity, in the store."""
        from shouwang.stream.feeds.storage import put_table
        from shouwang.stream.linkage.rows import row_keys

        told = [name for name in self.settled.column_names if name in linked.column_names]
        keys = row_keys(linked, self.source, str(len(self.batches)))
        self.batches.append(put_table("batches", linked.select(told).append_column("row_key", keys))[0])

    def _in_force(self) -> dict[str, list[Path]]:
        """All feeds, with what all files of the one say together."""
        from shouwang.stream.feeds.queries import put_together

        return self.feeds | {FEED: [part.path for part in put_together(self.source, self.batches)]}

    def _screened(self, name: str, feeds: dict[str, list[Path]], *, cached: bool = True) -> Any:
        from shouwang.stream.screening.running import screen

        return screen(
            pack=self.pack,
            register=self.register,
            feeds=feeds,
            as_of=AS_OF,
            cache=self.scratch / "cache" if cached else None,
            out=self.scratch / name,
            with_facts=False,
        )

    def _publish(self, run: Any) -> None:
        from shouwang.register.staff.queries import SYSTEM
        from shouwang.stream.screening.actions import publish_run
        from shouwang.stream.screening.models import Run

        begun = Run.objects.create(
            pack=PACK, pack_version="1", as_of=AS_OF, range_low=431000000000, range_high=431100000000,
            started_at=AT, started_by="system",
        )  # fmt: skip
        found = {name: getattr(run, name) for name in TABLES}
        publish_run(run_id=begun.pk, **found, summary=run.summary, actor=SYSTEM, at=AT)

    def _same(self, number: int) -> bool:
        """The last run once more from nothing: the same files, byte for byte."""
        shutil.rmtree(self.scratch / "home" / "cache")
        self._screened("nothing", self._in_force(), cached=False)
        for name in TABLES:
            one, other = (self.scratch / run / f"{name}.parquet" for run in (f"run-{number}", "nothing"))
            if one.read_bytes() != other.read_bytes():
                raise SystemExit(f"{name}: what was kept leads to another result than a run from nothing")
        return True

    def _file(self, rows: int, number: int) -> Path:
        """A department's file about people of the register, each with slips of its own, as csv with 中文 headers."""
        from shouwang.synth.departments import in_chinese

        chance = np.random.default_rng(100 + number)
        part = np.sort(chance.choice(self.residents.num_rows, 20 * rows, replace=False))
        few = self.residents.take(pa.array(part))
        who = noisy_records(few, self.households, self.places, count=rows, seed=100 + number).records
        # The newest, as a file of the day brings them: what is long past is outside the periods that rules look at.
        settled = self.settled.take(pa.array(self.settled.num_rows - 1 - chance.integers(0, 20 * rows, rows)))
        for name in who.column_names:
            if name in self.source.columns:
                settled = _with(settled, name, who[name])
        settled = _with(settled, "settlement_no", pa.array([f"N{number}-{row:07d}" for row in range(rows)]))
        settled = settled.drop_columns([n for n in ("resident_id", "household_id") if n in settled.column_names])
        path = self.scratch / f"{number}.csv"
        pyarrow.csv.write_csv(pa.table(in_chinese(settled, self.source)), path)
        return path


def _with(table: pa.Table, name: str, column: Any) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.append_column(name, column) if at < 0 else table.set_column(at, name, column)


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [run["seconds"] for run in runs]
    parts = {name: round(statistics.median(run["parts"][name] for run in runs), 3) for name in runs[0]["parts"]}
    screening = {n: round(statistics.median(run["screening"][n] for run in runs), 3) for n in runs[0]["screening"]}
    cpu = round(statistics.median(run["cpu_seconds"] for run in runs), 3)
    told = {"seconds": round(statistics.median(seconds), 3), "range": [min(seconds), max(seconds)], "parts": parts}
    return told | {"cpu_seconds": cpu, "screening": screening, "accepted": runs[-1]["accepted"]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=3_000_000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    return parser.parse_args()


if __name__ == "__main__":
    main()
