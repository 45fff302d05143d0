"""A pack as plain data (政策包内容): what ``pack show`` prints and what two packs are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from shouwang.engine.model import Dated, Kind
from shouwang.engine.values import plain
from shouwang.policy.mandates import ITEM
from shouwang.policy.pack import Pack

UNSAID = ("file", "lines", "cases")


def describe(pack: Pack) -> dict[str, Any]:
    """All content of a pack, ready for JSON but for its dates."""
    return {
        "pack": pack.name,
        "title": pack.title,
        "parent": pack.parent.name if pack.parent else None,
        "place_code": pack.place_code,
        "version": pack.version,
        "documents": list(pack.documents),
        "sources": {n: {"title": s.title, "kind": s.kind, "columns": list(s.columns)} for n, s in pack.sources.items()},
        "parameters": {
            n: {
                "title": p.title,
                "type": p.kind.value,
                "unit": p.unit,
                "values": [_dated(d, p.kind) for d in p.values],
                "places": {place: [_dated(d, p.kind) for d in values] for place, values in p.places.items()},
            }
            for n, p in pack.parameters.items()
        },
        **{kind: _plain(getattr(pack, kind)) for kind in ("facts", "rules", "checks", "benefits", "gates")},
        "tariffs": {
            n: _plain(t.definition)
            | {"payee": t.payee, "inputs": {name: column.title for name, column in t.inputs.columns.items()}}
            for n, t in pack.tariffs.items()
        },
        **{kind: _plain(getattr(pack, kind)) for kind in ("procedures", "lists", "toolbox")},
        **{kind: {n: vars(item) for n, item in pack.mandates.of(kind).items()} for kind in ITEM},
        "units": {n: vars(unit) for n, unit in pack.mandates.units.items()},
        "coverage": [vars(s) | {"taken": pack.mandates.taken(s)} for s in pack.mandates.sections],
        "cases": [{"case": c.name, "covers": list(c.covers), "file": c.file, "line": c.line} for c in pack.cases],
    }


def _dated(dated: Dated, kind: Kind) -> dict[str, Any]:
    return {
        "from": dated.valid_from,
        "until": dated.valid_until,
        "value": plain(dated.value, kind),
        "formula": dated.formula,
        "source": dated.source,
        "clause": dated.clause,
        "verified": dated.verified,
        "note": dated.note,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Kind):
        return value.value
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in UNSAID}
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value
