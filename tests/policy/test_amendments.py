"""A number or a rule said otherwise from a day on: its own place and its own days, and everything else stays as it was."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.amendments import Amendment, amended, read_back
from tests.policy.making import FILES, write_pack

COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE = "431003", "431003100", "431003100200", "431003101200"
OTHER_COUNTY = "431021"  # has a value of its own in the pack, 8,000
DAY, EVE, NEXT = date(2026, 12, 1), date(2026, 11, 30), date(2027, 6, 1)
DOUBLED = """
    parameter: doubled_line
    title: 两倍线
    type: money
    unit: yuan
    values: [{from: 2021-01-01, formula: 2 * self_paid_line, verified: no, source: 示例}]
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), {"parameters/doubled_line.yaml": DOUBLED}))


def number(value, day=DAY, place="", **more):
    return Amendment("parameter", "self_paid_line", day, value=value, place=place, **more)


def rule(day=DAY, **levels):
    return Amendment("rule", "self_paid_heavy", day, levels=levels, source="郴政办〔2026〕3号", clause="第二条")


def line(pack, day, place, name="self_paid_line"):
    return pack.program(day).parameters[name].at(place) / 100


def test_a_number_for_a_place_holds_there_from_its_day_and_nowhere_else(pack):
    found = amended(pack, [number("9000", place=COUNTY)], DAY)

    assert [line(found, day, VILLAGE) for day in (date(2024, 12, 31), EVE, DAY, NEXT)] == [10000, 12000, 9000, 9000]
    assert [line(found, day, OTHER_COUNTY) for day in (EVE, DAY)] == [8000, 8000]
    assert [line(found, day, "431081") for day in (EVE, DAY)] == [12000, 12000]


def test_a_number_for_everywhere_leaves_places_that_have_their_own(pack):
    found = amended(pack, [number("13000")], DAY)

    assert [line(found, day, VILLAGE) for day in (date(2024, 12, 31), EVE, DAY)] == [10000, 12000, 13000]
    assert line(found, DAY, OTHER_COUNTY) == 8000


def test_a_number_for_a_place_that_has_its_own_keeps_what_held_there_before(pack):
    found = amended(pack, [number("8500", place=OTHER_COUNTY)], DAY)

    assert [line(found, day, OTHER_COUNTY) for day in (EVE, DAY)] == [8000, 8500]
    assert line(found, DAY, VILLAGE) == 12000


def test_a_township_of_an_amended_county_starts_from_the_countys_numbers(pack):
    given = [number("7000", NEXT, TOWNSHIP), number("9000", DAY, COUNTY)]

    found = amended(pack, given, NEXT)

    days = (EVE, DAY, date(2027, 5, 31), NEXT)
    assert [line(found, day, VILLAGE) for day in days] == [12000, 9000, 9000, 7000]
    assert [line(found, day, OTHER_VILLAGE) for day in days] == [12000, 9000, 9000, 9000]


def test_a_county_amended_after_its_township_leaves_the_township_its_own(pack):
    given = [number("7000", DAY, TOWNSHIP), number("9000", NEXT, COUNTY)]

    found = amended(pack, given, NEXT)

    assert [line(found, day, VILLAGE) for day in (EVE, DAY, NEXT)] == [12000, 7000, 7000]
    assert [line(found, day, OTHER_VILLAGE) for day in (EVE, DAY, NEXT)] == [12000, 12000, 9000]


def test_several_numbers_follow_one_another_in_whatever_order_they_were_made(pack):
    given = [number("14000", NEXT), number("13000", DAY)]

    for order in (given, given[::-1]):
        found = amended(pack, order, NEXT)
        assert [line(found, day, VILLAGE) for day in (EVE, DAY, NEXT)] == [12000, 13000, 14000]


def test_of_two_numbers_from_the_same_day_the_one_made_last_holds(pack):
    found = amended(pack, [number("1"), number("2")], DAY)

    assert line(found, DAY, VILLAGE) == 2
    assert [dated.valid_from for dated in found.parameters["self_paid_line"].values][-2:] == [date(2025, 1, 1), DAY]


def test_a_number_replaces_for_good_what_the_pack_foresaw_for_later(pack):
    found = amended(pack, [number("9500", date(2023, 1, 1))], DAY)

    days = (date(2022, 12, 31), date(2023, 1, 1), date(2025, 1, 1), DAY)
    assert [line(found, day, VILLAGE) for day in days] == [10000, 9500, 9500, 9500]
    assert date(2025, 1, 1) not in [dated.valid_from for dated in found.parameters["self_paid_line"].values]


