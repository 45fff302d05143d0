"""Contracts of the register tables and department feeds (数据约定), read from ``register/`` and ``feeds/`` of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shouwang.engine.model import KIND_OF_COLUMN, Column, Source
from shouwang.policy.reading import Document, read_document

SOURCE_KEYS = {"source", "title", "entity", "date", "cadence", "unit", "key", "columns"}
COLUMN_KEYS = {"type", "title", "required", "aliases", "codes"}


def load_sources(folder: Path) -> dict[str, Source]:
    """Read every contract of one pack folder: ``{name: Source}``. Raises InputError with file and line."""
    found: dict[str, Source] = {}
    for kind in ("register", "feed"):
        for path in sorted((folder / ("register" if kind == "register" else "feeds")).glob("*.yaml")):
            source = _source(read_document(path), kind)
            found[source.name] = source
    return found


def _source(document: Document, kind: str) -> Source:
    document.allow(SOURCE_KEYS)
    document.require("source", "title", "entity", "columns")
    if document["entity"] not in ("resident", "household"):
        raise document.fault("entity", "entity 只能是 resident 或 household")
    columns = {name: column(document, name, spec) for name, spec in document["columns"].items()}
    date_column = document.get("date")
    if date_column is not None and (date_column not in columns or columns[date_column].type != "date"):
        raise document.fault("date", f"date 所指的“{date_column}”不是日期列")
    return Source(
        name=document["source"],
        title=document["title"],
        kind=kind,
        entity=document["entity"],
        date=date_column,
        cadence=document.get("cadence"),
        unit=document.get("unit"),
        key=tuple(document.get("key") or ()),
        columns=columns,
    )


def column(document: Document, name: str, spec: dict[str, Any], *, key: str = "columns") -> Column:
    """One column of a contract, or one input of a tariff."""
    where = (key, name)
    unknown = set(spec) - COLUMN_KEYS
    if unknown:
        raise document.fault(where, f"列“{name}”有不认识的键 {', '.join(sorted(unknown))}")
    if spec.get("type") not in KIND_OF_COLUMN:
        raise document.fault(where, f"列“{name}”的类型要是 {', '.join(KIND_OF_COLUMN)} 之一")
    return Column(
        name=name,
        type=spec["type"],
        title=spec.get("title", name),
        required=bool(spec.get("required", False)),
        aliases=tuple(spec.get("aliases", ())),
        codes={str(code): tuple(labels) for code, labels in (spec.get("codes") or {}).items()},
    )
