"""Row-level security by place (行级安全): the database itself shows a request no row outside its place range.

The range is two settings of the transaction, `shouwang.range_low` (inclusive) and `shouwang.range_high` (exclusive),
numbers of twelve-digit place codes. Unset or empty they compare as unknown, so that nothing is shown: after a
transaction PostgreSQL leaves such a setting as an empty text, and a policy by prefix would then show everything.

Beside it stands the area of the duty, `shouwang.area_low` and `shouwang.area_high`: an auditor or an administrator sees
no household, and still works in one place alone. What holds no people, deliveries, posts and accounts, goes by it.

A module protects a table with one line in a migration:

    operations = [protect("screening_warning")]                              # has place_number
    operations = [protect("households_income", through="household_id")]      # has the household only
    operations = [protect("procedure_record", through="proceeding_id", parent="procedure_proceeding", key="id")]
    operations = [protect("screening_trial", within=("range_low", "range_high"))]   # speaks of a whole area
    operations = [protect("feeds_delivery", meeting=("range_low", "range_high"))]   # no people; whose area it touches
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.operations import RunSQL

from shouwang.kernel.run_time_role import EVERYWHERE, ROLE

LOW = "NULLIF(current_setting('shouwang.range_low', true), '')::bigint"
HIGH = "NULLIF(current_setting('shouwang.range_high', true), '')::bigint"
AREA_LOW = "NULLIF(current_setting('shouwang.area_low', true), '')::bigint"
AREA_HIGH = "NULLIF(current_setting('shouwang.area_high', true), '')::bigint"
# Asked once per statement, not per row: bulk work of the system does not look every parent up.
ALL = f"(SELECT {LOW} = {EVERYWHERE[0]} AND {HIGH} = {EVERYWHERE[1]})"

WRITE = """SELECT set_config('role', %s, true), set_config('shouwang.range_low', %s, true),
                  set_config('shouwang.range_high', %s, true), set_config('shouwang.area_low', %s, true),
                  set_config('shouwang.area_high', %s, true)"""
# One way to the server and back; what is materialised was read before anything is set.
EXCHANGE = f"""WITH former AS MATERIALIZED (
    SELECT current_setting('role') AS role, current_setting('shouwang.range_low', true) AS low,
           current_setting('shouwang.range_high', true) AS high, current_setting('shouwang.area_low', true) AS area_low,
           current_setting('shouwang.area_high', true) AS area_high
)
SELECT role, low, high, area_low, area_high, {WRITE.removeprefix("SELECT ")} FROM former"""  # noqa: S608 - our own words


class OutsideTransaction(RuntimeError):
    """A range that would be forgotten at once: it lasts as long as the transaction that it is set in."""


def protect(
    table: str,
    *,
    column: str = "place_number",
    through: str = "",
    parent: str = "households_household",
    key: str = "household_id",
    within: tuple[str, str] | None = None,
    meeting: tuple[str, str] | None = None,
) -> RunSQL:
    """The migration step that binds the rows of a table to the place range (受行级安全保护).

    By its own place number; ``through`` a column that names a row of a protected ``parent``; or, for a row that speaks
    of a whole area, when that area lies ``within`` the range; one that tells of no people, when its area has any place in
    common with that of the duty (``meeting``). The parent must be protected by an earlier migration.
    """
    shown = f'"{column}" >= {LOW} AND "{column}" < {HIGH}'
    if through:
        shown = f'{ALL} OR EXISTS (SELECT FROM "{parent}" above WHERE above."{key}" = "{table}"."{through}")'
    elif within:
        shown = f'"{within[0]}" >= {LOW} AND "{within[1]}" <= {HIGH}'
    elif meeting:
        shown = f'"{meeting[0]}" < {AREA_HIGH} AND "{meeting[1]}" > {AREA_LOW}'
    forward = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',  # the owner too
        f'CREATE POLICY place_range ON "{table}" USING ({shown}) WITH CHECK ({shown})',
    ]
    back = [
        f'DROP POLICY place_range ON "{table}"',
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
    ]
    return RunSQL(";\n".join(forward), ";\n".join(back))


@contextmanager
def rows_within(
    low: int, high: int, *, area: tuple[int, int] | None = None, role: str = ROLE, to_the_end: bool = False
) -> Iterator[None]:
    """Within this block the database shows and takes only rows of this place range (限定可见范围).

    The area of the duty is the range itself unless another is given. Raises OutsideTransaction without a transaction.
    The former range is put back at the end of the block; after an exception the rollback does it. A block that goes
    `to_the_end` of its transaction leaves that to the transaction, where no other surrounds it.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction
    with connection.cursor() as cursor:
        cursor.execute(EXCHANGE, [role, *map(str, (low, high, *(area or (low, high))))])
        former = cursor.fetchone()
    yield
    ends_by_itself = to_the_end and not connection.savepoint_ids
    if not connection.needs_rollback and not ends_by_itself:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [former[0], *(value or "" for value in former[1:5])])
