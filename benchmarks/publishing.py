"""Publishing 100,000 warnings to PostgreSQL, against one save() each, in one run, on a server started for it.

    python benchmarks/publishing.py --rows 100000 --runs 5 --sample 2000

Ours is the whole action: columns, fingerprints, comparison with the last run, COPY of what differs to a temporary table,
UPDATE of the known, INSERT of the new, tally, ledger note, commit; each run publishes into an empty table. save() is
measured on a sample of rows, one transaction each as Django does it by itself, and once more with all of them in one
transaction; the sample is extrapolated to all rows. Runs are interleaved; medians are printed as JSON. `again_s` is
publishing the same findings by a second run.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from shouwang.conf import env

AT = datetime(2026, 11, 22, tzinfo=UTC)
LEVELS = ("red", "orange", "yellow")


def findings(rows: int) -> pa.Table:
    """Warnings as the engine hands them over: five rules over as many households as are needed."""
    number = np.arange(rows)
    villages = np.array([f"4310031012{village:02d}" for village in range(1, 20)])
    return pa.table({
        "rule": np.array([f"rule_{rule}" for rule in range(5)])[number % 5],
        "level": np.array(LEVELS)[number % 3],
        "factor": pa.repeat("expenditure.medical", rows),
        "household_id": [f"4310031012{n // 5:09d}" for n in range(rows)],
        "resident_id": pa.nulls(rows, pa.string()),
        "place_code": villages[number % 19],
        "values": [f'{{"household_self_paid_12m": {n}.5, "net_income_per_head": {n % 9000}}}' for n in range(rows)],
        "thresholds": pa.repeat('{"monitoring_line": 8200, "self_paid_line": 10000}', rows),
        "because": [f"近12个月家庭自付医疗费{n}.5元，上年人均纯收入{n % 9000}元" for n in range(rows)],
        "sources": pa.repeat('["medical_settlements", "household_incomes"]', rows),
    })  # fmt: skip


def new_run() -> Any:
    """An empty run of the prefecture."""
    from shouwang.stream.screening.models import Run

    return Run.objects.create(
        pack="hunan/chenzhou", pack_version="1", as_of=date(2026, 11, 22), range_low=431000000000,
        range_high=431100000000, started_at=AT, started_by="system",
    )  # fmt: skip


def publish(warnings: pa.Table, gaps: pa.Table, doubts: pa.Table) -> None:
    """The action under test."""
    from shouwang.register.staff.queries import SYSTEM
    from shouwang.stream.screening.actions import publish_run

    publish_run(run_id=new_run().pk, warnings=warnings, gaps=gaps, doubts=doubts, summary={}, actor=SYSTEM, at=AT)


def save_each(rows: list[dict[str, Any]], *, together: bool) -> None:
    """What a loop over objects does: one save() per warning, alone or all in one transaction."""
    from django.db import transaction

    run = new_run()
    if together:
        with transaction.atomic():
            _save(rows, run)
    else:
        _save(rows, run)


def _save(rows: list[dict[str, Any]], run: Any) -> None:
    from shouwang.stream.screening.models import IssuedWarning

    for row in rows:
        IssuedWarning(
            rule=row["rule"], household_id=row["household_id"], resident_id="", place_number=int(row["place_code"]),
            level=row["level"], severity=LEVELS.index(row["level"]) + 1, factor=row["factor"],
            values=json.loads(row["values"]), thresholds=json.loads(row["thresholds"]), because=row["because"],
            sources=json.loads(row["sources"]), state="new", first_seen_run=run, changed_run=run,
        ).save()  # fmt: skip


def timed(work: Callable[[], None], *, empty: bool = True) -> float:
    """Seconds of one piece of work, into an empty table unless said otherwise."""
    from django.db import connection

    from shouwang.surfaces.cli import serve

    with serve.as_owner(), connection.cursor() as cursor:
        if empty:
            cursor.execute("TRUNCATE screening_warning")
        cursor.execute("CHECKPOINT")
    connection.ensure_connection()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(rows: int, sample: int, runs: int) -> dict[str, float | int]:
    """Medians of all ways, interleaved."""
    warnings = findings(rows)
    few = warnings.slice(0, sample).to_pylist()
    gaps = pa.schema([(n, pa.string()) for n in ("household_id", "resident_id", "place_code", "rule", "missing")])
    doubts = pa.schema(
        [(n, pa.string()) for n in ("check", "household_id", "resident_id", "place_code", "values", "message")]
    )
    ours = lambda: publish(warnings, gaps.empty_table(), doubts.empty_table())  # noqa: E731
    seconds: dict[str, list[float]] = {"publish_s": [], "again_s": [], "save_s": [], "save_together_s": []}
    for _ in range(runs):
        seconds["publish_s"].append(timed(ours))
        seconds["again_s"].append(timed(ours, empty=False))
        seconds["save_s"].append(timed(lambda: save_each(few, together=False)) * rows / sample)
        seconds["save_together_s"].append(timed(lambda: save_each(few, together=True)) * rows / sample)
    medians = {name: round(statistics.median(values), 3) for name, values in seconds.items()}
    return {
        "rows": rows, "runs": runs, "save_sample": sample, **medians,
        "ratio": round(medians["save_s"] / medians["publish_s"], 1),
        "ratio_together": round(medians["save_together_s"] / medians["publish_s"], 1),
    }  # fmt: skip


def main() -> None:
    """Measure on a server of its own and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sample", type=int, default=2_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="shouwang-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    env.provide("SHOUWANG_HOME", str(folder / "home"))
    from shouwang.surfaces.cli import serve

    serve.prepare()
    try:
        serve.migrate()
        print(json.dumps(measure(given.rows, given.sample, given.runs), indent=2))
    finally:
        from django.db import connection

        connection.close()
        serve.stop_own_database()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
