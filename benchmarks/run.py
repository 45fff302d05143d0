"""All benchmarks, one after the other, and the table of what they reached: benchmarks/RESULTS.md.

    python benchmarks/run.py                    everything at full size; some 30 minutes on two idle cores, and once
                                                eight more for the prefecture of pages and crowd, which is kept
    python benchmarks/run.py --quick            small sizes, two at a time, only to see that everything runs and that
                                                all ways find the same; writes no table
    python benchmarks/run.py --only screening   some of them; the others keep their figures of last time

Figures of every benchmark are kept as JSON under .shouwang/bench, so that the table can be written from parts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.curves import draw, take  # noqa: E402
from benchmarks.results import page  # noqa: E402

Report = dict[str, Any]
CACHED = (
    "screening",
    "benefits",
    "simulation",
    "pages",
    "delivery",
    "arrival",
    "crowd",
    "cluster",
)  # those that keep synthetic data in a folder
BESIDE = ("febrl", "pages", "page_weight", "publishing", "startup", "crowd", "synth")
"""In a quick run these go beside the others, whose seconds mean nothing there; who shares made data is on one side."""


@dataclass(frozen=True)
class Benchmark:
    """One script and its arguments at both sizes."""

    script: str
    full: tuple[str, ...]
    quick: tuple[str, ...]
    seconds: int  # expected of the first full run on two idle cores; the last one's own time is believed more

    def command(self, *, quick: bool) -> list[str]:
        return ["python", f"benchmarks/{self.script}.py", *(self.quick if quick else self.full)]


BENCHMARKS = {
    "screening": Benchmark(
        "screening",
        (
            *("--residents", "1000000", "--runs", "3", "--slow-runs", "3", "--larger", "3000000"),
            *(
                "--engines",
                *"floor ours raw_floor raw changed sql_by_hand polars openfisca pandas orm postgres".split(),
            ),
        ),
        (
            *("--residents", "5000", "--runs", "1", "--slow-runs", "1"),
            *("--engines", *"floor ours raw_floor raw duckdb sql_by_hand polars openfisca pandas orm postgres".split()),
        ),
        230,
    ),
    "benefits": Benchmark("benefits", ("--residents", "1000000", "--runs", "3"), ("--quick",), 135),
    "simulation": Benchmark("simulation", ("--residents", "1000000", "--runs", "3"), ("--quick",), 40),
    "reading_xlsx": Benchmark(
        "reading_xlsx", ("--rows", "50000", "--runs", "3"), ("--rows", "2000", "--runs", "1"), 45
    ),
    "linkage": Benchmark(
        "linkage",
        (
            *("--residents", "1000000", "--records", "200000", "--runs", "3"),
            *("--sets", "departments", "harder", "--once", "harder"),
        ),
        ("--residents", "20000", "--records", "4000", "--runs", "1", "--ways", "shouwang"),
        130,
    ),
    "linkage_large": Benchmark(
        "linkage",
        (
            *("--residents", "3000000", "--records", "1000000", "--runs", "3"),
            *("--ways", "shouwang", "--sets", "departments", "bare", "--once", "bare"),
        ),
        (
            *("--residents", "20000", "--records", "6000", "--runs", "1"),
            *("--ways", "shouwang", "--sets", "departments", "bare"),
        ),
        170,
    ),
    "febrl": Benchmark("febrl", ("--runs", "3"), ("--runs", "1", "--quick"), 90),
    "pages": Benchmark(
        "pages",
        ("--households", "1000000", "--cases", "200000", "--users", "50", "--seconds", "45"),
        (
            *("--area", "431003", "--households", "1500", "--cases", "200", "--users", "6"),
            *("--seconds", "3", "--warm", "1", "--think", "0.2"),
        ),
        560,
    ),
    "page_weight": Benchmark(
        "page_weight", ("--runs", "5", "--residents", "10000"), ("--runs", "1", "--residents", "2000"), 130
    ),
    "publishing": Benchmark(
        "publishing",
        ("--rows", "100000", "--runs", "3", "--sample", "2000"),
        ("--rows", "2000", "--runs", "1", "--sample", "200"),
        26,
    ),
    "startup": Benchmark(
        "startup",
        ("--runs", "15", "--residents", "30000"),
        ("--runs", "1", "--sub-runs", "1", "--warm-runs", "1", "--residents", "2000"),
        82,
    ),
    "delivery": Benchmark(
        "delivery",
        ("--residents", "1000000", "--rows", "1000000", "--sheet-rows", "300000", "--runs", "3"),
        ("--residents", "5000", "--rows", "5000", "--sheet-rows", "1000", "--runs", "1"),
        175,
    ),
    "arrival": Benchmark(
        "arrival",
        ("--residents", "3000000", "--rows", "10000", "--runs", "3"),
        ("--residents", "5000", "--rows", "200", "--runs", "1"),
        110,
    ),
    "crowd": Benchmark(
        "crowd",
        ("--households", "1000000", "--cases", "200000", "--users", "200", "--seconds", "60"),
        (
            *("--area", "431003", "--households", "1500", "--cases", "200", "--users", "10"),
            *("--seconds", "6", "--warm", "2", "--think", "1"),
        ),
        115,
    ),
    "cluster": Benchmark(
        "cluster",
        ("--residents", "100000", "1000000", "--runs", "1"),
        ("--residents", "5000", "--runs", "1", "--memory", "2g", "--rules", "10"),
        280,
    ),
}
SYNTH_SECONDS = 35


def run_script(benchmark: Benchmark, *, quick: bool, extra: tuple[str, ...] = ()) -> Report:
    """One benchmark in a process of its own; its JSON, and how it was called."""
    words = benchmark.command(quick=quick)
    done = subprocess.run([sys.executable, *words[1:], *extra], check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr}")
    found = json.JSONDecoder().raw_decode(done.stdout[done.stdout.index("{") :])[0]
    return dict(found) | {"command": " ".join(words)}


def run_synth(*, quick: bool) -> Report:
    """How long a synthetic prefecture with all feeds takes to make."""
    from shouwang.synth import make

    residents, runs, seconds = (2_000, 1, []) if quick else (1_000_000, 3, [])
    for _ in range(runs):
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            started = time.perf_counter()
            make(residents=residents, seed=7, as_of=date(2026, 11, 1), out=Path(folder) / "made", places=["4310"])
            seconds.append(round(time.perf_counter() - started, 1))
    command = "python benchmarks/run.py --only synth"
    return {"residents": residents, "runs": runs, "seconds": seconds, "command": command}


def measured(name: str, *, quick: bool, folder: Path) -> Report:
    """One benchmark with the machine's load around it."""
    load, started = os.getloadavg()[0], time.perf_counter()
    extra = ("--folder", str(folder)) if name in CACHED else ()
    found = run_synth(quick=quick) if name == "synth" else run_script(BENCHMARKS[name], quick=quick, extra=extra)
    loads = [round(load, 1), round(os.getloadavg()[0], 1)]
    took = {"took_s": round(time.perf_counter() - started)}
    return found | took | {"measured": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "load": loads}


