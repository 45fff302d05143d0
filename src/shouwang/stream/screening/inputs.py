"""What a run is given (输入): files of any supported form and tables in memory become Parquet linked to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shouwang.engine.model import Source
from shouwang.kernel.errors import InputError
from shouwang.policy import Pack
from shouwang.register.places.reading import read_places

Input = Any  # Path, sequence of Paths, pyarrow.Table, or a pandas DataFrame
KEYS = {"household_id", "resident_id"}
STORED = {"row_no", "link_tier", "link_score"}


@dataclass
class Prepared:
    """Inputs as Parquet files, and what reading and linking left out."""

    register: dict[str, Path] = field(default_factory=dict)
    feeds: dict[str, list[Path]] = field(default_factory=dict)
    linked: dict[str, dict[str, int]] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)


def prepare(
    pack: Pack,
    register: Mapping[str, Input],
    feeds: Mapping[str, Input],
    scratch: Path,
    *,
    places: pa.Table | None = None,
) -> Prepared:
    """Read, and where a feed names people instead of ids, link. Raises InputError naming an unknown source or column."""
    prepared = Prepared()
    for name, given in register.items():
        source = _source(pack, name, "register")
        tables = [_as_parquet(pack, source, one, scratch, n, prepared) for n, one in enumerate(_many(given))]
        prepared.register[name] = tables[0] if len(tables) == 1 else _joined(tables, scratch / f"{name}.parquet")
    with ExitStack() as stack:
        linker = Linker(prepared, scratch, places, stack)
        for name, given in feeds.items():
            source = _source(pack, name, "feed")
            paths = [_as_parquet(pack, source, one, scratch, n, prepared) for n, one in enumerate(_many(given))]
            prepared.feeds[name] = [linker.linked(source, path) for path in paths]
    return prepared


def _source(pack: Pack, name: str, kind: str) -> Source:
    source = pack.sources.get(name)
    if source is not None and source.kind == kind:
        return source
    known = [n for n, s in pack.sources.items() if s.kind == kind]
    close = get_close_matches(name, known, n=1)
    hint = f"是不是“{close[0]}”？" if close else f"可用：{'、'.join(known)}。"
    raise InputError(f"政策包 {pack.name} 里没有名为“{name}”的{'登记表' if kind == 'register' else '部门数据'}。", hint)


def _many(given: Input) -> Sequence[Input]:
    return given if isinstance(given, list | tuple) else [given]


def _as_parquet(pack: Pack, source: Source, given: Input, scratch: Path, number: int, prepared: Prepared) -> Path:
    target = scratch / f"{source.name}-{number}.parquet"
    if isinstance(given, str | Path):
        path = Path(given)
        if not path.is_file():
            raise InputError(f"没有文件“{path}”。", "请核对文件名。", file=path)
        if path.suffix.lower() == ".parquet" and _is_canonical(path, source):
            return path
        from shouwang.stream.feeds.reading import read_delivery

        delivery = read_delivery(path, source, others=tuple(pack.sources.values()))
        prepared.rejects[source.name] = prepared.rejects.get(source.name, 0) + delivery.rejected
        pq.write_table(delivery.table, target)
        return target
    table = given if isinstance(given, pa.Table) else pa.Table.from_pandas(given, preserve_index=False)
    _refuse_unknown(table.column_names, source)
    pq.write_table(table, target)
    return target


def _is_canonical(path: Path, source: Source) -> bool:
    try:
        names = pq.read_schema(path).names
    except pa.ArrowInvalid:
        raise InputError("不是可读的 Parquet 文件。", "请重新导出。", file=path) from None
    titles = {alias for c in source.columns.values() for alias in (c.title, *c.aliases)}
    if any(name in titles for name in names):
        return False
    _refuse_unknown(names, source, path)
    return True


def _refuse_unknown(names: Sequence[str], source: Source, path: Path | None = None) -> None:
    for name in names:
        if name not in source.columns and name not in STORED:
            close = get_close_matches(name, source.columns, n=1)
            hint = f"是不是“{close[0]}”？" if close else f"可用：{'、'.join(source.columns)}。"
            raise InputError(f"{source.title}（{source.name}）没有“{name}”这一列。", hint, file=path, column=name)


@dataclass
class Linker:
    """Links feeds that name people (比对归户); the register is prepared when the first of them comes, and once."""

    prepared: Prepared
    scratch: Path
    places: pa.Table | None
    stack: ExitStack
    linkage: Any = None

    def linked(self, source: Source, path: Path) -> Path:
        """The feed with ids: as it is where it has them. Raises InputError where there is nobody to link to."""
        if KEYS & set(pq.read_schema(path).names) and not _keys_empty(path):
            return path
        from shouwang.stream.linkage.matching import link_feed

        residents, households = self._register(source)
        done = link_feed(pq.read_table(path), source, residents, households, linkage=self.linkage)
        target = self.scratch / f"linked-{path.stem}.parquet"
        pq.write_table(done.table, target)
        tiers = {str(r["values"]): r["counts"] for r in pc.value_counts(done.table["link_tier"]).to_pylist()}
        self.prepared.linked[source.name] = tiers | {"review": done.review.num_rows}
        return target

    def _register(self, source: Source) -> tuple[pa.Table, pa.Table]:
        from shouwang.engine.linking import Linkage  # heavy: only who links pays for it

        if "residents" not in self.prepared.register:
            raise InputError(
                f"{source.title}没有人或户的编号，登记里也没有 residents，无法归户。", "请补上 residents。"
            )
        residents = pq.read_table(self.prepared.register["residents"])
        households = pq.read_table(self.prepared.register["households"])
        if self.linkage is None:
            places = self.places if self.places is not None else read_places()
            opened = Linkage(residents, households, places=village_names(places))
            self.linkage = self.stack.enter_context(opened)
        return residents, households


def village_names(places: pa.Table) -> pa.Table:
    """Place names as linkage takes them: place_code, name."""
    return places.select(["code", "name"]).rename_columns(["place_code", "name"])


def _keys_empty(path: Path) -> bool:
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name in KEYS]
        known = _nulls(file.metadata, names)
        if known is not None:
            return file.metadata.num_rows > 0 and all(count == file.metadata.num_rows for count in known)
    table = pq.read_table(path, columns=names)
    return table.num_rows > 0 and all(column.null_count == table.num_rows for column in table.columns)


def _nulls(metadata: pq.FileMetaData, names: Sequence[str]) -> list[int] | None:
    """Empty cells of each column as the file itself counts them; None where it does not."""
    places = {metadata.schema.column(i).path: i for i in range(metadata.num_columns)}
    counts = [
        [metadata.row_group(group).column(places[name]).statistics for group in range(metadata.num_row_groups)]
        for name in names
    ]
    if any(one is None or not one.has_null_count for found in counts for one in found):
        return None
    return [sum(one.null_count for one in found) for found in counts]


def _joined(paths: Sequence[Path], target: Path) -> Path:
    pq.write_table(pa.concat_tables([pq.read_table(p) for p in paths], promote_options="permissive"), target)
    return target
