"""Counts that go along with a table (随动计数): how many of its rows stand where, county by county and day by day.

A page of a prefecture counts hundreds of thousands of rows that hardly change between two looks. Here the change is
counted instead: a trigger adds what each statement brought and took away, in its transaction, so that a count is never
older than the rows. Nobody waits for anybody: rows are only added, and now and then gathered (`gather`).

    operations = [
        migrations.CreateModel("ClueCount", ...),
        count_along("clues_clue", "clues_count", {"opened": Along(part="r.channel", day="r.opened_on")}),
        protect("clues_count"),
    ]

A count is asked for with `day_counts`, of whole counties; smaller areas count their rows themselves.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any, Protocol

from django.db import connection, models
from django.db.migrations.operations import RunSQL
from django.db.models import Sum

from shouwang.kernel.run_time_role import EVERYWHERE

COUNTY = 10**6
"""Places of a county differ in their last six digits."""
COLUMNS = "place_number, what, part, day, rows"
EVENTS = (
    ("came", "INSERT", "REFERENCING NEW TABLE AS came"),
    ("moved", "UPDATE", "REFERENCING NEW TABLE AS came OLD TABLE AS went"),
    ("went", "DELETE", "REFERENCING OLD TABLE AS went"),
    ("emptied", "TRUNCATE", ""),
)
WITHIN = "PERFORM set_config('shouwang.range_low', {low}, true), set_config('shouwang.range_high', {high}, true)"
EVERYTHING = WITHIN.format(low=f"'{EVERYWHERE[0]}'", high=f"'{EVERYWHERE[1]}'")
NOTHING = WITHIN.format(low="''", high="''")


@dataclass(frozen=True)
class Along:
    """What is counted under one name: by which part and which day, of which rows; SQL over a row `r` of the table.

    A row that counts for several parts names them in `each`: `unnest(r.rules) AS part`.
    """

    part: str = "''"
    day: str = "NULL::date"
    where: str = "true"
    each: str = ""


class Placed(Protocol):
    """Whoever or whatever has a place range."""

    @property
    def range_low(self) -> int: ...
    @property
    def range_high(self) -> int: ...


class RunningCount(models.Model):
    """So many rows more or less of a county (增减件数); the sum over what, part and day is what stands."""

    place_number = models.BigIntegerField("县级区划", help_text="the county's first number")
    what = models.CharField("计数内容", max_length=10)
    part = models.CharField("分项", max_length=60)
    day = models.DateField("日期", null=True)
    rows = models.IntegerField("增减件数")

    class Meta:
        abstract = True


def count_along(table: str, into: str, counts: Mapping[str, Along]) -> RunSQL:
    """The migration step that makes a table of `RunningCount` go along with a table that has place_number.

    What stands is counted at once, and after that whatever a statement changes, also one that empties the table. The
    function `{into}_found` counts the rows themselves, to compare.
    """
    came, went = "SELECT *, 1 AS change FROM came", "SELECT *, -1 AS change FROM went"
    add, head = f"INSERT INTO {into} ({COLUMNS})", "SET search_path = public, pg_temp AS $$"
    # The county's row lies outside the range of a village's people, whose work is counted in it all the same.
    changed = f"""CREATE FUNCTION {into}_changed() RETURNS trigger LANGUAGE plpgsql {head}
        DECLARE low text := coalesce(current_setting('shouwang.range_low', true), '');
                high text := coalesce(current_setting('shouwang.range_high', true), '');
        BEGIN
          {EVERYTHING};
          IF TG_OP = 'INSERT' THEN {add} {_counted(came, counts)};
          ELSIF TG_OP = 'UPDATE' THEN {add} {_counted(f"{came} UNION ALL {went}", counts)};
          ELSIF TG_OP = 'DELETE' THEN {add} {_counted(went, counts)};
          ELSE DELETE FROM {into};
          END IF;
          {WITHIN.format(low="low", high="high")};
          RETURN NULL;
        END $$"""  # noqa: S608 - our own words, here and below
    rows = f"SELECT *, 1 AS change FROM {table}"  # noqa: S608
    found = f"""CREATE FUNCTION {into}_found()
        RETURNS TABLE (place_number bigint, what text, part text, day date, rows int) LANGUAGE sql STABLE {head}
        {_counted(rows, counts)} $$"""
    fill = f"""DO $$ BEGIN {EVERYTHING}; {add} SELECT * FROM {into}_found(); {NOTHING}; END $$"""  # noqa: S608
    steps = [changed, found, fill]
    steps += [
        f"CREATE TRIGGER {into}_{name} AFTER {event} ON {table} {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {into}_changed()"
        for name, event, seen in EVENTS
    ]
    return RunSQL(";\n".join(steps), f"DROP FUNCTION {into}_changed() CASCADE; DROP FUNCTION {into}_found()")


def _counted(rows: str, counts: Mapping[str, Along]) -> str:
    what = " UNION ALL ".join(
        f"SELECT '{name}', {one.part}, {one.day} {one.each and f'FROM {one.each}'} WHERE {one.where}"
        for name, one in counts.items()
    )
    return f"""SELECT r.place_number - r.place_number % {COUNTY} AS place_number, c.what, c.part, c.day,
          sum(r.change)::int AS rows
        FROM ({rows}) r CROSS JOIN LATERAL ({what}) AS c(what, part, day)
        GROUP BY 1, 2, 3, 4 HAVING sum(r.change) <> 0"""  # noqa: S608 - our own words


def whole_counties(low: int, high: int) -> bool:
    """Whether a range of place numbers cuts no county in two, so that counts of counties tell of it."""
    return low % COUNTY == 0 and high % COUNTY == 0


def whole_months(since: date, until: date | None) -> bool:
    """Whether a time cuts no month in two, so that counts by month tell of it."""
    return since.day == 1 and (until is None or until.day == 1)


def overlap(area: Placed, low: int, high: int) -> tuple[int, int]:
    """What a range of place numbers has in common with somebody's own; empty ranges end where they begin."""
    first, last = max(low, area.range_low), min(high, area.range_high)
    return first, max(first, last)


