"""Dates: ages and months are counted as calendars do, on the day of the run and on no other."""

from datetime import date

from tests.spec.drawn import World, computed, expected

HOUSEHOLD = """
household
---------
H1
"""


def test_a_birthday_adds_a_year_on_the_day_itself(engine):
    residents = """
    resident | household | birth_on
    ---------+-----------+-----------
    before   | H1        | 2008-11-16
    birthday | H1        | 2008-11-15
    after    | H1        | 2008-11-14
    newborn  | H1        | 2026-11-15
    unborn   | H1        | 2026-11-16
    unknown  | H1        |
    """
    facts = """
    formula                      | type    | before | birthday | after | newborn | unborn | unknown
    -----------------------------+---------+--------+----------+-------+---------+--------+--------
    age_on(birth_on)             | integer | 17     | 18       | 18    | 0       | -1     | ?
    age_on(birth_on) >= 18       | bool    | FALSE  | TRUE     | TRUE  | FALSE   | FALSE  | ?
    age_on(birth_on) > 17        | bool    | FALSE  | TRUE     | TRUE  | FALSE   | FALSE  | ?
    age_on(birth_on) < 18        | bool    | TRUE   | FALSE    | FALSE | TRUE    | TRUE   | ?
    age_on(birth_on) <= 17       | bool    | TRUE   | FALSE    | FALSE | TRUE    | TRUE   | ?
    age_on(birth_on) = 18        | bool    | FALSE  | TRUE     | TRUE  | FALSE   | FALSE  | ?
    18 <= age_on(birth_on)       | bool    | FALSE  | TRUE     | TRUE  | FALSE   | FALSE  | ?
    age_on(birth_on) BETWEEN 6 AND 17 | bool | TRUE | FALSE   | FALSE | FALSE   | FALSE  | ?
    """
    world = World(HOUSEHOLD, residents, as_of=date(2026, 11, 15))

    assert computed(world, facts, engine, entity="resident") == expected(facts)


LEAP = """
resident | household | birth_on
---------+-----------+-----------
leapling | H1        | 2008-02-29
eve      | H1        | 2008-02-28
morrow   | H1        | 2008-03-01
"""


def test_who_is_born_on_29_february_turns_on_1_march_of_a_common_year(engine):
    on_the_28th = """
    formula                | type    | leapling | eve  | morrow
    -----------------------+---------+----------+------+-------
    age_on(birth_on)       | integer | 17       | 18   | 17
    age_on(birth_on) >= 18 | bool    | FALSE    | TRUE | FALSE
    """
    on_the_1st = """
    formula                | type    | leapling | eve  | morrow
    -----------------------+---------+----------+------+-------
    age_on(birth_on)       | integer | 18       | 18   | 18
    age_on(birth_on) >= 18 | bool    | TRUE     | TRUE | TRUE
    """
    eve, morrow = World(HOUSEHOLD, LEAP, as_of=date(2026, 2, 28)), World(HOUSEHOLD, LEAP, as_of=date(2026, 3, 1))

    assert computed(eve, on_the_28th, engine, entity="resident") == expected(on_the_28th)
    assert computed(morrow, on_the_1st, engine, entity="resident") == expected(on_the_1st)


def test_ages_on_29_february_of_a_leap_year(engine):
    facts = """
    formula                | type    | leapling | eve  | morrow
    -----------------------+---------+----------+------+-------
    age_on(birth_on)       | integer | 20       | 20   | 19
    age_on(birth_on) >= 20 | bool    | TRUE     | TRUE | FALSE
    age_on(birth_on) > 18  | bool    | TRUE     | TRUE | TRUE
    age_on(birth_on) <= 19 | bool    | FALSE    | FALSE | TRUE
    """
    world = World(HOUSEHOLD, LEAP, as_of=date(2028, 2, 29))

    assert computed(world, facts, engine, entity="resident") == expected(facts)


def test_a_month_is_full_when_its_day_number_is_reached(engine):
    households = """
    household | built_on
    ----------+-----------
    same      | 2026-02-28
    day_less  | 2026-01-29
    full      | 2026-01-28
    end       | 2025-12-31
    year      | 2025-02-28
    future    | 2026-03-31
    old       | 1890-02-28
    unknown   |
    """
    facts = """
    formula                         | type    | same | day_less | full | end | year | future | old  | unknown
    --------------------------------+---------+------+----------+------+-----+------+--------+------+--------
    months_between(built_on, as_of) | integer | 0    | 0        | 1    | 1   | 12   | -2     | 1632 | ?
    months_between(as_of, built_on) | integer | 0    | -1       | -1   | -2  | -12  | 1      | -1632 | ?
    days_between(built_on, as_of)   | integer | 0    | 30       | 31   | 59  | 365  | -31    | 49673 | ?
    built_on <= as_of               | bool    | TRUE | TRUE     | TRUE | TRUE | TRUE | FALSE | TRUE | ?
    """
    world = World(households, as_of=date(2026, 2, 28))

    assert computed(world, facts, engine) == expected(facts)


def test_constant_dates_move_from_the_day_of_the_run(engine):
    facts = """
    formula                                 | type | H1
    ----------------------------------------+------+-----------
    as_of                                   | date | 2026-03-31
    add_months(as_of, -1)                   | date | 2026-02-28
    add_months(as_of, 11)                   | date | 2027-02-28
    add_days(as_of, 1)                      | date | 2026-04-01
    add_days(year_start, -1)                | date | 2025-12-31
    last_year_start                         | date | 2025-01-01
    add_months(DATE '2024-02-29', 12)       | date | 2025-02-28
    as_of = DATE '2026-03-31'               | bool | TRUE
    as_of BETWEEN year_start AND add_days(as_of, -1) | bool | FALSE
    COALESCE(CASE WHEN as_of < year_start THEN as_of END, year_start) | date | 2026-01-01
    """

    assert computed(World(HOUSEHOLD, as_of=date(2026, 3, 31)), facts, engine) == expected(facts)