def expected(names: list[str], kept: Path, *, quick: bool) -> dict[str, int]:
    """Seconds that each benchmark will take: what it took last time on this machine, or what two idle cores take."""
    found = {}
    for name in names:
        last = kept / f"{name}.json"
        told = json.loads(last.read_text(encoding="utf-8")) if last.exists() else {}
        guess = BENCHMARKS[name].seconds if name in BENCHMARKS else SYNTH_SECONDS
        same = told.get("command") == " ".join(BENCHMARKS[name].command(quick=quick)) if name in BENCHMARKS else True
        found[name] = told["took_s"] if same and "took_s" in told else 20 if quick else guess
    return found


def progress(name: str, seconds: dict[str, int], begun: int, of: int, started: float) -> str:
    """Where the run stands: the part that begins, how long it should take, and how much of all of it has gone."""
    left = sum(list(seconds.values())[[*seconds].index(name) :])
    gone = time.perf_counter() - started
    part = f"{seconds[name]} s" if seconds[name] < 90 else f"{seconds[name] / 60:.0f} min"
    return f"[{begun}/{of}] {name}: about {part}; {gone / 60:.0f} min gone, about {left / 60:.0f} min to go"


def machine() -> str:
    """Cores, memory, system and versions, as they bear on the figures."""
    import duckdb
    import pandas as pd

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, pandas {pd.__version__}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}; {versions}"


def main(arguments: list[str] | None = None, tell: Callable[[str], None] = print) -> None:
    """Run what was asked for, keep the figures, write and print the table."""
    given = _options(arguments)
    kept = given.folder / ("quick" if given.quick else "figures")
    kept.mkdir(parents=True, exist_ok=True)
    lanes = [[name for name in given.only if (name in BESIDE) == beside] for beside in (False, True)]
    lanes = [lane for lane in lanes if lane] if given.quick else [given.only]
    started, begun, failed = time.perf_counter(), itertools.count(1), Event()

    def in_turn(lane: list[str]) -> None:
        seconds = expected(lane, kept, quick=given.quick)
        for name in lane:
            if failed.is_set():
                return
            sys.stderr.write(f"{progress(name, seconds, next(begun), len(given.only), started)}\n")  # in one piece
            try:
                found = measured(name, quick=given.quick, folder=given.folder)
            except BaseException:
                failed.set()
                raise
            (kept / f"{name}.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")

    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        list(side_by_side.map(in_turn, lanes))
    reports = {f.stem: json.loads(f.read_text(encoding="utf-8")) for f in sorted(kept.glob("*.json"))}
    text = page(reports, machine())
    if given.results:
        given.results.write_text(text, encoding="utf-8")
    if "screening" in given.only and not given.quick:
        draw(take(kept / "screening.json"))
    tell(text)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [*BENCHMARKS, "synth"]
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--results", type=Path, help="where the table goes; benchmarks/RESULTS.md unless --quick")
    given = parser.parse_args(arguments)
    if given.results is None and not given.quick:
        given.results = ROOT / "benchmarks/RESULTS.md"
    return given


if __name__ == "__main__":
    main()
