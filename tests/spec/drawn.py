"""Tables drawn as text become inputs, formulas drawn beside their expected values become facts, engines compute them."""

import json
import tempfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.engine.compiling import compile_program
from shouwang.engine.frozen import freeze
from shouwang.engine.model import FactDef, Kind, Parameter, RuleDef
from shouwang.engine.program import Definitions
from shouwang.engine.running import execute
from shouwang.engine.values import scaled
from tests.spec.vocabulary import SOURCES

SHORT = {"household": "household_id", "resident": "resident_id", "place": "place_code"}
ARROW = {
    "money": pa.decimal128(14, 2), "quantity": pa.decimal128(12, 2), "ratio": pa.decimal128(9, 4),
    "integer": pa.int64(), "bool": pa.bool_(), "date": pa.date32(),
}  # fmt: skip
TEXT = Kind.CHOICE
KINDS = {k.value: k for k in Kind if k is not Kind.TEXT} | {"text": TEXT}
UNKNOWN = "?"


@dataclass(frozen=True)
class World:
    """Drawn inputs; a table that is not drawn was not delivered, one with only a header came empty."""

    households: str
    residents: str | None = None
    bills: str | None = None
    grants: str | None = None
    visits: str | None = None
    parameters: dict[str, Parameter] = field(default_factory=dict)
    as_of: date = date(2026, 11, 15)

    def definitions(self, **more) -> Definitions:
        return Definitions(sources=SOURCES, parameters=self.parameters, **more)

    def write(self, folder: Path) -> tuple[dict[str, Path], dict[str, list[Path]]]:
        """Parquet files of everything drawn: the register and the feeds."""
        register, feeds = {}, {}
        for name in SOURCES:
            text = getattr(self, name)
            if text is not None:
                path = folder / f"{name}.parquet"
                pq.write_table(table(name, text), path)
                register[name], feeds[name] = path, [path]
        return (
            {name: path for name, path in register.items() if SOURCES[name].kind == "register"},
            {name: paths for name, paths in feeds.items() if SOURCES[name].kind == "feed"},
        )


def rows(text: str) -> list[dict[str, str]]:
    """Rows of a drawn table, by header; blank cells are empty text."""
    lines = [line for line in text.splitlines() if line.strip() and set(line.strip()) - set("-+")]
    header, *body = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert all(len(cells) == len(header) for cells in body), f"ragged table: {text}"
    return [dict(zip(header, cells, strict=True)) for cells in body]


def table(name: str, text: str) -> pa.Table:
    """A drawn table as the files of departments carry it: money in yuan, empty cells unknown."""
    header = [SHORT.get(cell.strip(), cell.strip()) for cell in text.strip().splitlines()[0].split("|")]
    body = [{SHORT.get(k, k): v for k, v in row.items()} for row in rows(text)]
    columns = {column: SOURCES[name].columns[column] for column in header}
    schema = pa.schema([(column, ARROW.get(spec.type, pa.string())) for column, spec in columns.items()])
    cells = {c: [_cell(row[c], spec.type) for row in body] for c, spec in columns.items()}
    return pa.table(cells, schema=schema)


def _cell(text: str, type_: str):
    if text == "":
        return None
    match type_:
        case "money" | "quantity" | "ratio":
            return Decimal(text)
        case "integer":
            return int(text)
        case "bool":
            return text == "TRUE"
        case "date":
            return date.fromisoformat(text)
    return text


# --- facts ----------------------------------------------------------------------------------------------------------


def expected(facts: str) -> dict[tuple[str, str], str]:
    """What a drawn table of formulas promises: ``{(formula, id): value}``."""
    found = {}
    for row in rows(facts):
        ids = [key for key in row if key not in ("fact", "formula", "type")]
        found |= {(row["formula"], key): _tidy(row[key]) for key in ids}
    return found


def computed(world: World, facts: str, engine: str, *, entity: str = "household") -> dict[tuple[str, str], str]:
    """What an engine makes of the formulas, in the units of files: ``{(formula, id): value}``."""
    wanted = [
        FactDef(row.get("fact") or f"fact_{n}", row["formula"], entity, KINDS[row["type"]], row["formula"])
        for n, row in enumerate(rows(facts))
    ]
    ids = [key for key in rows(facts)[0] if key not in ("fact", "formula", "type")]
    values = facts_of(world, wanted, engine)
    return {(fact.formula, key): values[fact.name, key] for fact in wanted for key in ids}


def facts_of(world: World, facts: list[FactDef], engine: str) -> dict[tuple[str, str], str]:
    """Every fact of everyone by (name, id of household or resident), read where people read it: beside a warning."""
    rules = {}
    for entity in ("household", "resident"):
        names = [f.name for f in facts if f.entity == entity]
        for start in range(0, len(names), 8):
            rule = f"show_{entity}_{start}"
            shown = tuple(names[start : start + 8])
            rules[rule] = RuleDef(rule, rule, entity, "income.other", {"yellow": "TRUE"}, shown, "x")
    run = judged(world, engine, facts=facts, rules=rules, outputs=[f.name for f in facts if f.entity == "household"])
    found = {}
    for row in run["warnings"]:
        values = json.loads(row["values"], parse_float=Decimal, parse_int=Decimal)
        who = row["resident_id"] or row["household_id"]
        found |= {(name, who): _tidy(value) for name, value in values.items()}
    filed = {
        (name, row["household_id"]): _tidy(value)
        for row in run["facts"] for name, value in row.items() if name not in ("household_id", "place_code")
    }  # fmt: skip
    assert filed == {key: found[key] for key in filed}, "facts.parquet and the evidence of warnings disagree"
    return found


def _tidy(value) -> str:
    if value is None or value == UNKNOWN:
        return UNKNOWN
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    try:
        return f"{Decimal(str(value)).normalize() + 0:f}"
    except ArithmeticError:
        return str(value)


# --- rules ----------------------------------------------------------------------------------------------------------


def judged(world: World, engine: str, *, facts=(), rules=None, checks=None, outputs=()) -> dict[str, list[dict]]:
    """Warnings, gaps, doubts and facts of a run, as rows."""
    definitions = world.definitions(facts={f.name: f for f in facts}, rules=rules or {}, checks=checks or {})
    program = compile_program(definitions, world.as_of)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        frozen = freeze(SOURCES, *world.write(folder), folder / "frozen")
        findings = [*program.rules.values(), *program.checks.values()]
        outcome = execute(program, frozen, findings, folder, engine=engine, outputs=list(outputs))
        files = {
            "warnings": outcome.rendered.warnings,
            "gaps": outcome.rendered.gaps,
            "doubts": outcome.rendered.doubts,
        }
        read = {name: pq.read_table(path).to_pylist() for name, path in files.items()}
        return read | {"facts": pq.read_table(outcome.facts).to_pylist() if outcome.facts else []}


def parameter(name: str, kind: str, value, **places) -> Parameter:
    """A parameter with one value since 2020, in the units of files; ``at_431003=…`` where a place differs."""
    made = {key.removeprefix("at_"): (dated("2020-01-01", v, kind),) for key, v in places.items()}
    return Parameter(name, name, KINDS[kind], "", (dated("2020-01-01", value, kind),), made)


def dated(since: str, value, kind: str, *, until: str | None = None, formula: str | None = None):
    """One dated value of a parameter."""
    from shouwang.engine.model import Dated

    last = date.fromisoformat(until) if until else None
    return Dated(date.fromisoformat(since), last, scaled(value, KINDS[kind]), formula, "spec", "", "no", "")
