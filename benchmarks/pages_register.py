"""The register of one county out of an area's files, loaded by the action that loads it in real life.

python -m benchmarks.pages_register FOLDER
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TABLES = ("households", "residents", "incomes", "statuses", "risks", "measures")
COUNTY_DIGITS = 6
AT = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def main() -> None:
    """Load the county."""
    import django

    django.setup()
    from shouwang.register.households.actions import import_register
    from shouwang.register.staff.queries import SYSTEM

    tables = {name: pq.read_table(Path(sys.argv[1]) / f"{name}.parquet") for name in TABLES}
    import_register(tables=tables, actor=SYSTEM, at=AT)


def counties(register: Path) -> list[Path]:
    """The files of a whole area cut up: a folder for each of its counties, the largest first."""
    homes = pq.read_table(register / "households.parquet")
    code = pc.utf8_slice_codeunits(homes["place_code"], 0, COUNTY_DIGITS).combine_chunks()
    own = homes["household_id"].combine_chunks()
    sizes = sorted(pc.value_counts(code).to_pylist(), key=lambda one: -one["counts"])
    for name in TABLES:
        table = pq.read_table(register / f"{name}.parquet")
        of_row = pc.take(code, pc.index_in(table["household_id"], own))
        for one in sizes:
            (register / one["values"]).mkdir(exist_ok=True)
            part = table.filter(pc.equal(of_row, pa.scalar(one["values"])))
            pq.write_table(part, register / one["values"] / f"{name}.parquet")
    return [register / one["values"] for one in sizes]


if __name__ == "__main__":
    main()
