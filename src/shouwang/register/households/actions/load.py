"""Loading the register (导入农户登记) from its tables, set by set: no object per row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Model

from shouwang.kernel.bulk import analyse, copy_to_temporary, quoted
from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.households.actions.columns import household_columns, resident_columns
from shouwang.register.households.actions.periods import remember_periods
from shouwang.register.households.models import (
    Household,
    IncomeEntry,
    Measure,
    MonitoringPeriod,
    Resident,
    Risk,
    StatusTag,
)
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

ENTRIES: dict[str, type[Model]] = {"incomes": IncomeEntry, "statuses": StatusTag, "risks": Risk, "measures": Measure}

UNKNOWN_PLACES = """
SELECT DISTINCT c.place_number FROM coming_household c
LEFT JOIN places_place p ON p.system = 'nbs' AND p.level = 'village' AND p.range_low = c.place_number
WHERE p.id IS NULL ORDER BY 1 LIMIT 3
"""
ELSEWHERE = """
SELECT count(*) FROM coming_household c JOIN households_household h USING (household_id)
WHERE h.place_number < %s OR h.place_number >= %s
"""
HOMELESS = """
SELECT count(*) FROM coming_resident c LEFT JOIN coming_household h USING (household_id) WHERE h.household_id IS NULL
"""
TAKEN = """
SELECT count(*) FROM coming_resident c JOIN households_resident r USING (resident_id)
JOIN households_household h ON h.household_id = r.household_id
WHERE h.place_number < %s OR h.place_number >= %s
"""
HOUSEHOLDS_FROM = """
coming_household c
JOIN places_place p ON p.system = 'nbs' AND p.level = 'village' AND p.valid_until IS NULL
    AND p.range_low = c.place_number
LEFT JOIN (
    SELECT household_id, count(*) AS members,
        min(name) FILTER (WHERE relation = 'head') AS head_name,
        min(name_pinyin) FILTER (WHERE relation = 'head') AS head_pinyin
    FROM coming_resident GROUP BY household_id
) m ON m.household_id = c.household_id
"""
COMPUTED = {
    "place_id": "p.id",
    "members": "coalesce(m.members, 0)",
    "head_name": "coalesce(m.head_name, '')",
    "head_pinyin": "coalesce(m.head_pinyin, '')",
}
# What people established here goes on when the file knows nothing of it, or only of an earlier monitoring.
NEWER = "(kept.monitored_class IS NULL OR excluded.monitored_on > kept.monitored_on)"
SAME = "excluded.monitored_on = kept.monitored_on"
ESTABLISHED = {
    "checked_until": "greatest(kept.checked_until, excluded.checked_until)",
    "monitored_on": f"CASE WHEN {NEWER} THEN excluded.monitored_on ELSE kept.monitored_on END",
    **{
        name: f"CASE WHEN {NEWER} THEN excluded.{name} "
        f"WHEN {SAME} THEN coalesce(excluded.{name}, kept.{name}) ELSE kept.{name} END"
        for name in ("monitored_class", "cleared_on", "clearance_manner")
    },
}
LEFT_OUT = """
DELETE FROM households_resident r USING coming_household h
WHERE r.household_id = h.household_id
  AND NOT EXISTS (SELECT FROM coming_resident c WHERE c.resident_id = r.resident_id)
