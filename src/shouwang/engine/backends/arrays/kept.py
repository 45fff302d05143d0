"""What a run keeps for the next (留存): sums and facts of everyone, and hits, under the content they were made of.

A rule that has not changed finds its hits there, a changed one all its facts; where one feed has changed, the sums over
all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow as pa

from shouwang.engine.findings import Asked, leaves
from shouwang.engine.frozen import Frozen
from shouwang.engine.nodes import Call, ColumnRef, FactRef, Literal, Node, ParameterRef, Related
from shouwang.engine.plan import Plan

FORMAT = "2"  # raise when what a kept column means changes
KEPT_FACTS, KEPT_HITS = 16, 2000  # files: of facts one a run and entity, of hits one a finding


class Kept:
    """What lies in a cache folder, by content; without a folder nothing is kept and nothing found."""

    def __init__(self, folder: Path | None, plan: Plan, frozen: Frozen) -> None:
        self.folder, self.plan, self.frozen = folder, plan, frozen
        self.files: dict[str, Path] = {}
        self.hits: dict[str, Path] = {}
        self._known: dict[int, tuple[str, Node]] = {}
        for path in folder.glob("facts-*.arrow") if folder else ():
            self.files |= dict.fromkeys(pa.ipc.open_file(pa.memory_map(str(path))).schema.names, path)
        for path in folder.glob("hits-*.arrow") if folder else ():
            self.hits[path.stem.removeprefix("hits-")] = path

    # --- values of everyone -------------------------------------------------------------------------------------------

    def address(self, entity: str, node: Node) -> str:
        """Content address of a value of everyone: the expression, its numbers, and the content of what it reads."""
        return _hash(FORMAT, entity, self._text(node))

    def use(self, address: str) -> str:
        """The file in which a value stands, marked as used."""
        self.files[address].touch()
        return str(self.files[address])

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

    @staticmethod
    def file(entity: str, addresses: Iterable[str]) -> str:
        """Name of the file for new columns of an entity."""
        return f"facts-{entity}-{_hash(*addresses)}.arrow"

    @staticmethod
    def entity(file: Path) -> str:
        """Of whom a file holds values."""
        return file.name.split("-")[1]

    # --- hits ---------------------------------------------------------------------------------------------------------

    def address_of_hits(self, query: Asked) -> str:
        """Content address of the hits of one finding: its conditions, and all that is told beside a hit."""
        nodes = [*query.finding.conditions.values(), *map(query.node, query.shown)]
        told = [*query.shown, *leaves(query.finding), str(len(query.finding.conditions))]
        everyone = [self._content("households"), self._content("residents")]
        return _hash(FORMAT, query.finding.entity, *everyone, *told, *(self._text(node) for node in nodes))

    def load_hits(self, address: str) -> pa.Table:
        """Kept hits of a finding, mapped into memory; marked as used."""
        self.hits[address].touch()
        return pa.ipc.open_file(pa.memory_map(str(self.hits[address]))).read_all()

    def save_hits(self, hits: pa.Table, address: str) -> None:
        """Keep the hits of a finding."""
        path = (self.folder or Path()) / f"hits-{address}.arrow"
        partial = path.with_suffix(".partial")
        with pa.ipc.new_file(str(partial), hits.schema) as file:
            file.write_table(hits)
        partial.replace(path)

    def forget_old(self) -> None:
        """Of each sort of file only those used last stay."""
        for pattern, most in (("facts-*.arrow", KEPT_FACTS), ("hits-*.arrow", KEPT_HITS)):
            used = {path: path.stat().st_mtime for path in self.folder.glob(pattern)} if self.folder else {}
            for old in sorted(used, key=lambda path: -used[path])[most:]:
                with suppress(OSError):  # gone already, or still mapped by another run
                    old.unlink()


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
