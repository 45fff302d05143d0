"""The loader is the first reviewer: every fault of a pack is named with its file and line, and how to mend it."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from tests.policy.making import FILES, write_child, write_pack


def fault(tmp_path, changes):
    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, changes)).program(date(2026, 11, 15))
    return str(refused.value).replace(f"{tmp_path}/", "")


def changed(name, old, new):
    assert old in FILES[name]
    return {name: FILES[name].replace(old, new)}


PARAMETER, FACT, RULE = "parameters/self_paid_line.yaml", "facts/self_paid_12m.yaml", "rules/self_paid_heavy.yaml"
TOTAL = "facts/household_self_paid_12m.yaml"
CHECK, CASES = "checks/head_missing.yaml", "cases/self_paid_heavy.yaml"
FAULTS = [
    (changed("pack.yaml", "version", "vrsion"), "pack.yaml:3: 不认识的键“vrsion”"),
    (changed("pack.yaml", "title: 小政策包\n", ""), "pack.yaml:1: 缺少“title”"),
    (changed(PARAMETER, "unit: yuan", "unti: yuan"), f"{PARAMETER}:4: 不认识的键“unti”"),
    (changed(PARAMETER, "type: money", "type: yuan"), f"{PARAMETER}:3: type 要是"),
    (changed(PARAMETER, "value: 12000", "value: 12000.001"), f"{PARAMETER}:7: “12000.001”最多保留 2 位小数"),
    (changed(PARAMETER, "value: 12000", "value: 一万二"), f"{PARAMETER}:7: “一万二”不是数字"),
    (changed(PARAMETER, "value: 12000, ", ""), f"{PARAMETER}:7: 没有 value 也没有 formula"),
    (changed(PARAMETER, "from: 2025-01-01", "from: 2020-01-01"), f"{PARAMETER}:7: 取值要按 from 从早到晚排列"),
    (changed(PARAMETER, "from: 2025-01-01", "from: 去年"), f"{PARAMETER}:7: 每个取值都要有 from 日期"),
    (changed(PARAMETER, "12000, verified: no, source: 示例", "12000, verified: no"), f"{PARAMETER}:7: 每个取值都要有"),
    (changed(PARAMETER, "12000, verified: no", "12000, verified: maybe"), f"{PARAMETER}:7: verified 要是"),
    (changed(PARAMETER, "12000, verified: no", "12000, sure: no"), f"{PARAMETER}:7: 不认识的键 sure"),
    (changed(PARAMETER, '"431021"', '"郴州"'), "“郴州”不是区划代码"),
    (
        changed(FACT, "fact: self_paid_12m", "fact: self_paid"),
        f"{FACT}:1: 文件名“self_paid_12m”与fact“self_paid”不一致",
    ),
    (changed(FACT, "entity: resident", "entity: person"), f"{FACT}:3: entity 要是 resident 或 household"),
    (changed(FACT, "self_paid, TRUE", "self_pay, TRUE"), f"{FACT}:5: self_paid_12m：没有名为“self_pay”"),
    (changed(TOTAL, "type: money", "type: integer"), f"{TOTAL}:5: 指标“household_self_paid_12m”写明是 integer"),
    (changed(FACT, "title: 近12个月个人自付", "title: 少数民族自付"), "不得作为输入"),
    (changed(FACT, "formula: sum_if", "formula: [sum_if"), f"{FACT}:6: 不是有效的 YAML"),
    (changed(FACT, "type: money", "type: money\n        type: ratio"), f"{FACT}:5: 键“type”写了两次"),
    (changed(RULE, "factor: expenditure.medical", "factor: laziness"), f"{RULE}:4: factor 要是"),
    (changed(RULE, "red:", "purple:"), f"{RULE}:5: levels 要写明"),
    (changed(RULE, "expenditure.medical", "negative.review"), f"{RULE}:5: 负面因子只能作为人工复核提示"),
    (changed(RULE, "{red:", "{review:"), f"{RULE}:5: 负面因子只能作为人工复核提示"),
    (changed(RULE, "because: ", "because: 共{total}元，"), f"{RULE}:7: self_paid_heavy：说明里的“{{total}}”"),
    (
        changed(RULE, "[household_self_paid_12m]", "[self_paid_12m]"),
        f"{RULE}:6: self_paid_heavy：指标“self_paid_12m”属于人",
    ),
    (changed(RULE, "        source: 示例\n", ""), f"{RULE}:1: 缺少“source”"),
    (changed(RULE, "> self_paid_line}", "> rooms}"), f"{RULE}:5: self_paid_heavy：没有名为“rooms”"),
    (changed(CHECK, "'head'", "'hed'"), f"{CHECK}:4: head_missing：“relation”没有取值“hed”"),
    (changed(CHECK, "{screen: household", "{page: household"), f"{CHECK}:6: fix 只能有 do、screen"),
    (changed(CASES, "expect: {undecided", "expected: {undecided"), f"{CASES}:16: 算例要写明"),
    (changed(CASES, "{undecided:", "{undecide:"), "不认识的键 undecide"),
    (
        {"register/households.yaml": "source: households\ntitle: 农户\nentity: village\ncolumns: {}\n"},
        "households.yaml:3: entity 只能",
    ),
    (
        {
            "register/households.yaml": "source: households\ntitle: 农户\nentity: household\ncolumns:\n  a: {type: int}\n"
        },
        "households.yaml:5: 列“a”的类型要是",
    ),
    ({"rules/empty.yaml": ""}, "rules/empty.yaml"),
    ({"rules/list.yaml": "- a\n- b\n"}, "rules/list.yaml:1: 文件应是“键: 值”的形式"),
]


@pytest.mark.parametrize(("changes", "said"), FAULTS, ids=[said[:60] for _, said in FAULTS])
def test_a_fault_is_named_with_file_and_line(tmp_path, changes, said):
    assert said in fault(tmp_path, changes)


def test_a_sound_pack_loads_with_everything_it_says(tmp_path):
    pack = load_pack(write_pack(tmp_path))

    assert (pack.name, pack.title, pack.place_code, pack.version) == ("tiny", "小政策包", "431003", "1")
    assert {*pack.sources} == {"households", "residents", "medical_settlements"}
    assert ({*pack.facts}, {*pack.rules}, {*pack.checks}) == (
        {"self_paid_12m", "household_self_paid_12m"},
        {"self_paid_heavy"},
        {"head_missing"},
    )
    assert [case.name for case in pack.cases] == ["正好等于上限不算超过", "多一分即超过", "没有医保数据就不能判断"]


def test_a_parameter_has_the_value_of_the_day_and_the_place(tmp_path):
    pack = load_pack(write_pack(tmp_path))

    line = {
        day: pack.program(date.fromisoformat(day)).parameters["self_paid_line"]
        for day in ("2020-12-31", "2024-12-31", "2025-01-01")
    }

    assert [resolved.value for resolved in line.values()] == [None, 1000000, 1200000]
    assert line["2025-01-01"].at("431021100200") == 800000
    assert line["2025-01-01"].at("431003100200") == 1200000
    assert line["2025-01-01"].dated_at("431021").valid_from == date(2021, 1, 1)
    assert pack.change_dates() == (date(2021, 1, 1), date(2025, 1, 1))


def test_a_lost_value_may_be_said_to_be_lost(tmp_path):
    changes = changed(PARAMETER, "value: 12000, verified: no", "verified: lost")

    assert load_pack(write_pack(tmp_path, changes)).program(date(2026, 1, 1)).parameters["self_paid_line"].value is None


def test_a_child_inherits_and_overrides_by_name(tmp_path):
    parent = write_pack(tmp_path / "parent")
    child = write_child(
        tmp_path / "child",
        parent,
        {
            "parameters/self_paid_line.yaml": """
                parameter: self_paid_line
                title: 自付上限
                type: money
                unit: yuan
                values: [{from: 2021-01-01, value: 9000, verified: no, source: 示例}]
            """,
            "rules/no_head.yaml": """
                rule: no_head
                title: 没有户主
                entity: household
                factor: income.other
                levels: {yellow: "count_if(residents, relation = 'head') = 0"}
                because: 没有户主
                source: 示例
            """,
        },
    )

    pack = load_pack(child)

    assert (pack.parent.name, pack.place_code) == ("tiny", "431021")
    assert {*pack.rules} == {"self_paid_heavy", "no_head"}
    assert pack.program(date(2026, 1, 1)).parameters["self_paid_line"].value == 900000
    assert pack.parent.program(date(2026, 1, 1)).parameters["self_paid_line"].value == 1200000


def test_packs_that_inherit_from_each_other_are_refused(tmp_path):
    write_child(tmp_path / "one", tmp_path / "two", {})
    write_child(tmp_path / "two", tmp_path / "one", {})

    with pytest.raises(InputError, match="互相继承成环"):
        load_pack(tmp_path / "one")


def test_a_pack_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(InputError, match=r"没有名为“hunan/changsha”的政策包.*hunan/chenzhou、national"):
        load_pack("hunan/changsha")
