"""Every kind of expression has its sentence, with the words of the pack, and with the values of one household."""

from datetime import date
from typing import get_args

import pytest

from shouwang.engine import language
from shouwang.engine.language import Scope, Vocabulary
from shouwang.engine.nodes import FactRef, Node, walk
from shouwang.engine.program import HOISTED
from shouwang.policy import load_pack
from shouwang.policy.wording import CALLS, SUMS, Wording, unit_words
from tests.policy.making import FILES, write_pack

AS_OF = date(2026, 11, 15)
WORDS = [
    ("farmland_mu > 1.5", "耕地面积(亩) ＞ 1.5"),
    ("self_paid_line * 0.35 > 1000.5", "自付上限 × 35% ＞ 1,000.50"),
    ("monitored_on >= DATE '2026-07-01'", "识别监测时间 ≥ 2026-07-01"),
    ("kind <> 'ordinary'", "户类型 ≠ 一般农户"),
    ("household_self_paid_12m < 2 * self_paid_line", "全家近12个月自付 ＜ 2 × 自付上限"),
    ("farmland_mu + forest_mu - pasture_mu <= 3", "耕地面积(亩) ＋ 林地面积(亩) － 牧草地面积(亩) ≤ 3"),
    ("(farmland_mu + 1) * 2 = 4", "（耕地面积(亩) ＋ 1） × 2 ＝ 4"),
    ("farmland_mu - (forest_mu - 1) = 4", "耕地面积(亩) － （林地面积(亩) － 1） ＝ 4"),
    ("farmland_mu / (forest_mu / 2) = 0.5", "耕地面积(亩) ÷ （林地面积(亩) ÷ 2） ＝ 50%"),
    ("water_safe AND (relocated OR has_toilet)", "是否解决安全饮用水，并且（易地搬迁户，或者是否有卫生厕所）"),
    ("NOT water_safe", "不属于：是否解决安全饮用水"),
    ("phone IS NULL", "户联系电话没有填写"),
    ("phone IS NOT NULL", "户联系电话已填写"),
    ("kind IN ('ordinary')", "户类型是一般农户"),
    ("house_grade IN ('C', 'D')", "房屋等级是C级、D级之一"),
    ("CASE WHEN water_safe THEN 1 ELSE 2 END > 1", "（是否解决安全饮用水时为1；其他情况为2） ＞ 1"),
    ("CASE WHEN water_safe THEN 1 END > 1", "（是否解决安全饮用水时为1；其他情况为未知） ＞ 1"),
    ("COALESCE(farmland_mu, 0) > 1", "第一个有值的〔耕地面积(亩)，0〕 ＞ 1"),
    ("LEAST(farmland_mu, forest_mu) > 1", "较小者〔耕地面积(亩)，林地面积(亩)〕 ＞ 1"),
    ("GREATEST(farmland_mu, forest_mu) > 1", "较大者〔耕地面积(亩)，林地面积(亩)〕 ＞ 1"),
    ("ABS(farmland_mu) > 1", "绝对值〔耕地面积(亩)〕 ＞ 1"),
    ("ROUND(farmland_mu) > 1", "四舍五入取整〔耕地面积(亩)〕 ＞ 1"),
    ("FLOOR(farmland_mu) > 1", "向下取整〔耕地面积(亩)〕 ＞ 1"),
    ("CEIL(farmland_mu) > 1", "向上取整〔耕地面积(亩)〕 ＞ 1"),
    ("months_between(monitored_on, as_of) > 6", "满月数〔识别监测时间，2026-11-15〕 ＞ 6"),
    ("days_between(monitored_on, as_of) > 6", "天数〔识别监测时间，2026-11-15〕 ＞ 6"),
    ("any_if(residents, age_on(birth_on) >= 60)", "有家庭成员中“周岁〔出生日期〕 ≥ 60”的记录"),
    ("all_if(residents, disabled)", "家庭成员都符合：残疾"),
    ("count_if(residents, TRUE) > 1", "家庭成员记录的条数 ＞ 1"),
    ("count_if(residents, relation = 'head') = 0", "家庭成员中“与户主关系 ＝ 户主”的记录的条数 ＝ 0"),
    ("any_if(residents, own(farmland_mu) > 1)", "有家庭成员中“本户的耕地面积(亩) ＞ 1”的记录"),
    (
        "sum_if(medical_settlements, self_paid, TRUE, last_months(12)) > 1",
        "医保结算（2025-11-15之后至2026-11-15）记录的个人自付(元)合计 ＞ 1",
    ),
    (
        "min_if(medical_settlements, self_paid, self_paid > 1) > 1",
        "医保结算中“个人自付(元) ＞ 1”的记录的个人自付(元)最小值 ＞ 1",
    ),
    ("max_if(medical_settlements, self_paid, TRUE) > 1", "医保结算记录的个人自付(元)最大值 ＞ 1"),
]
OF_RESIDENT = [("household(farmland_mu) > 1", "本户的耕地面积(亩) ＞ 1")]
VALUES = {"farmland_mu": 150, "water_safe": False, "kind": "ordinary", "self_paid_line": 1200000, "phone": "1"}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"))).program(AS_OF)


