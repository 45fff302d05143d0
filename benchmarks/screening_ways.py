"""One way of screening, once, in a process of its own: prints seconds, CPU seconds, peak memory and a hash of the hits.

    python -m benchmarks.screening_ways --way ours --job FILE

``screening.py`` runs these side by side. Seconds leave out starting Python, imports and reading the pack.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas  # noqa: F401 - pyarrow would load it on first use where it is installed, inside the clock
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from benchmarks.peers_rules import Rule, rules
from shouwang.engine.duckdb_connection import connect, text
from shouwang.engine.findings import asked, in_text
from shouwang.engine.frozen import Frozen, freeze
from shouwang.engine.nodes import ColumnRef, ParameterRef, Related, walk
from shouwang.engine.plan import Plan, make_plan
from shouwang.engine.program import Finding, Program, for_columns
from shouwang.engine.rendering import render
from shouwang.engine.running import ENGINES
from shouwang.engine.task import opened
from shouwang.engine.undisturbed import undisturbed

HIT_COLUMNS = ("finding", "level", "hid", "rid", "missing", *(f"value_{i}" for i in range(1, 13)))
CHANGED = "self_paid_heavy_ordinary"  # the threshold that "changed" moves; illness_self_paid_heavy reads it


@dataclass
class Job:
    """What every way is given: the compiled rules, the frozen tables, and a folder to write in."""

    program: Program
    findings: list[Finding]
    frozen: Frozen
    folder: Path
    run: int = 0
    parts: dict[str, float] = field(default_factory=dict)  # seconds of named parts, where a way tells them
    after: list[Callable[[], None]] = field(default_factory=list)  # what is done once the clock has stopped
    share: float = 1.0  # the part of all residents that a way judged, where it judges a sample

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note how long a part of the work took."""
        started = time.perf_counter()
        yield
        self.parts[name] = round(self.parts.get(name, 0) + time.perf_counter() - started, 3)

    way: str = ""

    @property
    def hits(self) -> Path:
        return self.folder / f"hits-{self.way}.parquet"

    @property
    def sample(self) -> Path:
        """The households that a way judged, where it judges a sample."""
        return self.folder / f"sample-{self.way}.parquet"


def prepared(job: Job) -> Plan:
    """The plan as ``engine.running.execute`` makes it."""
    program, findings = for_columns(job.program, job.findings, job.frozen.inputs.columns)
    return make_plan(program, findings, job.frozen.inputs)


def needed_columns(job: Job) -> dict[str, set[str]]:
    """The columns of each source that the rules stand on, with keys, dates of windows and, if needed, place codes."""
    plan = prepared(job)
    nodes = [n for f in plan.findings for n in f.nodes] + [fact.node for fact in plan.facts.values()]
    needed: dict[str, set[str]] = {"households": {"hid"}, "residents": {"rid", "hid"}}
    for node in (part for whole in nodes for part in walk(whole)):
        if isinstance(node, ColumnRef):
            needed.setdefault(node.source, {"rid", "hid"}).add(node.name)
        if isinstance(node, Related):
            columns, dated = needed.setdefault(node.source, {"rid", "hid"}), plan.program.sources[node.source].date
            if dated and (node.after or node.until):
                columns.add(dated)
        if isinstance(node, ParameterRef) and node.name in plan.varying:
            needed["households"].add("place_code")
    return needed


# --- the ways -----------------------------------------------------------------------------------------------------------


def floor(job: Job, needed: dict[str, set[str]]) -> None:
    """Read every needed column once, and nothing else."""
    connection = connect()
    for source, columns in needed.items():
        if source not in job.frozen.tables:
            continue
        path = job.frozen.tables[source].as_parquet()
        types = {f.name: f.type for f in pq.read_schema(path) if f.name in columns}
        fields = ", ".join(_touch(name, kind) for name, kind in types.items())
        connection.execute(f"SELECT {fields} FROM read_parquet({text(path)})").fetchall()


def raw_floor(job: Job, needed: dict[str, set[str]]) -> None:
    """Read every needed column of the delivered files once, with the ids that rows are found by, and nothing else."""
    connection = connect()
    for source, columns in needed.items():
        for path in _delivered(job, source):
            types = {f.name: f.type for f in pq.read_schema(path)}
            ids = [name for name in ("resident_id", "household_id") if name in types]
            asked = [name for name in types if name in columns] + (ids if source == "residents" else ids[:1])
            fields = ", ".join(_touch(name, types[name]) for name in asked)
            connection.execute(f"SELECT {fields} FROM read_parquet({text(path)})").fetchall()


