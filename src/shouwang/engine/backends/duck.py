"""DuckDB backend (批量执行): the plan's steps over everything at once; finished steps are kept by content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from shouwang.engine.duckdb_connection import connect, text
from shouwang.engine.findings import FindingQuery, judging, union
from shouwang.engine.frozen import Frozen
from shouwang.engine.plan import Plan, Step


class DuckRun:
    """One run on DuckDB: steps are made when something asks for them, and taken from the cache where they stand."""

    def __init__(self, plan: Plan, frozen: Frozen, *, cache: Path | None = None, memory_limit: str = "900MB") -> None:
        self.plan, self.frozen, self.cache = plan, frozen, cache
        self.steps = {step.name: step for step in plan.steps}
        self.digests: dict[str, str] = {name: table.digest for name, table in frozen.tables.items()}
        self.made: set[str] = set()
        self.reused: list[str] = []
        self.connection = connect(memory_limit=memory_limit, spill=cache)
        for name, table in frozen.tables.items():
            self.connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({text(table.path)})')

    def __enter__(self) -> DuckRun:
        return self

    def __exit__(self, *exc: object) -> None:
        self.connection.close()

    def digest(self, name: str) -> str:
        """Content address of a step: its SQL and the content it reads."""
        if name not in self.digests:
            step = self.steps[name]
            parts = [step.sql, *(self.digest(read) for read in step.reads)]
            self.digests[name] = hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
        return self.digests[name]

    def need(self, name: str) -> None:
        """Make a step and what it stands on, unless it is there."""
        if name in self.made or name not in self.steps:
            return
        self.made.add(name)
        step = self.steps[name]
        kept = (
            self.cache / f"{name}-{self.digest(name)}.parquet" if self.cache and step.kept and not step.view else None
        )
        if kept is not None and kept.exists():
            self.reused.append(name)
            self.connection.execute(f"CREATE VIEW {name} AS FROM read_parquet({text(kept)})")
            return
        for read in step.reads:
            self.need(read)
        self._make(step, kept)

    def _make(self, step: Step, kept: Path | None) -> None:
        if step.view:
            self.connection.execute(f"CREATE VIEW {step.name} AS {step.sql}")
            return
        self._run(f"CREATE TEMP TABLE {step.name} AS {step.sql}")
        if kept is not None:
            partial = kept.with_suffix(".partial")
            self.connection.execute(f"COPY {step.name} TO {text(partial)} (FORMAT parquet)")
            partial.replace(kept)

    def _run(self, sql: str) -> None:
        try:
            self.connection.execute(sql)
        except duckdb.OutOfRangeException as error:
            raise OverflowError(str(error)) from None

    def find(self, queries: list[FindingQuery]) -> None:
        """Judge all findings; the hits stand in the table ``hits``."""
        hit: list[FindingQuery] = []
        for entity in ("household", "resident"):
            mine = [q for q in queries if q.finding.entity == entity]
            if mine:
                self.need(self.plan.table("household"))
                self.need(self.plan.table(entity))
                self._run(f"CREATE TEMP TABLE judged_{entity} AS {judging(self.plan, mine, entity)}")
                counts = ", ".join(f"count(*) FILTER (level_{q.number} > 0)" for q in mine)
                counted = self.connection.execute(f"SELECT {counts} FROM judged_{entity}").fetchall()[0]
                hit += [query for query, count in zip(mine, counted, strict=True) if count]
        self.connection.execute(f"CREATE TEMP TABLE hits AS {union(hit)}" if hit else NO_HITS)

    def write(self, select: str, target: Path) -> Path:
        """Write the answer of a query as a Parquet file."""
        self.connection.execute(f"COPY ({select}) TO {text(target)} (FORMAT parquet)")
        return target


NO_HITS = (
    "CREATE TEMP TABLE hits AS SELECT 0 finding, 0 level, CAST(0 AS BIGINT) hid, CAST(0 AS BIGINT) rid, '' missing, "
    + ", ".join(f"'' value_{i}" for i in range(1, 13))
    + " LIMIT 0"
)
