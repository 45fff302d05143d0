"""The ledger at size (台账): sealing, verifying, naming one bad row among all, and the verifier that shares no code.

    python benchmarks/ledger.py --entries 1000000 --runs 3

Writes its entries into a database of its own on an embedded server, which is dropped at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 1, 1, tzinfo=UTC)
PER_SEAL = 1_000
ENTRIES = """INSERT INTO ledger_entry (at, actor, role, place_code, act, subject, reason, details)
SELECT timestamptz '2026-01-01' + i * interval '1 second', 'officer' || i %% 500, 'township_officer', '431003101',
       'look_household', 'household:' || i::bigint * 7919 %% 300000, '一户一档', jsonb_build_object('task', 'warning:' || i)
FROM generate_series(1, %s) AS i"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shouwang-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        prepare(Path(folder))
        from shouwang.kernel import postgres

        try:
            sys.stdout.write(json.dumps(measure(asked.entries, asked.runs, Path(folder)), ensure_ascii=False) + "\n")
        finally:
            postgres.stop_server(Path(folder))


def prepare(home: Path) -> None:
    """A server of its own with its tables."""
    os.environ.update(SHOUWANG_HOME=str(home), SHOUWANG_HTTPS="no")
    from shouwang.surfaces.cli import serve

    serve.prepare()
    serve.migrate()


def measure(count: int, runs: int, folder: Path) -> dict[str, Any]:
    from django.db import connection

    from shouwang.register.ledger.actions import seal_entries
    from shouwang.register.ledger.checkpoints import current_checkpoint, read_checkpoint, write_checkpoint
    from shouwang.register.ledger.exporting import export_ledger
    from shouwang.register.ledger.verifying import verify_ledger
    from shouwang.surfaces.cli.serve import as_owner

    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [count])
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE ledger_entry")
    report: dict[str, Any] = {"entries": count, "entries_per_seal": PER_SEAL}
    sealed = seconds(lambda: seal_entries(at=START + timedelta(days=400), batch=PER_SEAL))
    report["seal_seconds"], report["sealed_per_second"] = round(sealed, 1), round(count / sealed)
    one = tuple(timed(verify_ledger) for _ in range(runs))
    assert all(found.sound and found.sealed == count for _, found in one)
    report["verify_seconds"] = round(median(took for took, _ in one), 1)
    report["verified_per_second"] = round(count / report["verify_seconds"])
    write_checkpoint(current_checkpoint(), folder / "witness", leaves=True)
    took, found = timed(lambda: verify_ledger(checkpoints=[read_checkpoint(folder / "witness")]))
    assert found.sound
    report["with_full_checkpoint_seconds"] = round(took, 1)
    report["export_seconds"] = round(seconds(lambda: export_ledger(folder / "ledger.jsonl")), 1)
    command = [sys.executable, "-S", str(ROOT / "scripts/verify_ledger.py"), str(folder / "ledger.jsonl")]
    report["independent_seconds"] = round(seconds(lambda: subprocess.run(command, check=True, capture_output=True)), 1)
    report["named"] = {name: named(statements, count // 3, verify_ledger) for name, statements in BREAKS.items()}
    report["looks_recorded_per_second"] = writing()
    return report


def writing(connections: int = 8, each: int = 1_000) -> int:
    """Looks recorded per second by several connections at once, each in a transaction of its own."""
    from django.db import connection, transaction

    from shouwang.register.ledger.actions import record_look
    from shouwang.register.staff.queries import SYSTEM

    def write() -> None:
        for _ in range(each):
            with transaction.atomic():
                record_look(subjects=["household:H1"], purpose="一户一档", actor=SYSTEM, at=START)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(connections)]

    def all_of_them() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return round(connections * each / seconds(all_of_them))


CHANGE = "UPDATE ledger_entry SET reason = '没看过' WHERE id = %s"
RENUMBER = "UPDATE ledger_entry SET id = {} WHERE id = {}"
BREAKS = {
    "changed": (CHANGE,),
    "removed": ("DELETE FROM ledger_entry WHERE id = %s",),
    "inserted": (
        """INSERT INTO ledger_entry SELECT 0 * %s - 1, at, actor, role, place_code, act, subject, reason, details
        FROM ledger_entry WHERE id = 5""",
    ),
    "reordered": (RENUMBER.format(-1, 5), RENUMBER.format(5, "%s"), RENUMBER.format("%s", -1)),
    "last removed": ("DELETE FROM ledger_entry WHERE id = %s + (SELECT max(id) FROM ledger_entry) - {row}",),
}


def named(statements: tuple[str, ...], row: int, verify: Callable[[], Any]) -> dict[str, Any]:
    """Break one row as a superuser, verify, mend it: what was found and how long it took."""
    from django.db import connection, transaction

    from shouwang.surfaces.cli.serve import as_owner

    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement.replace("{row}", str(row)), [row] if "%s" in statement else [])
        took, found = timed(verify)
        transaction.set_rollback(True)
    return {"seconds": round(took, 1), "rows": [(one.kind, one.entry) for one in found.faults]}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def seconds(work: Callable[[], Any]) -> float:
    return timed(work)[0]


if __name__ == "__main__":
    main()
