"""Department rows behind a household (部门数据): what was linked to its members, from the inputs of the last run."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shouwang.engine.model import Column, Source
from shouwang.register.households.queries import HouseholdFile
from shouwang.stream.feeds.contracts import feed_contracts
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.queries import feed_files

MOST = 20
"""Rows shown per feed, newest first."""

KEYS = ("resident_id", "household_id")
NUMBERS = ("money", "quantity", "integer", "ratio")


def evidence_of(file: HouseholdFile, run: Any) -> list[dict[str, Any]]:
    """Feeds with rows of this household, in the order of the contracts."""
    if run is None or run.status != RunStatus.PUBLISHED:
        return []
    paths = feed_files(run)
    names = {one.resident.resident_id: one.resident.name for one in file.members}
    found = []
    for name, source in feed_contracts().items():
        rows = _rows(paths[name], source, file.household.household_id, list(names)) if name in paths else None
        if rows is not None and rows.num_rows:
            found.append(_feed(source, rows, names))
    return found


def _rows(paths: list[Path], source: Source, household_id: str, residents: list[str]) -> pa.Table | None:
    if not all(path.exists() for path in paths):
        return None
    table = pa.concat_tables(
        [_rows_of_file(path, household_id, residents) for path in paths], promote_options="default"
    )
    if source.date and source.date in table.column_names:
        table = table.sort_by([(source.date, "descending")])
    return table.slice(0, MOST)


def _rows_of_file(path: Path, household_id: str, residents: list[str]) -> pa.Table:
    present = set(pq.read_schema(path).names)
    mine = [("household_id", "=", household_id)] if "household_id" in present else [("resident_id", "in", residents)]
    return pq.read_table(path, filters=[mine])


def _feed(source: Source, rows: pa.Table, names: dict[str, str]) -> dict[str, Any]:
    shown = [column for name, column in source.columns.items() if name in rows.column_names and name not in KEYS]
    shown = [column for column in shown if rows[column.name].null_count < rows.num_rows]
    return {
        "title": source.title,
        "unit": source.unit or "",
        "headers": [column.title for column in shown],
        "rows": [
            {"who": names.get(row.get("resident_id") or "", "全户"), "cells": [_cell(column, row) for column in shown]}
            for row in rows.to_pylist()
        ],
    }


def _cell(column: Column, row: dict[str, Any]) -> dict[str, Any]:
    return {"text": _text(column, row[column.name]), "number": column.type in NUMBERS}


def _text(column: Column, value: Any) -> str:
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.codes:
        return str(column.codes.get(value, (value,))[0])
    if column.type == "money":
        return f"{value:,.2f}".removesuffix(".00")
    return str(value)
