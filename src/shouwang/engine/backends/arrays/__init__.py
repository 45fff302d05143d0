"""Arrays backend (列式执行): every expression over whole columns, a range of neighbours at a time, on all cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pyarrow as pa

from shouwang.engine.backends.arrays import judging
from shouwang.engine.backends.arrays.kept import Kept
from shouwang.engine.backends.arrays.sheets import Sheet, Writer
from shouwang.engine.backends.arrays.steps import Step, Steps, run
from shouwang.engine.backends.arrays.tables import HOUSEHOLDS, RESIDENTS, TABLE_OF, Columns, Range, Tables, read
from shouwang.engine.duckdb_connection import text
from shouwang.engine.findings import Asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.model import Kind
from shouwang.engine.task import FACTS, HITS, Task

CORES = os.cpu_count() or 1
AHEAD = 4  # ranges per core that may wait to be written


def find(task: Task) -> None:
    """Carry out a task."""
    kept = Kept(task.cache, task.plan, task.frozen)
    addresses = {q.number: kept.address_of_hits(q) for q in task.queries} if task.cache else {}
    known = {address: number for number, address in addresses.items() if address in kept.hits}
    new = [query for query in task.queries if addresses.get(query.number) not in known]
    hits, reused = _computed(task, kept, new)
    kept.save_hits(hits, {q.number: addresses[q.number] for q in new if addresses})
    task.connection.register(HITS, pa.concat_tables([hits, *kept.load_hits(known)]))
    task.reused.extend([*sorted(reused), *(f"hits of {task.queries[n].finding.name}" for n in sorted(known.values()))])
    kept.forget_old()


def _computed(task: Task, kept: Kept, queries: Sequence[Asked]) -> tuple[pa.Table, set[str]]:
    """Hits of findings that are not known yet, and what went into them from the cache; outputs are left in the task."""
    steps = Steps(task.plan, kept)
    for query in queries:
        judging.judge(steps, query)
    sheets = [*_outputs(task, steps), *_worth_keeping(task, steps)]
    for sheet in sheets:
        sheet.add_to(steps)
    tables = _tables(steps, task.frozen)
    writer, hits = Writer(sheets), []
    for held in _ranges(steps.ready(), tables):
        writer.add(held)
        hits += held.hits
    writer.finish()
    if task.plan.outputs:
        task.connection.execute(f"CREATE VIEW {FACTS} AS FROM read_parquet({text(sheets[0].path)})")
    return judging.table(queries, tables, hits), steps.reused


def _ranges(steps: list[Step], tables: Tables) -> Iterator[Range]:
    """All ranges in order, each with all its steps done."""
    waiting = tables.ranges()
    with ThreadPoolExecutor(CORES) as workers:
        while some := list(islice(waiting, CORES * AHEAD)):
            yield from workers.map(lambda held: run(steps, held), some)


def _outputs(task: Task, steps: Steps) -> list[Sheet]:
    if not task.plan.outputs:
        return []
    kinds = {name: task.plan.facts[name].definition.kind for name in task.plan.outputs}
    columns = [(f"f_{name}", kind, steps.fact(name)) for name, kind in kinds.items()]
    return [Sheet(task.scratch / "household_facts.parquet", "household", columns, keys=True)]


def _worth_keeping(task: Task, steps: Steps) -> list[Sheet]:
    found = []
    for entity in TABLE_OF:
        columns = [(a, kind, number) for (e, a), (kind, number) in steps.worth_keeping.items() if e == entity]
        if columns:
            file = steps.kept.file(entity, [address for address, *_ in columns])
            found.append(Sheet((task.cache or task.scratch) / file, entity, columns))
    return found


def _tables(steps: Steps, frozen: Frozen) -> Tables:
    wanted: dict[str, dict[str, Kind]] = {HOUSEHOLDS: {}, RESIDENTS: {}} | steps.columns
    wanted[RESIDENTS] = wanted[RESIDENTS] | {"hid": Kind.INTEGER}
    rows = {name: table.rows for name, table in frozen.tables.items()}

    def load(name: str) -> Columns:
        if name not in frozen.tables:
            return read(name, wanted[name], steps.kept.entity(Path(name)), everyone=True)
        entity = steps.plan.program.sources[name].entity if name != RESIDENTS else "resident"
        return read(frozen.tables[name].path, wanted[name], entity, everyone=name in TABLE_OF.values())

    largest = sorted(wanted, key=lambda name: -rows.get(name, rows[RESIDENTS]) * len(wanted[name]))
    with ThreadPoolExecutor(CORES) as workers:
        held = dict(zip(largest, workers.map(load, largest), strict=True))
    return Tables(held, rows[HOUSEHOLDS], rows[RESIDENTS], steps.words)
