"""Sums over related rows: what was delivered counts, what was not is unknown, and unknown is never zero."""

from datetime import date

from shouwang.engine.model import FactDef, Kind
from tests.spec.drawn import World, computed, expected, facts_of

HOUSEHOLDS = """
household | savings
----------+--------
H1        | 100
H2        | 20
H3        |
"""
RESIDENTS = """
resident | household | wage | ill   | birth_on   | name
---------+-----------+------+-------+------------+------
R1       | H1        | 3000 | TRUE  | 1960-05-01 | 李大娘
R2       | H1        |      | FALSE | 2015-05-01 |
R3       | H2        | 10.5 |       |            | 王五
"""
BILLS = """
resident | paid_on    | amount | days | covered | kind       | note
---------+------------+--------+------+---------+------------+-----
R1       | 2026-01-10 | 100.10 | 3    | TRUE    | inpatient  | 骨折
R1       | 2026-02-10 | 50     | 0    | FALSE   | outpatient |
R2       | 2026-03-10 | 7      |      | TRUE    | outpatient |
R2       | 2026-03-11 |        | 1    |         | inpatient  |
"""
NO_BILLS = """
resident | paid_on | amount | days | covered | kind | note
"""
DELIVERED = World(HOUSEHOLDS, RESIDENTS, BILLS, as_of=date(2026, 11, 15))


def test_rows_of_all_members_belong_to_their_household(engine):
    facts = """
    formula                                       | type    | H1     | H2    | H3
    ----------------------------------------------+---------+--------+-------+------
    count_if(bills, TRUE)                         | integer | 4      | 0     | 0
    count_if(bills, kind = 'inpatient')           | integer | 2      | 0     | 0
    sum_if(bills, amount, kind = 'outpatient')    | money   | 57     | 0     | 0
    sum_if(bills, amount, days = 3)               | money   | ?      | 0     | 0
    min_if(bills, amount, kind = 'outpatient')    | money   | 7      | ?     | ?
    max_if(bills, amount, kind = 'outpatient')    | money   | 50     | ?     | ?
    max_if(bills, paid_on, TRUE)                  | date    | 2026-03-11 | ? | ?
    any_if(bills, amount > 100)                   | bool    | TRUE   | FALSE | FALSE
    all_if(bills, paid_on >= DATE '2026-01-10')   | bool    | TRUE   | TRUE  | TRUE
    all_if(bills, amount < 100)                   | bool    | FALSE  | TRUE  | TRUE
    sum_if(bills, amount * 0.5, amount > 0 OR kind = 'x') | money | ? | 0 | 0
    """.replace("OR kind = 'x'", "AND kind = 'outpatient'").replace("| money | ? | 0 | 0", "| money | 28.5 | 0 | 0")

    assert computed(DELIVERED, facts, engine) == expected(facts)


def test_rows_of_one_member_belong_to_that_member_only(engine):
    facts = """
    formula                                    | type    | R1     | R2   | R3
    -------------------------------------------+---------+--------+------+------
    count_if(bills, TRUE)                      | integer | 2      | 2    | 0
    sum_if(bills, amount, TRUE)                | money   | 150.1  | ?    | 0
    sum_if(bills, days, covered)               | integer | 3      | ?    | 0
    max_if(bills, days, kind = 'inpatient')    | integer | 3      | 1    | ?
    min_if(bills, paid_on, TRUE)               | date    | 2026-01-10 | 2026-03-10 | ?
    any_if(bills, note IS NOT NULL)            | bool    | TRUE   | FALSE | FALSE
    """

    assert computed(DELIVERED, facts, engine, entity="resident") == expected(facts)


