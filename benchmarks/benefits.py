"""All benefits of Chenzhou over 1 million residents: how fast, and whether OpenFisca finds the same to the 分.

    python benchmarks/benefits.py --residents 1000000 --runs 5

Every run is a process of its own; ways take turns. The formulas were written a second time, by hand, in OpenFisca
(``openfisca_*.py``); who is entitled, who receives, what cannot be told and every amount must be the same, row by row,
or this fails. Numbers of policy that nobody knows are made up (``benefits_policy.py``), and synthetic data are made
less complete than synth makes them (``benefits_data.py``). Ways:

    raw        from Parquet deliveries: read, freeze, compute, sentences; nothing kept
    frozen     the same from frozen inputs
    kept       facts of an earlier run in the cache, all hits found anew
    outcomes   the same without sentences: who has which outcome, amounts, what is unknown, all values told, sums
    changed    one amount moved, facts and hits of an earlier run in the cache
    find       only who is entitled to how much, from frozen inputs; nothing told of what is unknown
    find_kept  the same with the facts of an earlier run in the cache
    openfisca  feeds summed per person by DuckDB, then OpenFisca
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.benefits_data import data_for  # noqa: E402
from benchmarks.benefits_policy import measured_pack  # noqa: E402
from benchmarks.benefits_ways import FILLED, Job  # noqa: E402
from benchmarks.screening import median_of  # noqa: E402
from shouwang.engine.frozen import freeze  # noqa: E402

WAYS = ("raw", "frozen", "kept", "outcomes", "changed", "find", "find_kept", "openfisca")
SAID = ("raw", "frozen", "kept", "outcomes")  # ways that tell everything
DUE = "('owed', 'received', 'eligible')"


def job_for(residents: int, folder: Path) -> Job:
    """Deliveries and the same frozen."""
    data = data_for(residents, folder)
    held = {kind: {f.stem: f for f in sorted((data / kind).glob("*.parquet"))} for kind in ("register", "feeds")}
    feeds = {name: [path] for name, path in held["feeds"].items()}
    frozen = freeze(measured_pack().sources, held["register"], feeds, data / "frozen")
    return Job(data, frozen, data / "work")


def once(way: str, job: Path, run: int) -> dict[str, Any]:
    """One way, once, in a fresh process."""
    call = [sys.executable, "-m", "benchmarks.benefits_ways", "--way", way, "--job", str(job), "--run", str(run)]
    done = subprocess.run(call, check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(job: Job, ways: list[str], runs: int) -> dict[str, Any]:
    """All ways in turn: medians and ranges."""
    file = job.folder / "job.pickle"
    file.write_bytes(pickle.dumps(job))
    for way in ways:
        shutil.rmtree(job.folder / f"cache-{way}", ignore_errors=True)
        if way in FILLED:
            once(f"{FILLED[way]}:{way}", file, 0)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for run in range(runs):
        for way in ways:
            found[way].append(once(way, file, run))
            print(run, way, found[way][-1], file=sys.stderr, flush=True)
    return {way: median_of(figures) for way, figures in found.items()}


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(job: Job, ways: list[str]) -> dict[str, dict[str, int]]:
    """Rows that two ways tell differently, by benefit; ends the benchmark where there are any."""
    connection = duckdb.connect(":memory:")
    for way in ways:
        if way in SAID:
            connection.execute(
                f"CREATE VIEW {way} AS SELECT benefit, COALESCE(resident_id, household_id) AS id, household_id, outcome, "
                f"CAST(amount * 100 AS BIGINT) AS amount FROM read_parquet('{job.folder}/found-{way}.parquet')"
            )
        elif way != "changed":  # that one compares itself
            connection.execute(f"CREATE VIEW {way} AS FROM read_parquet('{job.folder}/found-{way}.parquet')")
    for way in {*SAID} - {"frozen"} & {*ways}:
        _refuse(connection, f"(FROM frozen EXCEPT ALL FROM {way}) UNION ALL (FROM {way} EXCEPT ALL FROM frozen)", way)
    sums = "SELECT benefit, household_id, count(*) AS rows, sum(amount) AS amount FROM {} GROUP BY ALL"
    ours = sums.format(f"(FROM frozen WHERE outcome IN {DUE})")
    for way in {"find", "find_kept"} & {*ways}:
        theirs = sums.format(way)
        _refuse(connection, f"({ours} EXCEPT {theirs}) UNION ALL ({theirs} EXCEPT {ours})", way)
    return _by_benefit(connection) if "openfisca" in ways else {}


def _refuse(connection: duckdb.DuckDBPyConnection, query: str, way: str) -> None:
    rows = connection.execute(f"FROM ({query}) LIMIT 10").fetchall()
    if rows:
        raise SystemExit(f"{way} does not find the same as frozen: {rows}")


def _by_benefit(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Ours beside OpenFisca's: rows, what is due, and how many differ."""
    connection.execute(
        "CREATE TABLE both_sides AS SELECT COALESCE(a.benefit, b.benefit) AS benefit, COALESCE(a.id, b.id) AS id, "
        "a.outcome AS ours, b.outcome AS theirs, a.amount AS our_amount, b.amount AS their_amount, "
        "a.outcome IS DISTINCT FROM b.outcome OR a.amount IS DISTINCT FROM b.amount AS differs "
        "FROM frozen a FULL JOIN openfisca b ON a.benefit = b.benefit AND a.id = b.id"
    )
    listed = connection.execute(
        f"SELECT benefit, count(*) FILTER (ours IN {DUE}), count(*) FILTER (ours = 'cannot_tell'), "
        f"count(*) FILTER (ours = 'undue'), COALESCE(sum(our_amount), 0), count(*) FILTER (differs) "
        "FROM both_sides GROUP BY benefit ORDER BY benefit"
    ).fetchall()
    names = ("entitled", "cannot_tell", "undue", "cents", "differences")
    found = {benefit: dict(zip(names, map(int, numbers), strict=True)) for benefit, *numbers in listed}
    if any(one["differences"] for one in found.values()):
        print(json.dumps(found, indent=1), file=sys.stderr)
        for row in connection.execute("FROM both_sides WHERE differs ORDER BY benefit, id").fetchmany(40):
            print(row, file=sys.stderr)
        raise SystemExit("OpenFisca does not find the same")
    return found