def node(program, text, entity="household"):
    told = program.definitions
    return language.parse(text, Scope(Vocabulary(told.sources, told.facts, told.parameters, AS_OF), entity))


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_an_expression_of_a_household_is_put_into_words(program, text, words):
    assert Wording(program)(node(program, text)) == words


@pytest.mark.parametrize(("text", "words"), OF_RESIDENT)
def test_an_expression_of_a_resident_is_put_into_words(program, text, words):
    assert Wording(program)(node(program, text, "resident")) == words


def test_no_kind_of_expression_and_no_function_is_without_words(program):
    nodes = [node(program, text) for text, _ in WORDS] + [node(program, t, "resident") for t, _ in OF_RESIDENT]
    parts = [part for one in nodes for part in walk(one)]

    assert {type(part) for part in parts} == {*get_args(Node)}
    assert {part.function for part in parts if hasattr(part, "function")} == {*CALLS, *SUMS}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("farmland_mu > 1", "耕地面积(亩) 1.5 ＞ 1"),
        ("kind = 'exited_poverty'", "户类型 一般农户 ＝ 脱贫户"),
        ("forest_mu > 1", "林地面积(亩) 未知 ＞ 1"),
        ("NOT water_safe", "是否解决安全饮用水 否"),
        ("NOT farmland_mu > 1", "不属于：耕地面积(亩) 1.5 ＞ 1"),
        ("2 * self_paid_line > 1", "2 × 自付上限 12,000 ＞ 1"),
        ("count_if(residents, living_here) > 1", "家庭成员中“是否共同生活”的记录的条数 ＞ 1"),
    ],
)
def test_the_values_of_a_household_stand_beside_the_names(program, text, words):
    explained = Wording(program, lambda named: VALUES.get(named.name))

    assert explained(node(program, text)) == words


def test_a_sum_that_the_engine_took_out_of_a_condition_reads_as_it_was_written(tmp_path):
    rule = FILES["rules/self_paid_heavy.yaml"].replace(
        "red: household_self_paid_12m > 2 * self_paid_line", 'red: "count_if(residents, TRUE) > 2"'
    )
    program = load_pack(write_pack(tmp_path, {"rules/self_paid_heavy.yaml": rule})).program(AS_OF)

    held = program.rules["self_paid_heavy"].conditions["red"]

    assert any(isinstance(part, FactRef) and part.name.startswith(HOISTED) for part in walk(held))
    assert Wording(program)(held) == "家庭成员记录的条数 ＞ 2"


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("yuan", "元"),
        ("yuan_per_person_year", "元/人·年"),
        ("yuan_per_household_12_months", "元/户·12个月"),
        ("yuan_per_stay", "元/次住院"),
        ("stays_per_12_months", "次/12个月"),
        ("litres_per_person_day", "升/人·天"),
        ("days_per_year", "天/年"),
        ("working_days", "个工作日"),
        ("calendar_days", "天"),
        ("times_dibao_standard", "倍"),
        ("share_of_income", ""),
        ("one_if_so", ""),
        ("", ""),
        ("furlongs", "furlongs"),
    ],
)
def test_a_unit_is_said_in_words_and_a_share_has_none(unit, words):
    assert unit_words(unit) == words
