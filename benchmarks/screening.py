"""Screening 1 million residents with all rules of a pack: against reading the same columns once, PostgreSQL and pandas.

    python benchmarks/screening.py --residents 1000000 --runs 5 --larger 3000000
    python benchmarks/screening.py --engines floor ours --runs 3 --larger 3000000 10000000 30000000 --forget

Every run is a process of its own; ways take turns, so that a busy minute hits all of them. Synthetic data are made and
frozen once and kept in .shouwang/bench. Hits of all ways must be identical to the last value: rows that differ are counted,
and one of them ends this with an error. Ways:

    floor      DuckDB reads every needed Parquet column once
    ours       plan, facts, judging, hits to Parquet; nothing cached
    raw_floor  DuckDB reads the same columns of the delivered files once, and the ids of their rows
    raw        ours from the delivered files: ids looked up, columns turned; nothing kept
    sentences  ours, and the readable tables with 中文 sentences
    filled     ours with an empty cache: what keeping facts costs
    changed    one threshold moved, facts of the last run in the cache
    duckdb     the same plan as SQL steps in DuckDB
    sql_by_hand  the same rules in DuckDB SQL as an analyst would write them; nothing of our engine
    polars     the same rules in polars, lazily; by hand too
    pandas     the same expressions in pandas
    openfisca  the same rules as OpenFisca variables, over what DuckDB sums of the feeds per person and household
    orm        a loop over Django objects, household by household; a sample, seconds taken from it per resident
    postgres   the same SQL steps in PostgreSQL; loading, indexes and ANALYZE before are not counted
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.screening_ways import Job, differences  # noqa: E402
from shouwang.engine.frozen import freeze  # noqa: E402
from shouwang.kernel.postgres import ensure_server, stop_server  # noqa: E402
from shouwang.policy import load_pack  # noqa: E402
from shouwang.synth import make  # noqa: E402

PACK, AS_OF, PLACE, SEED = "hunan/chenzhou", date(2026, 11, 1), "4310", 7
WAYS = (
    "floor",
    "ours",
    "raw_floor",
    "raw",
    "sentences",
    "changed",
    "duckdb",
    "sql_by_hand",
    "polars",
    "openfisca",
    "pandas",
    "orm",
    "postgres",
)
AT_EVERY_SIZE = ("floor", "ours", "raw_floor", "raw")
COMPARED = ("raw", "sentences", "duckdb", "sql_by_hand", "polars", "openfisca", "pandas", "orm", "postgres")
PEERS = ("duckdb", "sql_by_hand", "polars", "openfisca", "pandas", "orm", "postgres")
SERVED = ("orm", "postgres")  # ways that ask a PostgreSQL server


def job_for(residents: int, folder: Path) -> tuple[Job, dict[str, Any]]:
    """The compiled rules over frozen synthetic data, and how long getting there took."""
    seconds: dict[str, Any] = {}
    data = folder / f"{residents}-{PLACE}-{SEED}"
    if not data.exists():
        started, partial = time.perf_counter(), data.with_name(data.name + ".partial")
        make(residents=residents, seed=SEED, as_of=AS_OF, out=partial, places=[PLACE])
        partial.rename(data)
        seconds["synth_s"] = round(time.perf_counter() - started, 1)
        os.sync()  # what is still on its way to the disk would be written while others are timed
    started = time.perf_counter()
    pack = load_pack(PACK)
    program = pack.program(AS_OF)
    seconds["pack_s"] = round(time.perf_counter() - started, 2)
    findings = [*program.rules.values()]
    started = time.perf_counter()
    register = {f.stem: f for f in sorted((data / "register").glob("*.parquet"))}
    feeds = {f.stem: [f] for f in sorted((data / "feeds").glob("*.parquet"))}
    frozen = freeze(pack.sources, register, feeds, data / "frozen")
    seconds["freeze_s"] = round(time.perf_counter() - started, 2)
    seconds["feeds_read"] = len(program.feeds_behind(n for f in findings for n in f.nodes))
    (data / "work").mkdir(exist_ok=True)
    return Job(program, findings, frozen, data / "work"), seconds


def once(way: str, job: Path, url: str, run: int) -> dict[str, Any]:
    """One way, once, in a fresh process."""
    call = [sys.executable, "-m", "benchmarks.screening_ways", "--way", way, "--job", str(job), "--run", str(run)]
    # The address holds a password: not on the command line, where everyone on the machine could read it.
    around = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(call, check=False, capture_output=True, text=True, cwd=ROOT, env=around)
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compare(job: Job, ways: list[str], runs: dict[str, int], url: str) -> dict[str, Any]:
    """All ways in turn; medians, ranges, and the proof that their hits are the same."""
    file = job.folder / "job.pickle"
    file.write_bytes(pickle.dumps(job))
    shutil.rmtree(job.folder / "cache", ignore_errors=True)
    if "changed" in ways:
        once("filled", file, url, 0)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for run in range(max(runs.values())):
        for way in ways:
            if run < runs[way]:
                found[way].append(once(way, file, url, run))
                print(run, way, found[way][-1], file=sys.stderr, flush=True)
    told = {way: median_of(measured) for way, measured in found.items()}
    for way in COMPARED:
        if way in told and "ours" in told:
            told[way]["differences"] = differing(job, way)
    if any(one.get("differences") for one in told.values()):
        raise SystemExit(f"the ways do not find the same: {told}")
    return told


def differing(job: Job, way: str) -> int:
    """Hits that a way and ours do not share; both files are those of their last run."""
    ours, theirs = replace(job, way="ours"), replace(job, way=way)
    return differences(ours.hits, theirs.hits, theirs.sample if theirs.sample.exists() else None)


def median_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians and range of the runs of one way."""
    seconds = [run["seconds"] for run in runs]
    told: dict[str, Any] = {
        "seconds": round(statistics.median(seconds), 3),
        "range": [round(min(seconds), 3), round(max(seconds), 3)],
        "fastest": round(min(seconds), 3),
        "cpu_seconds": round(statistics.median(run["cpu_seconds"] for run in runs), 3),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
        "runs": len(runs),
    }
    for name in runs[0]["parts"]:
        told.setdefault("parts", {})[name] = round(statistics.median(run["parts"][name] for run in runs), 3)
    return told | {key: runs[0][key] for key in ("hits", "hash", "share") if key in runs[0]}


