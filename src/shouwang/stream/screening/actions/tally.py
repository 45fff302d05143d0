"""Counting what a screening found, by village (各村计数): a dashboard adds up hundreds of rows, not a hundred thousand."""

from typing import Any

DELETION = "DELETE FROM screening_tally WHERE place_number >= %(low)s AND place_number < %(high)s"
# The warnings are gone through once, for the villages and for their factors.
COUNTED = """
INSERT INTO screening_tally (
    place_number, factor, households, residents, red, orange, yellow, review,
    new_red, new_orange, new_yellow, new_review, new, unchanged, gone, gaps, doubts
)
WITH by_factor AS (
    SELECT place_number, household_id, factor, min(severity) FILTER (WHERE state <> 'gone') AS gravest,
        min(severity) FILTER (WHERE state = 'new') AS fresh, count(*) FILTER (WHERE state = 'new') AS new,
        count(*) FILTER (WHERE state = 'unchanged') AS unchanged, count(*) FILTER (WHERE state = 'gone') AS gone
    FROM screening_warning WHERE place_number >= %(low)s AND place_number < %(high)s GROUP BY 1, 2, 3
), warned AS (
    SELECT place_number, household_id, min(gravest) AS gravest, min(fresh) AS fresh, sum(new) AS new,
        sum(unchanged) AS unchanged, sum(gone) AS gone
    FROM by_factor GROUP BY 1, 2
), counted AS (
    SELECT place_number, 0 AS households, 0 AS residents,
        count(*) FILTER (WHERE gravest = 1) AS red, count(*) FILTER (WHERE gravest = 2) AS orange,
        count(*) FILTER (WHERE gravest = 3) AS yellow, count(*) FILTER (WHERE gravest = 4) AS review,
        count(*) FILTER (WHERE fresh = 1) AS new_red, count(*) FILTER (WHERE fresh = 2) AS new_orange,
        count(*) FILTER (WHERE fresh = 3) AS new_yellow, count(*) FILTER (WHERE fresh = 4) AS new_review,
        sum(new) AS new, sum(unchanged) AS unchanged, sum(gone) AS gone, 0 AS gaps, 0 AS doubts
    FROM warned GROUP BY 1
    UNION ALL
    SELECT place_number, count(*), sum(members), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM households_household
    WHERE place_number >= %(low)s AND place_number < %(high)s GROUP BY 1
    UNION ALL
    SELECT place_number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0 FROM screening_gap
    WHERE place_number >= %(low)s AND place_number < %(high)s GROUP BY 1
    UNION ALL
    SELECT place_number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*) FROM screening_doubt
    WHERE place_number >= %(low)s AND place_number < %(high)s GROUP BY 1
)
SELECT place_number, '', sum(households), sum(residents), sum(red), sum(orange), sum(yellow), sum(review),
    sum(new_red), sum(new_orange), sum(new_yellow), sum(new_review), sum(new), sum(unchanged), sum(gone), sum(gaps),
    sum(doubts)
FROM counted GROUP BY 1
UNION ALL
SELECT place_number, factor, 0, 0, count(*) FILTER (WHERE gravest = 1), count(*) FILTER (WHERE gravest = 2),
    count(*) FILTER (WHERE gravest = 3), count(*) FILTER (WHERE gravest = 4), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM by_factor WHERE gravest IS NOT NULL GROUP BY 1, 2
"""


def tally(cursor: Any, *, range_low: int, range_high: int) -> None:
    """Count anew what stands in the villages of an area."""
    for statement in (DELETION, COUNTED):
        cursor.execute(statement, {"low": range_low, "high": range_high})
