"""Carry out a program over frozen inputs (执行) on one of the backends; the answer is the same on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.engine.backends.duck import DuckRun
from shouwang.engine.backends.memory import HouseholdFile, Row
from shouwang.engine.evaluation import evaluate
from shouwang.engine.findings import UNDECIDED, VALUES, FindingQuery, finding_queries, leaves
from shouwang.engine.frozen import Frozen
from shouwang.engine.layout import make_plan
from shouwang.engine.plan import Plan
from shouwang.engine.program import Finding, Program, for_columns
from shouwang.engine.rendering import Rendered, render, write_facts
from shouwang.engine.sql import DUCKDB, SPARK
from shouwang.kernel.errors import InputError

ENGINES = ("duckdb", "memory", "spark")


@dataclass(frozen=True)
class Outcome:
    """Files of a run, household facts where wanted, and which steps came from the cache."""

    rendered: Rendered
    facts: Path | None
    reused: tuple[str, ...]


def execute(
    program: Program,
    frozen: Frozen,
    findings: Sequence[Finding],
    folder: Path,
    *,
    engine: str = "duckdb",
    outputs: Sequence[str] = (),
    cache: Path | None = None,
    memory_limit: str = "900MB",
) -> Outcome:
    """Judge ``findings`` over everyone and write Parquet files to ``folder``; ``outputs`` are household facts wanted.

    Raises InputError for an unknown engine and for amounts so large that what is computed from them cannot be kept.
    """
    if engine not in ENGINES:
        raise InputError(f"没有名为“{engine}”的执行引擎。", f"可用：{'、'.join(ENGINES)}。")
    dialect = SPARK if engine == "spark" else DUCKDB
    program, findings = for_columns(program, findings, frozen.inputs.columns)
    plan = make_plan(program, findings, frozen.inputs, dialect=dialect, outputs=outputs)
    queries = finding_queries(plan, plan.findings)
    with DuckRun(plan, frozen, cache=cache, memory_limit=memory_limit) as run:
        try:
            _find(run, engine, queries, outputs)
            facts = write_facts(run, list(outputs), folder) if outputs else None
        except OverflowError:
            raise InputError(
                "数据里有大得不合理的数，由它算出的结果放不下。", "请核对金额、面积等列里的极大值。"
            ) from None
        return Outcome(render(run, queries, folder), facts, tuple(run.reused))


def _find(run: DuckRun, engine: str, queries: list[FindingQuery], outputs: Sequence[str]) -> None:
    if engine == "duckdb":
        run.find(queries)
    elif engine == "memory":
        _find_in_memory(run, queries, outputs)
    else:
        from shouwang.engine.backends.spark import find

        find(run, queries, outputs)


# --- the reference backend over everything --------------------------------------------------------------------------

HIT_FIELDS = ("finding", "level", "hid", "rid", "missing", *(f"value_{i}" for i in range(1, VALUES + 1)))
HIT_SCHEMA = pa.schema(
    [
        ("finding", pa.int32()),
        ("level", pa.int32()),
        ("hid", pa.int64()),
        ("rid", pa.int64()),
        *((name, pa.string()) for name in HIT_FIELDS[4:]),
    ]
)


def household_files(program: Program, frozen: Frozen) -> Iterator[tuple[int, HouseholdFile]]:
    """Every household of the frozen inputs as the reference backend reads it; for small inputs and checks."""
    tables: dict[str, dict[int, list[Row]]] = {}
    for name, table in frozen.tables.items():
        rows = pq.read_table(table.path).to_pylist()
        grouped: dict[int, list[Row]] = {}
        for row in rows:
            row["resident_id"], row["household_id"] = row.get("rid"), row["hid"]
            grouped.setdefault(row["hid"], []).append(row)
        tables[name] = grouped
    for hid, rows in sorted(tables["households"].items()):
        related = {name: found.get(hid, []) for name, found in tables.items() if name != "households"}
        yield hid, HouseholdFile(program, rows[0], related)


def _find_in_memory(run: DuckRun, queries: list[FindingQuery], outputs: Sequence[str]) -> None:
    hits: list[dict[str, Any]] = []
    facts: list[dict[str, Any]] = []
    for hid, file in household_files(run.plan.program, run.frozen):
        facts.append({"hid": hid} | {f"f_{name}": file.fact(name) for name in outputs})
        for query in queries:
            hits.extend(_hits(run.plan, query, hid, file))
    run.connection.register("hits", pa.Table.from_pylist(hits, schema=HIT_SCHEMA))
    if outputs:
        table = pa.Table.from_pylist(facts, schema=_fact_schema(run.plan.program, outputs))
        run.connection.register(run.plan.facts_table, table)
        run.made.add(run.plan.facts_table)


def _fact_schema(program: Program, outputs: Sequence[str]) -> pa.Schema:
    kinds = {"bool": pa.bool_(), "date": pa.date32(), "choice": pa.string()}
    fields = [(f"f_{n}", kinds.get(program.facts[n].definition.kind.value, pa.int64())) for n in outputs]
    return pa.schema([("hid", pa.int64()), *fields])


def _hits(plan: Plan, query: FindingQuery, hid: int, file: HouseholdFile) -> Iterator[dict[str, Any]]:
    for subject, conditions in file.outcomes(query.finding):
        values = list(conditions.values())
        level = values.index(True) + 1 if True in values else UNDECIDED if None in values else 0
        if level == 0:
            continue
        hit: dict[str, Any] = {"finding": query.number, "level": level, "hid": hid}
        hit["rid"] = subject["rid"] if subject is not None else None
        if level == UNDECIDED:
            around = file.around(subject)
            unknown = [n for n, leaf in leaves(query.finding).items() if evaluate(leaf, around) is None]
            hit["missing"] = "".join(f"{name}," for name in unknown)
        yield hit | {f"value_{i}": _text(_value(query, n, file, subject)) for i, n in enumerate(query.shown, start=1)}


def _value(query: FindingQuery, name: str, file: HouseholdFile, subject: Row | None) -> Any:
    if name in query.finding.evidence:
        return evaluate(query.finding.evidence[name], file.around(subject))
    return file.parameter(name)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
