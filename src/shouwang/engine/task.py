"""A task (执行任务): what a backend is given, and where it leaves what it finds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from shouwang.engine.findings import Asked, asked
from shouwang.engine.frozen import Frozen
from shouwang.engine.model import Kind
from shouwang.engine.plan import Plan

ARROW = {Kind.BOOL: pa.bool_(), Kind.DATE: pa.date32(), Kind.CHOICE: pa.string(), Kind.TEXT: pa.bool_()}


@dataclass
class Task:
    """A plan over frozen inputs.

    A backend leaves ``hits``: of each finding that hit anyone, by its number, a table of level, hid, rid, missing and
    value_1 … in the order of hid and rid, values as ``arrow_type`` holds them or as text. Where the plan has outputs it
    leaves ``facts``: hid and f_<name> in engine units, in the order of hid. ``scratch`` is gone after the run; ``reused``
    names what it took from ``cache``.
    """

    plan: Plan
    frozen: Frozen
    queries: list[Asked]
    scratch: Path
    cache: Path | None = None
    memory_limit: str = "900MB"
    hits: dict[int, pa.Table] = field(default_factory=dict)
    facts: pa.Table | None = None
    reused: list[str] = field(default_factory=list)


@contextmanager
def opened(plan: Plan, frozen: Frozen, *, cache: Path | None = None, memory_limit: str = "900MB") -> Iterator[Task]:
    """A task with a scratch folder of its own."""
    with tempfile.TemporaryDirectory(prefix="run-", dir=cache) as scratch:
        yield Task(plan, frozen, asked(plan), Path(scratch), cache, memory_limit)


def arrow_type(kind: Kind) -> pa.DataType:
    """How values of a kind stand in files and tables: numbers scaled, of text only whether there is any."""
    return ARROW.get(kind, pa.int64())


def fact_schema(plan: Plan) -> pa.Schema:
    """Columns of ``Task.facts``."""
    fields = [(f"f_{name}", arrow_type(plan.facts[name].definition.kind)) for name in plan.outputs]
    return pa.schema([("hid", pa.int64()), *fields])
