"""Warnings, gaps and doubts: the heaviest level that holds, what it rests on, and what is missing to decide."""

import json

from shouwang.engine.model import CheckDef, FactDef, Kind, RuleDef
from tests.spec.drawn import World, judged, parameter
from tests.spec.vocabulary import ODD

HOUSEHOLDS = """
household | place        | savings  | area | share  | rooms | safe  | kind     | built_on
----------+--------------+----------+------+--------+-------+-------+----------+-----------
rich      | 431003100200 | 90000    | 2.50 | 0.5000 | 3     | TRUE  | ordinary | 2000-01-31
poor      | 431003100200 | 4999.99  | 0.00 | 0.0001 | 0     | FALSE | exited   | 2000-01-31
poorest   | 522301100200 | -1234567.05 | 10.00 | 1.0000 | -3 | TRUE | exited   | 2000-01-31
silent    | 431003100200 |          |      |        |       |       |          |
"""


def rule(name, entity="household", factor="income.other", evidence=(), because="预警", **levels):
    return RuleDef(name, name, entity, factor, levels, tuple(evidence), because)


def rows(found, *columns):
    return sorted(tuple(row[column] for column in columns) for row in found)


def test_the_heaviest_level_that_holds_is_given_and_only_that(engine):
    low = rule("low", red="savings < 0", orange="savings < 5000", yellow="savings < 5000 OR rooms > 2")

    run = judged(World(HOUSEHOLDS), engine, rules={"low": low})

    assert rows(run["warnings"], "household_id", "rule", "level", "factor") == [
        ("poor", "low", "orange", "income.other"),
        ("poorest", "low", "red", "income.other"),
        ("rich", "low", "yellow", "income.other"),
    ]


def test_a_known_lower_level_is_given_even_where_a_heavier_one_is_unknown(engine):
    world = World(HOUSEHOLDS, bills=None)
    mixed = rule("mixed", red="count_if(bills, TRUE) > 0", yellow="savings < 5000")

    run = judged(world, engine, rules={"mixed": mixed})

    assert rows(run["warnings"], "household_id", "level") == [("poor", "yellow"), ("poorest", "yellow")]
    assert rows(run["gaps"], "household_id", "rule", "missing") == [
        ("rich", "mixed", "bills"),
        ("silent", "mixed", "bills,savings"),
    ]


def test_a_rule_about_nothing_that_was_delivered_is_a_gap_without_names(engine):
    world = World("household | place\nsilent | 431003100200\n")

    run = judged(world, engine, rules={"empty": rule("empty", yellow="savings IS NULL")})

    assert rows(run["gaps"], "household_id", "rule", "missing") == [("silent", "empty", "")]


def test_an_unknown_rule_is_a_gap_that_names_what_is_missing_and_no_warning(engine):
    facts = [FactDef("low_savings", "积蓄少", "household", Kind.BOOL, "savings < 5000")]
    both = rule("both", red="low_savings AND safe", yellow="low_savings AND NOT safe AND lost_line > 1")
    world = World(HOUSEHOLDS, parameters={"lost_line": parameter("lost_line", "integer", None)})

    run = judged(world, engine, facts=facts, rules={"both": both})

    assert rows(run["warnings"], "household_id", "level") == [("poorest", "red")]
    assert rows(run["gaps"], "household_id", "missing") == [
        ("poor", "lost_line"),
        ("silent", "low_savings,safe,lost_line"),
    ]


def test_evidence_is_shown_in_the_units_people_use(engine):
    shown = rule(
        "shown",
        evidence=["savings", "area", "share", "rooms", "safe", "kind", "built_on"],
        because="积蓄{savings}元，耕地{area}亩，占比{share}，{rooms}间，安全{safe}，{kind}，{built_on}；线{line}元、{rate}。",
        yellow="TRUE",
    )
    parameters = {
        "line": parameter("line", "money", "6500.5", at_522301=7000),
        "rate": parameter("rate", "ratio", "0.35"),
    }

    run = judged(World(HOUSEHOLDS, parameters=parameters), engine, rules={"shown": shown})

    said = {row["household_id"]: row["because"] for row in run["warnings"]}
    assert said == {
        "rich": "积蓄90,000元，耕地2.5亩，占比50%，3间，安全是，ordinary，2000-01-31；线6,500.50元、35%。",
        "poor": "积蓄4,999.99元，耕地0亩，占比0.01%，0间，安全否，exited，2000-01-31；线6,500.50元、35%。",
        "poorest": "积蓄-1,234,567.05元，耕地10亩，占比100%，-3间，安全是，exited，2000-01-31；线7,000元、35%。",
        "silent": "积蓄未知元，耕地未知亩，占比未知，未知间，安全未知，未知，未知；线6,500.50元、35%。",
    }


def test_values_and_thresholds_stand_beside_the_warning_as_json(engine):
    low = rule("low", evidence=["savings", "share", "kind"], because="低", red="savings < line AND share < rate")
    parameters = {
        "line": parameter("line", "money", 6500, at_522301="7000.5"),
        "rate": parameter("rate", "ratio", "0.35", at_522301=2),
    }

    run = judged(World(HOUSEHOLDS, parameters=parameters), engine, rules={"low": low})

    found = {r["household_id"]: (json.loads(r["values"]), json.loads(r["thresholds"])) for r in run["warnings"]}
    assert found == {
        "poor": ({"savings": 4999.99, "share": 0.0001, "kind": "exited"}, {"line": 6500, "rate": 0.35}),
        "poorest": ({"savings": -1234567.05, "share": 1, "kind": "exited"}, {"line": 7000.5, "rate": 2}),
    }


