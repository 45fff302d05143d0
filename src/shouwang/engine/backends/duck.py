"""DuckDB backend (批量 SQL 执行): the plan's steps over everything at once."""

from __future__ import annotations

import duckdb

from shouwang.engine.duckdb_connection import text
from shouwang.engine.findings import HIT_SCHEMA, Asked
from shouwang.engine.sql.judging import judging, union
from shouwang.engine.sql.layout import lay_out
from shouwang.engine.task import FACTS, HITS, Task


def find(task: Task) -> None:
    """Carry out a task."""
    run = DuckRun(task)
    run.judge()
    if task.plan.outputs:
        run.need(run.layout.facts_table)
        task.connection.execute(f"CREATE VIEW {FACTS} AS FROM {run.layout.facts_table}")


class DuckRun:
    """One run on DuckDB: steps are made when something asks for them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.layout = lay_out(task.plan)
        self.steps = {step.name: step for step in self.layout.steps}
        self.made: set[str] = set()
        for name, table in task.frozen.tables.items():
            task.connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet({text(table.path)})')

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
            self.task.connection.execute(sql)
        except duckdb.OutOfRangeException as error:
            raise OverflowError(str(error)) from None

    def judge(self) -> None:
        """Judge all findings; the hits stand in the table ``hits``."""
        hit: list[Asked] = []
        for entity in ("household", "resident"):
            mine = [q for q in self.task.queries if q.finding.entity == entity]
            if mine:
                self.need(self.layout.table("household"))
                self.need(self.layout.table(entity))
                self._run(f"CREATE TEMP TABLE judged_{entity} AS {judging(self.layout, mine, entity)}")
                counts = ", ".join(f"count(*) FILTER (level_{q.number} > 0)" for q in mine)
                counted = self.task.connection.execute(f"SELECT {counts} FROM judged_{entity}").fetchall()[0]
                hit += [query for query, count in zip(mine, counted, strict=True) if count]
        if hit:
            self.task.connection.execute(f"CREATE TEMP TABLE {HITS} AS {union(self.layout, hit)}")
        else:
            self.task.connection.register(HITS, HIT_SCHEMA.empty_table())
