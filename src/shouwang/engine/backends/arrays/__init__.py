"""Arrays backend (列式执行): every expression over whole columns, a range of neighbours at a time, on all cores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa

from shouwang.engine.backends.arrays import judging
from shouwang.engine.backends.arrays.kept import Kept
from shouwang.engine.backends.arrays.sheets import Facts, Outputs, Writer
from shouwang.engine.backends.arrays.steps import HOME, Steps, run
from shouwang.engine.backends.arrays.tables import (
    HOUSEHOLDS,
    RESIDENTS,
    TABLE_OF,
    Columns,
    Stored,
    Tables,
    key_column,
    mapped,
)
from shouwang.engine.cores import in_order
from shouwang.engine.findings import Asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.frozen_columns import Held
from shouwang.engine.plan import KEYS
from shouwang.engine.task import Task


def find(task: Task) -> None:
    """Carry out a task."""
    kept = Kept(task.cache, task.plan, task.frozen)
    addresses = {q.number: kept.address_of_hits(q) for q in task.queries} if task.cache else {}
    known = {number: address for number, address in addresses.items() if address in kept.hits}
    hits, reused = _computed(task, kept, [query for query in task.queries if query.number not in known])
    for _ in in_order(lambda number: kept.save_hits(hits[number], addresses[number]), hits if task.cache else ()):
        pass
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
    if home[0] not in frozen.tables:
        wanted.setdefault(home[0], {})[home[1]] = HOME.kind
    columns = _columns(frozen, wanted)
    held: dict[str, Columns | Stored] = {}
    for name, kinds in wanted.items():
        if name not in frozen.tables:
            held[name] = mapped(name, kinds, steps.kept.entity(Path(name)))
            continue
        keys, everyone = frozen.tables[name].keys, name in TABLE_OF.values()
        found = {column: key_column(keys, column) for column in kinds if column in KEYS.values()}
        found |= {column: columns[name, column] for column in kinds if (name, column) in columns}
        entity = steps.plan.program.sources[name].entity if name != RESIDENTS else "resident"
        held[name] = Columns(found, kinds, entity, keys, None if everyone else keys.key(entity))
    stored = held.get(home[0])
    homes = stored.all_of(home[1]) if isinstance(stored, Stored) else frozen.tables[RESIDENTS].keys.hid
    return Tables(held, frozen.tables[HOUSEHOLDS].rows, frozen.tables[RESIDENTS].rows, homes, steps.words)


def _columns(frozen: Frozen, wanted: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], Held]:
    """Columns of frozen sources; those not yet frozen by all cores, the longest first, so that these stay busy to the end."""
    own = [(name, column) for name, table in frozen.tables.items() for column in wanted.get(name, ())]
    own = [(name, column) for name, column in own if column in frozen.tables[name].columns]
    late = [(name, column) for name, column in own if not frozen.tables[name].is_kept(column)]
    late.sort(key=lambda one: -frozen.tables[one[0]].rows)
    found = dict(zip(late, in_order(lambda one: frozen.tables[one[0]].column(one[1]), late), strict=True))
    return found | {one: frozen.tables[one[0]].column(one[1]) for one in own if one not in found}
