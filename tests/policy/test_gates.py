"""A gate says before a step of a procedure whether its condition holds, and what is missing where nobody can tell."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from shouwang.policy.computing import compute
from tests.policy.making import write_pack

GATE = """
    gate: bills_low
    title: 看病负担已经减轻
    entity: household
    procedure: visit
    from: 2025-07-01
    condition: household_self_paid_12m <= self_paid_line
    evidence: [household_self_paid_12m]
    because: 近12个月自付{household_self_paid_12m}元，上限{self_paid_line}元
    source: 示例
    clause: 第三条
"""
VISIT = """
    procedure: visit
    title: 走访
    source: 示例
    steps: [{step: go, act: verification, title: 入户, level: village, actors: [村干部]}]
"""
CASES = """
    cases:
      - case: 正好等于上限
        covers: [bills_low]
        as_of: 2026-11-15
        household: {household_id: H1, place_code: "431003100200"}
        residents: [{resident_id: R1, household_id: H1}]
        feeds: {medical_settlements: [{resident_id: R1, settled_on: 2026-05-01, self_paid: 12000}]}
        expect: {gates: {bills_low: true}}
      - case: 没有医保数据
        covers: [bills_low]
        as_of: 2026-11-15
        household: {household_id: H1, place_code: "431003100200"}
        residents: [{resident_id: R1, household_id: H1}]
        expect: {gates: {bills_low: null}}
"""
FILES = {"gates/bills_low.yaml": GATE, "procedures/visit.yaml": VISIT, "cases/bills_low.yaml": CASES}
AS_OF = date(2026, 11, 15)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), FILES))


def reports(pack, paid, as_of=AS_OF):
    bills = [{"resident_id": "R1", "settled_on": "2026-05-01", "self_paid": paid}]
    home = {"household_id": "H1", "place_code": "431003100200"}
    feeds = {} if paid is None else {"medical_settlements": bills}
    case = {"household": home, "residents": [{"resident_id": "R1", "household_id": "H1"}], "feeds": feeds}
    return compute(pack, case, as_of)["gates"]


@pytest.mark.parametrize(("paid", "met"), [("11999.99", True), ("12000", True), ("12000.01", False)])
def test_a_gate_opens_up_to_its_line(pack, paid, met):
    (report,) = reports(pack, paid)

    assert report["met"] is met
    assert "missing" not in report


def test_a_gate_is_reported_with_its_procedure_numbers_words_and_clause(pack):
    (report,) = reports(pack, "12000.01")

    assert report == {
        "gate": "bills_low",
        "title": "看病负担已经减轻",
        "procedure": "visit",
        "met": False,
        "values": {"household_self_paid_12m": 12000.01},
        "thresholds": {"self_paid_line": 12000},
        "because": "近12个月自付12,000.01元，上限12,000元",
        "clause": "第三条",
        "source": "示例",
    }


def test_a_gate_stays_open_to_question_without_data_and_says_what_is_missing(pack):
    (report,) = reports(pack, None)

    assert (report["met"], report["missing"]) == (None, ["医保结算"])


def test_a_gate_is_not_asked_before_its_first_day(pack):
    assert reports(pack, "0", date(2025, 6, 30)) == []
    assert len(reports(pack, "0", date(2025, 7, 1))) == 1


def test_a_gate_of_no_procedure_is_refused(tmp_path):
    elsewhere = FILES | {"gates/bills_low.yaml": GATE.replace("procedure: visit", "procedure: clearance")}

    with pytest.raises(InputError, match=r"gates/bills_low\.yaml: 关口 bills_low 所属的程序“clearance”不存在"):
        load_pack(write_pack(tmp_path, elsewhere))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    procedure: visit\n", "", "bills_low.yaml:1: 缺少“procedure”"),
        ("condition: household_self_paid_12m", "condition: bills", "bills_low.yaml:6: bills_low：没有名为“bills”"),
        ("<= self_paid_line", "+ self_paid_line", "bills_low.yaml:6: bills_low：“household_self_paid_12m"),
        ("evidence: [household_self_paid_12m]", "evidence: [rooms]", "bills_low.yaml:7: bills_low：没有名为“rooms”"),
        ("clause: 第三条", "levels: {red: TRUE}", "bills_low.yaml:10: 不认识的键“levels”"),
    ],
)
def test_a_fault_of_a_gate_is_named_with_file_and_line(tmp_path, old, new, said):
    assert old in GATE

    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, FILES | {"gates/bills_low.yaml": GATE.replace(old, new)})).program(AS_OF)

    assert said in str(refused.value)


def test_cases_say_what_a_gate_must_answer(tmp_path):
    report = check_pack(str(write_pack(tmp_path, FILES)))

    assert report.failures == []
    assert (report.counts["gates"], report.cases) == (1, 5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{bills_low: true}", "{bills_low: false}", "算例“正好等于上限”：关口 bills_low 应为 False，实为 True"),
        ("{bills_low: true}", "{bills_low: null}", "算例“正好等于上限”：关口 bills_low 应为 None，实为 True"),
        ("{bills_low: null}", "{bills_low: false}", "算例“没有医保数据”：关口 bills_low 应为 False，实为 None"),
        ("{bills_low: true}", "{bills_gone: true}", "关口 bills_gone 应为 True，实为 没有这个关口"),
    ],
)
def test_a_wrong_answer_in_a_case_is_found(tmp_path, old, new, said):
    assert old in CASES

    report = check_pack(str(write_pack(tmp_path, FILES | {"cases/bills_low.yaml": CASES.replace(old, new)})))

    assert len(report.failures) == 1
    assert said in report.failures[0]
