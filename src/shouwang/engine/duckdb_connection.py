"""Opening DuckDB (嵌入式分析库): bounded memory, all cores, no extensions from outside."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb


def connect(*, memory_limit: str = "900MB", spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A fresh in-memory DuckDB that spills to ``spill`` when ``memory_limit`` is reached."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{memory_limit}'")
    connection.execute(f"SET threads = {os.cpu_count() or 1}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET autoinstall_known_extensions = false")
    if spill is not None:
        connection.execute(f"SET temp_directory = {text(spill)}")
    return connection


def text(value: object) -> str:
    """A file name or other plain text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"
