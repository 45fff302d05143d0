"""Reading deliveries (读取数据文件): any of xlsx, csv and parquet becomes a typed table and a list of rejected rows.

``read_delivery`` is the one way in for files of others; ``load_feed`` and ``load_folder`` serve file mode. Whatever
stops a whole file is an InputError whose sentence says what to do; whatever is wrong in a row only stops that row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouwang.engine.model import Source
from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.opening import open_file, sniff
from shouwang.kernel.sheets.raw import RawTable
from shouwang.kernel.sheets.stored import open_stored
from shouwang.stream.feeds.checking import Checked, Reject, check_rows, column_type
from shouwang.stream.feeds.headers import header_words, map_headers

SUFFIXES = (".parquet", ".csv", ".xlsx", ".txt", ".tsv")


@dataclass
class Delivery:
    """What one file gave (一次报送).

    ``table`` holds the accepted rows: ``row_no`` (as Excel shows it) and every column of the contract, typed; a column
    that was not delivered is null. ``header`` and ``rejected_rows`` (row number → texts) are for the reject sheet.
    """

    source: str
    file: str
    sha256: str
    table: pa.Table
    rejects: list[Reject]
    rows_in: int
    mapping: dict[str, str]
    warnings: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    rejected_rows: dict[int, list[str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many rows were taken."""
        return int(self.table.num_rows)

    @property
    def rejected(self) -> int:
        """How many rows were not taken."""
        return self.rows_in - self.accepted


def read_delivery(
    path: Path | str,
    source: Source,
    *,
    place_names: Mapping[str, str] | None = None,
    others: Iterable[Source] = (),
    isolated: bool = True,
) -> Delivery:
    """Read and check one file against a contract.

    ``place_names`` (name → 12-digit code) lets a register table name its village instead of coding it; ``others`` are
    contracts to compare with when this one does not fit. Raises InputError where the whole file is refused.
    """
    path = Path(path)
    with ThreadPoolExecutor(1) as beside:  # hashing needs no interpreter, and opening is done by another process
        sha256 = beside.submit(file_hash, path)
        raw = open_file(path, words=header_words(source), isolated=isolated)
    if not len(raw):
        raise InputError("表里没有任何内容。", "请重新导出后提交。", file=path)
    others = list(others)
    plan = map_headers(raw, source, file=path, others=others)
    body = raw.since(plan.row + 1)
    if place_names:
        _code_places(body, {h.column.name: h.place for h in plan.matched}.get("place_code"), place_names)
    checked = check_rows(body, plan, source, file=path)
    if not checked.rows_in:
        raise InputError("只有表头，没有数据行。", "如果本期确实没有数据，请按“无数据”报送。", file=path)
    table = checked.table
    twice: list[Reject] = []
    same_key: list[str] = []
    if not _every_key_once(table, source):
        table, twice = _without_repeats(checked, source)
        same_key = _same_key(table, source)
    warnings = [*raw.notes, *plan.warnings, *checked.warnings, *same_key]
    return Delivery(
        source=source.name,
        file=path.name,
        sha256=sha256.result(),
        table=table,
        rejects=checked.rejects + twice,
        rows_in=checked.rows_in,
        mapping=plan.mapping,
        warnings=warnings,
        header=plan.texts,
        rejected_rows=_originals(body, checked.rejects + twice),
        about=raw.about,
    )


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code_places(body: RawTable, place: int | None, place_names: Mapping[str, str]) -> None:
    if place is None:
        return
    encoded = body.texts[place].dictionary_encode()
    coded = [place_names.get(text.strip(), text) for text in encoded.dictionary.to_pylist()]
    body.texts[place] = pa.array(coded, pa.string()).take(encoded.indices)


def _every_key_once(table: pa.Table, source: Source) -> bool:
    """Whether every row has a whole key of its own: then no row can be there twice."""
    whole = all(name in table.column_names and not table[name].null_count for name in source.key)
    if not source.key or not whole:
        return False
    return bool((_first_of_group(table, list(source.key)) == np.arange(table.num_rows)).all())


def _without_repeats(checked: Checked, source: Source) -> tuple[pa.Table, list[Reject]]:
    """The same row twice in a feed counts once; the later one is named with the row that it repeats."""
    table = checked.table
    if source.kind != "feed" or not table.num_rows:
        return table, []
    first = _first_of_group(table, [name for name in table.column_names if name != "row_no"])
    repeated = np.flatnonzero(first != np.arange(table.num_rows))
    if not len(repeated):
        return table, []
    rows = table["row_no"].to_numpy()
    twice = [Reject(int(rows[at]), "", "", f"与第 {int(rows[first[at]])} 行完全相同") for at in repeated.tolist()]
    return table.filter(pa.array(first == np.arange(table.num_rows))), twice


