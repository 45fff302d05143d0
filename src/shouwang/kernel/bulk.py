"""Bulk exchange between Arrow tables and PostgreSQL by COPY (批量读写): no row passes through Python."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from shouwang.kernel.run_time_role import MAINTAIN_FROM


def copy_in(cursor: Any, target: str, table: pa.Table) -> int:
    """COPY an Arrow table into a database table with columns of the same names; gives back the number of rows.

    `target` and the column names come from our own code, never from a file; they are quoted nevertheless.
    """
    columns = ", ".join(quoted(name) for name in table.column_names)
    sink = pa.BufferOutputStream()
    pacsv.write_csv(table, sink, pacsv.WriteOptions(include_header=False))
    with cursor.copy(f"COPY {quoted(target)} ({columns}) FROM STDIN (FORMAT csv)") as copy:
        copy.write(memoryview(sink.getvalue()))
    return int(table.num_rows)


def copy_to_temporary(cursor: Any, name: str, like: str, table: pa.Table, *, joined: bool = True) -> int:
    """COPY an Arrow table into a fresh temporary table whose columns have the types of a kept table.

    A table that is not ``joined`` to others row by row is not analysed, which would take a tenth of the time.
    """
    wanted = ", ".join(quoted(column) for column in table.column_names)
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{quoted(name)}")
    shape = f"SELECT {wanted} FROM {quoted(like)} LIMIT 0"  # noqa: S608 - names are our own and quoted
    cursor.execute(f"CREATE TEMPORARY TABLE {quoted(name)} ON COMMIT DROP AS {shape}")
    rows = copy_in(cursor, name, table)
    if joined:
        cursor.execute(f"ANALYZE {quoted(name)}")  # without it the planner guesses and walks row by row
    return rows


def copy_into_protected(cursor: Any, target: str, table: pa.Table) -> int:
    """COPY an Arrow table into a table under row-level security, which takes no COPY itself; every row is checked."""
    coming = f"coming_{target}"
    copy_to_temporary(cursor, coming, target, table, joined=False)
    columns = ", ".join(quoted(name) for name in table.column_names)
    cursor.execute(
        f"INSERT INTO {quoted(target)} ({columns}) SELECT {columns} FROM {quoted(coming)}"  # noqa: S608 - our own names
    )
    cursor.execute(f"DROP TABLE pg_temp.{quoted(coming)}")
    return int(table.num_rows)


def put_in_place(
    cursor: Any, target: str, coming: str, columns: Sequence[str], within: tuple[int, int], **more: Any
) -> int:
    """Make the rows of an area those of another table: what is there already stays, the rest goes or comes.

    ``within`` is the range of place_number, without its end; ``more`` are columns of rows that come. Gives back how many
    came and went. Names are our own.
    """
    same = " AND ".join(f"w.{quoted(name)} = c.{quoted(name)}" for name in columns)
    listed = ", ".join(quoted(name) for name in columns)
    beside = "".join(f", {quoted(name)}" for name in more)
    cursor.execute(
        f"DELETE FROM {quoted(target)} AS w WHERE place_number >= %s AND place_number < %s "  # noqa: S608
        f"AND NOT EXISTS (SELECT FROM {quoted(coming)} AS c WHERE {same})",
        within,
    )
    went = int(cursor.rowcount)
    cursor.execute(
        f"INSERT INTO {quoted(target)} ({listed}{beside}) SELECT {listed}{', %s' * len(more)} "  # noqa: S608
        f"FROM {quoted(coming)} AS c WHERE NOT EXISTS (SELECT FROM {quoted(target)} AS w WHERE {same})",
        [*more.values()],
    )
    return went + int(cursor.rowcount)


def analyse(cursor: Any, *tables: str) -> None:
    """Tell the planner what a load has changed (更新统计), of those tables that we may analyse.

    A table that was empty a moment ago is planned for as if it still were, and under row security that is a walk row by
    row; the server notices by itself only minutes later, and after the transaction.
    """
    cursor.execute("SELECT current_setting('server_version_num')::int")
    if cursor.fetchone()[0] < MAINTAIN_FROM:
        return
    cursor.execute(
        "SELECT name FROM unnest(%s::text[]) AS name WHERE has_table_privilege(name, 'MAINTAIN')", [list(tables)]
    )
    allowed = [quoted(row[0]) for row in cursor.fetchall()]
    if allowed:
        cursor.execute(f"ANALYZE {', '.join(allowed)}")


def copy_out(cursor: Any, query: str, types: Mapping[str, pa.DataType]) -> pa.Table:
    """The result of a query of our own as an Arrow table of the given types; null stays null."""
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)") as copy:
        content = b"".join(bytes(part) for part in copy)
    options = pacsv.ConvertOptions(
        column_types=dict(types),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
        include_columns=list(types),
    )
    return pacsv.read_csv(
        pa.BufferReader(content),
        convert_options=options,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
    )


def copy_out_bytes(cursor: Any, query: str) -> bytes:
    """The values of the one bytea column of a query of our own, one behind the other."""
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as copy:
        copy.set_types(["bytea"])
        return b"".join(value for (value,) in copy.rows())


def without_control(values: Sequence[str | None]) -> list[str | None]:
    """Texts without NUL, which PostgreSQL cannot keep."""
    return [None if value is None else value.replace("\x00", "") for value in values]


def quoted(name: str) -> str:
    """An identifier of our own as SQL spells it."""
    return '"' + name.replace('"', '""') + '"'