def test_an_unknown_condition_makes_counts_and_sums_unknown(engine):
    # For R2 one row is not covered or covered, nobody knows.
    facts = """
    formula                                       | type    | R1    | R2    | R3
    ----------------------------------------------+---------+-------+-------+------
    count_if(bills, covered)                      | integer | 1     | ?     | 0
    count_if(bills, COALESCE(covered, FALSE))     | integer | 1     | 1     | 0
    sum_if(bills, days, covered)                  | integer | 3     | ?     | 0
    min_if(bills, days, covered)                  | integer | 3     | ?     | ?
    any_if(bills, covered)                        | bool    | TRUE  | TRUE  | FALSE
    any_if(bills, covered AND kind = 'inpatient') | bool    | TRUE  | ?     | FALSE
    all_if(bills, covered)                        | bool    | FALSE | ?     | TRUE
    all_if(bills, covered AND days > 0)           | bool    | FALSE | ?     | TRUE
    all_if(bills, NOT covered)                    | bool    | FALSE | FALSE | TRUE
    any_if(bills, NOT covered)                    | bool    | TRUE  | ?     | FALSE
    """

    assert computed(DELIVERED, facts, engine, entity="resident") == expected(facts)


def test_a_missing_cell_makes_the_sum_unknown_and_not_smaller(engine):
    facts = """
    formula                                            | type    | H1   | H2 | H3
    ---------------------------------------------------+---------+------+----+----
    sum_if(bills, amount, TRUE)                        | money   | ?    | 0  | 0
    max_if(bills, amount, TRUE)                        | money   | ?    | ?  | ?
    sum_if(bills, amount, amount IS NOT NULL)          | money   | 157.1 | 0 | 0
    sum_if(bills, COALESCE(amount, 0), TRUE)           | money   | 157.1 | 0 | 0
    sum_if(bills, amount, kind = 'outpatient')         | money   | 57   | 0  | 0
    """

    assert computed(DELIVERED, facts, engine) == expected(facts)


FEED_FACTS = """
formula                     | type    | H1 | H2 | H3
----------------------------+---------+----+----+---
count_if(bills, TRUE)       | integer | {0} | {0} | {0}
sum_if(bills, amount, TRUE) | money   | {0} | {0} | {0}
any_if(bills, covered)      | bool    | {1} | {1} | {1}
all_if(bills, covered)      | bool    | {2} | {2} | {2}
min_if(bills, amount, TRUE) | money   | ?  | ?  | ?
count_if(bills, TRUE) = 0   | bool    | {2} | {2} | {2}
"""


def test_a_feed_that_came_empty_says_that_there_was_nothing(engine):
    facts = FEED_FACTS.format("0", "FALSE", "TRUE")

    assert computed(World(HOUSEHOLDS, RESIDENTS, NO_BILLS), facts, engine) == expected(facts)


def test_a_feed_that_did_not_come_is_unknown_and_never_zero(engine):
    facts = FEED_FACTS.format("?", "?", "?")

    assert computed(World(HOUSEHOLDS, RESIDENTS), facts, engine) == expected(facts)


def test_a_column_that_did_not_come_is_unknown(engine):
    bills = """
    resident | paid_on    | amount
    ---------+------------+-------
    R1       | 2026-01-10 | 100
    """
    facts = """
    formula                                 | type    | H1  | H2    | H3
    ----------------------------------------+---------+-----+-------+------
    count_if(bills, TRUE)                   | integer | 1   | 0     | 0
    sum_if(bills, amount, kind = 'inpatient') | money | ?   | 0     | 0
    sum_if(bills, days, TRUE)               | integer | ?   | 0     | 0
    any_if(bills, covered OR amount >= 100) | bool    | TRUE | FALSE | FALSE
    rooms                                   | integer | ?   | ?     | ?
    """

    assert computed(World(HOUSEHOLDS, RESIDENTS, bills), facts, engine) == expected(facts)


def test_a_window_over_a_feed_whose_dates_did_not_come_is_unknown(engine):
    facts = """
    formula                                         | type    | H1 | H2
    ------------------------------------------------+---------+----+---
    sum_if(bills, amount, TRUE)                     | money   | 5  | 0
    sum_if(bills, amount, TRUE, last_months(12))    | money   | ?  | ?
    any_if(bills, amount > 1, this_year())          | bool    | ?  | ?
    any_if(bills, paid_on IS NULL)                  | bool    | ?  | FALSE
    """

    assert computed(World(HOUSEHOLDS, RESIDENTS, "resident | amount\nR1 | 5"), facts, engine) == expected(facts)


