"""Frozen inputs (冻结输入): register and feeds with dense integer keys and scaled integers, addressed by content.

Whose rows a delivery holds is settled at once; a column is turned when somebody first asks for it.

Free text, names and numbers of people do not enter: of such a column only its presence is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.cores import at_once
from shouwang.engine.deliveries import Delivery
from shouwang.engine.digests import Digests
from shouwang.engine.forgetting import forget_unused, note_use
from shouwang.engine.frozen_table import File, FrozenTable, save_keys
from shouwang.engine.growing import Growth, growth_of
from shouwang.engine.keys import KEYS, Register, Rows, found_rows, refuse_unknown
from shouwang.engine.model import Column, Kind, Source
from shouwang.engine.numbering import numbered
from shouwang.engine.plan import Inputs
from shouwang.engine.undisturbed import undisturbed
from shouwang.kernel.errors import InputError

FORMAT = "8"  # raise when the layout of frozen files changes, so that old caches are not read
REGISTERS: Sequence[str] = ("households", "residents")  # by which all rows are numbered


@dataclass(frozen=True)
class Frozen:
    """All frozen sources of a run, and the keys that lead back to people."""

    tables: dict[str, FrozenTable]
    household_keys: str
    resident_keys: str
    places: tuple[str, ...]

    @property
    def inputs(self) -> Inputs:
        return Inputs(
            {name: frozenset(t.columns) for name, t in self.tables.items()},
            frozenset((name, column) for name, t in self.tables.items() for column in t.nulls),
            {name: t.rows for name, t in self.tables.items()},
            self.places,
            frozenset(name for name, t in self.tables.items() if t.single),
        )

    @property
    def households(self) -> pa.Table:
        """hid, household_id and place_code of every household, in the order of hid."""
        return _mapped(self.household_keys)

    @property
    def residents(self) -> pa.Table:
        """rid, hid and resident_id of every resident, in the order of rid."""
        return _mapped(self.resident_keys)

    def complete(self) -> None:
        """Freeze every column that nobody has asked for yet, so that the deliveries are not needed again."""
        for table in self.tables.values():
            table.complete()


def save(frozen: Frozen, path: Path) -> None:
    """Write down which files a freeze stands in, so that it can be used again without reading its inputs."""
    partial = path.with_suffix(".partial")
    tables = {name: table.told() for name, table in frozen.tables.items()}
    keys = {"household_keys": frozen.household_keys, "resident_keys": frozen.resident_keys}
    told = {"format": FORMAT, "tables": tables, "places": frozen.places} | keys
    partial.write_text(json.dumps(told), encoding="utf-8")
    partial.replace(path)


def load(path: Path) -> Frozen | None:
    """A freeze that was written down; None where it was not, is of another layout, or cannot be completed any more."""
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if found.get("format") != FORMAT:
        return None
    tables = {name: FrozenTable.restored(told) for name, told in found["tables"].items()}
    frozen = Frozen(tables, found["household_keys"], found["resident_keys"], tuple(found["places"]))
    keys = [Path(file) for file in (frozen.household_keys, frozen.resident_keys)]
    if not all(key.exists() for key in keys) or not all(table.is_there for table in tables.values()):
        return None
    for used in (path, *keys, *(_meta(Path(table.folder)) for table in tables.values())):
        note_use(used)
    return frozen


@undisturbed()
def freeze(
    sources: Mapping[str, Source],
    register: Mapping[str, Path],
    feeds: Mapping[str, Sequence[Path]],
    folder: Path,
    *,
    keep: bool = True,
) -> Frozen:
    """Freeze Parquet inputs into ``folder``; what is already there under the same content is not made again.

    ``register`` needs households; residents, incomes, statuses, risks and measures are optional. Without ``keep`` nothing
    is written that is only for later runs, and what is frozen must be used while ``folder`` and the inputs are there.
    Raises InputError for unknown columns, missing keys, repeated ids and cells of another type than their column.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: [path] for name, path in register.items()} | {name: list(paths) for name, paths in feeds.items()}
    if "households" not in paths:
        raise InputError("登记数据里没有 households（农户）。", "请在 register 文件夹放入 households.parquet。")
    given = {name: Delivery(some, _codes(sources[name])) for name, some in paths.items()}
    registers_first = {name: paths[name] for name in sorted(paths, key=lambda name: name not in REGISTERS)}
    contents = Digests(folder if keep else None)
    with at_once(contents.of, registers_first) as hashed:
        digests = {name: hashed(name) for name in REGISTERS if name in paths}
        base = _combine(FORMAT, digests["households"], digests.get("residents", ""))
        homes, people = (folder / f"{name}_keys-{base}.arrow" for name in ("household", "resident"))
        own: dict[str, Rows] = {}
        if not (homes.exists() and people.exists()):  # people are numbered while feeds are still being hashed
            register_numbered = numbered(given["households"], given.get("residents"))
            own = register_numbered.rows
            _write(register_numbered.households, homes)
            _write(register_numbered.residents, people)
        for name in paths:
            hashed(name)
    contents.keep()
    frozen = Frozen({}, str(homes), str(people), _counties(_mapped(str(homes))))
    frozen.tables.update(_Tables(sources, paths, given, folder, base, contents, keep).frozen(frozen, own))
    if keep:
        note_use(homes)
        note_use(people)
        forget_unused(folder)
    if "residents" not in frozen.tables:
        frozen.tables["residents"] = _no_residents(base, folder)
    return frozen


