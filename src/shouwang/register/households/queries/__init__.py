"""Reading the register (查农户登记)."""

from shouwang.register.households.models import Household
from shouwang.register.households.queries.bulk import ENTRY_TABLES, household_rows, identity_tables, register_tables
from shouwang.register.households.queries.changes import register_stamp
from shouwang.register.households.queries.help_times import days_to_help
from shouwang.register.households.queries.household_file import (
    HouseholdFile,
    HouseholdPeople,
    Member,
    household_file,
    household_people,
)
from shouwang.register.households.queries.monitored import (
    measures_standing,
    monitored_households,
    risks_of,
    without_measure,
)
from shouwang.register.households.queries.periods import (
    counted_by_place,
    counted_counties,
    monitoring_periods,
    newest_periods,
    watched_households,
)
from shouwang.register.households.queries.records import (
    Person,
    Record,
    household_members,
    household_records,
    households_for_sheets,
    residents_sought,
    written_id_number,
)
from shouwang.register.households.queries.search import (
    household_count,
    household_of,
    households,
    households_of,
    id_number_hashes,
    residents_by_id_number,
    residents_named,
    residents_of_name,
)

__all__ = [
    "ENTRY_TABLES",
    "Household",
    "HouseholdFile",
    "HouseholdPeople",
    "Member",
    "Person",
    "Record",
    "counted_by_place",
    "counted_counties",
    "days_to_help",
    "household_count",
    "household_file",
    "household_members",
    "household_of",
    "household_people",
    "household_records",
    "household_rows",
    "households",
    "households_for_sheets",
    "households_of",
    "id_number_hashes",
    "identity_tables",
    "measures_standing",
    "monitored_households",
    "monitoring_periods",
    "newest_periods",
    "register_stamp",
    "register_tables",
    "residents_by_id_number",
    "residents_named",
    "residents_of_name",
    "residents_sought",
    "risks_of",
    "watched_households",
    "without_measure",
    "written_id_number",
]
