"""A task (执行任务): what a backend is given, and where it leaves what it finds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from shouwang.engine.duckdb_connection import connect, text
from shouwang.engine.findings import Asked, asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.model import Kind
from shouwang.engine.plan import Plan

HITS, FACTS = "hits", "household_facts"
ARROW = {Kind.BOOL: pa.bool_(), Kind.DATE: pa.date32(), Kind.CHOICE: pa.string(), Kind.TEXT: pa.bool_()}


@dataclass(frozen=True)
class Task:
    """A plan over frozen inputs.

    A backend leaves two tables in ``connection``: ``hits``, and where the plan has outputs ``household_facts`` (hid and
    f_<name> in engine units). ``scratch`` is gone after the run; ``reused`` names what it took from ``cache``.
    """

    plan: Plan
    frozen: Frozen
    queries: list[Asked]
    connection: duckdb.DuckDBPyConnection
    scratch: Path
    cache: Path | None = None
    reused: list[str] = field(default_factory=list)

    def write(self, select: str, target: Path) -> Path:
        """Write the answer of a query as a Parquet file."""
        self.connection.execute(f"COPY ({select}) TO {text(target)} (FORMAT parquet)")
        return target


@contextmanager
def opened(plan: Plan, frozen: Frozen, *, cache: Path | None = None, memory_limit: str = "900MB") -> Iterator[Task]:
    """A task with a connection of its own."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=cache) as scratch:
        connection = connect(memory_limit=memory_limit, spill=Path(scratch))
        try:
            yield Task(plan, frozen, asked(plan), connection, Path(scratch), cache)
        finally:
            connection.close()


def arrow_type(kind: Kind) -> pa.DataType:
    """How values of a kind stand in files and tables: numbers scaled, of text only whether there is any."""
    return ARROW.get(kind, pa.int64())


def fact_schema(plan: Plan) -> pa.Schema:
    """Columns of ``household_facts``."""
    fields = [(f"f_{name}", arrow_type(plan.facts[name].definition.kind)) for name in plan.outputs]
    return pa.schema([("hid", pa.int64()), *fields])