@dataclass(frozen=True)
class _Tables:
    """The tables of a freeze: found again, grown from what was frozen before, or made."""

    sources: Mapping[str, Source]
    paths: Mapping[str, Sequence[Path]]
    given: Mapping[str, Delivery]
    folder: Path
    base: str
    contents: Digests
    keep: bool

    def frozen(self, people: Frozen, own: Mapping[str, Rows]) -> dict[str, FrozenTable]:
        """All tables in their order; ids of those that are made are looked up together, but for the register's ``own``."""
        found = {name: self.known(name, paths) for name, paths in self.paths.items()}
        new = {name: self.given[name] for name, table in found.items() if not table}
        if not new:
            return {name: table for name, table in found.items() if table}
        for name, delivery in new.items():
            refuse_unknown(self.sources[name], delivery)
        grown = {name: growth for name in new if self.keep and (growth := self._growth(name))}
        asked = new | {name: growth.added for name, growth in grown.items()}
        asked = {name: delivery for name, delivery in asked.items() if name not in own}
        rows = {**own, **found_rows(self.sources, asked, Register(people.households, people.residents))}
        made = {}
        for name in self.paths:
            made[name] = found[name] or self._made(name, rows.pop(name), grown.pop(name, None))
        return made

    def known(self, name: str, paths: Sequence[Path]) -> FrozenTable | None:
        """What was frozen before of files that hold the same now."""
        meta = _meta(self._target(name, paths))
        if not meta.exists():
            return None
        note_use(meta)
        return FrozenTable.restored(json.loads(meta.read_text("utf-8")), tuple(map(File.at, paths)))

    def _target(self, name: str, paths: Sequence[Path]) -> Path:
        return self.folder / f"{name}-{_combine(self.base, name, self.contents.of(paths))}"

    def _growth(self, name: str) -> Growth | None:
        return growth_of(self.paths[name], self.given[name], partial(self.known, name), _codes(self.sources[name]))

    def _made(self, name: str, rows: Rows, growth: Growth | None) -> FrozenTable:
        source, delivery, target = self.sources[name], self.given[name], self._target(name, self.paths[name])
        columns = _columns(source, delivery)
        target.mkdir(exist_ok=True)
        if growth:
            merged = growth.merged(source, rows)
            merged.save_columns(columns, target)
            rows = merged.rows
        table = FrozenTable(
            folder=str(target),
            digest=target.name.removeprefix(f"{source.name}-"),
            columns=tuple(column.name for column in columns),
            types=tuple(column.type for column in columns),
            nulls=tuple(column.name for column in columns if delivery.may_be_empty(column)),
            rows=len(rows.hid),
            unlinked=delivery.rows - len(rows.hid),
            single=rows.single(source.entity),
            files=tuple(map(File.at, self.paths[name])),
            held=None if self.keep else rows,
        )
        if self.keep:
            save_keys(rows, target)
        for column in columns:
            if not delivery.is_plain(column):
                table.column(column.name)  # cells may be of another type, which has to be said at once
        if self.keep:
            _meta(target).write_text(json.dumps(table.told()), encoding="utf-8")
        return table


def _meta(target: Path) -> Path:
    """Where it stands what a table frozen to ``target`` is; written last."""
    return target.with_suffix(".json")


def _mapped(path: str) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(path)).read_all()


def _write(table: pa.Table, target: Path) -> None:
    """Write beside and rename: a killed run leaves no half file under a name that promises its content."""
    partial = target.with_suffix(".partial")
    with pa.ipc.new_file(str(partial), table.schema) as file:
        file.write_table(table)
    partial.replace(target)


def _counties(households: pa.Table) -> tuple[str, ...]:
    """Codes of the counties there are households of, empty where the place is unknown."""
    codes = households["place_code"]
    found = {code[:6] for code in pc.unique(codes.cast(pa.string())).to_pylist() if code is not None}
    return (*sorted(found), *([""] if codes.null_count else []))


def _codes(source: Source) -> list[str]:
    return ["place_code", *(column.name for column in source.columns.values() if column.kind is Kind.CHOICE)]


def _combine(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _columns(source: Source, delivery: Delivery) -> list[Column]:
    return [c for c in source.columns.values() if c.name in delivery.names and c.name not in KEYS]


def _no_residents(base: str, folder: Path) -> FrozenTable:
    nobody = np.zeros(0, dtype=np.int64)
    save_keys(Rows(nobody, nobody, None), folder / f"residents-{base}")
    return FrozenTable(str(folder / f"residents-{base}"), base, (), (), (), 0, 0)
