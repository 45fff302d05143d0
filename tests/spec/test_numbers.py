"""Numbers: arithmetic of money, ratios, areas and counts; halves are rounded up, once; nothing is divided by zero."""

import pytest

from shouwang.kernel.errors import InputError
from tests.spec.drawn import World, computed, expected

HOUSEHOLDS = """
household | savings   | area  | share  | rooms
----------+-----------+-------+--------+------
H1        |    100.05 |  2.50 | 0.3500 |     3
H2        |     -0.01 |  0.01 | 1.0000 |     0
H3        |  99999.99 | 10.00 | 0.0001 |   -7
H4        |           |       |        |
"""


def test_arithmetic_keeps_the_unit_of_its_operands(engine):
    facts = """
    formula          | type     | H1      | H2    | H3        | H4
    -----------------+----------+---------+-------+-----------+---
    savings + 5000   | money    | 5100.05 | 4999.99 | 104999.99 | ?
    savings - 0.5    | money    | 99.55   | -0.51 | 99999.49  | ?
    -savings         | money    | -100.05 | 0.01  | -99999.99 | ?
    savings * rooms  | money    | 300.15  | 0     | -699999.93 | ?
    rooms * 2 + 1    | integer  | 7       | 1     | -13       | ?
    area - 2.5       | quantity | 0       | -2.49 | 7.5       | ?
    share + share    | ratio    | 0.7     | 2     | 0.0002    | ?
    rooms - rooms    | integer  | 0       | 0     | 0         | ?
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_a_half_is_rounded_up_once_also_below_zero(engine):
    facts = """
    formula          | type    | H1      | H2      | H3       | H4
    -----------------+---------+---------+---------+----------+---
    savings * 0.5    | money   | 50.03   | 0       | 50000    | ?
    savings * -0.5   | money   | -50.02  | 0.01    | -49999.99 | ?
    savings / 2      | money   | 50.03   | 0       | 50000    | ?
    savings / -2     | money   | -50.02  | 0.01    | -49999.99 | ?
    savings * share  | money   | 35.02   | -0.01   | 10       | ?
    savings * area   | money   | 250.13  | 0       | 999999.9 | ?
    area * share     | quantity | 0.88   | 0.01    | 0        | ?
    rooms * share    | ratio   | 1.05    | 0       | -0.0007  | ?
    rooms * 0.5      | ratio   | 1.5     | 0       | -3.5     | ?
    rooms / 2.5      | integer | 1       | 0       | -3       | ?
    share * share    | ratio   | 0.1225  | 1       | 0        | ?
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_like_divided_by_like_is_a_ratio_with_four_decimals(engine):
    facts = """
    formula               | type  | H1     | H2    | H3      | H4
    ----------------------+-------+--------+-------+---------+---
    savings / (savings + savings) | ratio | 0.5 | 0.5 | 0.5    | ?
    savings / savings     | ratio | 1      | 1     | 1       | ?
    rooms / 7             | ratio | 0.4286 | 0     | -1      | ?
    rooms / -7            | ratio | -0.4286 | 0    | 1       | ?
    area / (area + 5)     | ratio | 0.3333 | 0.002 | 0.6667  | ?
    2 / 3                 | ratio | 0.6667 | 0.6667 | 0.6667 | 0.6667
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_division_by_a_count_or_a_ratio_keeps_the_unit(engine):
    facts = """
    formula          | type     | H1      | H2    | H3         | H4
    -----------------+----------+---------+-------+------------+---
    savings / 12     | money    | 8.34    | 0     | 8333.33    | ?
    savings / share  | money    | 285.86  | -0.01 | 999999900  | ?
    area / share     | quantity | 7.14    | 0.01  | 100000     | ?
    rooms / share    | integer  | 9       | 0     | -70000     | ?
    share / 3        | ratio    | 0.1167  | 0.3333 | 0         | ?
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_division_by_zero_is_unknown_and_not_an_error(engine):
    facts = """
    formula                        | type  | H1    | H2 | H3        | H4
    -------------------------------+-------+-------+----+-----------+---
    savings / rooms                | money | 33.35 | ?  | -14285.71 | ?
    rooms / 0                      | ratio | ?     | ?  | ?         | ?
    savings / (savings - savings)  | ratio | ?     | ?  | ?         | ?
    COALESCE(savings / rooms, 0)   | money | 33.35 | 0  | -14285.71 | 0
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_round_floor_and_ceil_go_to_whole_units(engine):
    facts = """
    formula         | type     | H1  | H2 | H3     | H4
    ----------------+----------+-----+----+--------+---
    ROUND(savings)  | money    | 100 | 0  | 100000 | ?
    FLOOR(savings)  | money    | 100 | -1 | 99999  | ?
    CEIL(savings)   | money    | 101 | 0  | 100000 | ?
    ROUND(area)     | quantity | 3   | 0  | 10     | ?
    ROUND(-area)    | quantity | -2  | 0  | -10    | ?
    FLOOR(-area)    | quantity | -3  | -1 | -10    | ?
    CEIL(-area)     | quantity | -2  | 0  | -10    | ?
    FLOOR(share)    | ratio    | 0   | 1  | 0      | ?
    CEIL(share)     | ratio    | 1   | 1  | 1      | ?
    ROUND(rooms)    | integer  | 3   | 0  | -7     | ?
    ABS(rooms)      | integer  | 3   | 0  | 7      | ?
    ABS(savings)    | money    | 100.05 | 0.01 | 99999.99 | ?
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_least_and_greatest_are_unknown_where_a_part_is(engine):
    facts = """
    formula                        | type    | H1     | H2    | H3       | H4
    -------------------------------+---------+--------+-------+----------+---
    LEAST(rooms, 2)                | integer | 2      | 0     | -7       | ?
    GREATEST(rooms, 0)             | integer | 3      | 0     | 0        | ?
    LEAST(savings, 50.5, 1000)     | money   | 50.5   | -0.01 | 50.5     | ?
    GREATEST(savings, savings / rooms) | money | 100.05 | ?   | 99999.99 | ?
    LEAST(rooms)                   | integer | 3      | 0     | -7       | ?
    COALESCE(LEAST(rooms, 2), 9)   | integer | 2      | 0     | -7       | 9
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_absurd_amounts_are_a_fault_of_the_data_and_said_so(engine):
    world = World(
        "household | savings\nH1 | 0.01",
        "resident | household\nR1 | H1",
        "resident | paid_on | amount\n" + "R1 | 2026-01-01 | 999999999999.99\n" * 20,
    )
    facts = "formula | type | H1\nsum_if(bills, amount, TRUE) / savings | ratio | ?"

    with pytest.raises(InputError, match="大得不合理"):
        computed(world, facts, engine)


def test_large_constants_do_not_overflow(engine):
    facts = """
    formula                                                                          | type  | H1 | H2 | H3 | H4
    ---------------------------------------------------------------------------------+-------+----+----+----+---
    (CASE WHEN rooms > 0 THEN 90000000 ELSE 1 END + savings - savings) * 2           | money | 180000000 | 2 | 2 | ?
    (CASE WHEN rooms > 0 THEN 90000 ELSE 1 END) * (CASE WHEN rooms > 0 THEN 90000 ELSE 1 END) | integer | 8100000000 | 1 | 1 | 1
    (CASE WHEN rooms > 0 THEN 90000 ELSE 1 END) / 9                                  | ratio | 10000 | 0.1111 | 0.1111 | 0.1111
    COALESCE(CASE WHEN rooms > 0 THEN 90000 END, 1) / 9                              | ratio | 10000 | 0.1111 | 0.1111 | 0.1111
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)


def test_a_constant_fact_counts_like_any_other_number(engine):
    facts = """
    fact  | formula                                  | type  | H1    | H2   | H3   | H4
    ------+------------------------------------------+-------+-------+------+------+------
    line  | CASE WHEN rooms > 0 THEN 7000 ELSE 50 END | money | 7000 | 50   | 50   | 50
    twice | line * 400000                            | money | 2800000000 | 20000000 | 20000000 | 20000000
    part  | line / 14000                             | money | 0.5   | 0    | 0    | 0
    share_of | line / (line + line)                  | ratio | 0.5   | 0.5  | 0.5  | 0.5
    """

    assert computed(World(HOUSEHOLDS), facts, engine) == expected(facts)
