"""Definitions that contradict themselves are refused before anything runs, with the file and line at fault."""

from datetime import date

import pytest

from shouwang.engine.compiling import compile_program
from shouwang.engine.model import BenefitDef, CheckDef, FactDef, Ground, Kind, RuleDef
from shouwang.engine.program import Definitions
from shouwang.kernel.errors import InputError
from tests.spec.drawn import dated, parameter
from tests.spec.vocabulary import SOURCES, source

DAY = date(2026, 11, 15)


def fact(name, formula, kind=Kind.INTEGER, entity="household", **more):
    return FactDef(name, more.pop("title", name), entity, kind, formula, **more)


def rule(name="low", **more):
    settings = {"levels": {"red": "savings < 0"}, "evidence": ("savings",), "because": "积蓄{savings}"} | more
    return RuleDef(name, name, settings.pop("entity", "household"), "income.other", **settings)


def refusal(**definitions):
    with pytest.raises(InputError) as refused:
        compile_program(Definitions(sources=SOURCES, **definitions), DAY)
    return str(refused.value)


def named(*definitions):
    return {definition.name: definition for definition in definitions}


def test_facts_that_need_each_other_are_refused_with_the_whole_circle():
    facts = named(
        fact("members", "count_if(residents, part > 0)"),
        fact("part", "months + household(share_of_all)", entity="resident"),
        fact("share_of_all", "members * 2"),
    )

    assert "成环：members → part → share_of_all → members" in refusal(facts=facts)


def test_a_fact_that_reads_itself_is_a_circle():
    assert "成环：rest → rest" in refusal(facts=named(fact("rest", "rest + 1")))


def test_a_fault_names_the_file_and_the_line_of_the_formula():
    broken = fact("broken", "savngs", file="facts/broken.yaml", lines={"": 1, "formula": 7})

    assert refusal(facts=named(broken)).startswith("facts/broken.yaml:7: broken：没有名为“savngs”")


def test_a_fact_must_yield_the_type_it_promises():
    assert "写明是 money，公式得到的却是 integer" in refusal(facts=named(fact("owed", "rooms * 2", Kind.MONEY)))
    assert "写明是 integer，公式得到的却是 ratio" in refusal(facts=named(fact("half", "rooms / 2")))


def test_bare_numbers_become_what_the_fact_is():
    facts = named(fact("flat", "CASE WHEN safe THEN 5000 ELSE 20.5 END", Kind.MONEY), fact("rate", "0.35", Kind.RATIO))

    program = compile_program(Definitions(sources=SOURCES, facts=facts), DAY)

    assert [branch.value for _, branch in program.facts["flat"].node.branches] == [500000]
    assert program.facts["rate"].node.value == 3500


def test_a_fact_may_not_hide_a_column_or_a_parameter():
    assert "冲突" in refusal(facts=named(fact("rooms", "1")))
    assert "冲突" in refusal(facts=named(fact("line", "1")), parameters={"line": parameter("line", "integer", 1)})


def test_a_fact_about_ethnicity_or_religion_is_refused_by_its_title_too():
    assert "不得作为输入" in refusal(facts=named(fact("group_code", "rooms", title="民族代码")))


@pytest.mark.parametrize(
    "name", ["x; DROP TABLE households", "a b", 'a"b', "a'b", "a--b", "A", "年龄", "1a", "", "a" * 49, "a.b", "a\nb"]
)
def test_names_that_could_be_more_than_names_are_refused(name):
    assert "只能用小写英文字母" in refusal(facts={name: fact(name, "1")})
    assert "只能用小写英文字母" in refusal(rules={name: rule(name)})
    assert "只能用小写英文字母" in refusal(parameters={name: parameter(name, "integer", 1)})


def test_names_of_columns_are_plain_names_too():
    odd = source("households", "register", "household", None, **{"a) FROM x --": "integer"})
    with pytest.raises(InputError, match="只能用小写英文字母"):
        compile_program(Definitions(sources={"households": odd}), DAY)


def test_a_place_is_a_number():
    places = {"43' OR 1=1 --": (dated("2020-01-01", 1, "integer"),)}
    line = parameter("line", "integer", 1)

    assert "不是区划代码" in refusal(parameters={"line": type(line)(**(vars(line) | {"places": places}))})


def test_a_condition_must_be_one():
    assert "不是条件" in refusal(rules=named(rule(levels={"red": "savings"})))
    assert "不是条件" in refusal(checks=named(CheckDef("odd", "odd", "household", "rooms + 1", "x")))


def test_evidence_and_placeholders_must_be_known_names():
    assert "没有名为“rest”" in refusal(rules=named(rule(evidence=("rest",), because="x")))
    assert "要是指标或数据项" in refusal(rules=named(rule(evidence=("savings + 1",), because="x")))
    assert "既不是依据也不是参数" in refusal(rules=named(rule(because="余{rooms}")))
    assert "最多 8 项" in refusal(rules=named(rule(evidence=tuple(SOURCES["households"].columns)[:9], because="x")))


def test_an_amount_must_be_money():
    benefit = BenefitDef(
        "dibao", "低保", "household", (Ground("没有积蓄", "savings < 0"),), "rooms + 1", "monthly", "x"
    )

    assert "金额得到的是 integer" in refusal(benefits=named(benefit))


def test_parameters_that_follow_each_other_in_a_circle_are_refused():
    lines = {
        name: type(parameter("x", "money", 1))(
            name, name, Kind.MONEY, "", (dated("2020-01-01", None, "money", formula=formula),), {}
        )
        for name, formula in {"first": "second * 2", "second": "first / 2"}.items()
    }

    assert "成环：first → second → first" in refusal(parameters=lines)


def test_a_parameter_formula_keeps_to_its_type():
    standard = parameter("standard", "money", 500)
    line = type(standard)(
        "line", "线", Kind.INTEGER, "", (dated("2020-01-01", None, "integer", formula="standard * 2"),), {}
    )

    assert "写明是 integer，公式得到的是 money" in refusal(parameters={"standard": standard, "line": line})


def test_more_varying_thresholds_than_a_warning_can_show_are_refused():
    lines = {f"line_{n}": parameter(f"line_{n}", "money", n, at_43=n + 1) for n in range(9)}
    everything = tuple(SOURCES["households"].columns)[1:9]
    crowded = rule(evidence=everything, because="x", levels={"red": " OR ".join(f"savings < {name}" for name in lines)})

    assert "合计超过 12 项" in refusal(rules=named(crowded), parameters=lines)
