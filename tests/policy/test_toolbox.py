"""A policy tool answers a risk, says who may have it, and is judged by people where the data cannot."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.book import rule_book
from shouwang.policy.checking import check_pack
from shouwang.policy.comparing import compare_packs
from shouwang.policy.computing import compute
from shouwang.policy.describing import describe
from shouwang.policy.toolbox import conflicts, tools_on
from tests.policy.making import write_pack

TOOL = """
    tool: bill_help
    title: 住院补助
    class: three_guarantees
    answers: [expenditure.medical]
    measure: {kind: health}
    eligible: [{when: household_self_paid_12m > self_paid_line, title: 自付超过上限}]
    because: 近12个月自付超过上限
    unit: 医保局
    evidence: [结算单]
    conflicts_with: [village_help]
    until: 2027-01-01
    source: 示例
    clause: 第三条
"""
BY_PEOPLE = """
    tool: village_help
    title: 村里帮一把
    class: informal_measures
    answers: [expenditure.other]
    measure: {kind: social_help}
    by_people: 由村委会商量
    source: 示例
"""
MEASURES = """
    source: measures
    title: 帮扶措施
    entity: household
    columns:
      household_id: {type: text, title: 户编号, required: true}
      kind: {type: choice, title: 帮扶措施, codes: {health: [健康帮扶], social_help: [社会帮扶]}}
      item: {type: choice, title: 措施明细, codes: {other: [其他]}}
"""
CASES = """
    cases:
      - case: 超过一分
        covers: [bill_help]
        as_of: 2026-11-15
        household: {household_id: H1, place_code: "431003100200"}
        residents: [{resident_id: R1, household_id: H1}]
        feeds: {medical_settlements: [{resident_id: R1, settled_on: 2026-05-01, self_paid: 12000.01}]}
        expect: {tools: {bill_help: {eligible: true}}}