def test_numbers_made_of_an_amended_one_follow_in_its_place_and_from_its_day(pack):
    found = amended(pack, [number("9000", place=COUNTY)], DAY)

    assert [line(found, day, VILLAGE, "doubled_line") for day in (EVE, DAY)] == [24000, 18000]
    assert line(found, DAY, "431081", "doubled_line") == 24000


def test_an_amended_number_names_its_document(pack):
    found = amended(pack, [number("9000", place=COUNTY, source="苏政办〔2026〕9号", clause="第一条")], DAY)

    dated = found.program(DAY).parameters["self_paid_line"].dated_at(VILLAGE)
    assert (dated.source, dated.clause, dated.verified) == ("苏政办〔2026〕9号", "第一条", "yes")
    assert found.program(EVE).parameters["self_paid_line"].dated_at(VILLAGE).source == "示例"


def test_a_rule_is_as_amended_from_its_day_on(pack):
    change = rule(yellow="household_self_paid_12m > 3 * self_paid_line")

    before, after = (amended(pack, [change], day).rules["self_paid_heavy"] for day in (EVE, DAY))

    assert before == pack.rules["self_paid_heavy"]
    assert after.levels == {"yellow": "household_self_paid_12m > 3 * self_paid_line"}
    assert (after.source, after.clause) == ("郴政办〔2026〕3号", "第二条")
    assert (after.title, after.because, after.factor) == (before.title, before.because, before.factor)


def test_of_several_changes_of_a_rule_the_latest_that_has_begun_holds(pack):
    changes = [rule(NEXT, red="household_self_paid_12m > 2"), rule(DAY, red="household_self_paid_12m > 1")]

    assert amended(pack, changes, DAY).rules["self_paid_heavy"].levels == {"red": "household_self_paid_12m > 1"}
    assert amended(pack, changes, NEXT).rules["self_paid_heavy"].levels == {"red": "household_self_paid_12m > 2"}


def test_levels_of_an_amended_rule_stand_from_the_gravest_and_empty_ones_fall_away(pack):
    change = rule(yellow="household_self_paid_12m > 1 ", orange=" ", red=" household_self_paid_12m > 2")

    levels = amended(pack, [change], DAY).rules["self_paid_heavy"].levels

    assert [*levels.items()] == [("red", "household_self_paid_12m > 2"), ("yellow", "household_self_paid_12m > 1")]


def test_the_pack_itself_stays_as_it_was(pack):
    found = amended(pack, [number("9000"), rule(red="household_self_paid_12m > 1")], DAY)

    assert line(pack, DAY, VILLAGE) == 12000
    assert "yellow" in pack.rules["self_paid_heavy"].levels
    assert (found.name, found.version, found.cases) == (pack.name, pack.version, pack.cases)
    assert amended(pack, [], DAY) is pack


def test_an_amended_condition_is_read_back_in_plain_words(pack):
    found = amended(pack, [rule(red="household_self_paid_12m > 3 * self_paid_line")], DAY)

    assert read_back(found, "self_paid_heavy", DAY) == {"red": "全家近12个月自付 ＞ 3 × 自付上限"}


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (number("很高"), "自付上限：“很高”不是数字"),
        (number(" "), "自付上限没有填新的取值"),
        (number("1.001"), "最多保留 2 位小数"),
        (number("1", place="郴州"), "“郴州”不是区划代码"),
        (Amendment("parameter", "no_line", DAY, value="1"), "没有名为“no_line”的参数"),
        (Amendment("rule", "no_rule", DAY, levels={"red": "TRUE"}), "没有名为“no_rule”的规则"),
        (rule(), "至少写一级"),
        (rule(red=" "), "至少写一级"),
        (rule(purple="household_self_paid_12m > 1"), "至少写一级"),
        (rule(review="household_self_paid_12m > 1"), "预警也不能改成人工复核提示"),
        (rule(red="rooms > 1"), "没有名为“rooms”"),
        (rule(red="household_self_paid_12m"), "不是条件"),
        (rule(red="ethnicity = 'x'"), "ethnicity"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused_in_one_sentence(pack, one, said):
    with pytest.raises(InputError, match=said):
        amended(pack, [one], DAY)


def test_a_hint_to_look_stays_a_hint(tmp_path):
    hint = FILES["rules/self_paid_heavy.yaml"].replace("expenditure.medical", "negative.review")
    levels = hint[hint.index("levels") : hint.index("evidence")].rstrip()
    hint = hint.replace(levels, "levels: {review: household_self_paid_12m > self_paid_line}")
    files = {"rules/self_paid_heavy.yaml": hint, "cases/self_paid_heavy.yaml": None}
    pack = load_pack(write_pack(tmp_path, files))

    with pytest.raises(InputError, match="人工复核提示不能改成预警"):
        amended(pack, [rule(red="household_self_paid_12m > 1")], DAY)
