"""One way of computing all benefits, once, in a process of its own: prints seconds, CPU seconds and peak memory.

    python -m benchmarks.benefits_ways --way frozen --job FILE

``benefits.py`` runs these side by side. Seconds leave out starting Python, imports and reading the pack.
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas  # noqa: F401 - pyarrow would load it on first use where it is installed, inside the clock
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from benchmarks.benefits_policy import AS_OF, MOVED, measured_pack
from benchmarks.screening_ways import backend, peak_mb
from shouwang.engine.entitlements import over_everyone
from shouwang.engine.frozen import Frozen
from shouwang.engine.plan import make_plan
from shouwang.engine.program import for_columns
from shouwang.engine.rendering import render_benefits
from shouwang.engine.running import entitlements, find
from shouwang.engine.task import opened
from shouwang.engine.undisturbed import undisturbed
from shouwang.stream.screening.running import entitle

CHANGED = "care_allowance_month"  # the amount that "changed" moves; one benefit reads it
FILLED = {
    "kept": "filled",
    "outcomes": "filled",
    "changed": "filled",
    "find_kept": "find_filled",
}  # what goes before these ways, once


@dataclass
class Job:
    """What every way is given: deliveries, the same frozen, and a folder to write in."""

    data: Path
    frozen: Frozen
    folder: Path
    way: str = ""
    run: int = 0
    parts: dict[str, float] = field(default_factory=dict)
    after: list[Callable[[], None]] = field(default_factory=list)  # what is done once the clock has stopped

    @property
    def found(self) -> Path:
        """Where a way leaves what it found."""
        return self.folder / f"found-{self.way.partition(':')[0]}.parquet"

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note how long a part of the work took."""
        started = time.perf_counter()
        yield
        self.parts[name] = time.perf_counter() - started

    def cache(self, way: str) -> Path:
        folder = self.folder / f"cache-{way}"
        folder.mkdir(exist_ok=True)
        return folder

    def delivered(self, kind: str) -> dict[str, list[Path]]:
        return {path.stem: [path] for path in sorted((self.data / kind).glob("*.parquet"))}


# --- ways -------------------------------------------------------------------------------------------------------------


def raw(job: Job) -> Callable[[], None]:
    """From what was delivered: read, freeze, compute, sums per benefit."""
    pack = measured_pack()
    pack.program(AS_OF)
    register, feeds = job.delivered("register"), job.delivered("feeds")

    def work() -> None:
        done = entitle(pack=pack, register=register, feeds=feeds, as_of=AS_OF)
        job.parts.update(done.summary["seconds"])
        job.after.append(lambda: pq.write_table(done.table, job.found))

    return work


def computed(job: Job, cache: Path | None = None, changes: dict[str, str] | None = None) -> Callable[[], None]:
    """From frozen inputs, with sentences: what ``engine.running.entitlements`` does, each part timed."""
    program = measured_pack(changes).program(AS_OF)

    @undisturbed()
    def work() -> None:
        with job.part("plan"):
            held, findings = for_columns(
                program, [*map(over_everyone, program.benefits.values())], job.frozen.inputs.columns
            )
            plan = make_plan(held, findings, job.frozen.inputs)
        with opened(plan, job.frozen, cache=cache) as task:
            with job.part("find"):
                backend("arrays").find(task)
            with job.part("words"):
                render_benefits(task, job.folder).replace(job.found)

    return work


def outcomes(job: Job, cache: Path) -> Callable[[], None]:
    """All outcomes, amounts, gaps and the values told of them, kept as they are found, and their sums.

    Sentences are written when somebody reads: here once the clock has stopped, to be compared with the others.
    """
    program = measured_pack().program(AS_OF)

    def work() -> None:
        with job.part("find"):
            done = entitlements(program, job.frozen, cache=cache)
        with job.part("sums"):
            done.sums()
        job.after.append(lambda: done.write(job.folder).replace(job.found))

    return work


