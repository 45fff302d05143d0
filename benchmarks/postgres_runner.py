"""The same plan on PostgreSQL: a second opinion on every figure, and a peer to measure against."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pyarrow as pa
import pyarrow.csv as pc
from psycopg import sql

from shouwang.engine.findings import asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.plan import make_plan
from shouwang.engine.program import Finding, Program, for_columns
from shouwang.engine.sql.expressions import POSTGRES
from shouwang.engine.sql.judging import judging, union
from shouwang.engine.sql.layout import lay_out
from shouwang.engine.sql.steps import Layout

TYPES = {"int64": "BIGINT", "int32": "INTEGER", "bool": "BOOLEAN", "date32[day]": "DATE"}
Hit = tuple[object, ...]


@contextmanager
def workspace(url: str) -> Iterator[psycopg.Connection]:
    """A connection whose tables vanish at its end."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute("SET search_path = pg_temp")
        yield connection


def load(connection: psycopg.Connection, frozen: Frozen) -> None:
    """Frozen Parquet into temporary tables, by COPY."""
    for name, table in frozen.tables.items():
        _load_table(connection, name, table.table())
    connection.execute("ANALYZE")


def _load_table(connection: psycopg.Connection, name: str, table: pa.Table) -> None:
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(f.name), sql.SQL(TYPES.get(str(f.type), "TEXT"))) for f in table.schema
    )
    connection.execute(sql.SQL("CREATE TEMP TABLE {} ({})").format(sql.Identifier(name), columns))
    text = io.BytesIO()
    pc.write_csv(table, text, pc.WriteOptions(include_header=False))
    with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(name))) as copy:
        copy.write(text.getvalue())


def find(
    connection: psycopg.Connection,
    program: Program,
    frozen: Frozen,
    findings: Sequence[Finding],
    outputs: Sequence[str] = (),
) -> Layout:
    """Judge ``findings`` over loaded tables; the hits stand in the table ``hits``, wanted facts in ``facts_table``."""
    program, findings = for_columns(program, findings, frozen.inputs.columns)
    layout = lay_out(make_plan(program, findings, frozen.inputs, outputs), POSTGRES)
    for step in layout.steps:
        made = "VIEW" if step.view else "TABLE"
        connection.execute(f"CREATE TEMP {made} {step.name} AS {step.sql}")
    queries = asked(layout)
    for entity in ("household", "resident"):
        connection.execute(f"CREATE TEMP TABLE judged_{entity} AS {judging(layout, queries, entity)}")
    connection.execute(f"CREATE TEMP TABLE hits AS {union(layout, queries)}")
    return layout


def hits(connection: psycopg.Connection) -> list[Hit]:
    """All hits in the order of finding and person."""
    return connection.execute("SELECT * FROM hits ORDER BY finding, hid, rid").fetchall()


def facts(connection: psycopg.Connection, layout: Layout) -> list[Hit]:
    """The wanted household facts of everyone."""
    columns = ", ".join(["hid", *(f"f_{name}" for name in layout.outputs)])
    return connection.execute(f"SELECT {columns} FROM {layout.facts_table} ORDER BY hid").fetchall()
