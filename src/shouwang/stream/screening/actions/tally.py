"""Counting what a screening found, by village (各村计数): a dashboard adds up hundreds of rows, not a hundred thousand."""

from typing import Any

import pyarrow as pa

from shouwang.kernel.bulk import copy_in, put_in_place

COMING = """
CREATE TEMPORARY TABLE coming_count (
    place_number bigint, factor text, severity smallint, households integer, warnings integer
) ON COMMIT DROP
"""
COLUMNS = (
    "place_number", "factor", "households", "residents", "red", "orange", "yellow", "review", "new_red", "new_orange",
    "new_yellow", "new_review", "new", "unchanged", "gone", "gaps", "doubts",
)  # fmt: skip
COUNTED = f"""
CREATE TEMPORARY TABLE counted ({", ".join(COLUMNS)}) ON COMMIT DROP AS
WITH changed AS (
    SELECT place_number, min(severity) FILTER (WHERE state = 'new') AS fresh,
        count(*) FILTER (WHERE state = 'new') AS new, count(*) FILTER (WHERE state = 'gone') AS gone
    FROM screening_warning WHERE state <> 'unchanged' AND place_number >= %(low)s AND place_number < %(high)s
    GROUP BY place_number, household_id
), counted AS (
    SELECT place_number, 0 AS households, 0 AS residents,
        sum(households) FILTER (WHERE severity = 1) AS red, sum(households) FILTER (WHERE severity = 2) AS orange,
        sum(households) FILTER (WHERE severity = 3) AS yellow, sum(households) FILTER (WHERE severity = 4) AS review,
        0 AS new_red, 0 AS new_orange, 0 AS new_yellow, 0 AS new_review, sum(warnings) AS standing, 0 AS new, 0 AS gone,
        0 AS gaps, 0 AS doubts
    FROM coming_count WHERE factor = '' GROUP BY 1
    UNION ALL
    SELECT place_number, 0, 0, 0, 0, 0, 0, count(*) FILTER (WHERE fresh = 1), count(*) FILTER (WHERE fresh = 2),
        count(*) FILTER (WHERE fresh = 3), count(*) FILTER (WHERE fresh = 4), 0, sum(new), sum(gone), 0, 0
    FROM changed GROUP BY 1
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
SELECT place_number, '', sum(households), sum(residents), coalesce(sum(red), 0), coalesce(sum(orange), 0),
    coalesce(sum(yellow), 0), coalesce(sum(review), 0), sum(new_red), sum(new_orange), sum(new_yellow), sum(new_review),
    sum(new), sum(standing) - sum(new), sum(gone), sum(gaps), sum(doubts)
FROM counted GROUP BY 1
UNION ALL
SELECT place_number, factor, 0, 0, coalesce(sum(households) FILTER (WHERE severity = 1), 0),
    coalesce(sum(households) FILTER (WHERE severity = 2), 0), coalesce(sum(households) FILTER (WHERE severity = 3), 0),
    coalesce(sum(households) FILTER (WHERE severity = 4), 0), 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM coming_count WHERE factor <> '' GROUP BY 1, 2
"""  # noqa: S608 - our own words


def tally(cursor: Any, in_force: pa.Table, *, range_low: int, range_high: int) -> tuple[int, int]:
    """Count anew what stands in the villages of an area; gives back how many counts are others now, and of how many.

    ``in_force`` has place_number, household_id, factor and severity of all its warnings that are not gone. They are
    counted here: the database would go through every row that it keeps of them.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.coming_count, pg_temp.counted")
    cursor.execute(COMING)
    copy_in(cursor, "coming_count", pa.concat_tables([_counted(in_force, ()), _counted(in_force, ("factor",))]))
    cursor.execute(COUNTED, {"low": range_low, "high": range_high})
    counts = int(cursor.rowcount)
    return put_in_place(cursor, "screening_tally", "counted", COLUMNS, (range_low, range_high)), counts


def _counted(in_force: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """Households by the gravest of their warnings, in each village or for each factor of it."""
    gravest = [("severity", "min"), ("severity", "count")]
    homes = in_force.group_by(["place_number", *by, "household_id"]).aggregate(gravest)
    counts: list[Any] = [([], "count_all"), ("severity_count", "sum")]
    levels = homes.group_by(["place_number", *by, "severity_min"]).aggregate(counts)
    none = pa.repeat(pa.scalar("", pa.string()), levels.num_rows)
    return pa.table({
        "place_number": levels["place_number"], "factor": levels["factor"].cast(pa.string()) if by else none,
        "severity": levels["severity_min"], "households": levels["count_all"], "warnings": levels["severity_count_sum"],
    })  # fmt: skip
