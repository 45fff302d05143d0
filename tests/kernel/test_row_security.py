"""Row-level security: the database alone keeps a request inside its place range, and shows nothing when nobody said whose."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from shouwang.kernel.errors import InputError
from shouwang.kernel.row_security import OutsideTransaction, protect, rows_within
from shouwang.kernel.run_time_role import EVERYWHERE, NOWHERE, ROLE, ensure_role
from shouwang.register.households.models import Household, IncomeEntry, Resident
from shouwang.register.staff.queries import SYSTEM
from tests.cast import NEXT_VILLAGE, VILLAGE, Cast

HOMES = {
    "xiaowang": ["H1"],
    "xiaozhao": ["H2"],
    "xiaochen": ["H1", "H2"],
    "xiaozhou": ["H1", "H2"],
    "xiaofeng": ["H3"],
    "laohe": ["H1", "H2", "H3"],
    "xiaowu": [],
}
VILLAGE_RANGE = (int(VILLAGE), int(VILLAGE) + 1)


@pytest.fixture
def pooled(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A connection of its own as a page's process has it: the run-time role and no range."""
    given = connection.get_connection_params()
    login = {name: given[name] for name in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**login, autocommit=True) as session:
        session.execute(f"SET ROLE {ROLE}")
        yield session


def seen(session: psycopg.Connection, table: str) -> int:
    row = session.execute(psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))).fetchone()
    return int(row[0]) if row else -1


@pytest.mark.parametrize(("who", "homes"), HOMES.items())
def test_without_any_filter_the_database_shows_the_own_area_and_nothing_else(
    cast: Cast, who: str, homes: list[str]
) -> None:
    with rows_within(*getattr(cast, who).row_range):
        found = sorted(Household.objects.values_list("pk", flat=True))
        people = sorted(set(Resident.objects.values_list("household_id", flat=True)))
        incomes = set(IncomeEntry.objects.values_list("household_id", flat=True))

    assert found == people == homes
    assert incomes == {"H1"} & set(homes)


@pytest.mark.parametrize("table", ["households_household", "households_resident", "households_income"])
def test_a_connection_that_is_used_again_shows_nothing(pooled: psycopg.Connection, table: str) -> None:
    fresh = seen(pooled, table)
    with pooled.transaction():
        pooled.execute("SELECT set_config('shouwang.range_low', '0', true), set_config('shouwang.range_high', %s, true)",
                       [str(EVERYWHERE[1])])  # fmt: skip
        inside = seen(pooled, table)
    afterwards = [seen(pooled, table) for _ in range(1000)]

    assert inside > 0
    assert (fresh, set(afterwards)) == (0, {0})
    assert pooled.execute("SELECT current_setting('shouwang.range_low', true)").fetchone() == ("",)


@pytest.mark.parametrize("half", ["low", "high"])
def test_half_a_range_shows_nothing(pooled: psycopg.Connection, half: str) -> None:
    with pooled.transaction():
        pooled.execute("SELECT set_config(%s, '1', true)", [f"shouwang.range_{half}"])
        shown = seen(pooled, "households_household")

    assert shown == 0


def test_the_run_time_role_cannot_lift_a_policy(pooled: psycopg.Connection) -> None:
    for statement in (
        "ALTER TABLE households_household DISABLE ROW LEVEL SECURITY",
        "DROP POLICY place_range ON households_household",
        "TRUNCATE households_household CASCADE",
        "CREATE TABLE copied (a integer)",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            pooled.execute(statement)


def test_rows_of_another_village_can_neither_be_written_nor_moved(cast: Cast) -> None:
    with rows_within(*VILLAGE_RANGE):
        changed = Household.objects.filter(pk="H2").update(group_name="一组")
        removed = IncomeEntry.objects.exclude(household_id="H1").delete()[0]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Household.objects.filter(pk="H1").update(place_number=int(NEXT_VILLAGE))
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Resident.objects.create(resident_id="R9", household_id="H2", name="外人")

    assert (changed, removed) == (0, 0)


def test_the_range_ends_with_the_block_and_with_an_exception(cast: Cast) -> None:
    def fail() -> None:
        with transaction.atomic(), rows_within(*NOWHERE):
            raise ZeroDivisionError

    with rows_within(*VILLAGE_RANGE):
        inside = Household.objects.count()
    after_block = Household.objects.count()
    with pytest.raises(ZeroDivisionError):
        fail()

    assert (inside, after_block, Household.objects.count()) == (1, 3, 3)


def test_a_range_outside_a_transaction_is_refused(django_db_setup: None) -> None:
    with pytest.raises(OutsideTransaction), rows_within(*EVERYWHERE):
        pass


def test_the_range_is_found_by_index_and_not_row_by_row(cast: Cast) -> None:
    with connection.cursor() as cursor, rows_within(*VILLAGE_RANGE):
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM households_household ORDER BY place_number LIMIT 50")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Cond: ((place_number >=" in plan


class PowerfulServer:
    """A server whose administrator gave the run-time role too much."""

    def execute(self, *_: Any) -> Any:
        return self

    def fetchone(self) -> tuple[bool]:
        return (True,)

    def transaction(self) -> Any:
        return nullcontext()


def test_a_role_with_powers_is_refused_at_start() -> None:
    with pytest.raises(InputError, match="绕过行级安全"):
        ensure_role(PowerfulServer())  # type: ignore[arg-type]


def test_a_policy_can_be_taken_back() -> None:
    step = protect("households_household")

    assert step.reversible


def test_the_system_sees_everything() -> None:
    assert SYSTEM.row_range == EVERYWHERE
