"""Screenings one after the other while people work: the register read from the database, everyone screened, published.

    python -m benchmarks.crowd_screening FOLDER

Every run reads the county's register anew and takes the feeds that the last published run stood on. Nothing is taken from
a cache. Goes on until it is ended; the file `screening` says that it has begun, `runs` has a line of JSON for each run.
"""

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AT = datetime(2026, 10, 2, 1, 0, tzinfo=UTC)


def main() -> None:
    """Run until ended."""
    import django

    django.setup()
    folder = Path(sys.argv[1])
    (folder / "screening").touch()
    while True:
        started = time.perf_counter()
        warnings = screened()
        run = {"seconds": round(time.perf_counter() - started, 1), "warnings": warnings}
        with (folder / "runs").open("a", encoding="utf-8") as told:
            told.write(json.dumps(run) + "\n")


def screened() -> int:
    """One whole run; gives back how many warnings stand."""
    from shouwang.register.households.queries import register_tables
    from shouwang.register.staff.queries import SYSTEM
    from shouwang.stream.rules.queries import pack_in_force
    from shouwang.stream.screening.actions import publish_run, queue_screening
    from shouwang.stream.screening.models import Run
    from shouwang.stream.screening.queries import feed_files
    from shouwang.stream.screening.running import screen

    last = Run.objects.filter(status="published").order_by("-pk")[0]
    run = queue_screening(pack=last.pack, as_of=last.as_of, actor=SYSTEM, at=AT)
    run.inputs, run.vocabulary = last.inputs, last.vocabulary
    run.save()
    pack = pack_in_force(run.pack, on=run.as_of)
    register: dict[str, Any] = {}
    for name, table in register_tables(run.range_low, run.range_high).items():
        register[name] = table.select([column for column in table.column_names if column in pack.sources[name].columns])
    with tempfile.TemporaryDirectory(prefix="shouwang-crowd-") as folder:
        found = screen(
            pack=pack,
            register=register,
            feeds=feed_files(last),
            as_of=run.as_of,
            with_facts=False,
            out=Path(folder) / "run",
        )
    told = {"warnings": found.warnings, "gaps": found.gaps, "doubts": found.doubts, "summary": found.summary}
    publish_run(run_id=run.pk, **told, actor=SYSTEM, at=AT)
    return int(found.warnings.num_rows)


if __name__ == "__main__":
    main()
