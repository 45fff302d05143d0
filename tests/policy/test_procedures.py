"""A procedure is steps as data; what protects people in it can be arranged otherwise, but neither left out nor put later."""

import re

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.procedures import NEEDED
from tests.policy.making import write_child, write_pack

FILE = "procedures/determination.yaml"
PROCEDURE = """
    procedure: determination
    title: 识别认定
    source: 示例
    clause: 第二条
    within: whole_days
    steps:
      - {step: visit, act: verification, title: 入户, level: village, actors: [村干部], people: two, within: whole_days}
      - {step: compare, act: comparison, title: 比对, level: county, actors: [县局], together_with: visit, within: hours, skipped_when: 免}
      - {step: vote, act: appraisal, title: 评议, level: village, actors: [村民], present: half, agree: half, clause: 第九条}
      - {step: post, act: notice, title: 公示, level: village, actors: [村委会], notice: notice_days}
      - {step: decide, act: decision, title: 审定, level: county, actors: [县局]}
    green_channel: {title: 先行帮扶, when: 情况紧急, papers_within: whole_days}
"""


def number(name, unit, kind="integer", value="5"):
    dated = f"{{from: 2021-01-01, value: {value}, verified: no, source: 示例}}"
    said = f"parameter: {name}\ntitle: 数{name}\ntype: {kind}\nunit: {unit}\nvalues: [{dated}]\n"
    return {f"parameters/{name}.yaml": said}


NUMBERS = (
    number("whole_days", "working_days")
    | number("notice_days", "calendar_days")
    | number("hours", "hours")
    | number("two", "people")
    | number("half", "share_of_people", "ratio", "0.5")
    | number("money", "yuan", "money")
)
FILES = NUMBERS | {FILE: PROCEDURE}


def changed(old, new):
    assert old in PROCEDURE
    return FILES | {FILE: PROCEDURE.replace(old, new, 1)}


def fault(tmp_path, files):
    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, files))
    return str(refused.value).replace(f"{tmp_path}/", "")


def test_a_procedure_is_loaded_with_its_steps_in_order_and_every_limit(tmp_path):
    found = load_pack(write_pack(tmp_path, FILES)).procedures["determination"]

    assert [step.act for step in found.steps] == ["verification", "comparison", "appraisal", "notice", "decision"]
    assert found.steps[1].together_with == "visit"
    assert [*found.limits()] == [
        ("within", "whole_days"),
        ("people", "two"),
        ("within", "whole_days"),
        ("within", "hours"),
        ("present", "half"),
        ("agree", "half"),
        ("notice", "notice_days"),
        ("within", "whole_days"),
    ]


def test_a_step_without_a_clause_of_its_own_stands_on_that_of_the_procedure(tmp_path):
    found = load_pack(write_pack(tmp_path, FILES)).procedures["determination"]

    assert [(step.source, step.clause) for step in found.steps[1:3]] == [("示例", "第二条"), ("示例", "第九条")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("people: two", "people: three", "people 所指的“three”不是参数"),
        ("notice: notice_days", "notice: gone_days", "notice 所指的“gone_days”不是参数"),
        ("papers_within: whole_days", "papers_within: gone_days", "within 所指的“gone_days”不是参数"),
        ("within: whole_days\n    steps", "within: gone_days\n    steps", "within 所指的“gone_days”不是参数"),
        ("people: two", "people: whole_days", "参数 whole_days 应为 integer，单位是 people 之一"),
        ("notice: notice_days", "notice: hours", "参数 hours 应为 integer，单位是 calendar_days、working_days 之一"),
        ("within: hours", "within: money", "参数 money 应为 integer，单位是 calendar_days、working_days、hours 之一"),
        ("within: hours", "within: two", "参数 two 应为 integer，单位是"),
        ("present: half", "present: two", "参数 two 应为 ratio"),
        ("agree: half", "agree: money", "参数 money 应为 ratio"),
    ],
)
def test_a_limit_that_is_no_number_of_its_kind_is_refused(tmp_path, old, new, said):
    assert fault(tmp_path, changed(old, new)).startswith(f"{FILE}: 程序 determination：{said}")


