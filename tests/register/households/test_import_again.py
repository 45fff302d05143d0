"""Importing the register again: what people established here goes on, and the planner is told what has come."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection

from shouwang.register.households.actions import (
    Correction,
    correct_register,
    import_register,
    record_measure,
    record_no_risk,
)
from shouwang.register.households.models import Household, Measure, MonitoringPeriod
from shouwang.register.households.queries import household_rows, register_tables
from shouwang.register.staff.queries import SYSTEM
from tests import cast as people
from tests.cast import AT, Cast

NEW_YEAR = date(2026, 12, 31)
MONITORING = ("monitored_class", "monitored_on", "cleared_on", "clearance_manner")


def bring(**told: Any) -> Household:
    """The same file again, with some columns about 老李's household; where it says nothing, the column is empty."""
    tables = people.register()
    homes = tables["households"]
    for name, value in told.items():
        column = pa.array([value if one == "H1" else None for one in homes["household_id"].to_pylist()])
        homes = homes.append_column(name, column)
    import_register(tables={**tables, "households": homes}, actor=SYSTEM, at=AT)
    return Household.objects.get(pk="H1")


def stands(**told: Any) -> None:
    Household.objects.filter(pk="H1").update(**told)


def monitoring(home: Household) -> tuple[Any, ...]:
    return tuple(getattr(home, name) for name in MONITORING)


def test_a_visit_that_found_no_risk_is_not_forgotten_when_the_register_comes_again(cast: Cast) -> None:
    record_no_risk(until={"H1": NEW_YEAR}, actor=cast.xiaochen, at=AT)

    assert bring().checked_until == NEW_YEAR
    assert bring(checked_until=date(2026, 6, 30)).checked_until == NEW_YEAR
    assert bring(checked_until=date(2027, 3, 31)).checked_until == date(2027, 3, 31)


def test_who_was_taken_in_here_stays_taken_in_when_the_file_does_not_know_it_yet(cast: Cast) -> None:
    stands(monitored_class="marginal", monitored_on=date(2026, 10, 8))

    assert monitoring(bring()) == ("marginal", date(2026, 10, 8), None, None)


def test_who_was_cleared_here_stays_cleared_when_the_file_still_has_the_beginning_only(cast: Cast) -> None:
    stands(monitored_class="marginal", monitored_on=date(2025, 3, 1), cleared_on=date(2026, 11, 1),
           clearance_manner="by_help")  # fmt: skip

    home = bring(monitored_class="marginal", monitored_on=date(2025, 3, 1))

    assert monitoring(home) == ("marginal", date(2025, 3, 1), date(2026, 11, 1), "by_help")


def test_an_earlier_monitoring_of_the_file_does_not_end_the_one_of_now(cast: Cast) -> None:
    stands(monitored_class="sudden_hardship", monitored_on=date(2026, 10, 8))

    home = bring(monitored_class="marginal", monitored_on=date(2023, 5, 1), cleared_on=date(2024, 5, 1),
                 clearance_manner="naturally")  # fmt: skip

    assert monitoring(home) == ("sudden_hardship", date(2026, 10, 8), None, None)


def test_a_later_monitoring_of_the_file_takes_the_place_of_an_earlier_one(cast: Cast) -> None:
    stands(monitored_class="marginal", monitored_on=date(2023, 5, 1), cleared_on=date(2024, 5, 1),
           clearance_manner="naturally")  # fmt: skip

    home = bring(monitored_class="sudden_hardship", monitored_on=date(2026, 10, 8))

    assert monitoring(home) == ("sudden_hardship", date(2026, 10, 8), None, None)
    assert MonitoringPeriod.objects.filter(household_id="H1", from_on=date(2026, 10, 8)).exists()


def test_what_the_file_says_of_everything_else_still_holds(cast: Cast) -> None:
    stands(house_grade="A", group_name="旧组")

    home = bring(house_grade="C")

    assert (home.house_grade, home.group_name) == ("C", None)


def test_one_household_is_read_as_reading_its_whole_village_reads_it(cast: Cast) -> None:
    bring(house_area=86.5, monitored_class="marginal", monitored_on=date(2026, 10, 8))
    village = register_tables(0, 10**12)

    for household_id in ("H1", "H2", "H3"):
        whole = {
            name: [
                {column: value for column, value in row.items() if value is not None}
                for row in table.to_pylist()
                if row["household_id"] == household_id
            ]
            for name, table in village.items()
        }
        assert household_rows(household_id) == whole
    assert len(village["households"]) == 3


def test_a_sheet_from_elsewhere_neither_takes_away_nor_doubles_what_was_given_here(cast: Cast) -> None:
    record_measure(
        household_id="H1", kind="industry", item="", since_on=date(2026, 10, 1), origin="plan:7:1",
        actor=cast.xiaochen, at=AT,
    )  # fmt: skip

    emptied = correct_register(
        corrections=[Correction("H1", "", "measures:industry", "[]")], because="sheet:1", actor=cast.xiaochen, at=AT
    )
    assert list(Measure.objects.values_list("origin", flat=True)) == ["plan:7:1"]
    correct_register(corrections=emptied, because="sheet:1", actor=cast.xiaochen, at=AT)
    assert list(Measure.objects.values_list("origin", flat=True)) == ["plan:7:1"]


def test_whoever_imports_tells_the_planner(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        if cursor.fetchone()[0] < 170_000:
            pytest.skip("this server analyses by itself only")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "shouwang_app"
        bring()
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE relname IN ('households_household', 'households_resident')"
        )
        assert dict(cursor.fetchall()) == {"households_household": 3, "households_resident": 4}
        cursor.execute("SELECT has_table_privilege('ledger_entry', 'MAINTAIN')")
        assert cursor.fetchone()[0] is False
