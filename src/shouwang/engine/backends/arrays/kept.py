"""What a run keeps for the next (留存): sums and facts of everyone, under the content they were made of.

A changed rule finds all its facts there; where one feed has changed, the sums over all others.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shouwang.engine.frozen import Frozen
from shouwang.engine.nodes import Call, ColumnRef, FactRef, Literal, Node, ParameterRef, Related
from shouwang.engine.plan import Plan

FORMAT = "1"  # raise when what a kept column means changes
KEPT_FILES = 16


class Kept:
    """Columns in a cache folder, by content; without a folder nothing is kept and nothing found."""

    def __init__(self, folder: Path | None, plan: Plan, frozen: Frozen) -> None:
        self.folder, self.plan, self.frozen = folder, plan, frozen
        self.files: dict[str, Path] = {}
        self._known: dict[int, tuple[str, Node]] = {}
        for path in folder.glob("facts-*.parquet") if folder else ():
            self.files |= dict.fromkeys(pq.read_schema(path).names, path)

    def address(self, entity: str, node: Node) -> str:
        """Content address of a value of everyone: the expression, its numbers, and the content of what it reads."""
        return _hash(FORMAT, entity, self._text(node))

    def _text(self, node: Node) -> str:
        if id(node) not in self._known:
            # The node is kept beside its text, so that no other can take its identity.
            self._known[id(node)] = self._written(node), node
        return self._known[id(node)][0]

    def _written(self, node: Node) -> str:
        match node:
            case Literal():
                return f"{node.kind.value} {node.value!r}"
            case ColumnRef():
                return f"{node.source}.{node.name} {self._content(node.source)}"
            case FactRef():
                return _hash(node.entity, self._text(self.plan.facts[node.name].node))
            case ParameterRef():
                resolved = self.plan.program.parameters[node.name]
                return f"{resolved.value!r} {sorted(resolved.by_place.items())!r} {self._content('households')}"
        parts = [type(node).__name__, *(self._part(getattr(node, f.name)) for f in fields(node))]
        if isinstance(node, Call):
            parts.append(self.plan.program.as_of.isoformat())
        if isinstance(node, Related):
            parts.append(self._content(node.source))
        return _hash(*parts)

    def _part(self, value: Any) -> str:
        if isinstance(value, tuple):
            return f"({' '.join(self._part(one) for one in value)})"
        return self._text(value) if isinstance(value, Node) else repr(value)

    def _content(self, source: str) -> str:
        table = self.frozen.tables.get(source)
        return table.digest if table else "not delivered"

    def forget_old(self) -> None:
        """Of the files in the folder only the latest stay."""
        files = {path: path.stat().st_mtime for path in self.folder.glob("facts-*.parquet")} if self.folder else {}
        for old in sorted(files, key=lambda path: -files[path])[KEPT_FILES:]:
            old.unlink(missing_ok=True)

    @staticmethod
    def file(entity: str, addresses: list[str]) -> str:
        """Name of the file for new columns of an entity."""
        return f"facts-{entity}-{_hash(*addresses)}.parquet"

    @staticmethod
    def entity(file: Path) -> str:
        """Of whom a file holds values."""
        return file.name.split("-")[1]


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
