"""The same plan on PostgreSQL, as fast as it fairly can be: loaded, indexed and analysed beforehand, tables unlogged.

Temporary tables would be read by one process only; unlogged ones let the server work in parallel.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from shouwang.engine.findings import asked
from shouwang.engine.plan import make_plan
from shouwang.engine.program import for_columns
from shouwang.engine.sql.expressions import POSTGRES
from shouwang.engine.sql.judging import judging, union
from shouwang.engine.sql.layout import lay_out

if TYPE_CHECKING:
    from benchmarks.screening_ways import Job

TYPES = {"int64": "BIGINT", "bool": "BOOLEAN", "date32[day]": "DATE"}


def ready(job: Job, url: str, needed: dict[str, set[str]]) -> Callable[[], None]:
    """Load what is not loaded yet, and return the work to be timed."""
    schema, connection = loaded(job, url, needed)
    connection.execute("DROP SCHEMA IF EXISTS work CASCADE")
    connection.execute("CREATE SCHEMA work")
    connection.execute(f"SET search_path = work, {schema}")
    return lambda: screen(job, connection)


def loaded(job: Job, url: str, needed: dict[str, set[str]]) -> tuple[str, psycopg.Connection]:
    """The schema with the frozen tables, loaded, indexed and analysed where that was not done before."""
    told = "|".join([job.frozen.tables["residents"].digest, *(f"{n}:{sorted(c)}" for n, c in sorted(needed.items()))])
    schema = "data_" + hashlib.sha256(told.encode()).hexdigest()[:24]
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET client_min_messages = warning")
    for name, columns in needed.items():
        if name in job.frozen.tables:
            _load(connection, schema, name, job.frozen.tables[name].as_parquet(), columns)
    return schema, connection


def _load(connection: psycopg.Connection, schema: str, name: str, path: str, columns: set[str]) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    if connection.execute("SELECT to_regclass(%s)", [f"{schema}.{name}"]).fetchone() != (None,):
        return
    held = [c for c in pq.read_schema(path).names if c in columns]
    table = pq.read_table(path, columns=held)
    fields = ", ".join(f'"{f.name}" {TYPES.get(str(f.type), "TEXT")}' for f in table.schema)
    with connection.transaction():
        connection.execute(f"CREATE UNLOGGED TABLE {schema}.{name} ({fields})")
        with connection.cursor().copy(f"COPY {schema}.{name} FROM STDIN (FORMAT csv)") as copy:
            copy.write(_csv(table))
        for key in ("rid", "hid"):
            if key in held:
                connection.execute(f"CREATE INDEX ON {schema}.{name} ({key})")
    connection.execute(f"VACUUM ANALYZE {schema}.{name}")


def _csv(table: pa.Table) -> bytes:
    text = io.BytesIO()
    pc.write_csv(table, text, pc.WriteOptions(include_header=False))
    return text.getvalue()


def screen(job: Job, connection: psycopg.Connection) -> None:
    """Every step a table, analysed, as the next ones need to know its size; then judging and one table of hits."""
    with job.part("plan"):
        program, findings = for_columns(job.program, job.findings, job.frozen.inputs.columns)
        layout = lay_out(make_plan(program, findings, job.frozen.inputs), POSTGRES)
        queries = asked(layout)
    with job.part("steps"):
        for step in layout.steps:
            _make(connection, step.name, step.sql, view=step.view)
    with job.part("find"):
        for entity in ("household", "resident"):
            _make(connection, f"judged_{entity}", judging(layout, queries, entity))
        _make(connection, "hits", union(layout, queries))
    job.after.append(lambda: _fetch(connection, job.hits))


def _make(connection: psycopg.Connection, name: str, select: str, *, view: bool = False) -> None:
    connection.execute(f"CREATE {'VIEW' if view else 'UNLOGGED TABLE'} {name} AS {select}")
    if not view:
        connection.execute(f"ANALYZE {name}")


def _fetch(connection: psycopg.Connection, target: Path) -> None:
    # Only for the comparison of hits; PostgreSQL's work ends with its table.
    rows = io.BytesIO()
    with connection.cursor().copy("COPY hits TO STDOUT (FORMAT csv, HEADER)") as copy:
        for piece in copy:
            rows.write(piece)
    rows.seek(0)
    strings = {f"value_{i}": pa.string() for i in range(1, 13)} | {"missing": pa.string()}
    options = pc.ConvertOptions(column_types=strings, strings_can_be_null=True, quoted_strings_can_be_null=False)
    pq.write_table(pc.read_csv(rows, convert_options=options), target)
