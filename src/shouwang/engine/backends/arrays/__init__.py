"""Arrays backend (列式执行): every expression over whole columns, a range of neighbours at a time, on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa

from shouwang.engine.backends.arrays import judging
from shouwang.engine.backends.arrays.kept import Kept
from shouwang.engine.backends.arrays.sheets import Facts, Outputs, Writer
from shouwang.engine.backends.arrays.steps import HOME, Steps, run
from shouwang.engine.backends.arrays.tables import HOUSEHOLDS, RESIDENTS, TABLE_OF, Columns, Tables, mapped, read
from shouwang.engine.cores import in_order
from shouwang.engine.findings import Asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.task import Task


def find(task: Task) -> None:
    """Carry out a task."""
    kept = Kept(task.cache, task.plan, task.frozen)
    addresses = {q.number: kept.address_of_hits(q) for q in task.queries} if task.cache else {}
    known = {number: address for number, address in addresses.items() if address in kept.hits}
    hits, reused = _computed(task, kept, [query for query in task.queries if query.number not in known])
    for number in hits if task.cache else ():
        kept.save_hits(hits[number], addresses[number])
    hits |= {number: kept.load_hits(address) for number, address in known.items()}
    task.hits = {number: table for number, table in sorted(hits.items()) if len(table)}
    task.reused.extend([*sorted(reused), *(f"hits of {task.queries[n].finding.name}" for n in sorted(known))])
    kept.forget_old()


def _computed(task: Task, kept: Kept, queries: Sequence[Asked]) -> tuple[dict[int, pa.Table], set[str]]:
    """Hits of findings that are not known yet, and what went into them from the cache; outputs are left in the task."""
    steps = Steps(task.plan, kept)
    for query in queries:
        judging.judge(steps, query)
    outputs, _ = _outputs(task, steps), steps.home
    sheets = [*outputs, *_worth_keeping(task, steps)]
    for sheet in sheets:
        sheet.add_to(steps)
    if not steps.steps:
        return {}, set()
    tables, ready = _tables(steps, task.frozen), steps.ready()
    writer, hits = Writer(sheets), []
    for held in in_order(partial(run, ready), tables.ranges()):
        writer.add(held)
        hits += held.hits
    writer.finish()
    for sheet in outputs:
        task.facts = pa.ipc.open_file(pa.memory_map(str(sheet.path))).read_all()
    return judging.tables(queries, tables, hits), steps.reused


def _outputs(task: Task, steps: Steps) -> list[Outputs]:
    if not task.plan.outputs:
        return []
    kinds = {name: task.plan.facts[name].definition.kind for name in task.plan.outputs}
    columns = [(f"f_{name}", kind, steps.fact(name)) for name, kind in kinds.items()]
    return [Outputs(task.scratch / "household_facts.arrow", "household", columns)]


def _worth_keeping(task: Task, steps: Steps) -> list[Facts]:
    found = []
    for entity in TABLE_OF:
        columns = [(a, kind, number) for (e, a), (kind, number) in steps.worth_keeping.items() if e == entity]
        if columns:
            file = steps.kept.file(entity, [address for address, *_ in columns])
            found.append(Facts((task.cache or task.scratch) / file, entity, columns))
    return found


def _tables(steps: Steps, frozen: Frozen) -> Tables:
    home, wanted = steps.home, steps.columns
    wanted.setdefault(home[0], {})[home[1]] = HOME.kind
    rows = {name: table.rows for name, table in frozen.tables.items()}

    def load(name: str) -> Columns:
        if name not in frozen.tables:
            return mapped(name, wanted[name], steps.kept.entity(Path(name)))
        entity = steps.plan.program.sources[name].entity if name != RESIDENTS else "resident"
        return read(frozen.tables[name].path, wanted[name], entity, everyone=name in TABLE_OF.values())

    largest = sorted(wanted, key=lambda name: -rows.get(name, rows[RESIDENTS]) * len(wanted[name]))
    held = dict(zip(largest, in_order(load, largest), strict=True))
    return Tables(held, rows[HOUSEHOLDS], rows[RESIDENTS], home, steps.words)