def ratios(told: dict[str, Any]) -> dict[str, float]:
    """What the targets speak of; by wall time, and by CPU time, which a busy machine blurs less."""
    found = {}
    for way in ("ours", "sentences", "changed"):
        if way in told and "floor" in told:
            found[f"{way}_to_floor"] = told[way]["seconds"] / told["floor"]["seconds"]
            found[f"{way}_to_floor_cpu"] = told[way]["cpu_seconds"] / told["floor"]["cpu_seconds"]
    if "raw" in told and "raw_floor" in told:
        found["raw_to_raw_floor"] = told["raw"]["seconds"] / told["raw_floor"]["seconds"]
        found["raw_to_raw_floor_cpu"] = told["raw"]["cpu_seconds"] / told["raw_floor"]["cpu_seconds"]
    for way in PEERS:
        if way in told and "ours" in told:
            found[f"{way}_to_ours"] = told[way]["seconds"] / told["ours"]["seconds"]
            if way not in SERVED:
                found[f"{way}_to_ours_cpu"] = told[way]["cpu_seconds"] / told["ours"]["cpu_seconds"]
    return {name: round(value, 2) for name, value in found.items()}


def growth(small: dict[str, Any], large: dict[str, Any], times: float) -> dict[str, float]:
    """Exponent k of seconds ~ residents^k between two sizes."""
    return {
        f"{way}_{unit}": round(math.log(large[way][unit] / small[way][unit]) / math.log(times), 3)
        for way in ("ours", "floor")
        for unit in ("seconds", "cpu_seconds")
    }


def at_size(size: int, folder: Path, given: argparse.Namespace, small: dict[str, Any]) -> dict[str, Any]:
    """Floor and screening at a larger size, and how they grew from the first one."""
    larger, seconds = job_for(size, folder)
    asked = [way for way in AT_EVERY_SIZE if way in given.engines]
    ways = compare(larger, asked, dict.fromkeys(asked, given.runs), "")
    if given.forget and size != given.residents:
        shutil.rmtree(larger.folder.parent)
    grown = growth(small, ways, size / given.residents)
    return {"residents": size, "ways": ways, "ratios": ratios(ways), "growth": grown} | seconds


def benchmark(given: argparse.Namespace) -> dict[str, Any]:
    """The whole comparison as one dictionary."""
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    job, seconds = job_for(given.residents, folder)
    runs = {way: given.slow_runs if way in ("pandas", "orm", "postgres") else given.runs for way in given.engines}
    url = ensure_server(given.home or folder / "home") if {*SERVED} & {*given.engines} else ""
    report: dict[str, Any] = {"residents": given.residents, "rules": len(job.findings), "load": os.getloadavg()[0]}
    rows = {name: table.rows for name, table in job.frozen.tables.items()}
    try:
        told = compare(job, given.engines, runs, url)
    finally:
        if url and not given.home:
            stop_server(folder / "home")
    report |= seconds | {"input_rows": sum(rows.values()), "ways": told, "ratios": ratios(told)}
    for size in sorted(given.larger):
        report.setdefault("larger", []).append(at_size(size, folder, given, told))
    return report | {"load_after": os.getloadavg()[0]}


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What can be chosen on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--slow-runs", type=int, default=3, help="runs of pandas, PostgreSQL and the loop")
    parser.add_argument("--engines", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--larger", type=int, nargs="*", default=[], help="more sizes, for the growth exponent")
    parser.add_argument("--forget", action="store_true", help="delete the data of larger sizes once they are measured")
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--home", type=Path, help="home of a PostgreSQL server to use and leave running")
    parser.add_argument("--json", type=Path, help="also write the report there")
    return parser.parse_args(arguments)


def main() -> None:
    """Run the comparison and print JSON."""
    given = options()
    report = json.dumps(benchmark(given), ensure_ascii=False, indent=1)
    if given.json:
        given.json.write_text(report + "\n", encoding="utf-8")
    print(report)


if __name__ == "__main__":
    main()