def raw(job: Job) -> None:
    """Ours from the delivered files: people numbered, every row's id looked up, columns turned; nothing is kept."""
    kinds: dict[str, dict[str, Any]] = {"register": {}, "feed": {}}
    for name in job.frozen.tables:
        kinds[job.program.sources[name].kind][name] = _delivered(job, name)
    register = {name: paths[0] for name, paths in kinds["register"].items()}
    with tempfile.TemporaryDirectory(dir=job.folder) as scratch, undisturbed():
        with job.part("freeze"):
            frozen = freeze(job.program.sources, register, kinds["feed"], Path(scratch), keep=False)
        ours(replace(job, frozen=frozen))


def _delivered(job: Job, source: str) -> list[Path]:
    return [Path(file.path) for file in job.frozen.tables[source].files] if source in job.frozen.tables else []


def _touch(name: str, kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return f"sum({name})"
    return f"sum(strlen({name}))" if pa.types.is_string(kind) else f"bit_xor(hash({name}))"


def backend(engine: str) -> Any:
    """The module of an engine."""
    return import_module(f"shouwang.engine.backends.{ENGINES[engine]}")


@undisturbed()
def ours(job: Job, cache: Path | None = None, *, engine: str = "arrays", sentences: bool = False) -> None:
    """Plan, facts, judging, hits to Parquet, as undisturbed as ``engine.running.execute`` is."""
    with job.part("plan"):
        plan = prepared(job)
    with opened(plan, job.frozen, cache=cache) as task:
        with job.part("find"):
            backend(engine).find(task)
        with job.part("write"):
            pq.write_table(in_text(task.hits), job.hits)
        if sentences:
            with job.part("sentences"):
                render(task, job.folder)


def changed(job: Job, cache: Path) -> None:
    """One threshold moved, facts of the run before at hand."""
    resolved = job.program.parameters[CHANGED]
    up = lambda value: None if value is None else value + 100 * (job.run + 1)  # noqa: E731
    other = replace(resolved, value=up(resolved.value), by_place={k: up(v) for k, v in resolved.by_place.items()})
    job.program = replace(job.program, parameters=job.program.parameters | {CHANGED: other})
    ours(job, cache)


def in_pandas(job: Job, needed: dict[str, set[str]]) -> None:
    """The same nodes, carried out in pandas."""
    from benchmarks.pandas_runner import PandasRun

    with job.part("plan"):
        queries = asked(prepared(job))
        program, findings = for_columns(job.program, job.findings, job.frozen.inputs.columns)
    with job.part("read"):
        run = PandasRun(program, job.frozen, needed)
    with job.part("compute"):
        hits = run.hits(findings, [q.shown for q in queries])
    with job.part("write"):
        pq.write_table(hits, job.hits)


def by_hand(job: Job) -> list[Rule]:
    """The rules as they were written by hand, in the order in which ours number them."""
    written = {rule.name: rule for rule in rules()}
    return [written[finding.name] for finding in job.findings]


def in_hand_sql(job: Job) -> Callable[[], None]:
    """DuckDB SQL by hand over the same Parquet files, with the memory and cores that our own steps get."""
    from benchmarks import peers_duckdb

    tables = {name: table.as_parquet() for name, table in job.frozen.tables.items()}
    written = by_hand(job)
    return lambda: peers_duckdb.run(connect(memory_limit="4GB"), tables, written, job.hits)


def in_polars(job: Job) -> Callable[[], None]:
    """Polars, lazily, over the same Parquet files."""
    from benchmarks import peers_polars

    tables = {name: table.as_parquet() for name, table in job.frozen.tables.items()}
    written = by_hand(job)
    return lambda: peers_polars.run(tables, written, job.hits)


def in_openfisca(job: Job) -> Callable[[], None]:
    """OpenFisca over what DuckDB sums of the same Parquet files per person and household."""
    from benchmarks import peers_openfisca

    tables = {name: table.as_parquet() for name, table in job.frozen.tables.items()}
    written = by_hand(job)
    return lambda: peers_openfisca.run(connect(memory_limit="4GB"), tables, written, job.hits)


PEERS: dict[str, Callable[[Job], Callable[[], None]]] = {
    "sql_by_hand": in_hand_sql,
    "polars": in_polars,
    "openfisca": in_openfisca,
}


def in_orm(job: Job, url: str) -> Callable[[], None]:
    """A loop over Django objects, for a sample of households; tables are loaded and indexed before."""
    from benchmarks import screening_orm

    return screening_orm.ready(job, url, needed_columns(job), by_hand(job))


def work_of(way: str, job: Job, url: str) -> Callable[[], None]:
    """What is timed; preparation that is not part of the work is done here."""
    backend("duckdb" if way == "duckdb" else "arrays")  # imported before the clock starts
    cache = job.folder / "cache"
    if way in PEERS:
        return PEERS[way](job)
    if way == "orm":
        return in_orm(job, url)
    if way in ("floor", "pandas"):
        needed = needed_columns(job)
        for source in needed.keys() & job.frozen.tables.keys():
            job.frozen.tables[source].as_parquet()  # written on first use; not part of reading
        return lambda: floor(job, needed) if way == "floor" else in_pandas(job, needed)
    if way == "postgres":
        from benchmarks.screening_postgres import ready

        return ready(job, url, needed_columns(job))
    if way == "raw_floor":
        wanted = needed_columns(job)
        return lambda: raw_floor(job, wanted)
    if way == "raw":
        return lambda: raw(job)
    if way in ("filled", "changed"):
        cache.mkdir(exist_ok=True)
        return lambda: ours(job, cache) if way == "filled" else changed(job, cache)
    if way == "duckdb":
        return lambda: ours(job, engine=way)
    return lambda: ours(job, sentences=way == "sentences")


# --- measuring ----------------------------------------------------------------------------------------------------------


def hits_hash(path: Path) -> str:
    """A hash of all rows of hits, whoever wrote them, in whatever order."""
    connection = connect()
    listed = ", ".join(f"CAST({c} AS VARCHAR) AS {c}" for c in HIT_COLUMNS)
    order = "CAST(finding AS BIGINT), CAST(hid AS BIGINT), CAST(rid AS BIGINT)"
    joined = "concat_ws('|', " + ", ".join(f"coalesce({c}, '-')" for c in HIT_COLUMNS) + ")"
    query = f"SELECT md5({joined}) FROM (SELECT {listed} FROM read_parquet(?) ORDER BY {order})"
    found = hashlib.md5(usedforsecurity=False)
    for (row,) in connection.execute(query, [str(path)]).fetchall():
        found.update(row.encode())
    return found.hexdigest()


def differences(one: Path, other: Path, sample: Path | None = None) -> int:
    """Rows of hits that stand in one of two files only; of a sample's households, where there is one."""
    told = ", ".join(f"CAST({column} AS VARCHAR)" for column in HIT_COLUMNS)
    asked = "" if sample is None else f" WHERE hid IN (SELECT hid FROM read_parquet({text(sample)}))"
    rows = [f"(SELECT {told} FROM read_parquet({text(path)}){asked})" for path in (one, other)]
    both = [f"SELECT count(*) FROM ({a} EXCEPT ALL {b})" for a, b in (rows, reversed(rows))]
    found = connect(memory_limit="4GB").execute(f"SELECT ({both[0]}) + ({both[1]})").fetchone()
    assert found is not None
    return int(found[0])


def peak_mb() -> float:
    """Peak memory of this process; Linux's getrusage would count the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def measure(way: str, job: Job, url: str) -> dict[str, Any]:
    """Run one way once."""
    work = work_of(way, job, url)
    started, cpu = time.perf_counter(), time.process_time()
    work()
    # Of a way that judged a sample: what all residents would take at the same pace.
    figures: dict[str, Any] = {
        "seconds": (time.perf_counter() - started) / job.share,
        "cpu_seconds": (time.process_time() - cpu) / job.share,
        "share": round(job.share, 6),
        "peak_mb": peak_mb(),
        "parts": job.parts,
    }
    for step in job.after:
        step()
    if way not in ("floor", "raw_floor", "filled", "changed"):
        figures |= {"hits": pq.read_metadata(job.hits).num_rows, "hash": hits_hash(job.hits)}
    return figures


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", required=True)
    parser.add_argument("--job", required=True, type=Path, help="a pickled job, written by screening.py")
    parser.add_argument("--run", type=int, default=0)
    given = parser.parse_args()
    found: Job = pickle.loads(given.job.read_bytes())  # noqa: S301 - written a moment ago by screening.py
    job = replace(found, run=given.run, parts={}, after=[], way=given.way)
    print(json.dumps(measure(given.way, job, os.environ.get("DATABASE_URL", ""))))


if __name__ == "__main__":
    main()