def day_counts(
    model: type[RunningCount], what: str, *, low: int, high: int, since: date | None = None, until: date | None = None
) -> list[tuple[str, date | None, int]]:
    """Part, day and how many rows stand there, of whole counties; nothing that has come to nought.

    With `since` the days from that day on alone, with `until` those before that day.
    """
    found = model._default_manager.filter(what=what, place_number__gte=low, place_number__lt=high)
    found = found.filter(day__gte=since) if since else found
    found = found.filter(day__lt=until) if until else found
    rows = found.order_by().values_list("part", "day").annotate(n=Sum("rows"))
    return [(part, day, n) for part, day, n in rows if n]


def median_of(counts: Mapping[int, int]) -> float | None:
    """The middle of numbers of which each stands so often, between the two middle ones of an even number; None of nothing."""
    ordered, sums = zip(*sorted(counts.items()), strict=True) if counts else ((), ())
    ends = list(accumulate(sums))
    if not ends:
        return None
    left, right = (ordered[bisect_right(ends, place)] for place in ((ends[-1] - 1) // 2, ends[-1] // 2))
    return (left + right) / 2


def gather(model: type[RunningCount]) -> int:
    """Put the changes of each county, part and day together; gives back how many rows that saved."""
    table = model._meta.db_table
    return _asked(
        f"""WITH gone AS (DELETE FROM {table} RETURNING {COLUMNS}),
        kept AS (INSERT INTO {table} ({COLUMNS}) SELECT place_number, what, part, day, sum(rows) FROM gone
                 GROUP BY 1, 2, 3, 4 HAVING sum(rows) <> 0 RETURNING 1)
        SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM kept)"""  # noqa: S608 - our own words
    )


def differences(model: type[RunningCount]) -> int:
    """How many counts are not those of the rows: none, unless a trigger was switched off."""
    table = model._meta.db_table
    return _asked(
        f"""SELECT count(*) FROM (
          SELECT FROM (SELECT {COLUMNS} FROM {table} UNION ALL
                       SELECT place_number, what, part, day, -rows FROM {table}_found()) AS either
          GROUP BY place_number, what, part, day HAVING sum(rows) <> 0) AS differing"""  # noqa: S608 - our own words
    )


def _asked(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        answer: Any = cursor.fetchone()
    return int(answer[0])