def changed(job: Job) -> Callable[[], None]:
    """One amount moved, facts and all other hits at hand; afterwards compared with computing it from nothing."""
    changes = {CHANGED: f"{100 + job.run + 1}"}

    def compare() -> None:
        kept = pq.read_table(job.found)
        computed(job, changes=changes)()
        if not kept.equals(pq.read_table(job.found)):
            raise SystemExit("what was kept led to other benefits than computing them from nothing")

    job.after.append(compare)
    return computed(job, job.cache("changed"), changes)


def found(job: Job, cache: Path | None = None) -> Callable[[], None]:
    """Who is entitled to how much, and nothing else: no sentences, no gaps."""
    program = measured_pack().program(AS_OF)
    findings = [*program.benefits.values()]

    def work() -> None:
        hits = find(program, job.frozen, findings, cache=cache)
        job.after.append(lambda: pq.write_table(_by_home(hits, job, [one.name for one in findings]), job.found))

    return work


def _by_home(hits: pa.Table, job: Job, names: list[str]) -> pa.Table:
    """What ``find`` answers, with names and the ids of households."""
    homes = job.frozen.households
    ids = homes["household_id"].take(pa.compute.index_in(hits["hid"], homes["hid"]))
    return pa.table({"benefit": pa.array(names).take(hits["finding"]), "household_id": ids, "amount": hits["amount"]})


def openfisca(job: Job) -> Callable[[], None]:
    """The same formulas in OpenFisca, written a second time by hand; its inputs are summed by DuckDB before."""
    from benchmarks import openfisca_runner as theirs
    from benchmarks.openfisca_inputs import read_inputs

    share = int(float(MOVED["basic_pension_counted_share"]) * 10_000)

    def work() -> None:
        with job.part("sums"):
            inputs, ids = read_inputs(job.data, AS_OF.isoformat(), share)
        with job.part("load"):
            made = theirs.simulation(theirs.system(inputs, {}), inputs, ids)
        with job.part("formulas"):
            tables = list(theirs.outcomes(made, ids))
        with job.part("write"):
            theirs.write(iter(tables), job.found)

    return work


def work_of(job: Job) -> Callable[[], None]:
    """What is timed; preparation that is not part of the work is done here."""
    backend("arrays")  # imported before the clock starts
    way, _, of = job.way.partition(":")
    if way in ("kept", "outcomes", "find_kept"):
        for path in job.cache(way).glob("hits-*.arrow"):  # facts stay, hits are found anew
            path.unlink()
    ways: dict[str, Callable[[], Callable[[], None]]] = {
        "raw": lambda: raw(job),
        "frozen": lambda: computed(job),
        "kept": lambda: computed(job, job.cache("kept")),
        "outcomes": lambda: outcomes(job, job.cache("outcomes")),
        "changed": lambda: changed(job),
        "find": lambda: found(job),
        "find_kept": lambda: found(job, job.cache("find_kept")),
        "filled": lambda: computed(job, job.cache(of)),
        "find_filled": lambda: found(job, job.cache(of)),
        "openfisca": lambda: openfisca(job),
    }
    return ways[way]()


def measure(job: Job) -> dict[str, Any]:
    """Run one way once."""
    work = work_of(job)
    started, cpu = time.perf_counter(), time.process_time()
    work()
    figures = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": peak_mb(),
        "parts": dict(job.parts),
    }
    for step in job.after:
        step()
    return figures


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", required=True)
    parser.add_argument("--job", required=True, type=Path, help="a pickled job, written by benefits.py")
    parser.add_argument("--run", type=int, default=0)
    given = parser.parse_args()
    held: Job = pickle.loads(given.job.read_bytes())  # noqa: S301 - written a moment ago by benefits.py
    job = Job(held.data, held.frozen, held.folder, given.way, given.run)
    print(json.dumps(measure(job)))


if __name__ == "__main__":
    main()
