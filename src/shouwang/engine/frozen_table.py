"""One frozen source (冻结表): its keys at once, each of its columns when somebody first asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shouwang.engine.cores import in_order
from shouwang.engine.deliveries import Delivery
from shouwang.engine.frozen_columns import Held, held, mapped, mapped_column, save, save_column
from shouwang.engine.keys import Rows, write
from shouwang.engine.model import Column, Kind
from shouwang.kernel.errors import InputError


@dataclass(frozen=True)
class File:
    """A delivery as it was when it was frozen."""

    path: str
    size: int
    changed: int

    @classmethod
    def at(cls, path: Path) -> File:
        """The file that lies there now."""
        found = path.stat()
        return cls(str(path), found.st_size, found.st_mtime_ns)

    @property
    def is_there(self) -> bool:
        """Whether it still is what it was."""
        path = Path(self.path)
        return path.exists() and File.at(path) == self


@dataclass(frozen=True)
class FrozenTable:
    """Where one source lies frozen, its content hash and columns, which of them may have empty cells, and what was left out.

    Columns stand in ``folder`` once somebody asked for them, and until then in the delivered files; with ``held`` (a run
    that keeps nothing) only there.
    """

    folder: str
    digest: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    nulls: tuple[str, ...]
    rows: int
    unlinked: int
    single: bool = False  # no person (or household) has more than one row
    files: tuple[File, ...] = field(default=(), compare=False)
    held: Rows | None = field(default=None, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def keys(self) -> Rows:
        """Whose the rows are; of kept ones nothing is read before somebody looks at them."""
        return self.held if self.held is not None else self._keys_of(slice(None))

    def _keys_of(self, rows: slice) -> Rows:
        found, told = self._kept_keys
        some = {name: values[rows] for name, values in found.items()}
        return Rows(some["hid"], some.get("rid"), some.get("order"), told["alone"])

    @cached_property
    def _kept_keys(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        return mapped(_keys_file(Path(self.folder)))

    def kind(self, name: str) -> Kind:
        """The kind of a column."""
        return _column(name, self.types[self.columns.index(name)]).kind

    def is_kept(self, name: str) -> bool:
        """Whether somebody has asked for a column before, so that it need only be mapped."""
        return self._file(name).exists()

    def _file(self, name: str) -> Path:
        return Path(self.folder) / f"{name}.arrow"

    def column(self, name: str) -> Held:
        """A column, frozen now where nobody has asked for it before. Raises InputError for a delivery that has changed."""
        path = self._file(name)
        if path.exists():
            return mapped_column(path)
        if changed := [file.path for file in self.files if not file.is_there]:
            raise InputError("数据文件在计算期间被改动或移走了。", "请重新运行。", file=Path(changed[0]))
        column = _column(name, self.types[self.columns.index(name)])
        found = held(self._delivery.column(column), column.kind, self.keys.order)
        if self.held is None or not self._delivery.is_plain(column):
            save_column(found, path)
        return found

    def complete(self) -> None:
        """Freeze what nobody has asked for yet."""
        for _ in in_order(self.column, self.columns):
            pass

    @property
    def is_there(self) -> bool:
        """Whether all columns can be had without the source being delivered again."""
        folder = Path(self.folder)
        late = not all(map(self.is_kept, self.columns))
        return _keys_file(folder).exists() and (not late or all(file.is_there for file in self.files))

    @cached_property
    def _delivery(self) -> Delivery:
        codes = [name for name, kind in zip(self.columns, self.types, strict=True) if kind == "choice"]
        return Delivery([Path(file.path) for file in self.files], codes)

    # --- as others read it --------------------------------------------------------------------------------------------

    def table(self, names: Iterable[str] | None = None, rows: slice = slice(None)) -> pa.Table:
        """Columns as Arrow holds them, behind rid and hid; without ``names`` all of them."""
        wanted = [name for name in self.columns if names is None or name in {*names}]
        found = zip(wanted, in_order(lambda name: self.column(name).arrow(self.kind(name), rows), wanted), strict=True)
        return pa.table(self.keys.columns(rows) | dict(found))

    def rows_of(self, hid: int) -> list[dict[str, Any]]:
        """The rows of one household; what was opened for one stays open for the next."""
        found = self._kept_keys[0]["hid"]
        start, stop = np.searchsorted(found, np.array((hid, hid + 1), dtype=found.dtype))
        if start == stop:
            return []
        rows = slice(int(start), int(stop))
        columns = {name: self._opened(name).arrow(self.kind(name), rows) for name in self.columns}
        return list(pa.table(self._keys_of(rows).columns(slice(None)) | columns).to_pylist())

    def _opened(self, name: str) -> Held:
        if name not in self._open:
            self._open[name] = self.column(name)
        return self._open[name]

    @cached_property
    def _open(self) -> dict[str, Held]:
        return {}

    def as_parquet(self) -> str:
        """All columns in one Parquet file, for engines that read such; written when it is first asked for."""
        target = Path(self.folder + ".parquet")
        if not target.exists():
            write(self.table(), target)
        return str(target)

    # --- written down -------------------------------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """All of it as JSON carries it."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self) if one.name != "held"}

    @classmethod
    def restored(cls, told: Mapping[str, Any], files: Iterable[File] | None = None) -> FrozenTable:
        """What ``told`` tells, with the files that hold the same content now."""
        lists = {name: tuple(told[name]) for name in ("columns", "types", "nulls")}
        known = tuple(File(**one) for one in told["files"]) if files is None else tuple(files)
        return cls(**{**told, **lists, "files": known})


def _plain(value: Any) -> Any:
    return (
        [asdict(one) for one in value] if isinstance(value, tuple) and value and isinstance(value[0], File) else value
    )


def _column(name: str, kind: str) -> Column:
    # A place code is text that only parameters read; it stands as a word like those of a choice.
    return Column(name, "choice" if name == "place_code" else kind, name)


def _keys_file(folder: Path) -> Path:
    return folder / "of-whom.arrow"  # no column is called so


def save_keys(rows: Rows, folder: Path) -> None:
    """Keep whose the rows of a source are."""
    folder.mkdir(exist_ok=True)
    known = {"hid": rows.hid, "rid": rows.rid, "order": rows.order}
    small = {name: found.astype(np.int32) for name, found in known.items() if found is not None}
    save(small, {"alone": rows.alone}, _keys_file(folder))
