"""The register as Arrow tables (登记整体读出), for snapshots and for linkage.

Snapshots carry no names and no ID or phone numbers: where a rule asks whether one is known, the keyed hash stands in
for it, which can be counted and compared but not read.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
)

from shouwang.kernel.bulk import copy_out
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk, StatusTag
from shouwang.register.ledger.keys import keyring

TEXT = pa.string()
Columns = dict[str, tuple[str, pa.DataType]]
"""Contract name → the SQL that gives it, and its Arrow type."""
SCOPED = "{table} t JOIN households_household h ON h.household_id = t.household_id"
WITHIN = " WHERE h.place_number >= {low} AND h.place_number < {high} ORDER BY {order}"
ENTRY_TABLES: Mapping[str, type[Model]] = {
    "incomes": IncomeEntry,
    "statuses": StatusTag,
    "risks": Risk,
    "measures": Measure,
}
NOT_IN_FILES = {
    "place_id", "place_number", "head_name", "head_pinyin", "members", "lives_with_id", "name_pinyin", "name", "id",
    "collector_name", "origin",
}  # fmt: skip


def register_tables(range_low: int, range_high: int) -> dict[str, pa.Table]:
    """The six register tables of a place range in the columns of the register contracts, without identity."""
    return {
        "households": _households(range_low, range_high),
        "residents": _residents(range_low, range_high),
        **{name: _entries(model, range_low, range_high) for name, model in ENTRY_TABLES.items()},
    }


def household_rows(household_id: str) -> dict[str, list[dict[str, Any]]]:
    """The same six tables for one household (一户的登记), as rows; what nobody has recorded is left out of a row."""
    return {
        "households": _rows(_household_columns(), "households_household h", "h.household_id", household_id),
        "residents": _rows(_resident_columns(), "households_resident t", "t.resident_id", household_id),
        **{
            name: _rows(_columns(model, "t"), f"{model._meta.db_table} t", "t.id", household_id)
            for name, model in ENTRY_TABLES.items()
        },
    }


def _rows(columns: Columns, source: str, order: str, household_id: str) -> list[dict[str, Any]]:
    alias = source.rpartition(" ")[2]
    wanted = ", ".join(f"{sql} AS {name}" for name, (sql, _) in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {wanted} FROM {source} WHERE {alias}.household_id = %s ORDER BY {order}",  # noqa: S608 - our own names
            [household_id],
        )
        found = cursor.fetchall()
    return [{name: value for name, value in zip(columns, row, strict=True) if value is not None} for row in found]


def identity_tables(range_low: int, range_high: int) -> tuple[pa.Table, pa.Table]:
    """Residents and households in clear, for linkage inside the machine.

    Residents: resident_id, household_id, name, id_number, birth_on, sex, relation, phone. Households: household_id,
    place_code, place_name (county, township and village), phone. Whoever calls notes it in the ledger.
    """
    residents = _read(
        "SELECT r.resident_id, r.household_id, r.name, r.id_number_cipher, r.birth_on, r.sex, r.relation, "  # noqa: S608 - numbers only
        "r.phone_cipher, h.place_number::text AS place_code FROM households_resident r "
        "JOIN households_household h USING (household_id)"
        + WITHIN.format(low=int(range_low), high=int(range_high), order="r.resident_id"),
        dict.fromkeys(("resident_id", "household_id", "name", "id_number_cipher"), TEXT)
        | {"birth_on": pa.date32()}
        | dict.fromkeys(("sex", "relation", "phone_cipher", "place_code"), TEXT),
    )
    households = _read(
        "SELECT h.household_id, h.place_number::text AS place_code, p.full_name AS place_name, h.phone_cipher "
        "FROM households_household h JOIN places_place p ON p.id = h.place_id"
        + WITHIN.format(low=int(range_low), high=int(range_high), order="h.household_id"),
        dict.fromkeys(("household_id", "place_code", "place_name", "phone_cipher"), TEXT),
    )
    residents = _opened(residents, "households_resident", "resident_id", ("id_number", "phone"))
    return residents, _opened(households, "households_household", "household_id", ("phone",))


def _opened(table: pa.Table, model: str, key: str, names: tuple[str, ...]) -> pa.Table:
    rows = table[key].to_pylist()
    for name in names:
        plain = keyring().decrypt_all(f"{model}.{name}", rows, table[f"{name}_cipher"].to_pylist())
        table = table.drop_columns([f"{name}_cipher"]).append_column(name, pa.array(plain, TEXT))
    return table


def _households(low: int, high: int) -> pa.Table:
    return _selected(_household_columns(), "households_household h", low, high, "h.household_id")


def _household_columns() -> Columns:
    columns = {"place_code": ("h.place_number::text", TEXT), **_columns(Household, "h")}
    return columns | {"collector_name": ("CASE WHEN h.collector_name <> '' THEN '*' END", TEXT)}


def _residents(low: int, high: int) -> pa.Table:
    return _selected(_resident_columns(), SCOPED.format(table="households_resident"), low, high, "t.resident_id")


def _resident_columns() -> Columns:
    return {**_columns(Resident, "t"), "name": ("CASE WHEN t.name <> '' THEN '*' END", TEXT)}


def _entries(model: type[Model], low: int, high: int) -> pa.Table:
    return _selected(_columns(model, "t"), SCOPED.format(table=model._meta.db_table), low, high, "t.id")


def _columns(model: type[Model], alias: str) -> Columns:
    """Contract name → (SQL, Arrow type) for the columns of a table that belong into files."""
    found = {}
    for field in model._meta.concrete_fields:
        name = field.column or ""
        if name in NOT_IN_FILES or name.endswith("_cipher"):
            continue
        found[name.removesuffix("_lookup")] = (f"{alias}.{name}", _arrow(field))
    return found


def _arrow(field: Field) -> pa.DataType:  # type: ignore[type-arg]
    if isinstance(field, ForeignKey):
        return TEXT
    if isinstance(field, BooleanField):
        return pa.bool_()
    if isinstance(field, DateField):
        return pa.date32()
    if isinstance(field, DecimalField):
        return pa.decimal128(field.max_digits, field.decimal_places)
    return pa.int64() if isinstance(field, IntegerField) else TEXT


def _selected(columns: Columns, source: str, low: int, high: int, order: str) -> pa.Table:
    wanted = ", ".join(f"{sql} AS {name}" for name, (sql, _) in columns.items())
    where = WITHIN.format(low=int(low), high=int(high), order=order)
    query = f"SELECT {wanted} FROM {source}{where}"  # noqa: S608 - names are our own columns, the range is numbers
    return _read(query, {name: kind for name, (_, kind) in columns.items()})


def _read(query: str, types: dict[str, pa.DataType]) -> pa.Table:
    with connection.cursor() as cursor:
        return copy_out(cursor, query, types)