def test_whether_a_row_names_a_person_may_be_asked(engine):
    visits = """
    household | resident | minutes
    ----------+----------+--------
    H1        | R1       | 10
    H1        |          | 20
    H2        |          | 30
    """
    facts = """
    formula                                        | type    | H1 | H2 | H3
    -----------------------------------------------+---------+----+----+---
    sum_if(visits, minutes, resident_id IS NULL)   | integer | 20 | 30 | 0
    count_if(visits, resident_id IS NOT NULL)      | integer | 1  | 0  | 0
    count_if(visits, household_id IS NULL)         | integer | 0  | 0  | 0
    count_if(residents, resident_id IS NOT NULL AND household_id IS NOT NULL) | integer | 2 | 1 | 0
    household_id IS NOT NULL                       | bool    | TRUE | TRUE | TRUE
    """

    assert computed(World(HOUSEHOLDS, RESIDENTS, visits=visits), facts, engine) == expected(facts)


def test_members_are_related_rows_too(engine):
    facts = """
    formula                                       | type    | H1    | H2    | H3
    ----------------------------------------------+---------+-------+-------+------
    count_if(residents, TRUE)                     | integer | 2     | 1     | 0
    count_if(residents, ill)                      | integer | 1     | ?     | 0
    sum_if(residents, wage, wage IS NOT NULL)     | money   | 3000  | 10.5  | 0
    count_if(residents, age_on(birth_on) >= 60)   | integer | 1     | ?     | 0
    any_if(residents, age_on(birth_on) < 18)      | bool    | TRUE  | ?     | FALSE
    count_if(residents, name IS NULL)             | integer | 1     | 0     | 0
    max_if(residents, birth_on, TRUE)             | date    | 2015-05-01 | ? | ?
    """

    assert computed(DELIVERED, facts, engine) == expected(facts)


def test_own_reaches_the_one_who_asks(engine):
    facts = """
    formula                                                | type    | H1    | H2    | H3
    -------------------------------------------------------+---------+-------+-------+------
    count_if(bills, amount > own(savings) AND days >= 0)   | integer | ?     | 0     | 0
    any_if(bills, amount > own(savings))                   | bool    | TRUE  | FALSE | FALSE
    sum_if(residents, own(savings), wage > 0)              | money   | ?     | 20    | 0
    count_if(residents, wage > own(savings))               | integer | ?     | 0     | 0
    """
    of_residents = """
    formula                                  | type    | R1 | R2 | R3
    -----------------------------------------+---------+----+----+---
    count_if(bills, amount * 50 < own(wage)) | integer | 1  | ?  | 0
    """

    assert computed(DELIVERED, facts, engine) == expected(facts)
    assert computed(DELIVERED, of_residents, engine, entity="resident") == expected(of_residents)


def test_rows_without_dates_and_rows_of_a_household_feed(engine):
    world = World(
        HOUSEHOLDS,
        RESIDENTS,
        grants="""
        household | given_on   | amount
        ----------+------------+-------
        H1        | 2026-01-01 | 10
        H1        |            | 5
        """,
        visits="""
        household | resident | minutes
        ----------+----------+--------
        H1        | R1       | 10
        H1        |          | 20
        H2        |          | 30
        """,
    )
    facts = """
    formula                                            | type    | H1 | H2 | H3
    ---------------------------------------------------+---------+----+----+---
    sum_if(grants, amount, TRUE)                       | money   | 15 | 0  | 0
    sum_if(grants, amount, TRUE, last_months(12))      | money   | 10 | 0  | 0
    sum_if(visits, minutes, TRUE)                      | integer | 30 | 30 | 0
    """
    of_residents = """
    formula                       | type    | R1 | R2 | R3
    ------------------------------+---------+----+----+---
    sum_if(visits, minutes, TRUE) | integer | 10 | 0  | 0
    """

    assert computed(world, facts, engine) == expected(facts)
    assert computed(world, of_residents, engine, entity="resident") == expected(of_residents)


