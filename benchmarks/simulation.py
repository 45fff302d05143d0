"""Trying out a draft over 1 million residents: monitoring_line from 6500 to 7000, before and after, in one table.

    python benchmarks/simulation.py --residents 1000000 --runs 5

All rules and benefits of Chenzhou are judged under both packs, on frozen inputs. Every run is a process of its own;
ways take turns; each round's draft is another one, so that no draft finds its own hits. Ways:

    filled     facts of an earlier run in the cache, the rules in force at hand in the process, as in a worker
    empty      the same with an empty cache
    condition  a rule's condition said otherwise instead of a number, cache as in filled

What ``filled`` and ``empty`` find must be the same in every round, or this fails.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.screening import job_for, median_of  # noqa: E402
from shouwang.policy import load_pack  # noqa: E402

WAYS = ("filled", "empty", "condition")
PACK = "hunan/chenzhou"


def once(way: str, job: Path, run: int) -> dict[str, Any]:
    """One simulation in a fresh process."""
    call = [sys.executable, "-m", "benchmarks.simulation_ways", "--way", way, "--job", str(job), "--run", str(run)]
    done = subprocess.run(call, check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measured(job: Path, runs: int) -> dict[str, Any]:
    """All ways in turn: medians and ranges."""
    for way in ("filled_first", "condition_first"):
        once(way, job, -1)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for run in range(runs):
        for way in WAYS:
            found[way].append(once(way, job, run))
            print(run, way, found[way][-1], file=sys.stderr, flush=True)
        if found["filled"][-1]["hash"] != found["empty"][-1]["hash"]:
            raise SystemExit("a filled cache leads to another table than an empty one")
    return {way: median_of(figures) | {"hits": figures[0]["hits"]} for way, figures in found.items()}


def benchmark(given: argparse.Namespace) -> dict[str, Any]:
    """All ways as one dictionary."""
    load, folder = os.getloadavg()[0], given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    held = job_for(given.residents, folder)[0]
    file = held.folder / "simulation.pickle"
    file.write_bytes(pickle.dumps((held.frozen, held.folder)))
    pack = load_pack(PACK)
    return {
        "residents": given.residents,
        "runs": given.runs,
        "rules": len(pack.rules),
        "benefits": len(pack.benefits),
        "rows": sum(table.rows for table in held.frozen.tables.values()),
        "ways": measured(file, given.runs),
        "load": load,
    }


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """What can be chosen on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="5,000 residents, one run")
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    given = parser.parse_args(arguments)
    if given.quick:
        given.residents, given.runs = 5_000, 1
    return given


def main() -> None:
    """Run the simulations and print JSON."""
    print(json.dumps(benchmark(options()), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
