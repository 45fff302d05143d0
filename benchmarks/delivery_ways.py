"""What the benchmark of deliveries measures, each in a process of its own: seconds, CPU seconds, peak memory, parts."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Told = dict[str, Any]
WANTED = "SELECT resident_id, household_id, name, birth_on, sex, relation FROM people"


def read_utf8(home: Path) -> Told:
    """A million rows of csv in UTF-8: opened, typed, checked."""
    return _read(home / "utf-8.csv")


def read_gb18030(home: Path) -> Told:
    """The same in GB18030."""
    return _read(home / "gb18030.csv")


def read_xlsx(home: Path) -> Told:
    """A worksheet: opened, typed, checked."""
    return _read(home / "sheet.xlsx")


def _read(path: Path) -> Told:
    from shouwang.stream.feeds.reading import read_delivery

    source = _source()
    clock = Clock()
    found = read_delivery(path, source)
    return clock.told({"rows": found.rows_in, "rejected": found.rejected, "accepted": found.accepted})


def whole(home: Path) -> Told:
    """The whole way of the csv: read, receipt with its root over every row, linked with the stored model, stored."""
    from shouwang.register.places.reading import read_places
    from shouwang.stream.feeds.reading import read_delivery
    from shouwang.stream.feeds.receipt import make_receipt
    from shouwang.stream.linkage.matching import link_feed
    from shouwang.stream.screening.inputs import village_names

    source = _source()
    residents, households = (pq.read_table(home / f"register/{name}.parquet") for name in ("residents", "households"))
    places = village_names(read_places())
    clock = Clock()
    found = read_delivery(home / "utf-8.csv", source)
    clock.lap("read")
    receipt = make_receipt(found, source, sequence=1)
    clock.lap("receipt")
    linked = link_feed(found.table, source, residents, households, places=places)
    clock.lap("link")
    kept = linked.table.select(
        [name for name in linked.table.column_names if name not in ("name", "id_number", "phone")]
    )
    pq.write_table(kept, home / "batch.parquet", compression="zstd")
    clock.lap("store")
    linked_rows = linked.table.num_rows - linked.table["resident_id"].null_count
    return clock.told({"rows": found.rows_in, "root": receipt["root"], "linked": linked_rows})


def to_postgres_adbc(home: Path) -> Told:
    """From DuckDB into PostgreSQL as Arrow."""
    import adbc_driver_postgresql.dbapi as adbc

    with _duckdb(home) as duck, adbc.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        clock = Clock()
        rows = cursor.adbc_ingest("handed_over", duck.sql(WANTED).to_arrow_reader(), mode="replace")
        link.commit()
        return clock.told({"rows": rows})


def from_postgres_adbc(home: Path) -> Told:
    """From PostgreSQL into DuckDB as Arrow."""
    import adbc_driver_postgresql.dbapi as adbc

    with _duckdb(home) as duck, adbc.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        clock = Clock()
        cursor.execute("SELECT * FROM handed_over")
        coming = cursor.fetch_record_batch()  # noqa: F841 - DuckDB finds it by its name
        duck.execute("CREATE TABLE taken AS SELECT * FROM coming")
        told = clock.told({})
        rows = duck.sql("SELECT count(*) FROM taken").fetchall()[0][0]
        return told | {"rows": rows}


def to_postgres_copy(home: Path) -> Told:
    """The same with COPY of csv, which the product does within its own transactions."""
    import psycopg

    from shouwang.kernel.bulk import copy_in

    with _duckdb(home) as duck, psycopg.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("TRUNCATE handed_over")
        clock = Clock()
        rows = copy_in(cursor, "handed_over", duck.sql(WANTED).to_arrow_table())
        link.commit()
        return clock.told({"rows": rows})


def from_postgres_copy(home: Path) -> Told:
    """The same with COPY of csv."""
    import psycopg

    from shouwang.kernel.bulk import copy_out

    with _duckdb(home) as duck, psycopg.connect(os.environ["DATABASE_URL"]) as link, link.cursor() as cursor:
        types = {field.name: field.type for field in duck.sql(WANTED).limit(0).to_arrow_table().schema}
        clock = Clock()
        coming = copy_out(cursor, "SELECT * FROM handed_over", types)
        duck.execute("CREATE TABLE taken AS SELECT * FROM coming")
        return clock.told({"rows": coming.num_rows})


def _duckdb(home: Path) -> Any:
    import duckdb

    duck = duckdb.connect()
    duck.execute(f"CREATE TABLE people AS SELECT * FROM read_parquet('{home}/register/residents.parquet')")
    return duck


def _source() -> Any:
    from shouwang.policy.loading import find_pack
    from shouwang.policy.sources import load_sources

    return load_sources(find_pack("national"))["medical_settlements"]


class Clock:
    """Wall and CPU seconds, children included, since it was made."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self.started = self.lapped = time.perf_counter()
        self.cpu = _cpu()

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now = time.perf_counter()
        self.parts[name], self.lapped = round(now - self.lapped, 3), now

    def told(self, more: Told) -> Told:
        """All that is known, as JSON may hold it."""
        seconds, cpu = time.perf_counter() - self.started, _cpu() - self.cpu
        told = {"seconds": round(seconds, 3), "cpu_seconds": round(cpu, 3), "peak_mb": _peak_mb()}
        return told | ({"parts": self.parts} if self.parts else {}) | more


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _peak_mb() -> int:
    status = Path("/proc/self/status")
    held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) // 1024


WAYS: dict[str, Callable[[Path], Told]] = {
    "csv": read_utf8, "csv gb18030": read_gb18030, "xlsx": read_xlsx, "whole": whole,
    "to postgres, adbc": to_postgres_adbc, "from postgres, adbc": from_postgres_adbc,
    "to postgres, copy": to_postgres_copy, "from postgres, copy": from_postgres_copy,
}  # fmt: skip


def measure(way: str, home: Path) -> Told:
    """One way, once; as where the program is installed, which is without pandas: only tests and benchmarks bring it."""
    from shouwang.kernel.sheets.unpacking import WithoutPandas

    sys.meta_path.insert(0, WithoutPandas())
    return WAYS[way](home)
