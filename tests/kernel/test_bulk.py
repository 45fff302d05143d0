"""Bulk exchange by COPY: what goes in comes out, unknown stays unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from shouwang.kernel.bulk import copy_in, copy_out

TYPES = {
    "name": pa.string(),
    "amount": pa.decimal128(14, 2),
    "born": pa.date32(),
    "here": pa.bool_(),
    "count": pa.int64(),
}


@pytest.fixture
def cursor(db: None) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE thing (name text, amount numeric(14, 2), born date, here boolean, count bigint)"
        )
        yield cursor


def test_every_type_and_every_gap_comes_back(cursor: Any) -> None:
    table = pa.table(
        {
            "name": ['老李，"大山"\n第二行', "", None],
            "amount": [Decimal("1234.50"), Decimal("-0.01"), None],
            "born": [date(1955, 3, 12), date(2000, 2, 29), None],
            "here": [True, False, None],
            "count": [1, -(2**60), None],
        },
        schema=pa.schema(list(TYPES.items())),
    )

    assert copy_in(cursor, "thing", table) == 3
    assert copy_out(cursor, "SELECT * FROM thing ORDER BY count DESC NULLS LAST", TYPES).equals(table)


def test_empty_table_goes_in_and_out(cursor: Any) -> None:
    table = pa.schema(list(TYPES.items())).empty_table()

    assert copy_in(cursor, "thing", table) == 0
    assert copy_out(cursor, "SELECT * FROM thing", TYPES).num_rows == 0
