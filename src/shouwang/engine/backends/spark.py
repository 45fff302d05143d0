"""Spark backend (集群执行): the same steps where one machine is not enough, and one pass per entity for all findings.

The session of the process is used (a notebook's, or one started by spark-submit); without one, Spark's own
configuration names the master, and where it names none, all cores of this machine are used. On a cluster, ``cache``
must be a folder that every worker can read.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from shouwang.conf import env
from shouwang.engine.backends.duck import NO_HITS, DuckRun
from shouwang.engine.duckdb_connection import text
from shouwang.engine.findings import UNDECIDED, VALUES, FindingQuery, leaves
from shouwang.engine.model import Kind
from shouwang.engine.nodes import Node, OfHousehold, ParameterRef, walk
from shouwang.engine.plan import Plan, Step
from shouwang.engine.sql import to_sql
from shouwang.kernel.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

EMPTY = "''"
# One meaning everywhere: an overflow is an error and never wraps, days are days, ``${x}`` in a text is text.
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    "spark.sql.variable.substitute": "false",
    # All tables have a row a person or household: broadcasting dozens of them costs more memory than any join saves.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}


def session(*, master: str | None = None, **config: str) -> SparkSession:
    """The Spark session of this process, started where there is none; ``master`` and ``config`` go to its start.

    Raises InputError where PySpark or Java is missing.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError("没有安装 PySpark，不能用 spark 执行。", "请运行 pip install 'shouwang[spark]'。") from None
    if SparkSession.getActiveSession() is None and not java_found():
        raise InputError(
            "没有找到 Java，Spark 无法启动。", "请安装 Java 17（如 openjdk-17-jre-headless）或设置 JAVA_HOME。"
        )
    builder = SparkSession.builder.appName("shouwang")
    for key, value in ({"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"} | config).items():
        builder = builder.config(key, value)
    return (builder.master(master) if master else builder).getOrCreate()


def java_found() -> bool:
    """Whether a Java that Spark can start is on this machine."""
    home = env.value("JAVA_HOME")
    return shutil.which("java") is not None or bool(home and (Path(home) / "bin" / "java").exists())


