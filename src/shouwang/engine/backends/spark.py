"""Spark backend (集群执行): the same steps where one machine is not enough, and one pass per entity for all findings.

The session of the process is used (a notebook's, or one started by spark-submit); without one, Spark's own
configuration names the master, and where it names none, all cores of this machine are used. On a cluster, ``cache``
must be a folder that every worker can read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.conf import env
from shouwang.engine.findings import HIT_FIELDS, UNDECIDED, Asked, by_finding, leaves
from shouwang.engine.nodes import OfHousehold, walk
from shouwang.engine.program import SHOWN
from shouwang.engine.sql.expressions import SPARK, to_sql
from shouwang.engine.sql.judging import level as level_of
from shouwang.engine.sql.layout import lay_out
from shouwang.engine.sql.steps import Layout, Step
from shouwang.engine.task import Task
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
PARTITIONS = "spark.sql.shuffle.partitions"
ROWS_OF_A_TASK = 500_000
"""Of the longest table. Spark's own 200 tasks a join, of dozens of joins, cost a small cluster more than the work in them."""
STARTED_WITH = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # A stage joins dozens of tables, and every sort in it holds a page: with the usual 64 MB an executor runs out.
    "spark.buffer.pageSize": "1m",
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
    for key, value in (STARTED_WITH | config).items():
        builder = builder.config(key, value)
    return (builder.master(master) if master else builder).getOrCreate()


def java_found() -> bool:
    """Whether a Java that Spark can start is on this machine."""
    home = env.value("JAVA_HOME")
    return shutil.which("java") is not None or bool(home and (Path(home) / "bin" / "java").exists())


