"""Run the same program on two engines and put what they say side by side."""

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import HealthCheck, settings

from benchmarks import postgres_runner
from shouwang.engine.backends import duck
from shouwang.engine.compiling import compile_program
from shouwang.engine.findings import in_text
from shouwang.engine.frozen import freeze
from shouwang.engine.model import RuleDef
from shouwang.engine.plan import make_plan
from shouwang.engine.program import Definitions, Program, for_columns
from shouwang.engine.running import execute
from shouwang.engine.task import opened
from tests.generative.prefecture import Sizes, prefecture

# Every example is a whole run of two engines: a few, each wide, tell more than many narrow ones.
WIDE = settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)


def showing(definitions: Definitions) -> Definitions:
    """The same definitions with rules that show every fact of everyone, eight at a time, in place of the real ones."""
    rules = {}
    for entity in ("household", "resident"):
        names = [f.name for f in definitions.facts.values() if f.entity == entity]
        for start in range(0, len(names), 8):
            name = f"show_{entity}_{start}"
            shown = tuple(names[start : start + 8])
            rules[name] = RuleDef(name, name, entity, "income.other", {"yellow": "TRUE"}, shown, "x")
    return replace(definitions, rules=rules, checks={}, benefits={})


@contextmanager
def frozen_prefecture(sources, sizes: Sizes, as_of):
    """A random prefecture, frozen in a folder that vanishes."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        yield folder, freeze(sources, *prefecture(sources, sizes, as_of, folder), folder / "frozen")


def says(program: Program, frozen, folder: Path, engine: str, outputs=()) -> dict[str, set]:
    """Everything an engine finds: rows of warnings, gaps, doubts and facts."""
    findings = [*program.rules.values(), *program.checks.values()]
    outcome = execute(program, frozen, findings, folder, engine=engine, outputs=list(outputs))
    files = {name: getattr(outcome.rendered, name) for name in ("warnings", "gaps", "doubts")}
    files |= {"facts": outcome.facts} if outcome.facts else {}
    return {name: _rows(path) for name, path in files.items()}


def _rows(path: Path) -> set:
    table = pq.read_table(path)
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    assert len(set(rows)) == len(rows), f"{path.name} says something twice"
    return set(rows)


def facts_and_findings(definitions: Definitions, as_of, frozen, folder, engine):
    """All facts of people and households, then all findings by one plan, from one engine."""
    household_facts = [f.name for f in definitions.facts.values() if f.entity == "household"]
    shown = says(compile_program(showing(definitions), as_of), frozen, folder, engine)["warnings"]
    return {"shown": shown} | says(compile_program(definitions, as_of), frozen, folder, engine, household_facts)


def duckdb_hits(program: Program, frozen) -> list[tuple]:
    """The bare hits of DuckDB, before they are put into words."""
    findings = [*program.rules.values(), *program.checks.values()]
    program, findings = for_columns(program, findings, frozen.inputs.columns)
    with opened(make_plan(program, findings, frozen.inputs), frozen) as task:
        duck.find(task)
        hits = in_text(task.hits)
        return list(zip(*(column.to_pylist() for column in hits.columns), strict=True))


def postgres_hits(url: str, program: Program, frozen) -> list[tuple]:
    """The bare hits of PostgreSQL for the same program."""
    with postgres_runner.workspace(url) as connection:
        postgres_runner.load(connection, frozen)
        postgres_runner.find(connection, program, frozen, [*program.rules.values(), *program.checks.values()])
        return postgres_runner.hits(connection)