"""
FILES = {
    "toolbox/bill_help.yaml": TOOL,
    "toolbox/village_help.yaml": BY_PEOPLE,
    "register/measures.yaml": MEASURES,
    "cases/bill_help.yaml": CASES,
}
AS_OF = date(2026, 11, 15)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), FILES))


def reports(pack, paid, as_of=AS_OF):
    bills = [{"resident_id": "R1", "settled_on": "2026-05-01", "self_paid": paid}]
    home = {"household_id": "H1", "place_code": "431003100200"}
    feeds = {} if paid is None else {"medical_settlements": bills}
    residents = [{"resident_id": "R1", "household_id": "H1"}]
    return compute(pack, {"household": home, "residents": residents, "feeds": feeds}, as_of)["tools"]


@pytest.mark.parametrize(("paid", "eligible"), [("12000", False), ("12000.01", True), (None, None)])
def test_a_tool_fits_does_not_fit_or_cannot_be_told(pack, paid, eligible):
    (report,) = reports(pack, paid)

    assert (report["tool"], report["eligible"]) == ("bill_help", eligible)


def test_what_is_missing_is_named_where_nobody_can_tell(pack):
    (report,) = reports(pack, None)

    assert report["missing"] == ["医保结算"]


def test_a_tool_left_to_people_is_not_judged(pack):
    assert "village_help" not in {report["tool"] for report in reports(pack, "99999")}


def test_a_tool_is_not_offered_from_its_last_day_on(pack):
    assert set(tools_on(pack.toolbox, date(2026, 12, 31))) == {"bill_help", "village_help"}
    assert set(tools_on(pack.toolbox, date(2027, 1, 1))) == {"village_help"}
    assert reports(pack, "99999", date(2027, 1, 1)) == []


def test_a_conflict_holds_both_ways(pack):
    assert conflicts(pack.toolbox, "bill_help", "village_help")
    assert conflicts(pack.toolbox, "village_help", "bill_help")
    assert not conflicts(pack.toolbox, "village_help", "village_help")


def test_a_failing_case_of_a_tool_fails_the_check(tmp_path):
    wrong = FILES | {"cases/bill_help.yaml": CASES.replace("eligible: true", "eligible: false")}

    (failure,) = check_pack(str(write_pack(tmp_path, wrong))).failures

    assert "工具 bill_help 应为 {'eligible': False}，实为 [{'eligible': True}]" in failure


def test_a_child_says_a_tool_otherwise_and_the_difference_is_told(pack, tmp_path):
    write_pack(tmp_path / "parent", FILES | {"pack.yaml": "pack: parent\ntitle: 上级\n"})
    child = write_pack(
        tmp_path / "child",
        {
            "pack.yaml": f"pack: child\ntitle: 下级\nparent: {tmp_path / 'parent'}\n",
            "toolbox/bill_help.yaml": TOOL.replace("医保局", "民政局"),
        },
    )

    changes = compare_packs(describe(pack), describe(load_pack(child)))

    assert "政策工具“住院补助”（bill_help）的单位：医保局 → 民政局" in {change["text"] for change in changes}
    assert set(load_pack(child).toolbox) == {"bill_help", "village_help"}


def test_the_rule_book_says_who_may_have_a_tool_in_words(pack):
    entries = {one.name: dict(one.lines) for one in rule_book(pack, AS_OF) if one.kind == "toolbox"}

    assert entries["bill_help"]["条件"] == "自付超过上限：全家近12个月自付 ＞ 自付上限"
    assert entries["bill_help"]["针对"] == "支出·看病"
    assert entries["bill_help"]["登记为"] == "健康帮扶"
    assert entries["village_help"]["由人判断"] == "由村委会商量"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("class: three_guarantees", "class: gifts", "bill_help.yaml:3: class 要是"),
        ("[expenditure.medical]", "[laziness]", "answers 所指的 laziness 不存在"),
        ("{kind: health}", "{kind: gold}", "measure 的 kind“gold”不在登记表"),
        ("[village_help]", "[nobody]", "conflicts_with 所指的 nobody 不存在"),
        ("    evidence: [结算单]", "    within: self_paid_line", "within 所指的“self_paid_line”要是以天或小时计"),
        ("    unit: 医保局", "    by_people: 都行", "谁可以用，要写 eligible、benefit、by_people 其中的一样"),
        ("    unit: 医保局", "    score: 3", "不认识的键“score”"),
        ("    evidence: [结算单]", "    evidence: 结算单", "evidence 要写成列表"),
    ],
)
def test_a_fault_of_a_tool_is_named_with_file_and_line(tmp_path, old, new, said):
    assert old in TOOL

    with pytest.raises(InputError, match=r"bill_help\.yaml:\d+: ") as refused:
        load_pack(write_pack(tmp_path, FILES | {"toolbox/bill_help.yaml": TOOL.replace(old, new)}))

    assert said in str(refused.value)


def test_a_condition_that_names_nothing_known_is_refused(tmp_path):
    wrong = FILES | {"toolbox/bill_help.yaml": TOOL.replace("household_self_paid_12m >", "bills >")}

    with pytest.raises(InputError, match="没有名为“bills”"):
        check_pack(str(write_pack(tmp_path, wrong)))


def test_shipped_tools_answer_a_risk_as_the_clearance_gate_counts_it():
    """A tool that says it answers 因病 but is kept as something the gate does not count would leave a plan stuck."""
    for name in ("national", "hunan/chenzhou", "gansu/gannan", "sichuan/xuzhou", "yunnan/wenshan", "guizhou/qianxinan"):
        pack = load_pack(name)
        counted = {}
        for item in pack.lists["risk_measures"].items.values():
            counted.setdefault(item.of, set()).add(item.value)
        for risk, kinds in counted.items():
            for kind in kinds:
                assert f"'{kind}'" in pack.gates["measures_answer_risks"].condition
            odd = [t.name for t in pack.toolbox.values() if risk in t.answers and t.measure and t.measure not in kinds]
            assert odd == [], (name, risk)