"""


class RegisterRefused(Refusal):
    """The register cannot be loaded (登记不能导入): unknown villages, or households outside the own area."""


@transaction.atomic
def import_register(*, tables: Mapping[str, pa.Table], actor: Actor, at: datetime) -> dict[str, int]:
    """Load households and residents with their entries (导入); what was there before of these households is replaced,
    but for what was established here: measures (they carry an origin), until when a visit found no risk, and a
    monitoring or its end of which the file does not know yet.

    `tables` hold the register's files by name (households, residents, incomes, statuses, risks, measures) with the
    columns of the register contracts. Gives back the number of rows kept per table; of overlapping periods of one
    status the first is kept.
    Raises RegisterRefused for villages that are unknown or not the actor's, NotAllowed without the permission.
    """
    actor.require(Permission.IMPORT_REGISTER)
    counts = {}
    with connection.cursor() as cursor:
        copy_to_temporary(cursor, "coming_household", Household._meta.db_table, household_columns(tables["households"]))
        copy_to_temporary(cursor, "coming_resident", Resident._meta.db_table, resident_columns(tables["residents"]))
        _refuse_strangers(cursor, actor)
        fault_point("register.import.copied")
        _clear_entries(cursor)
        counts["households"] = _upsert(cursor, Household, "coming_household", HOUSEHOLDS_FROM, COMPUTED)
        fault_point("register.import.households")
        counts["residents"] = _upsert(cursor, Resident, "coming_resident", "coming_resident c", {})
        cursor.execute(LEFT_OUT)
        for name, model in ENTRIES.items():
            counts[name] = _load_entries(cursor, model, tables[name]) if name in tables else 0
    remember_periods(among="coming_household")
    with connection.cursor() as cursor:
        loaded: tuple[type[Model], ...] = (Household, Resident, *ENTRIES.values(), MonitoringPeriod)
        analyse(cursor, *(model._meta.db_table for model in loaded))
    note(act="import_register", subject="register", actor=actor, at=at, details=counts)
    fault_point("register.import.noted")
    return counts


def _refuse_strangers(cursor: Any, actor: Actor) -> None:
    cursor.execute(UNKNOWN_PLACES)
    unknown = [str(row[0]) for row in cursor.fetchall()]
    if unknown:
        raise RegisterRefused(f"没有代码为 {'、'.join(unknown)} 的行政村，请先导入区划。")
    cursor.execute(
        "SELECT count(*) FROM coming_household WHERE place_number < %s OR place_number >= %s",
        [actor.range_low, actor.range_high],
    )
    outside = cursor.fetchone()[0]
    for check in (ELSEWHERE, TAKEN):
        cursor.execute(check, [actor.range_low, actor.range_high])
        outside += cursor.fetchone()[0]
    if outside:
        raise RegisterRefused("有农户不在您的辖区内。")
    cursor.execute(HOMELESS)
    homeless = cursor.fetchone()[0]
    if homeless:
        raise RegisterRefused(f"有 {homeless} 名成员的户编号不在农户表里。")


def _upsert(cursor: Any, model: type[Model], coming: str, source: str, computed: dict[str, str]) -> int:
    """Insert what came, or bring the row that has the same key up to date; every row is written once."""
    cursor.execute(f"SELECT * FROM {quoted(coming)} LIMIT 0")  # noqa: S608 - names are our own tables' and columns'
    columns = [column.name for column in cursor.description]
    values = {**{name: f"c.{quoted(name)}" for name in columns}, **computed}
    key = model._meta.pk.column or ""
    established = ESTABLISHED if model is Household else {}
    fresh = ", ".join(
        f"{quoted(name)} = {established.get(name, f'excluded.{quoted(name)}')}" for name in values if name != key
    )
    cursor.execute(
        f"INSERT INTO {quoted(model._meta.db_table)} AS kept ({', '.join(map(quoted, values))}) "  # noqa: S608 - as above
        f"SELECT {', '.join(values.values())} FROM {source} "
        f"ON CONFLICT ({quoted(key)}) DO UPDATE SET {fresh}"
    )
    return int(cursor.rowcount)


def _clear_entries(cursor: Any) -> None:
    for model in ENTRIES.values():
        cursor.execute(
            f"DELETE FROM {quoted(model._meta.db_table)} e USING coming_household c "  # noqa: S608 - as above
            "WHERE e.household_id = c.household_id" + (" AND e.origin IS NULL" if model is Measure else "")
        )


def _load_entries(cursor: Any, model: type[Model], table: pa.Table) -> int:
    """Entries of one kind, in the order of the file; a status that overlaps an earlier one of its kind is left out."""
    fields = [field.column or "" for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(map(quoted, fields))
    missing = [name for name in fields if name not in table.column_names]
    for name in missing:
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    copy_to_temporary(cursor, "coming_entry", model._meta.db_table, table.select(fields))
    cursor.execute(
        f"INSERT INTO {quoted(model._meta.db_table)} ({names}) "  # noqa: S608 - as above
        f"SELECT {names} FROM coming_entry ON CONFLICT DO NOTHING"
    )
    return int(cursor.rowcount)
