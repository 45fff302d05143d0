"""Which engines the specification runs on here; where Spark cannot run, the test run says so by name."""

from functools import lru_cache
from importlib.util import find_spec

import pytest

from shouwang.engine.backends.spark import java_found, session

# No generated code and no second partition: drawn tables have five rows, and compiling for them costs seconds.
FOR_SMALL_TABLES = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.default.parallelism": "1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
_told: list[str] = []


def spark_missing() -> str | None:
    """What Spark lacks on this machine, or nothing."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed"
    return None if java_found() else "no Java was found"


ENGINES = ["memory", "arrays", "duckdb"] + (
    [pytest.param("spark", marks=pytest.mark.spark)] if spark_missing() is None else []
)


@lru_cache(maxsize=1)
def start_spark() -> None:
    """One Spark for all tests of the process."""
    session(master="local[2]", **FOR_SMALL_TABLES)


def tell_what_was_not_run(reporter: pytest.TerminalReporter) -> None:
    """One visible line where the Spark tests could not run."""
    reason = spark_missing()
    if reason is not None and not _told:
        _told.append(reason)
        reporter.write_line(
            f"SPARK TESTS WERE NOT RUN: {reason}; memory, arrays and duckdb were compared.", yellow=True
        )
