"""Frozen inputs (冻结输入): register and feeds with dense integer keys and scaled integers, addressed by content.

Free text, names and numbers of people do not enter: of such a column only its presence is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from shouwang.engine.duckdb_connection import connect, text
from shouwang.engine.model import Column, Kind, Source
from shouwang.engine.plan import Inputs
from shouwang.kernel.errors import InputError

FORMAT = "5"  # raise when the layout of frozen files changes, so that old caches are not read
EXTRA = {"link_tier", "link_score", "row_no", "resident_id", "household_id"}


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
    partial.write_text(json.dumps(asdict(frozen)), encoding="utf-8")
    partial.replace(path)


def load(path: Path) -> Frozen | None:
    """A freeze that was written down; None where it was not, or where one of its files is gone."""
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
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
    digests = {name: _digest(paths) for name, paths in files.items()}
    base = _combine(FORMAT, digests["households"], digests.get("residents", ""))
    connection = connect(spill=folder)
    try:
        return _freeze(connection, sources, files, digests, base, folder)
    finally:
        connection.close()


def _freeze(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    files: dict[str, list[Path]],
    digests: dict[str, str],
    base: str,
    folder: Path,
) -> Frozen:
    household_keys, resident_keys = folder / f"household_keys-{base}.parquet", folder / f"resident_keys-{base}.parquet"
    if not (household_keys.exists() and resident_keys.exists()):
        _write_keys(connection, files, household_keys, resident_keys)
    connection.execute(f"CREATE VIEW household_keys AS FROM read_parquet({text(household_keys)})")
    connection.execute(f"CREATE VIEW resident_keys AS FROM read_parquet({text(resident_keys)})")
    tables = {}
    for name, paths in files.items():
        digest = _combine(base, name, digests[name])
        tables[name] = _table(connection, sources[name], paths, digest, folder)
    if "residents" not in tables:
        tables["residents"] = _no_residents(connection, sources.get("residents"), base, folder)
    counties = connection.execute(
        "SELECT DISTINCT substr(place_code, 1, 6) c FROM household_keys ORDER BY c"
    ).fetchall()
    places = tuple(row[0] or "" for row in counties)
    return Frozen(tables, str(household_keys), str(resident_keys), places)


def _digest(paths: Sequence[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()[:24]


def _combine(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]


def _read(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(text(p) for p in paths)}], union_by_name = true)"


def _write_keys(
    connection: duckdb.DuckDBPyConnection, files: dict[str, list[Path]], households: Path, residents: Path
) -> None:
    columns = _columns(connection, files["households"])
    _require_column(columns, "household_id", files["households"])
    _refuse_repeats(connection, files["households"], "household_id")
    place = "CAST(place_code AS VARCHAR)" if "place_code" in columns else "CAST(NULL AS VARCHAR)"
    _copy(
        connection,
        f"SELECT row_number() OVER (ORDER BY place_code, household_id) AS hid, household_id, place_code FROM "
        f"(SELECT CAST(household_id AS VARCHAR) AS household_id, {place} AS place_code FROM {_read(files['households'])})",
        households,
    )
    if "residents" not in files:
        _copy(
            connection, "SELECT CAST(NULL AS BIGINT) rid, CAST(NULL AS BIGINT) hid, '' resident_id LIMIT 0", residents
        )
        return
    member_columns = _columns(connection, files["residents"])
    for name in ("resident_id", "household_id"):
        _require_column(member_columns, name, files["residents"])
    _refuse_repeats(connection, files["residents"], "resident_id")
    _copy(
        connection,
        f"SELECT row_number() OVER (ORDER BY k.hid, r.resident_id) AS rid, k.hid, r.resident_id FROM "
        f"(SELECT CAST(resident_id AS VARCHAR) AS resident_id, CAST(household_id AS VARCHAR) AS household_id "
        f"FROM {_read(files['residents'])}) r JOIN read_parquet({text(households)}) k USING (household_id)",
        residents,
    )


def _columns(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> dict[str, str]:
    try:
        rows = connection.execute(f"DESCRIBE SELECT * FROM {_read(paths)}").fetchall()
    except duckdb.Error as error:
        raise InputError(f"不是可读的 Parquet 文件：{str(error).splitlines()[0]}", file=paths[0]) from None
    return {row[0]: row[1] for row in rows}


def _require_column(columns: Mapping[str, str], name: str, paths: Sequence[Path]) -> None:
    if name not in columns:
        raise InputError(f"缺少列“{name}”。", f"现有列：{'、'.join(columns)}。", file=paths[0], column=name)


def _refuse_repeats(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], key: str) -> None:
    repeated = connection.execute(
        f"SELECT CAST({key} AS VARCHAR) k, count(*) n FROM {_read(paths)} GROUP BY 1 HAVING n > 1 OR k IS NULL "
        "ORDER BY k LIMIT 1"
    ).fetchall()
    if repeated:
        value, count = repeated[0]
        what = f"“{value}”出现 {count} 次" if value is not None else "有空值"
        raise InputError(f"{key} {what}，编号应当唯一。", "请先去重再筛查。", file=paths[0], column=key)


def _table(
    connection: duckdb.DuckDBPyConnection, source: Source, paths: Sequence[Path], digest: str, folder: Path
) -> FrozenTable:
    meta = folder / f"{source.name}-{digest}.json"
    if meta.exists():
        return _restored(json.loads(meta.read_text(encoding="utf-8")))
    held = _columns(connection, paths)
    for name in held:
        if name not in source.columns and name not in EXTRA:
            close = get_close_matches(name, source.columns, n=1)
            hint = f"是不是“{close[0]}”？" if close else f"可用：{'、'.join(source.columns)}。"
            raise InputError(f"{source.title}没有“{name}”这一列。", hint, file=paths[0], column=name)
    columns = [c for c in source.columns.values() if c.name in held and c.name not in ("resident_id", "household_id")]
    target = folder / f"{source.name}-{digest}.parquet"
    _copy(connection, _select(source, columns, held, paths), target)
    counts = ", ".join(["count(*)", *(f"count({c.name})" for c in columns)])
    counted = connection.execute(f"SELECT {counts} FROM read_parquet({text(target)})").fetchall()[0]
    total = connection.execute(f"SELECT count(*) FROM {_read(paths)}").fetchall()[0][0]
    nulls = tuple(c.name for c, known in zip(columns, counted[1:], strict=True) if known < counted[0])
    names = tuple(c.name for c in columns)
    key = "rid" if source.entity == "resident" else "hid"
    most = connection.execute(
        f"SELECT max(n) FROM (SELECT count(*) n FROM read_parquet({text(target)}) WHERE {key} IS NOT NULL GROUP BY {key})"
    ).fetchall()[0][0]
    table = FrozenTable(str(target), digest, names, nulls, counted[0], total - counted[0], most == 1)
    meta.write_text(json.dumps(asdict(table)), encoding="utf-8")
    return table


def _select(source: Source, columns: Sequence[Column], held: Mapping[str, str], paths: Sequence[Path]) -> str:
    fields = [f"{_internal(c, held[c.name])} AS {c.name}" for c in columns]
    read = _read(paths)
    if source.name == "households":
        keys = "JOIN household_keys k ON k.household_id = CAST(s.household_id AS VARCHAR)"
        return f"SELECT k.hid, {', '.join(fields)} FROM {read} s {keys} ORDER BY k.hid"
    by_resident = "resident_id" in held
    by_household = "household_id" in held
    if not by_resident and not by_household:
        raise InputError(
            f"{source.title}既没有 resident_id 也没有 household_id，还没有归到人和户。",
            "请先用 shouwang link 比对归户，或补上身份列（姓名、身份证号等）。",
            file=paths[0],
        )
    joins, rid, hid = "", "CAST(NULL AS BIGINT)", "NULL"
    if by_resident:
        joins += " LEFT JOIN resident_keys m ON m.resident_id = CAST(s.resident_id AS VARCHAR)"
        rid, hid = "m.rid", "m.hid"
    if by_household:
        joins += " LEFT JOIN household_keys k ON k.household_id = CAST(s.household_id AS VARCHAR)"
        # Where both are given, the register says to which household a resident belongs today.
        hid = f"COALESCE({hid}, k.hid)" if by_resident else "k.hid"
    wanted = f"{rid} IS NOT NULL" if by_resident and source.entity == "resident" else f"{hid} IS NOT NULL"
    # Sorted by person, so that sums per person touch memory in order.
    order = "rid" if source.entity == "resident" and by_resident else "hid"
    listed = ", ".join([f"{rid} AS rid", f"{hid} AS hid", *fields])
    return f"SELECT {listed} FROM {read} s{joins} WHERE {wanted} ORDER BY {order}"


def _internal(column: Column, held: str) -> str:
    value = f"s.{column.name}"
    if column.kind is Kind.TEXT and column.name != "place_code":
        return f"CASE WHEN CAST({value} AS VARCHAR) <> '' THEN TRUE END"
    if column.kind.is_number:
        unit = 10**column.kind.scale
        if unit == 1:
            return f"CAST({value} AS BIGINT)"
        if held.startswith("DECIMAL"):
            return f"CAST({value} * {unit} AS BIGINT)"
        return f"CAST(ROUND(CAST({value} AS DOUBLE) * {unit}) AS BIGINT)"
    kinds = {Kind.DATE: "DATE", Kind.BOOL: "BOOLEAN"}
    return f"CAST({value} AS {kinds.get(column.kind, 'VARCHAR')})"


def _no_residents(connection: duckdb.DuckDBPyConnection, source: Source | None, base: str, folder: Path) -> FrozenTable:
    target = folder / f"residents-{base}.parquet"
    _copy(connection, "SELECT CAST(NULL AS BIGINT) AS rid, CAST(NULL AS BIGINT) AS hid LIMIT 0", target)
    return FrozenTable(str(target), base, (), (), 0, 0)


def _copy(connection: duckdb.DuckDBPyConnection, select: str, target: Path) -> None:
    # Write beside and rename: a killed run leaves no half file under a name that promises its content.
    partial = target.with_suffix(".partial")
    try:
        connection.execute(f"COPY ({select}) TO {text(partial)} (FORMAT parquet)")
    except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.BinderException) as error:
        raise InputError(f"数据与列的类型不符：{str(error).splitlines()[0]}", file=target.name) from None
    partial.replace(target)