def _same_key(table: pa.Table, source: Source) -> list[str]:
    """Rows that share the key of the contract but not their content are taken, and pointed out."""
    filled = [name for name in source.key if name in table.column_names and table[name].null_count < table.num_rows]
    if not source.key or len(filled) < len(source.key) or not table.num_rows:
        return []
    keyed = table.select(["row_no", *source.key]).drop_null()
    first = _first_of_group(keyed, list(source.key))
    later = np.flatnonzero(first != np.arange(keyed.num_rows))
    if not len(later):
        return []
    titles = "、".join(source.columns[name].title for name in source.key)
    rows = "、".join(str(row) for row in keyed["row_no"].take(pa.array(later[:5])).to_pylist())
    return [f"有 {len(later)} 行的“{titles}”与前面的行相同而内容不同（如第 {rows} 行），请核对"]


def _first_of_group(table: pa.Table, names: Sequence[str]) -> np.ndarray:
    """For each row, the place of the first row with the same values."""
    group = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks()
        if column.null_count == len(column):
            continue
        encoded = pc.dictionary_encode(column, null_encoding="encode")
        if len(encoded.dictionary) == table.num_rows:
            return np.arange(table.num_rows)
        codes = np.asarray(encoded.indices, dtype=np.int64)
        _, group = np.unique(group * len(encoded.dictionary) + codes, return_inverse=True)
        if group.max() + 1 == table.num_rows:
            return np.arange(table.num_rows)
    _, first = np.unique(group, return_index=True)
    return np.asarray(first[group])


def _originals(body: RawTable, rejects: list[Reject]) -> dict[int, list[str]]:
    """The texts of the rejected rows as they stood in the file."""
    wanted = np.isin(body.rows, np.unique([reject.row_no for reject in rejects]))
    kept = body.keep(wanted)
    columns = [texts.to_pylist() for texts in kept.texts]
    rows = zip(*columns, strict=True) if columns else iter(())
    found = {row: [text or "" for text in texts] for row, texts in zip(kept.rows.tolist(), rows, strict=True)}
    return found | {row: [text] for row, _, text in body.ragged}


def load_feed(
    paths: Path | str | Sequence[Path | str],
    source: Source,
    *,
    place_names: Mapping[str, str] | None = None,
    others: Iterable[Source] = (),
) -> list[Delivery]:
    """Read the files of one source for file mode, in the order given.

    Parquet whose columns already have the types of the contract (stored batches, synthetic data) is taken as it is.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    others = list(others)
    return [_load(Path(path), source, place_names, others) for path in listed]


def load_folder(folder: Path | str, sources: Mapping[str, Source], *, kind: str) -> dict[str, list[Delivery]]:
    """Read every register table (``kind="register"``) or feed of a folder: ``{source: deliveries}``.

    A file belongs to the source whose name or 中文 title its name begins with: ``loans.csv``, ``loans_2026-03.xlsx``.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("没有这个文件夹。", "请检查路径。", file=folder)
    wanted = {name: source for name, source in sources.items() if source.kind == kind}
    files = find_files(folder, wanted)
    return {name: load_feed(found, wanted[name], others=wanted.values()) for name, found in files.items()}


def find_files(folder: Path, sources: Mapping[str, Source]) -> dict[str, list[Path]]:
    """The files of a folder by source, in the order of their names; files of no source are left alone."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or path.name.startswith((".", "~$")):
            continue
        fitting = [s for s in sources.values() if path.stem.startswith((s.name, s.title))]
        if fitting:
            found.setdefault(max(fitting, key=lambda s: len(s.name)).name, []).append(path)
    return found


def _load(path: Path, source: Source, place_names: Mapping[str, str] | None, others: list[Source]) -> Delivery:
    if sniff(path) == "parquet":
        table = open_stored(path)
        typed = _typed(table, source)
        if typed is not None:
            mapping = {name: name for name in table.column_names if name in source.columns}
            return Delivery(source.name, path.name, file_hash(path), typed, [], typed.num_rows, mapping)
        return read_delivery(path, source, place_names=place_names, others=others, isolated=False)
    return read_delivery(path, source, place_names=place_names, others=others)


def _typed(table: pa.Table, source: Source) -> pa.Table | None:
    """The table in the types of the contract if nothing but a widening is needed for that, else None."""
    for column in source.columns.values():
        if column.required and column.name not in table.column_names:
            return None
    arrays = [pa.array(np.arange(2, table.num_rows + 2))]
    for column in source.columns.values():
        kind = column_type(column)
        if column.name not in table.column_names:
            arrays.append(pa.nulls(table.num_rows, kind))
            continue
        values = _widened(table[column.name], kind)
        if values is None or (column.codes and not _only_codes(values, column.codes)):
            return None
        arrays.append(values)
    return pa.table(arrays, names=["row_no", *source.columns])


def _widened(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray | None:
    found = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    same = (
        found == kind
        or (pa.types.is_integer(found) and pa.types.is_integer(kind))
        or (pa.types.is_decimal(found) and pa.types.is_decimal(kind) and found.scale <= kind.scale)
        or (pa.types.is_large_string(found) and pa.types.is_string(kind))
        or pa.types.is_null(found)
    )
    try:
        return values.cast(kind) if same else None
    except pa.ArrowInvalid:
        return None


def _only_codes(values: pa.ChunkedArray, codes: Mapping[str, object]) -> bool:
    return set(pc.unique(values).drop_null().to_pylist()) <= set(codes)
