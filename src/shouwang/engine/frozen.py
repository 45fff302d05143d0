"""Frozen inputs (冻结输入): register and feeds with dense integer keys and scaled integers, addressed by content.

Free text, names and numbers of people do not enter: of such a column only its presence is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from shouwang.engine.cores import in_order
from shouwang.engine.deliveries import Delivery
from shouwang.engine.keys import KEYS, Register, Rows, found_rows, write, write_keys
from shouwang.engine.model import Kind, Source
from shouwang.engine.plan import Inputs
from shouwang.kernel.errors import InputError

FORMAT = "7"  # raise when the layout of frozen files changes, so that old caches are not read


@dataclass(frozen=True)
class FrozenTable:
    """One frozen source: its file, content hash, columns, which of them have empty cells, and what was left out."""

    path: str
    digest: str
    columns: tuple[str, ...]
    nulls: tuple[str, ...]
    rows: int
    unlinked: int
    single: bool = False  # no person (or household) has more than one row


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


def save(frozen: Frozen, path: Path) -> None:
    """Write down which files a freeze stands in, so that it can be used again without reading its inputs."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"format": FORMAT} | asdict(frozen)), encoding="utf-8")
    partial.replace(path)


def load(path: Path) -> Frozen | None:
    """A freeze that was written down; None where it was not, is of another layout, or lacks one of its files."""
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if found.get("format") != FORMAT:
        return None
    tables = {name: _restored(table) for name, table in found["tables"].items()}
    frozen = Frozen(tables, found["household_keys"], found["resident_keys"], tuple(found["places"]))
    files = [frozen.household_keys, frozen.resident_keys, *(table.path for table in tables.values())]
    return frozen if all(Path(file).exists() for file in files) else None


def _restored(found: dict[str, Any]) -> FrozenTable:
    return FrozenTable(**found | {"columns": tuple(found["columns"]), "nulls": tuple(found["nulls"])})


def freeze(
    sources: Mapping[str, Source],
    register: Mapping[str, Path],
    feeds: Mapping[str, Sequence[Path]],
    folder: Path,
) -> Frozen:
    """Freeze Parquet inputs into ``folder``; what is already there under the same content is not made again.

    ``register`` needs households; residents, incomes, statuses, risks and measures are optional. Raises InputError for
    unknown columns, missing keys and repeated ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: [path] for name, path in register.items()} | {name: list(paths) for name, paths in feeds.items()}
    if "households" not in files:
        raise InputError("登记数据里没有 households（农户）。", "请在 register 文件夹放入 households.parquet。")
    digests = dict(zip(files, in_order(_digest, files.values()), strict=True))
    base = _combine(FORMAT, digests["households"], digests.get("residents", ""))
    given = {name: Delivery(paths, _codes(sources[name])) for name, paths in files.items()}
    households, residents = folder / f"household_keys-{base}.parquet", folder / f"resident_keys-{base}.parquet"
    if not (households.exists() and residents.exists()):
        write_keys(given["households"], given.get("residents"), households, residents)
    people = Register(households, residents)
    targets = {name: folder / f"{name}-{_combine(base, name, digests[name])}.parquet" for name in files}
    new = {name: given[name] for name, target in targets.items() if not target.with_suffix(".json").exists()}
    rows = found_rows({name: sources[name] for name in new}, new, people)
    for _ in in_order(
        lambda name: _write_table(sources[name], new[name], rows.pop(name), targets[name]), _largest(new)
    ):
        pass
    tables = {
        name: _restored(json.loads(path.with_suffix(".json").read_text("utf-8"))) for name, path in targets.items()
    }
    if "residents" not in tables:
        tables["residents"] = _no_residents(base, folder)
    return Frozen(tables, str(households), str(residents), people.counties)


def _codes(source: Source) -> list[str]:
    return [column.name for column in source.columns.values() if column.kind is Kind.CHOICE]


def _largest(given: Mapping[str, Delivery]) -> list[str]:
    return sorted(given, key=lambda name: -given[name].rows * len(given[name].names))


def _digest(paths: Sequence[Path]) -> str:
    # As strong as SHA-256 and faster where the processor has no instructions for that.
    found = hashlib.blake2b(digest_size=32)
    for path in sorted(paths):
        with path.open("rb") as file:
            found.update(hashlib.file_digest(file, hashlib.blake2b).digest())
    return found.hexdigest()[:24]


def _combine(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _write_table(source: Source, delivery: Delivery, rows: Rows, target: Path) -> None:
    columns = [c for c in source.columns.values() if c.name in delivery.names and c.name not in KEYS]
    found = rows.keys()
    for column in columns:
        found[column.name] = rows.of(delivery.column(column))
    table = pa.table(found)
    write(table, target)
    nulls = tuple(c.name for c in columns if table[c.name].null_count)
    names, digest = tuple(c.name for c in columns), target.stem.removeprefix(f"{source.name}-")
    left_out = delivery.rows - len(table)
    frozen = FrozenTable(str(target), digest, names, nulls, len(table), left_out, rows.single(source.entity))
    target.with_suffix(".json").write_text(json.dumps(asdict(frozen)), encoding="utf-8")


def _no_residents(base: str, folder: Path) -> FrozenTable:
    target, nobody = folder / f"residents-{base}.parquet", pa.array([], pa.int64())
    write(pa.table({"rid": nobody, "hid": nobody}), target)
    return FrozenTable(str(target), base, (), (), 0, 0)
