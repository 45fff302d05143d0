"""Entries as lines (规范行): the one text of an entry that is hashed, exported and compared.

It is PostgreSQL's own COPY text, in UTC: fields between tabs, `\\t \\n \\r \\\\ \\b \\f \\v` escaped, so that no two entries
have the same line. It begins with the id: a row that was renumbered has another line.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

COLUMNS = ("id", "at", "actor", "role", "place_code", "act", "subject", "reason", "details")
BETWEEN = """COPY (
    SELECT id, at, actor, role, place_code, act, subject, reason, details
    FROM ledger_entry WHERE id >= %s AND id < %s ORDER BY id
) TO STDOUT"""
# LATERAL with a limit of its own: each gap is one walk along the index, whatever the planner thinks of their number.
IN_GAPS = """COPY (
    SELECT e.* FROM unnest(%s::bigint[], %s::bigint[]) AS gap(low, high) CROSS JOIN LATERAL (
        SELECT id, at, actor, role, place_code, act, subject, reason, details
        FROM ledger_entry WHERE id >= gap.low AND id < gap.high ORDER BY id LIMIT %s
    ) AS e ORDER BY e.id LIMIT %s
) TO STDOUT"""
END = 2**63 - 1
Gap = tuple[int, int]
"""Numbers from the first up to, and without, the second."""


def lines_between(low: int, high: int) -> list[bytes]:
    """The lines of the entries with these numbers, in order; `high` is exclusive."""
    return _copied(BETWEEN, (low, high))


def lines_in(gaps: Sequence[Gap], *, limit: int) -> list[bytes]:
    """The first lines of entries whose numbers lie in one of the gaps, in order."""
    return _copied(IN_GAPS, ([low for low, _ in gaps], [high for _, high in gaps], limit, limit))


def number_of(line: bytes) -> int:
    """The id that a line begins with."""
    return int(line[: line.index(b"\t")])


def time_of(line: bytes) -> datetime:
    """When the act of a line happened, as it says itself."""
    return datetime.fromisoformat(line.split(b"\t", 2)[1].decode())


def fields_of(line: bytes) -> dict[str, str]:
    """The fields of a line by name, unescaped; `details` stays the text that the database keeps."""
    return dict(zip(COLUMNS, (_plain(part) for part in line.decode().split("\t")), strict=True))


def _copied(query: str, given: tuple[Any, ...]) -> list[bytes]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true)")
        with cursor.copy(query, given) as copy:
            content = b"".join(copy)
    return content.split(b"\n")[:-1]  # a line end inside a field is escaped


ESCAPES = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\b": "\b", "\\f": "\f", "\\v": "\v", "\\\\": "\\"}


def _plain(part: str) -> str:
    if "\\" not in part:
        return part
    out, at = [], 0
    while at < len(part):
        width = 2 if part[at] == "\\" else 1
        out.append(ESCAPES.get(part[at : at + width], part[at : at + width]))
        at += width
    return "".join(out)
