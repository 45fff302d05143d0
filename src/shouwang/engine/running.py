"""Carry out a program over frozen inputs (执行) on one of the backends; the answer is the same on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import pyarrow as pa

from shouwang.engine.engines import DEFAULT_ENGINE, ENGINES
from shouwang.engine.entitlements import over_everyone
from shouwang.engine.frozen import Frozen
from shouwang.engine.model import Kind
from shouwang.engine.nodes import Call, Literal, Node
from shouwang.engine.plan import make_plan
from shouwang.engine.program import Finding, Program, for_columns
from shouwang.engine.rendering import Rendered, benefit_rows, render, render_benefits, sums_of_benefits, write_facts
from shouwang.engine.task import Task, opened
from shouwang.engine.undisturbed import undisturbed
from shouwang.kernel.errors import InputError

BARE = pa.schema([("finding", pa.int32()), ("level", pa.int32()), ("hid", pa.int64()), ("amount", pa.int64())])


@dataclass(frozen=True)
class Outcome:
    """Files of a run, household facts where wanted, and what came from the cache."""

    rendered: Rendered
    facts: Path | None
    reused: tuple[str, ...]


def execute(
    program: Program,
    frozen: Frozen,
    findings: Sequence[Finding],
    folder: Path,
    *,
    engine: str = DEFAULT_ENGINE,
    outputs: Sequence[str] = (),
    cache: Path | None = None,
    memory_limit: str = "900MB",
) -> Outcome:
    """Judge ``findings`` over everyone and write Parquet files to ``folder``; ``outputs`` are household facts wanted.

    Raises InputError for an unknown engine and for amounts so large that what is computed from them cannot be kept.
    """
    with _carried_out(program, frozen, findings, engine, outputs, cache, memory_limit) as task:
        facts = write_facts(task, folder) if outputs else None
        return Outcome(render(task, folder), facts, tuple(task.reused))


@dataclass(frozen=True)
class Entitled:
    """All benefits over everyone as they were found (待遇结果): outcome, amount, what is unknown, and every value told.

    Their sentences are written when somebody reads them. To be read while the frozen inputs stand.
    """

    task: Task

    def sums(self) -> list[tuple[str, str, int, int]]:
        """Benefit, outcome, rows and 分 due, of each outcome that somebody has."""
        return sums_of_benefits(self.task)

    def told(self) -> pa.Table:
        """The rows in words: one for each benefit and person or household that it concerns."""
        return benefit_rows(self.task)

    def write(self, folder: Path) -> Path:
        """The rows in words as ``benefits.parquet`` in a folder."""
        return render_benefits(self.task, folder)


def entitlements(
    program: Program, frozen: Frozen, *, engine: str = DEFAULT_ENGINE, cache: Path | None = None
) -> Entitled:
    """Compute all benefits of a program over everyone. Raises InputError as ``execute`` does."""
    findings = [over_everyone(benefit) for benefit in program.benefits.values()]
    with _carried_out(program, frozen, findings, engine, (), cache, "900MB") as task:
        return Entitled(task)


def find(program: Program, frozen: Frozen, findings: Sequence[Finding], *, cache: Path | None = None) -> pa.Table:
    """Who is hit, not put into words: finding (its place in ``findings``), level (from 1), hid, amount in 分 or null.

    Rows are in the order of findings. Nothing is told of what cannot be decided, which makes this quick enough to try
    out a draft.
    """
    certain = [_certain(finding) for finding in findings]
    with _carried_out(program, frozen, certain, DEFAULT_ENGINE, (), cache, "900MB") as task:
        bare = [_bare(number, hits) for number, hits in sorted(task.hits.items())]
        return pa.concat_tables(bare) if bare else BARE.empty_table()


def _bare(number: int, hits: pa.Table) -> pa.Table:
    amount = hits["value_1"] if "value_1" in hits.column_names else pa.nulls(len(hits), pa.int64())
    columns = [pa.repeat(pa.scalar(number, pa.int32()), len(hits)), hits["level"], hits["hid"], amount]
    return pa.table(columns, schema=BARE)


def _certain(finding: Finding) -> Finding:
    """A finding of which only what certainly holds is asked, and no evidence."""
    conditions: dict[str, Node] = {
        name: Call("COALESCE", (node, Literal(False, Kind.BOOL)), Kind.BOOL)
        for name, node in finding.conditions.items()
        if name != "receiving"
    }
    return replace(finding, conditions=conditions, evidence={}, thresholds=())


@contextmanager
def _carried_out(
    program: Program,
    frozen: Frozen,
    findings: Sequence[Finding],
    engine: str,
    outputs: Sequence[str],
    cache: Path | None,
    memory_limit: str,
) -> Iterator[Task]:
    if engine not in ENGINES:
        raise InputError(f"没有名为“{engine}”的执行引擎。", f"可用：{'、'.join(ENGINES)}。")
    with undisturbed():
        program, findings = for_columns(program, findings, frozen.inputs.columns)
        plan = make_plan(program, findings, frozen.inputs, outputs)
        # Imported by name, so that only the engine that runs is loaded.
        backend = import_module(f"shouwang.engine.backends.{ENGINES[engine]}")
        with opened(plan, frozen, cache=cache, memory_limit=memory_limit) as task:
            try:
                backend.find(task)
                yield task
            except OverflowError:
                raise InputError(
                    "数据里有大得不合理的数，由它算出的结果放不下。", "请核对金额、面积等列里的极大值。"
                ) from None