def test_windows_begin_after_their_first_day_and_end_on_the_day_of_the_run(engine):
    bills = """
    resident | paid_on    | amount
    ---------+------------+-------
    R1       | 2024-12-31 | 1
    R1       | 2025-01-01 | 2
    R1       | 2025-11-15 | 4
    R1       | 2025-11-16 | 8
    R1       | 2025-12-31 | 16
    R1       | 2026-01-01 | 32
    R1       | 2026-10-16 | 64
    R1       | 2026-10-17 | 128
    R1       | 2026-11-15 | 256
    R1       | 2026-11-16 | 512
    R1       |            | 1024
    """
    facts = """
    formula                                                  | type  | H1   | H2
    ---------------------------------------------------------+-------+------+---
    sum_if(bills, amount, TRUE)                              | money | 2047 | 0
    sum_if(bills, amount, TRUE, last_months(12))             | money | 504  | 0
    sum_if(bills, amount, TRUE, last_days(30))               | money | 384  | 0
    sum_if(bills, amount, TRUE, this_year())                 | money | 480  | 0
    sum_if(bills, amount, TRUE, last_year())                 | money | 30   | 0
    sum_if(bills, amount, TRUE, since('2025-11-16'))         | money | 504  | 0
    sum_if(bills, amount, TRUE, since(DATE '2026-11-15'))    | money | 256  | 0
    sum_if(bills, amount, amount > 100, last_months(1))      | money | 384  | 0
    count_if(bills, amount > 100, last_months(12))           | integer | 2  | 0
    any_if(bills, amount = 512, last_months(12))             | bool  | FALSE | FALSE
    all_if(bills, amount >= 64, last_months(1))              | bool  | TRUE | TRUE
    min_if(bills, amount, TRUE, last_days(1))                | money | 256  | ?
    """

    assert computed(World(HOUSEHOLDS, RESIDENTS, bills), facts, engine) == expected(facts)


def test_windows_at_the_end_of_a_short_month(engine):
    bills = """
    resident | paid_on    | amount
    ---------+------------+-------
    R1       | 2026-02-28 | 1
    R1       | 2026-03-01 | 2
    R1       | 2026-03-31 | 4
    """
    facts = """
    formula                                     | type  | H1
    --------------------------------------------+-------+---
    sum_if(bills, amount, TRUE, last_months(1)) | money | 6
    """

    assert computed(World(HOUSEHOLDS, RESIDENTS, bills, as_of=date(2026, 3, 31)), facts, engine) == expected(facts)


def test_facts_of_people_and_households_build_on_each_other_in_both_directions(engine):
    facts = [
        FactDef("spent", "医疗费", "resident", Kind.MONEY, "sum_if(bills, COALESCE(amount, 0), TRUE)"),
        FactDef("household_spent", "全家医疗费", "household", Kind.MONEY, "sum_if(residents, spent, TRUE)"),
        FactDef("part", "本人占比", "resident", Kind.RATIO, "spent / household(household_spent)"),
        FactDef("main_patient", "主要病人", "resident", Kind.BOOL, "COALESCE(part > 0.5, FALSE)"),
        FactDef("main_patients", "主要病人数", "household", Kind.INTEGER, "count_if(residents, main_patient)"),
        FactDef("worn_out", "入不敷出", "household", Kind.BOOL, "household_spent > savings AND main_patients > 0"),
        FactDef("at_risk", "受影响", "resident", Kind.BOOL, "household(worn_out) AND household(savings) < 1000"),
    ]

    found = facts_of(DELIVERED, facts, engine)

    drawn = """
    formula         | type    | H1    | H2    | H3 | R1     | R2     | R3
    ----------------+---------+-------+-------+----+--------+--------+------
    spent           | money   |       |       |    | 150.1  | 7      | 0
    household_spent | money   | 157.1 | 0     | 0  |        |        |
    part            | ratio   |       |       |    | 0.9554 | 0.0446 | ?
    main_patients   | integer | 1     | 0     | 0  |        |        |
    worn_out        | bool    | TRUE  | FALSE | FALSE |     |        |
    at_risk         | bool    |       |       |    | TRUE   | TRUE   | FALSE
    """
    wanted = {key: value for key, value in expected(drawn).items() if value}
    assert {key: found[key] for key in wanted} == wanted