# --- report -----------------------------------------------------------------------------------------------------------


def benchmark(given: argparse.Namespace) -> dict[str, Any]:
    """The whole comparison as one dictionary."""
    load, started = os.getloadavg()[0], time.perf_counter()
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    job = job_for(given.residents, folder)
    ready = round(time.perf_counter() - started, 1)
    told = measured(job, given.ways, given.runs)
    same = compared(job, given.ways)
    return {
        "residents": given.residents,
        "runs": given.runs,
        "rows": sum(table.rows for table in job.frozen.tables.values()),
        "benefits": len(measured_pack().benefits),
        "ready_s": ready,
        "ways": told,
        "ratios": ratios(told),
        "compared": same,
        "differences": sum(one["differences"] for one in same.values()),
        "load": load,
    }


def ratios(told: dict[str, Any]) -> dict[str, float]:
    """How many times as long OpenFisca takes: all of it, and its formulas alone, which begin with sums at hand."""
    if not {"openfisca", "frozen"} <= {*told}:
        return {}
    theirs, ours = told["openfisca"], told["frozen"]["seconds"]
    alone = sum(theirs["parts"][part] for part in ("load", "formulas", "write"))
    return {"openfisca_to_frozen": round(theirs["seconds"] / ours, 2), "formulas_to_frozen": round(alone / ours, 2)}


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What can be chosen on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="5,000 residents, one run")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    given = parser.parse_args(arguments)
    if given.quick:
        given.residents, given.runs = 5_000, 1
    return given


def main() -> None:
    """Run the comparison and print JSON."""
    print(json.dumps(benchmark(options()), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
