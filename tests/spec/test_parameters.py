"""Parameters: the value of the day and of the place; the most exact place wins; what is lost is unknown."""

from dataclasses import replace
from datetime import date

from shouwang.engine.model import Dated, Parameter
from tests.spec.drawn import KINDS, World, computed, dated, expected, parameter

HOUSEHOLDS = """
household | place        | savings
----------+--------------+--------
village   | 431003100200 | 6800
township  | 431003200200 | 6800
county    | 431021100200 | 6800
elsewhere | 522301100200 | 6800
nowhere   |              | 6800
"""
YEARS = Parameter(
    "line", "监测收入线", KINDS["money"], "",
    (dated("2021-01-01", 6000, "money"), dated("2023-01-01", "6500.50", "money", until="2024-01-01"),
     dated("2025-01-01", 7000, "money")), {},
)  # fmt: skip


def test_a_value_holds_from_its_day_until_the_next(engine):
    world = World("household\nH1", parameters={"line": YEARS})
    values = {
        "2020-12-31": "?",
        "2021-01-01": "6000",
        "2023-12-31": "6500.5",
        "2024-01-01": "?",
    }
    facts = "formula | type  | H1\nline    | money | {0}\nline + 1 > 6000 | bool | {1}"

    found = {
        day: computed(replace(world, as_of=date.fromisoformat(day)), facts, engine)["line", "H1"] for day in values
    }

    assert found == values


def test_the_most_exact_place_wins(engine):
    line = parameter("line", "money", 6500, at_43="6600.5", at_431003=6700, at_431003100=6800)
    rate = parameter("rate", "ratio", "0.35", at_4310="0.5")
    count = parameter("count_line", "integer", 700000, at_522301=2)
    facts = """
    formula              | type  | village | township | county | elsewhere | nowhere
    ---------------------+-------+---------+----------+--------+-----------+--------
    line                 | money | 6800    | 6700     | 6600.5 | 6500      | 6500
    savings >= line      | bool  | TRUE    | TRUE     | TRUE   | TRUE      | TRUE
    savings > line       | bool  | FALSE   | TRUE     | TRUE   | TRUE      | TRUE
    line * rate          | money | 3400    | 3350     | 3300.25 | 2275     | 2275
    savings * count_line | money | 4760000000 | 4760000000 | 4760000000 | 13600 | 4760000000
    count_line / 20      | ratio | 35000   | 35000    | 35000  | 0.1       | 35000
    """
    world = World(HOUSEHOLDS, parameters={"line": line, "rate": rate, "count_line": count})

    assert computed(world, facts, engine) == expected(facts)


def test_related_rows_meet_the_parameter_of_the_place_of_their_household(engine):
    residents = """
    resident | household | wage
    ---------+-----------+-----
    R1       | village   | 100
    R2       | township  | 100
    R3       | elsewhere | 100
    """
    bills = """
    resident | paid_on    | amount
    ---------+------------+-------
    R1       | 2026-01-01 | 50
    R2       | 2026-01-01 | 50
    R3       | 2026-01-01 | 50
    """
    line = parameter("line", "money", 10, at_431003=60, at_431003100=40)
    flat = parameter("flat", "money", 45)
    world = World(HOUSEHOLDS, residents, bills, parameters={"line": line, "flat": flat})
    of_households = """
    formula                                           | type    | village | township | elsewhere
    --------------------------------------------------+---------+---------+----------+----------
    count_if(bills, amount > line)                    | integer | 1       | 0        | 1
    count_if(bills, amount > flat)                    | integer | 1       | 1        | 1
    sum_if(residents, wage - line, wage >= line)      | money   | 60      | 40       | 90
    """
    of_residents = """
    formula                        | type    | R1 | R2 | R3
    -------------------------------+---------+----+----+---
    count_if(bills, amount > line) | integer | 1  | 0  | 1
    line                           | money   | 40 | 60 | 10
    household(line)                | money   | 40 | 60 | 10
    """

    assert computed(world, of_households, engine) == expected(of_households)
    assert computed(world, of_residents, engine, entity="resident") == expected(of_residents)


def _formula(text: str) -> tuple[Dated, ...]:
    return (dated("2020-01-01", None, "money", formula=text),)


def test_a_line_follows_the_standard_it_is_a_multiple_of_in_every_place(engine):
    standard = parameter("standard", "money", 5000, at_431003=6001, at_5223=None)
    line = Parameter("line", "监测收入线", KINDS["money"], "", _formula("1.5 * standard"), {})
    facts = """
    formula         | type  | village | county | elsewhere | nowhere
    ----------------+-------+---------+--------+-----------+--------
    line            | money | 9001.5  | 7500   | ?         | 7500
    savings < line  | bool  | TRUE    | TRUE   | ?         | TRUE
    """

    assert computed(World(HOUSEHOLDS, parameters={"standard": standard, "line": line}), facts, engine) == expected(
        facts
    )


def test_a_place_keeps_its_own_formula_where_only_the_standard_differs_further_down(engine):
    # The prefecture 4310 says twice, the county 431003 has a standard of its own: twice its own standard.
    standard = parameter("standard", "money", 5000, at_431003=6000)
    line = Parameter(
        "line", "监测收入线", KINDS["money"], "", _formula("1.5 * standard"), {"4310": _formula("2 * standard")}
    )
    facts = """
    formula | type  | village | county | elsewhere
    --------+-------+---------+--------+----------
    line    | money | 12000   | 10000  | 7500
    """

    assert computed(World(HOUSEHOLDS, parameters={"standard": standard, "line": line}), facts, engine) == expected(
        facts
    )


def test_a_lost_value_leaves_everything_over_it_unknown(engine):
    world = World(HOUSEHOLDS, parameters={"line": parameter("line", "money", None)})
    facts = """
    formula                  | type  | village | elsewhere
    -------------------------+-------+---------+----------
    line                     | money | ?       | ?
    savings > line           | bool  | ?       | ?
    savings > 1 OR line > 2  | bool  | TRUE    | TRUE
    """

    assert computed(world, facts, engine) == expected(facts)


def test_households_without_places_take_the_general_value(engine):
    world = World("household\nH1", parameters={"line": parameter("line", "money", 6500, at_431003=7000)})
    facts = "formula | type | H1\nline | money | 6500"

    assert computed(world, facts, engine) == expected(facts)