def find(task: Task) -> None:
    """Carry out a task on Spark; what it finds is handed over as files."""
    shared = session().newSession()
    for key, value in SETTINGS.items():
        shared.conf.set(key, value)
    if not shared.sparkContext.getConf().contains(PARTITIONS):
        rows = max((table.rows for table in task.frozen.tables.values()), default=0)
        shared.conf.set(PARTITIONS, str(max(shared.sparkContext.defaultParallelism, rows // ROWS_OF_A_TASK)))
    from pyspark.errors import PySparkException

    try:
        _find(shared, task, lay_out(task.plan, SPARK))
    except PySparkException as error:
        if "OVERFLOW" in str(error):
            raise OverflowError(str(error).splitlines()[0]) from None
        raise


def _find(shared: SparkSession, task: Task, layout: Layout) -> None:
    outputs = layout.outputs
    with tempfile.TemporaryDirectory(prefix="spark-", dir=task.scratch) as scratch:
        judged = [layout.table(entity) for entity in dict.fromkeys(q.finding.entity for q in task.queries)]
        _steps(shared, task, layout, [*judged, *([layout.facts_table] if outputs else [])], Path(scratch))
        if task.queries:
            task.hits = by_finding(_handed_over("hits", _hits(shared, layout, task.queries), Path(scratch)))
        if outputs:
            facts = ", ".join(["hid", *(f"f_{name}" for name in outputs)])
            told = _handed_over("facts", [shared.sql(f"SELECT {facts} FROM {layout.facts_table}")], Path(scratch))
            task.facts = told.sort_by("hid")


def _steps(shared: SparkSession, task: Task, layout: Layout, wanted: list[str], scratch: Path) -> None:
    for name, table in task.frozen.tables.items():
        path = table.as_parquet()
        shared.read.schema(_schema(path)).parquet(path).createOrReplaceTempView(name)
    steps = _needed(layout, wanted)
    readers = Counter([*wanted, *(read for step in steps for read in dict.fromkeys(step.reads))])
    for step in steps:
        frame = shared.sql(step.sql)
        if readers[step.name] > 1 and not step.view:
            # Written out: no reader computes it again, and the plans of those that follow stay small.
            folder = str(scratch / step.name)
            frame.write.parquet(folder)
            frame = shared.read.schema(frame.schema).parquet(folder)
        frame.createOrReplaceTempView(step.name)


def _needed(layout: Layout, wanted: Iterable[str]) -> list[Step]:
    needed = {*wanted, layout.table("household")} if layout.table("resident") in wanted else {*wanted}
    for step in reversed(layout.steps):
        needed |= {*step.reads} if step.name in needed else set()
    return [step for step in layout.steps if step.name in needed]


def _schema(path: str) -> str:
    # Given, so that Spark need not start a job for every file just to look at its columns.
    kinds = {"int64": "BIGINT", "int32": "INT", "bool": "BOOLEAN", "date32[day]": "DATE"}
    return ", ".join(f"`{f.name}` {kinds.get(str(f.type), 'STRING')}" for f in pq.read_schema(path))


def _hits(shared: SparkSession, layout: Layout, queries: list[Asked]) -> list[DataFrame]:
    found = []
    for entity in ("household", "resident"):
        mine = [q for q in queries if q.finding.entity == entity]
        if mine:
            found.append(shared.sql(_one_pass(layout, entity, mine)))
    return found


def _handed_over(name: str, tables: Iterable[DataFrame], scratch: Path) -> pa.Table:
    folders = []
    for number, table in enumerate(tables):
        folders.append(scratch / f"{name}-{number}")
        table.write.parquet(str(folders[-1]))
    return pa.concat_tables([pq.read_table(folder) for folder in folders], promote_options="permissive")


# --- one pass over an entity ----------------------------------------------------------------------------------------


def _one_pass(layout: Layout, entity: str, queries: list[Asked]) -> str:
    """All findings of an entity as one array per row, of which only the hits are unfolded."""
    columns: dict[str, str] = {}

    def named(expression: str) -> str:
        return columns.setdefault(expression, f"e_{len(columns)}")

    structs = [_struct(layout, query, named) for query in queries]
    rid = "x.rid" if entity == "resident" else "CAST(NULL AS BIGINT)"
    inner = [f"x.hid AS hid, {rid} AS rid", *(f"{expression} AS {alias}" for expression, alias in columns.items())]
    table = f"{layout.table(entity)} x"
    if any(isinstance(p, OfHousehold) for q in queries for node in q.finding.nodes for p in walk(node)):
        table += f" JOIN {layout.table('household')} h ON h.hid = x.hid"
    unfolded = f"explode(filter(array({', '.join(structs)}), hit -> hit.level > 0)) AS hit"
    outer = ", ".join(name if name in ("hid", "rid") else f"hit.{name}" for name in HIT_FIELDS)
    return f"SELECT {outer} FROM (SELECT hid, rid, {unfolded} FROM (SELECT {', '.join(inner)} FROM {table}))"


def _struct(layout: Layout, query: Asked, named: Any) -> str:
    names = layout.last_names()
    level = named(level_of(layout, query.finding))
    fields = [f"{query.number} AS finding", f"{level} AS level", f"{_missing(layout, query, level, named)} AS missing"]
    for number in range(1, SHOWN + 1):
        held = number <= len(query.shown)
        value = (
            named(f"CAST({to_sql(query.node(query.shown[number - 1]), names)} AS STRING)")
            if held
            else "CAST(NULL AS STRING)"
        )
        fields.append(f"{value} AS value_{number}")
    return f"struct({', '.join(fields)})"


def _missing(layout: Layout, query: Asked, level: str, named: Any) -> str:
    names = layout.last_names()
    if not any(names.nullable(node) for node in query.finding.conditions.values()):
        return "CAST(NULL AS STRING)"
    doubtful = {name: leaf for name, leaf in leaves(query.finding).items() if names.nullable(leaf)}
    parts = [
        f"CASE WHEN {named(f'{to_sql(leaf, names)} IS NULL')} THEN '{n},' ELSE '' END" for n, leaf in doubtful.items()
    ]
    return f"CASE WHEN {level} = {UNDECIDED} THEN {' || '.join(parts or [EMPTY])} ELSE NULL END"
