"""Keeping periods of monitoring (监测时段) in step with the register, set by set."""

from typing import Any

from django.db import connection

from shouwang.kernel.bulk import quoted

ENDED = """
UPDATE households_monitoring p SET until_on = h.cleared_on, manner = h.clearance_manner
FROM households_household h
WHERE h.household_id = p.household_id AND p.until_on IS NULL AND h.cleared_on >= p.from_on AND {which}
"""
BEGUN = """
INSERT INTO households_monitoring
    (household_id, monitored_class, from_on, until_on, began, manner, began_by, ended_by)
SELECT h.household_id, h.monitored_class, h.monitored_on, h.cleared_on, 'imported',
       CASE WHEN h.cleared_on IS NOT NULL THEN h.clearance_manner END, '', ''
FROM households_household h
WHERE h.monitored_class IS NOT NULL AND h.monitored_on IS NOT NULL
  AND (h.cleared_on IS NULL OR h.cleared_on >= h.monitored_on) AND {which}
  AND NOT EXISTS (SELECT FROM households_monitoring p WHERE p.household_id = h.household_id
                  AND (p.from_on = h.monitored_on
                       OR daterange(p.from_on, p.until_on) && daterange(h.monitored_on, h.cleared_on)))
"""
"""Dates that contradict each other are a doubt for people to mend, and no period."""


def remember_periods(*, among: str = "", household_id: str = "") -> None:
    """Write down what the register says of households and no period knows yet: of a table of ids, or of one household."""
    which, given = _which(among, household_id)
    with connection.cursor() as cursor:
        for statement in (ENDED, BEGUN):
            cursor.execute(statement.format(which=which), given)


def _which(among: str, household_id: str) -> tuple[str, list[Any]]:
    if household_id:
        return "h.household_id = %s", [household_id]
    return f"h.household_id IN (SELECT household_id FROM {quoted(among)})", []  # noqa: S608 - our own table
