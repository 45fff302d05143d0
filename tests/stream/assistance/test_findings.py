"""What does not fit together in a plan is said in a sentence; nothing is blocked by it."""

from datetime import date

import pytest

from shouwang.policy import load_pack
from shouwang.stream.assistance.models import PlannedMeasure
from shouwang.stream.assistance.queries import Need, plan_findings

ON = date(2026, 11, 22)
ILLNESS = Need("illness", "因病", "expenditure.medical", True)
WATER = Need("water", "因安全饮水", "expenditure.housing", True)
FEES = Need("expenditure.education", "支出·教育", "expenditure.education", False)


@pytest.fixture(scope="module")
def pack():
    return load_pack("national")


def measure(kind="health", answers=("illness",), **more):
    given = {"title": "医疗救助", "evidence_asked": "结算单", "fit": "eligible", "ground": "fits", "state": "planned"}
    return PlannedMeasure(kind=kind, answers=list(answers), **given | more)


def said(pack, measures, *, needs=(ILLNESS,), able=0, days=None):
    found = plan_findings(
        pack,
        needs=needs,
        measures=measures,
        able_workers=able,
        days_without=days,
        place_code="431003101202",
        on=ON,
    )
    return [(one.level, one.text) for one in found]


def test_a_plan_in_which_everything_answers_has_no_remark(pack):
    assert said(pack, [measure()]) == []


def test_a_risk_without_a_measure_is_named_and_a_warning_weighs_less(pack):
    assert said(pack, [measure()], needs=(ILLNESS, WATER, FEES)) == [
        ("warn", "“因安全饮水”还没有措施回应。"),
        ("hint", "“支出·教育”还没有措施回应。"),
    ]


def test_a_measure_that_was_not_given_answers_nothing(pack):
    assert ("warn", "“因病”还没有措施回应。") in said(pack, [measure(state="undelivered")])


def test_a_kind_that_the_checks_do_not_count_is_named(pack):
    assert said(pack, [measure(kind="industry")]) == [("warn", "“因病”要配健康帮扶、社会帮扶，现在选的不算对应。")]


def test_a_household_that_can_work_needs_a_development_measure(pack):
    assert said(pack, [measure()], able=1) == [("warn", "家里有劳动力，没有开发式措施。")]
    assert said(pack, [measure(), measure("employment")], able=1) == []


def test_only_social_security_for_who_can_work_is_flagged(pack):
    found = said(pack, [measure("social_security")], able=1)

    assert ("warn", "家里有劳动力，只有综合保障，没有开发式措施。") in found


def test_training_alone_is_no_development(pack):
    found = said(pack, [measure(), measure("employment", item="skill_training")], able=2)

    assert found == [("warn", "开发式措施只有培训或“其他”。")]


def test_where_nobody_knows_who_can_work_it_is_asked_not_assumed(pack):
    assert said(pack, [measure()], able=None) == [("hint", "家里有没有劳动力不清楚。")]


def test_a_single_risk_is_not_piled_up_with_measures(pack):
    assert said(pack, [measure(), measure(), measure()]) == [("hint", "只有“因病”一项风险，措施已有好几项。")]
    assert said(pack, [measure(), measure()]) == []


def test_tools_that_exclude_each_other_are_named(pack):
    found = said(pack, [measure(tool="dibao", title="农村低保"), measure(tool="tekun", title="特困救助供养")])

    assert ("warn", "“农村低保”和“特困救助供养”不能同时享受。") in found


def test_tools_of_two_members_do_not_exclude_each_other(pack):
    two = [
        measure(tool="dibao_single", title="甲", resident_id="R1"),
        measure(tool="tekun", title="乙", resident_id="R2"),
    ]

    assert not [text for _, text in said(pack, two) if "同时享受" in text]


def test_a_measure_without_a_proof_and_one_that_was_overruled_are_named(pack):
    found = said(pack, [measure(evidence_asked="", fit="not_eligible", ground="verified")])

    assert ("hint", "“医疗救助”没有写要什么证明。") in found
    assert ("hint", "“医疗救助”选用时不符合条件，理由：核实后认为合适。") in found


@pytest.mark.parametrize(("days", "level"), [(9, None), (10, "warn"), (29, "warn"), (30, "red"), (31, "red")])
def test_days_without_a_measure_come_from_the_pack(pack, days, level):
    found = [one for one, text in said(pack, [measure()], days=days) if "纳入监测已经" in text]

    assert found == ([level] if level else [])
