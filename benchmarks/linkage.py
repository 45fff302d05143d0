"""Linking 200,000 department records to 1 million residents, against Splink's defaults and exact ids only.

    python benchmarks/linkage.py --residents 1000000 --records 200000 --runs 5

Three sets of records about the same synthetic register: "departments", rows of the synthetic feeds, "bare", the same
with nothing but name, birth date and number, and "harder", the benchmark's own noise with more slips on one record.
One million against three, without peers, is `python benchmarks/run.py --only linkage_large`. Every run is a process of
its own; ways are interleaved. Prints JSON (medians, precision, recall, recall per kind of slip), then the same as
Markdown. Recall counts records whose person is in the register; what goes to a person for review counts as not linked.
"""

from __future__ import annotations

import argparse
import datetime
import json
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.linkage_noise import noisy_records  # noqa: E402
from benchmarks.linkage_ways import IDENTITY, WAYS, measure  # noqa: E402
from benchmarks.results import kinds_table  # noqa: E402
from shouwang.register.places.reading import read_places  # noqa: E402
from shouwang.stream.linkage.matching import train_model  # noqa: E402
from shouwang.synth import make  # noqa: E402

FEEDS = (
    "insurance_enrolments",
    "medical_settlements",
    "employment",
    "school_enrolments",
    "chronic_patients",
    "disabilities",
)
SETS = ("departments", "bare", "harder")


def main() -> None:
    """Make the data, run every way, print the report."""
    options = _options()
    if options.one:
        print(json.dumps(measure(options.one, Path(options.data), options.set)))
        return
    with tempfile.TemporaryDirectory(prefix="linkage-") as scratch:
        folder = Path(options.data or scratch)
        if not (folder / f"{'harder' if 'harder' in options.sets else 'departments'}.parquet").is_file():
            sizes = {"residents": options.residents, "records": options.records}
            prepare(folder, **sizes, seed=options.seed, harder="harder" in options.sets)
        if options.train:
            _train(folder, Path(options.train))
            return
        report: dict[str, Any] = {"residents": options.residents, "records": options.records, "runs": options.runs}
        for name in options.sets:
            report[name] = _compare(folder, name, 1 if name in options.once else options.runs, options.ways)
    print(json.dumps(report, ensure_ascii=False, indent=2))
    print("\n".join(_markdown(report)))


def prepare(folder: Path, *, residents: int, records: int, seed: int, harder: bool = True) -> None:
    """Write the register, places and the sets of records with their truth into a folder."""
    make(residents=residents, seed=seed, as_of=datetime.date(2026, 11, 1), out=folder, linked=False)
    places = read_places()
    places = pa.table({"place_code": places["code"], "name": places["name"]})
    pq.write_table(places, folder / "places.parquet")
    drawn = _department_rows(folder, records, seed)
    pq.write_table(drawn, folder / "departments.parquet")
    if harder:
        _prepare_harder(folder, places, records, seed)


def _prepare_harder(folder: Path, places: pa.Table, records: int, seed: int) -> None:
    register = [pq.read_table(folder / f"register/{name}.parquet") for name in ("residents", "households")]
    noisy = noisy_records(*register, places, count=records, seed=seed)
    kinds = [
        "+".join(kind for kind in row if not kind.endswith("right")) or "clean"
        for row in zip(*noisy.kinds.values(), strict=True)
    ]
    told = noisy.records.append_column("truth", pa.array(noisy.truth)).append_column("kinds", pa.array(kinds))
    pq.write_table(told, folder / "harder.parquet")


def _department_rows(folder: Path, records: int, seed: int) -> pa.Table:
    """Rows of the resident feeds, drawn at random, with the resident meant and the slips made."""
    truth = pq.read_table(folder / "truth/links.parquet")
    found = []
    for feed in FEEDS:
        rows = pq.read_table(folder / f"feeds/{feed}.parquet", columns=list(IDENTITY))
        meant = truth.filter(pc.equal(truth["feed"], feed)).sort_by("row_no")
        rows = rows.append_column("truth", meant["resident_id"]).append_column("kinds", meant["error_kinds"])
        found.append(rows)
    everything = pa.concat_tables(found)
    chosen = np.random.default_rng(seed).permutation(len(everything))[:records]
    return everything.take(pa.array(np.sort(chosen)))


def _train(folder: Path, model: Path) -> None:
    """Write a model learnt from the harder set, as the one that ships was made."""
    register = [pq.read_table(folder / f"register/{name}.parquet") for name in ("residents", "households")]
    records = pq.read_table(folder / "harder.parquet").select(list(IDENTITY))
    learnt = train_model(records, *register, places=pq.read_table(folder / "places.parquet"))
    model.write_text(json.dumps(learnt, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _compare(folder: Path, name: str, runs: int, ways: list[str]) -> dict[str, Any]:
    """All ways on one set: medians of time and memory, quality, and ours per kind of slip."""
    results: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _ in range(runs):
        for way in ways:
            call = [sys.executable, __file__, "--one", way, "--data", str(folder), "--set", name]
            done = subprocess.run(call, check=True, capture_output=True, text=True)
            results[way].append(json.loads(done.stdout.splitlines()[-1]))
    return {way: _median(found) for way, found in results.items()}


def _median(found: list[dict[str, Any]]) -> dict[str, Any]:
    middle = dict(found[0])
    for key in ("seconds", "cpu_seconds", "peak_mb"):
        values = [run[key] for run in found]
        middle[key] = round(statistics.median(values), 1)
    middle["runs"] = len(found)
    middle["seconds_range"] = [min(run["seconds"] for run in found), max(run["seconds"] for run in found)]
    return middle


def _markdown(report: dict[str, Any]) -> list[str]:
    lines = []
    for name in [name for name in SETS if name in report]:
        sizes = f"{report['records']:,} records, {report['residents']:,} residents, {report['runs']} runs"
        lines += [f"\n**{name}**: {sizes}\n", *_quality_table(report[name]), "", *kinds_table(report[name])]
    return lines


def _quality_table(found: dict[str, Any]) -> list[str]:
    lines = [
        "| way | median s | range | CPU s | peak MB | precision | recall | wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for way, r in found.items():
        low, high = r["seconds_range"]
        speed = f"{r['seconds']} | {low}–{high} | {r['cpu_seconds']} | {r['peak_mb']:.0f}"
        lines.append(f"| {way} | {speed} | {r['precision']:.5f} | {r['recall']:.4f} | {r['wrong']:,} |")
    return lines


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--data", help="folder to keep the data in, and to find it again")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--once", nargs="*", choices=SETS, default=[], help="sets of which only the quality is asked")
    parser.add_argument("--train", metavar="FILE", help="write a model learnt from the harder set instead of comparing")
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--set", choices=SETS, default=SETS[0], help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
