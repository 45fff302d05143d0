"""One simulation of a draft, once, in a process of its own: prints seconds, CPU seconds, peak memory and what it found.

    python -m benchmarks.simulation_ways --way filled --job FILE

``simulation.py`` runs these side by side. Seconds leave out starting Python, imports and reading the packs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas  # noqa: F401 - pyarrow would load it on first use where it is installed, inside the clock

from benchmarks.screening import AS_OF, PACK
from benchmarks.screening_ways import backend, peak_mb
from shouwang.engine.frozen import Frozen
from shouwang.policy import Pack, load_pack
from shouwang.policy.drafts import with_parameters
from shouwang.stream.screening.simulation import Simulation, compare
from shouwang.stream.screening.standing import stand

LINE, FROM, TO = "monitoring_line", 6500, 7000
RULE = "illness_self_paid_heavy"  # the rule whose condition a draft says otherwise


def draft_of(way: str, pack: Pack, run: int) -> Pack:
    """The draft of a run: another one every time, so that nothing of it is ready-made."""
    if way == "condition":
        rule = pack.rules[RULE]
        levels = {level: f"({text}) AND members > {run + 1}" for level, text in rule.levels.items()}
        rules = pack.rules | {RULE: replace(rule, levels=levels)}
        return pack.with_definitions(replace(pack.definitions, rules=rules), drafted=False, version="draft")
    return with_parameters(pack, {LINE: str(TO + run)})


def work_of(way: str, frozen: Frozen, folder: Path, run: int) -> Callable[[], Simulation]:
    """What is timed; reading packs and emptying caches is done here."""
    backend("arrays")
    pack = load_pack(PACK)
    draft = draft_of(way, pack, run)
    for one in (pack, draft):
        one.program(AS_OF)
    cache = folder / f"cache-simulation-{'empty' if way == 'empty' else way.removesuffix('_first')}"
    if way == "empty" or way.endswith("_first"):
        shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(exist_ok=True)
    if way == "filled":
        stand(pack.program(AS_OF), frozen, cache)  # as a worker does before the first trial
    return lambda: compare(baseline=pack, draft=draft, frozen=frozen, as_of=AS_OF, cache=cache)


def measure(way: str, frozen: Frozen, folder: Path, run: int) -> dict[str, Any]:
    """Simulate once."""
    work = work_of(way, frozen, folder, run)
    started, cpu = time.perf_counter(), time.process_time()
    done = work()
    figures = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": peak_mb(),
        "parts": {},
    }
    told = {k: v for k, v in done.summary.items() if k not in ("baseline", "draft")}
    changes = done.changes.num_rows
    words = json.dumps([told, done.changes.to_pylist()], sort_keys=True, default=str, ensure_ascii=False)
    hashed = hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()
    return figures | {"hits": changes, "hash": hashed, "newly_warned": told["newly_warned"]}


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", required=True)
    parser.add_argument("--job", required=True, type=Path, help="pickled inputs, written by simulation.py")
    parser.add_argument("--run", type=int, default=0)
    given = parser.parse_args()
    frozen, folder = pickle.loads(given.job.read_bytes())  # noqa: S301 - written a moment ago by simulation.py
    print(json.dumps(measure(given.way, frozen, folder, given.run)))


if __name__ == "__main__":
    main()