def test_a_warning_names_the_feeds_it_rests_on_also_through_facts(engine):
    facts = [FactDef("bill_count", "笔数", "household", Kind.INTEGER, "count_if(bills, TRUE)")]
    rules = {
        "through": rule("through", yellow="bill_count = 0 AND sum_if(grants, amount, TRUE) = 0"),
        "none": rule("none", yellow="safe"),
    }
    world = World(HOUSEHOLDS, bills="resident | paid_on", grants="household | given_on | amount")

    run = judged(world, engine, facts=facts, rules=rules)

    sources = {row["rule"]: json.loads(row["sources"]) for row in run["warnings"]}
    assert sources == {"through": ["bills", "grants"], "none": []}


RESIDENTS = """
resident | household | wage | ill
---------+-----------+------+------
R1       | rich      | 100  | TRUE
R2       | rich      |      | TRUE
R3       | poor      | 100  |
"""


def test_a_rule_about_people_names_the_person_and_reads_the_household(engine):
    ill = rule(
        "ill", "resident", evidence=["wage", "ill"], because="工资{wage}，线{line}",
        red="ill AND household(savings) < 5000", orange="ill AND wage < line",
    )  # fmt: skip
    world = World(HOUSEHOLDS, RESIDENTS, parameters={"line": parameter("line", "money", 500, at_431003=101)})

    run = judged(world, engine, rules={"ill": ill})

    assert rows(run["warnings"], "household_id", "resident_id", "level", "because") == [
        ("rich", "R1", "orange", "工资100，线101")
    ]
    assert rows(run["gaps"], "household_id", "resident_id", "missing") == [
        ("poor", "R3", "ill"),
        ("rich", "R2", "wage"),
    ]


def test_a_negative_factor_is_only_ever_a_note_for_people(engine):
    seen = rule("seen", factor="negative.review", review="rooms > 2")

    run = judged(World(HOUSEHOLDS), engine, rules={"seen": seen})

    assert rows(run["warnings"], "household_id", "level", "factor") == [("rich", "review", "negative.review")]


def test_a_doubt_is_named_with_its_values_and_an_unknown_one_is_none(engine):
    checks = {
        "rooms_negative": CheckDef(
            "rooms_negative", "房间数为负", "household", "rooms < 0", "房间{rooms}间，应为正数", ("rooms",)
        ),
        "ill_earner": CheckDef("ill_earner", "患病仍有工资", "resident", "ill AND wage > 0", "工资{wage}元", ("wage",)),
    }

    run = judged(World(HOUSEHOLDS, RESIDENTS), engine, checks=checks)

    assert rows(run["doubts"], "check", "household_id", "resident_id", "message") == [
        ("ill_earner", "rich", "R1", "工资100元"),
        ("rooms_negative", "poorest", None, "房间-3间，应为正数"),
    ]
    assert run["gaps"] == []


def test_a_run_in_which_nothing_is_found_has_empty_tables(engine):
    run = judged(World(HOUSEHOLDS), engine, rules={"never": rule("never", red="FALSE")})

    assert run == {"warnings": [], "gaps": [], "doubts": [], "facts": []}


def test_without_any_rule_the_facts_are_still_there(engine):
    facts = [FactDef("twice", "两倍", "household", Kind.INTEGER, "rooms * 2")]

    run = judged(World(HOUSEHOLDS), engine, facts=facts, outputs=["twice"])

    assert rows(run["facts"][:3], "household_id", "twice") == [("poor", 0), ("rich", 6), ("silent", None)]


def test_odd_codes_stay_codes(engine):
    households = "household | mark\n" + "\n".join(f"H{number} | {code}" for number, code in enumerate(ODD))
    rules = {}
    for number, code in enumerate(ODD):
        quoted = code.replace("'", "''")
        rules[f"rule_{number}"] = rule(
            f"rule_{number}", evidence=["mark"], because="{mark}！",
            red=f"mark = '{quoted}'", orange=f"NOT mark IN ('{quoted}') AND FALSE",
        )  # fmt: skip

    run = judged(World(households), engine, rules=rules)

    assert [(r["rule"], r["household_id"], r["because"]) for r in run["warnings"]] == [
        (f"rule_{number}", f"H{number}", f"{code}！") for number, code in enumerate(ODD)
    ]
    assert [json.loads(row["values"]) for row in run["warnings"]] == [{"mark": code} for code in ODD]


def test_quotes_and_marks_in_words_and_codes_stay_words(engine):
    odd = rule(
        "odd", because="他说“'; DROP TABLE households; --”{kind}\\n${HOME}", evidence=["kind"], yellow="rooms = 3"
    )

    run = judged(World(HOUSEHOLDS), engine, rules={"odd": odd})

    assert rows(run["warnings"], "because") == [("他说“'; DROP TABLE households; --”ordinary\\n${HOME}",)]
