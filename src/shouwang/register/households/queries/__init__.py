"""Reading the register (查农户登记)."""

from shouwang.register.households.queries.bulk import identity_tables, register_tables
from shouwang.register.households.queries.household_file import HouseholdFile, Member, household_file
from shouwang.register.households.queries.monitored import (
    measures_standing,
    monitored_households,
    risks_of,
    without_measure,
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
    "HouseholdFile",
    "Member",
    "household_count",
    "household_file",
    "household_of",
    "households",
    "households_of",
    "id_number_hashes",
    "identity_tables",
    "measures_standing",
    "monitored_households",
    "register_tables",
    "residents_by_id_number",
    "residents_named",
    "residents_of_name",
    "risks_of",
    "without_measure",
]