def steps_of(name, acts):
    steps = "".join(
        f"  - {{step: s{number}, act: {act}, title: 步骤, level: village, actors: [村委会]}}\n"
        for number, act in enumerate(acts)
    )
    return {f"procedures/{name}.yaml": f"procedure: {name}\ntitle: 程序\nsource: 示例\nsteps:\n{steps}"}


SAFEGUARDS = [(name, act) for name, acts in NEEDED.items() for act in acts]


@pytest.mark.parametrize(("name", "act"), SAFEGUARDS)
def test_a_procedure_without_one_of_its_safeguards_is_refused(tmp_path, name, act):
    others = [one for one in NEEDED[name] if one != act]

    assert re.search(rf"程序 {name}：缺少“.+”（{act}）这一步", fault(tmp_path, steps_of(name, others)))


@pytest.mark.parametrize(
    ("name", "place"), [(name, place) for name, acts in NEEDED.items() for place in range(len(acts) - 1)]
)
def test_a_procedure_that_decides_before_it_listens_is_refused(tmp_path, name, place):
    acts = [*NEEDED[name]]
    acts[place], acts[place + 1] = acts[place + 1], acts[place]

    assert f"程序 {name}：次序应当是" in fault(tmp_path, steps_of(name, acts))


@pytest.mark.parametrize("name", NEEDED)
def test_a_procedure_that_has_its_safeguards_in_order_is_taken(tmp_path, name):
    pack = load_pack(write_pack(tmp_path, steps_of(name, NEEDED[name])))

    assert [step.act for step in pack.procedures[name].steps] == [*NEEDED[name]]


def test_those_who_are_protected_are_named_for_every_decision_about_them():
    assert set(NEEDED) == {"determination", "clearance", "natural_clearance", "aid_reduction"}
    assert all("verification" in acts and "decision" in acts for acts in NEEDED.values())


def test_a_procedure_that_decides_about_nobody_needs_no_safeguard(tmp_path):
    assert load_pack(write_pack(tmp_path, steps_of("road_notice", ["notice"]))).procedures["road_notice"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("step: compare", "step: visit", "8: 步骤“visit”写了两次"),
        ("together_with: visit", "together_with: walk", "8: together_with 所指的“walk”不是步骤"),
        ("act: appraisal", "act: dance", "9: act 要是"),
        ("level: county, actors: [县局], tog", "level: moon, actors: [县局], tog", "8: level 要是"),
        ("title: 公示, ", "", "10: 缺少“title”"),
        ("actors: [村民], ", "", "9: 缺少“actors”"),
        ("skipped_when", "left_out_when", "8: 不认识的键 left_out_when"),
        ("when: 情况紧急, ", "", "12: 缺少“when”"),
        ("papers_within", "papers_in", "12: 不认识的键 papers_in"),
        ("skipped_when: 免", "verified: maybe", "8: verified 要是"),
        ("    source: 示例\n", "", "1: 缺少“source”"),
    ],
)
def test_a_fault_of_a_step_is_named_with_file_and_line(tmp_path, old, new, said):
    assert fault(tmp_path, changed(old, new)).startswith(f"{FILE}:{said}")


def test_a_childs_file_replaces_the_whole_procedure_of_its_parent(tmp_path):
    parent = write_pack(tmp_path / "parent", FILES | steps_of("road_notice", ["notice"]))
    child = write_child(tmp_path / "child", parent, steps_of("determination", NEEDED["determination"]))

    found = load_pack(child)

    assert [step.name for step in found.procedures["determination"].steps] == ["s0", "s1", "s2"]
    assert found.procedures["determination"].within is None
    assert {*found.procedures} == {"determination", "road_notice"}
    assert len(found.parent.procedures["determination"].steps) == 5


def test_a_child_cannot_leave_out_what_its_parent_protects_people_by(tmp_path):
    parent = write_pack(tmp_path / "parent", FILES)
    child = write_child(tmp_path / "child", parent, steps_of("determination", ["verification", "decision"]))

    with pytest.raises(InputError, match="缺少“公示”"):
        load_pack(child)


def test_a_child_cannot_turn_a_limit_of_its_parent_into_another_unit(tmp_path):
    parent = write_pack(tmp_path / "parent", FILES)
    child = write_child(tmp_path / "child", parent, number("notice_days", "yuan"))

    with pytest.raises(InputError, match="参数 notice_days 应为 integer"):
        load_pack(child)
