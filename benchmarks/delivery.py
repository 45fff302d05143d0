"""One large file comes in: a million rows of csv, 300,000 of xlsx; read and checked, linked, stored, receipt made.

    python benchmarks/delivery.py --residents 1000000 --rows 1000000 --sheet-rows 300000 --runs 5
    python benchmarks/run.py --only delivery

The files are settlements as the synthetic medical-insurance office sends them, identities with slips, two rows in a
thousand with a cell that nobody can read; csv once in UTF-8 and once in the GB18030 of business systems. Reading is
what the product does: a child process under limits opens the file, every cell is typed and checked, repeated rows are
found. The two hand-overs carry the same table between DuckDB and PostgreSQL through ADBC. Every run is a process of its
own, ways take turns; medians are printed as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.delivery_ways import WAYS, measure  # noqa: E402
from shouwang.kernel.postgres import ensure_server, stop_server  # noqa: E402

FEED, AS_OF = "medical_settlements", date(2026, 11, 1)


def main() -> None:
    """Make the files where they are missing, run every way, print the figures."""
    given = _options()
    home = given.folder / f"delivery-{given.residents}-{given.rows}-{given.sheet_rows}"
    if given.one:
        print(json.dumps(measure(given.one, home)))
        return
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "ready").is_file():
        prepare(home, given.residents, given.rows, given.sheet_rows)
    server = Path(tempfile.mkdtemp(prefix="shouwang-bench-", dir="/var/tmp"))
    server.chmod(0o755)
    # The address holds a password: not on the command line, where everyone on the machine could read it.
    around = os.environ | {"DATABASE_URL": ensure_server(server / "home")}
    try:
        found = _measured(given, around)
    finally:
        stop_server(server / "home")
        shutil.rmtree(server)
    ways = {way: _median(runs) for way, runs in found.items()}
    sizes = {"residents": given.residents, "rows": given.rows, "sheet_rows": given.sheet_rows, "runs": given.runs}
    print(json.dumps(sizes | {"ways": ways}))


def _measured(given: argparse.Namespace, around: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _ in range(given.runs):
        for way in given.ways:
            command = [sys.executable, __file__, *sys.argv[1:], "--one", way]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=around)
            if done.returncode:
                raise SystemExit(f"{way}: {done.stderr}")
            found[way].append(json.loads(done.stdout.splitlines()[-1]))
    return found


def prepare(home: Path, residents: int, rows: int, sheet_rows: int) -> None:
    """A register, and its settlements as files of a department."""
    from shouwang.synth import make
    from shouwang.synth.departments import sources

    make(residents=residents, seed=7, as_of=AS_OF, out=home, linked=False)
    table, source = _settlements(home, max(rows, sheet_rows)), sources("national")[FEED]
    _write(home, table, source, rows, sheet_rows)
    for path in (home / "feeds").glob("*.parquet"):
        path.unlink()
    (home / "ready").touch()


def _settlements(home: Path, rows: int) -> pa.Table:
    """Settlements of the feed, as often as needed, each with a number and a day of its own."""
    made = pq.read_table(home / f"feeds/{FEED}.parquet")
    at = np.arange(rows) % made.num_rows
    table = made.take(pa.array(at))
    again = np.arange(rows) // made.num_rows
    numbers = pa.array([f"S{number:09d}" for number in range(rows)])
    days = pc.subtract(pc.cast(table["settled_on"], pa.int32()), pa.array(again, pa.int32()))
    table = table.set_column(table.column_names.index("settled_on"), "settled_on", pc.cast(days, pa.date32()))
    return table.set_column(table.column_names.index("settlement_no"), "settlement_no", numbers)


def _write(home: Path, table: pa.Table, source: Any, rows: int, sheet_rows: int) -> None:
    from shouwang.synth.departments import SPOILT_SHARE, _spoil, in_chinese, write_csv, write_xlsx

    texts, part = in_chinese(table.slice(0, rows), source), table.slice(0, sheet_rows)
    _spoil(texts, table.slice(0, rows), source, SPOILT_SHARE)
    write_csv(home / "utf-8.csv", texts, encoding="utf-8-sig")
    write_csv(home / "gb18030.csv", texts, encoding="gb18030")
    texts = in_chinese(part, source)
    _spoil(texts, part, source, SPOILT_SHARE)
    write_xlsx(home / "sheet.xlsx", texts, source, as_of=AS_OF, title=None)


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = [run["seconds"] for run in runs]
    told = runs[0] | {"seconds": round(statistics.median(seconds), 3), "range": [min(seconds), max(seconds)]}
    told["cpu_seconds"] = round(statistics.median(run["cpu_seconds"] for run in runs), 3)
    told["peak_mb"] = max(run["peak_mb"] for run in runs)
    if "parts" in told:
        told["parts"] = {
            name: round(statistics.median(run["parts"][name] for run in runs), 3) for name in told["parts"]
        }
    return told | {"runs": len(runs), "rows_per_s": round(told["rows"] / told["seconds"])}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sheet-rows", type=int, default=300_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
