"""A count that goes along with a table tells what somebody finds who counts its rows, whatever was done to them."""

from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest
from django.db import connection
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from shouwang.kernel.running_counts import (
    Along,
    RunningCount,
    count_along,
    day_counts,
    differences,
    gather,
    median_of,
    overlap,
    whole_counties,
    whole_months,
)

FIRST = date(2026, 10, 1)
PLACES = (431002101200, 431002101201, 431003101202)
HERD = """
CREATE TABLE herd (id bigserial, place_number bigint, kind text, due_on date, home boolean);
CREATE TABLE herd_count (id bigserial, place_number bigint, what text, part text, day date, rows int);
"""
ROW = some.tuples(some.sampled_from(PLACES), some.sampled_from(["hen", "goat"]), some.integers(0, 3), some.booleans())
STEP = some.one_of(
    some.tuples(some.just("INSERT"), some.lists(ROW, max_size=4)),
    some.tuples(some.just("UPDATE"), ROW),
    some.tuples(some.sampled_from(["DELETE", "TRUNCATE", "GATHER"]), some.sampled_from(PLACES)),
)


@pytest.fixture
def herd_count(db):
    """A table of animals, some of them there already, and its counts."""
    with isolate_apps("shouwang.stream.clues"), connection.cursor() as cursor:

        class HerdCount(RunningCount):
            class Meta:
                app_label = "clues"
                db_table = "herd_count"
                managed = False

        cursor.execute("RESET ROLE")
        cursor.execute(HERD)
        add(cursor, [(PLACES[0], "hen", 0, True)])
        cursor.execute(
            count_along(
                "herd",
                "herd_count",
                {
                    "all": Along("r.kind", "r.due_on"),
                    "home": Along(where="r.home"),
                    "due": Along(day="r.due_on"),
                    "letters": Along("letter", where="r.home", each="regexp_split_to_table(r.kind, '') AS letter"),
                },
            ).sql
        )
        yield HerdCount


def add(cursor, rows):
    for_sql = [(place, kind, FIRST + timedelta(days=day), home) for place, kind, day, home in rows]
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(rows)) or "(0, '', NULL, false)"
    cursor.execute(
        f"INSERT INTO herd (place_number, kind, due_on, home) SELECT p, k, d::date, h FROM (VALUES {marks}) "
        "AS v(p, k, d, h) WHERE p > 0",
        [value for row in for_sql for value in row],
    )


def do(cursor, model, step):
    act, given = step
    if act == "INSERT":
        add(cursor, given)
    elif act == "UPDATE":
        place, kind, day, home = given
        cursor.execute(
            "UPDATE herd SET place_number = %s, due_on = %s, home = %s WHERE kind = %s",
            [place, FIRST + timedelta(days=day), home, kind],
        )
    elif act == "DELETE":
        cursor.execute("DELETE FROM herd WHERE place_number = %s", [given])
    elif act == "TRUNCATE":
        cursor.execute("TRUNCATE herd")
    else:
        gather(model)


def by_hand(cursor, low, high):
    cursor.execute("SELECT kind, due_on FROM herd WHERE place_number >= %s AND place_number < %s", [low, high])
    return Counter(cursor.fetchall())


def letters_at_home(cursor, low, high):
    cursor.execute("SELECT kind FROM herd WHERE home AND place_number >= %s AND place_number < %s", [low, high])
    return Counter(letter for (kind,) in cursor.fetchall() for letter in kind)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=some.lists(STEP, max_size=8))
def test_whatever_is_done_to_the_rows_the_counts_are_theirs(herd_count, steps):
    with connection.cursor() as cursor:
        for step in steps:
            do(cursor, herd_count, step)

            assert differences(herd_count) == 0
            for low, high in ((431002000000, 431003000000), (431000000000, 432000000000)):
                told = {(part, day): n for part, day, n in day_counts(herd_count, "all", low=low, high=high)}
                assert told == by_hand(cursor, low, high)
                letters = {part: n for part, _, n in day_counts(herd_count, "letters", low=low, high=high)}
                assert letters == letters_at_home(cursor, low, high)


def test_what_was_there_before_is_counted_and_a_condition_leaves_out_the_others(herd_count):
    with connection.cursor() as cursor:
        add(cursor, [(PLACES[0], "goat", 1, False), (PLACES[2], "goat", 2, True)])
        everywhere = {"low": 0, "high": 10**12}

        assert day_counts(herd_count, "home", **everywhere) == [("", None, 2)]
        assert len(day_counts(herd_count, "due", **everywhere)) == 3
        assert day_counts(herd_count, "due", since=FIRST + timedelta(days=2), **everywhere) == [
            ("", FIRST + timedelta(days=2), 1)
        ]


def test_gathering_saves_rows_and_tells_the_same(herd_count):
    with connection.cursor() as cursor:
        for _ in range(5):
            add(cursor, [(PLACES[0], "hen", 0, True)])
            cursor.execute("DELETE FROM herd WHERE id = (SELECT max(id) FROM herd)")
    told = day_counts(herd_count, "all", low=0, high=10**12)
    before = herd_count._default_manager.count()

    assert gather(herd_count) == before - 6 == 60
    assert day_counts(herd_count, "all", low=0, high=10**12) == told
    assert gather(herd_count) == 0


def test_a_count_that_somebody_changed_is_found(herd_count):
    herd_count._default_manager.filter(what="home").update(rows=7)

    assert differences(herd_count) == 1


@given(some.lists(some.integers(0, 9), min_size=1))
def test_the_middle_of_what_is_counted_is_that_of_the_numbers(numbers):
    assert median_of(Counter(numbers)) == median(numbers)


def test_there_is_no_middle_of_nothing():
    assert median_of({}) is None


def test_only_times_that_cut_no_month_in_two_are_those_of_months():
    assert whole_months(FIRST, None)
    assert whole_months(FIRST, date(2026, 12, 1))
    assert not whole_months(FIRST, date(2026, 12, 2))
    assert not whole_months(date(2026, 10, 2), None)


def test_only_ranges_that_cut_no_county_in_two_are_those_of_counties():
    assert whole_counties(431002000000, 431003000000)
    assert whole_counties(0, 10**12)
    assert not whole_counties(431002101000, 431002102000)


class Area:
    range_low, range_high = 431002000000, 431003000000


@pytest.mark.parametrize(
    ("asked", "common"),
    [
        ((0, 10**12), (431002000000, 431003000000)),
        ((431002101000, 431002102000), (431002101000, 431002102000)),
        ((431003000000, 431004000000), (431003000000, 431003000000)),
    ],
)
def test_nobody_is_told_of_more_than_the_own_area(asked, common):
    assert overlap(Area(), *asked) == common