def find(run: DuckRun, queries: list[FindingQuery], outputs: Sequence[str] = ()) -> None:
    """Judge all findings on Spark; ``hits`` and the household facts in ``outputs`` stand in the run's DuckDB after."""
    shared = session().newSession()
    for key, value in SETTINGS.items():
        shared.conf.set(key, value)
    if (shared.sparkContext.master or "").startswith("local"):
        shared.conf.set("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
    from pyspark.errors import PySparkException

    try:
        _find(shared, run, queries, outputs)
    except PySparkException as error:
        if "OVERFLOW" in str(error):
            raise OverflowError(str(error).splitlines()[0]) from None
        raise


def _find(shared: SparkSession, run: DuckRun, queries: list[FindingQuery], outputs: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="spark-", dir=run.cache) as scratch:
        judged = [run.plan.table(entity) for entity in dict.fromkeys(q.finding.entity for q in queries)]
        _steps(shared, run, [*judged, *([run.plan.facts_table] if outputs else [])], Path(scratch))
        _hand_over(run, "hits", _hits(shared, run.plan, queries), Path(scratch))
        if outputs:
            facts = ", ".join(["hid", *(f"f_{name}" for name in outputs)])
            facts_table = run.plan.facts_table
            _hand_over(run, facts_table, [shared.sql(f"SELECT {facts} FROM {facts_table}")], Path(scratch))
            run.made.add(facts_table)


def _steps(shared: SparkSession, run: DuckRun, wanted: list[str], scratch: Path) -> None:
    for name, table in run.frozen.tables.items():
        shared.read.schema(_schema(table.path)).parquet(table.path).createOrReplaceTempView(name)
    steps = _needed(run.plan, wanted)
    readers = Counter([*wanted, *(read for step in steps for read in dict.fromkeys(step.reads))])
    for step in steps:
        frame = shared.sql(step.sql)
        if readers[step.name] > 1 and not step.view:
            # Written out: no reader computes it again, and the plans of those that follow stay small.
            folder = str(scratch / step.name)
            frame.write.parquet(folder)
            frame = shared.read.schema(frame.schema).parquet(folder)
        frame.createOrReplaceTempView(step.name)


def _needed(plan: Plan, wanted: Iterable[str]) -> list[Step]:
    needed = {*wanted, plan.table("household")} if plan.table("resident") in wanted else {*wanted}
    for step in reversed(plan.steps):
        needed |= {*step.reads} if step.name in needed else set()
    return [step for step in plan.steps if step.name in needed]


def _schema(path: str) -> str:
    # Given, so that Spark need not start a job for every file just to look at its columns.
    kinds = {"int64": "BIGINT", "int32": "INT", "bool": "BOOLEAN", "date32[day]": "DATE"}
    return ", ".join(f"`{f.name}` {kinds.get(str(f.type), 'STRING')}" for f in pq.read_schema(path))


def _hits(shared: SparkSession, plan: Plan, queries: list[FindingQuery]) -> list[DataFrame]:
    found = []
    for entity in ("household", "resident"):
        asked = [q for q in queries if q.finding.entity == entity]
        if asked:
            found.append(shared.sql(_one_pass(plan, entity, asked)))
    return found


def _hand_over(run: DuckRun, name: str, tables: Iterable[DataFrame], scratch: Path) -> None:
    folders = []
    for number, table in enumerate(tables):
        folders.append(scratch / f"{name}-{number}")
        table.write.parquet(str(folders[-1]))
    files = [text(file) for folder in folders for file in sorted(folder.glob("*.parquet"))]
    run.connection.execute(f"CREATE TEMP TABLE {name} AS FROM read_parquet([{', '.join(files)}])" if files else NO_HITS)


# --- one pass over an entity ----------------------------------------------------------------------------------------


def _one_pass(plan: Plan, entity: str, queries: list[FindingQuery]) -> str:
    """All findings of an entity as one array per row, of which only the hits are unfolded."""
    columns: dict[str, str] = {}

    def named(expression: str) -> str:
        return columns.setdefault(expression, f"e_{len(columns)}")

    structs = [_struct(plan, query, named) for query in queries]
    rid = "x.rid" if entity == "resident" else "CAST(NULL AS BIGINT)"
    inner = [f"x.hid AS hid, {rid} AS rid", *(f"{expression} AS {alias}" for expression, alias in columns.items())]
    table = f"{plan.table(entity)} x"
    if any(isinstance(p, OfHousehold) for q in queries for node in q.finding.nodes for p in walk(node)):
        table += f" JOIN {plan.table('household')} h ON h.hid = x.hid"
    unfolded = f"explode(filter(array({', '.join(structs)}), hit -> hit.level > 0)) AS hit"
    fields = ["finding", "level", "hid", "rid", "missing", *(f"value_{i}" for i in range(1, VALUES + 1))]
    outer = ", ".join(name if name in ("hid", "rid") else f"hit.{name}" for name in fields)
    return f"SELECT {outer} FROM (SELECT hid, rid, {unfolded} FROM (SELECT {', '.join(inner)} FROM {table}))"


def _struct(plan: Plan, query: FindingQuery, named: Any) -> str:
    names = plan.last_names()
    nodes: dict[str, Node] = query.finding.evidence | {
        name: ParameterRef(name, Kind.INTEGER) for name in query.shown if name not in query.finding.evidence
    }
    level = named(_level(plan, query))
    fields = [f"{query.number} AS finding", f"{level} AS level", f"{_missing(plan, query, level, named)} AS missing"]
    for number in range(1, VALUES + 1):
        held = number <= len(query.shown)
        value = (
            named(f"CAST({to_sql(nodes[query.shown[number - 1]], names)} AS STRING)")
            if held
            else "CAST(NULL AS STRING)"
        )
        fields.append(f"{value} AS value_{number}")
    return f"struct({', '.join(fields)})"


def _level(plan: Plan, query: FindingQuery) -> str:
    names = plan.last_names()
    conditions = list(query.finding.conditions.values())
    branches = [f"WHEN {to_sql(node, names)} THEN {number}" for number, node in enumerate(conditions, start=1)]
    unknown = [f"{to_sql(node, names)} IS NULL" for node in conditions if names.nullable(node)]
    branches += [f"WHEN {' OR '.join(unknown)} THEN {UNDECIDED}"] if unknown else []
    return f"CASE {' '.join(branches)} ELSE 0 END"


def _missing(plan: Plan, query: FindingQuery, level: str, named: Any) -> str:
    names = plan.last_names()
    if not any(names.nullable(node) for node in query.finding.conditions.values()):
        return "CAST(NULL AS STRING)"
    doubtful = {name: leaf for name, leaf in leaves(query.finding).items() if names.nullable(leaf)}
    parts = [
        f"CASE WHEN {named(f'{to_sql(leaf, names)} IS NULL')} THEN '{n},' ELSE '' END" for n, leaf in doubtful.items()
    ]
    return f"CASE WHEN {level} = {UNDECIDED} THEN {' || '.join(parts or [EMPTY])} ELSE NULL END"
