"""DuckDB backend (批量 SQL 执行): the plan's steps over everything at once."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from shouwang.engine.duckdb_connection import connect, text
from shouwang.engine.findings import Asked, by_finding
from shouwang.engine.sql.judging import judging, union
from shouwang.engine.sql.layout import lay_out
from shouwang.engine.task import Task


def find(task: Task) -> None:
    """Carry out a task."""
    connection = connect(memory_limit=task.memory_limit, spill=task.scratch)
    try:
        run = DuckRun(task, connection)
        run.judge()
        if task.plan.outputs:
            task.facts = run.facts()
    finally:
        connection.close()


class DuckRun:
    """One run on DuckDB: steps are made when something asks for them."""

    def __init__(self, task: Task, connection: duckdb.DuckDBPyConnection) -> None:
        self.task, self.connection = task, connection
        self.layout = lay_out(task.plan)
        self.steps = {step.name: step for step in self.layout.steps}
        self.made: set[str] = set()
        for name, table in task.frozen.tables.items():
            connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({text(table.as_parquet())})')

    def need(self, name: str) -> None:
        """Make a step and what it stands on, unless it is there."""
        if name in self.made or name not in self.steps:
            return
        self.made.add(name)
        step = self.steps[name]
        for read in step.reads:
            self.need(read)
        self._run(f"CREATE {'VIEW' if step.view else 'TEMP TABLE'} {step.name} AS {step.sql}")

    def _run(self, sql: str) -> None:
        try:
            self.connection.execute(sql)
        except duckdb.OutOfRangeException as error:
            raise OverflowError(str(error)) from None

    def judge(self) -> None:
        """Judge all findings and leave the hits with the task."""
        hit: list[Asked] = []
        for entity in ("household", "resident"):
            mine = [q for q in self.task.queries if q.finding.entity == entity]
            if mine:
                self.need(self.layout.table("household"))
                self.need(self.layout.table(entity))
                self._run(f"CREATE TEMP TABLE judged_{entity} AS {judging(self.layout, mine, entity)}")
                counts = ", ".join(f"count(*) FILTER (level_{q.number} > 0)" for q in mine)
                counted = self.connection.execute(f"SELECT {counts} FROM judged_{entity}").fetchall()[0]
                hit += [query for query, count in zip(mine, counted, strict=True) if count]
        if hit:
            self._run(f"CREATE TEMP TABLE hits AS {union(self.layout, hit)}")
            self.task.hits = by_finding(self.connection.table("hits").to_arrow_table())

    def facts(self) -> pa.Table:
        """The wanted household facts of everyone."""
        self.need(self.layout.facts_table)
        return self.connection.sql(f"FROM {self.layout.facts_table} ORDER BY hid").to_arrow_table()
