"""Two packs are compared in lines that a person can read: what, which part, from what, to what."""

import pytest

from shouwang.policy import load_pack
from shouwang.policy.comparing import compare_packs
from shouwang.policy.describing import describe
from tests.policy.making import FILES, write_pack

LINE, RULE = "parameters/self_paid_line.yaml", "rules/self_paid_heavy.yaml"
VISIT = """
    procedure: visit
    title: 走访
    source: 示例
    steps:
      - {step: go, act: verification, title: 入户, level: village, actors: [村干部], within: visit_days}
      - {step: post, act: notice, title: 公示, level: village, actors: [村委会]}
"""
DAYS = """
    parameter: %s_days
    title: 天数
    type: integer
    unit: calendar_days
    values: [{from: 2021-01-01, value: 5, verified: no, source: 示例}]
"""
CHANNELS = """
    list: channels
    title: 渠道
    items:
      - {item: hotline, title: 热线, source: 示例, verified: no}
"""
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: household
    eligible:
      - {title: 自付超过上限, when: household_self_paid_12m > self_paid_line}
      - {title: 饮水已经解决, when: water_safe}
    amount: household_self_paid_12m / 2
    source: 示例
"""
SUBSIDY = """
    tariff: subsidy
    title: 补贴
    payee: 车间
    inputs: {workers: {type: integer, title: 人数}}
    eligible: workers >= 5
    source: 示例
"""
MORE = {
    "procedures/visit.yaml": VISIT,
    "lists/channels.yaml": CHANNELS,
    "benefits/bill_aid.yaml": AID,
    "tariffs/subsidy.yaml": SUBSIDY,
    "parameters/visit_days.yaml": DAYS % "visit",
    "parameters/other_days.yaml": DAYS % "other",
}
VISIT_FILE, AID_FILE = "procedures/visit.yaml", "benefits/bill_aid.yaml"
NEW_ITEM = "      - {item: letter, title: 来信, from: 2026-01-01, source: 示例, verified: no}\n"


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    return describe(load_pack(write_pack(tmp_path_factory.mktemp("old"), MORE)))


def changes(tmp_path, old, changed):
    return compare_packs(old, describe(load_pack(write_pack(tmp_path, MORE | changed))))


def test_one_changed_value_is_one_line_with_number_day_old_and_new(tmp_path, old):
    (change,) = changes(tmp_path, old, {LINE: FILES[LINE].replace("value: 12000", "value: 13000.50")})

    assert change["text"] == "参数“自付上限”（self_paid_line）的全域取值·2025-01-01·取值：12000 → 13000.5"
    assert (change["kind"], change["name"], change["change"]) == ("parameters", "self_paid_line", "changed")
    assert (change["field"], change["path"]) == ("values", ["values", "2025-01-01", "value"])
    assert (change["old"], change["new"]) == (12000, 13000.5)


@pytest.mark.parametrize(
    ("file", "was", "now", "said"),
    [
        (LINE, "value: 8000", "value: 9000", "地方取值·431021·2021-01-01·取值：8000 → 9000"),
        (LINE, "12000, verified: no", "12000, verified: yes", "全域取值·2025-01-01·核对：no → yes"),
        (RULE, "red: household_self_paid_12m > 2 * self_paid_line", "red: self_paid_line > 1",
         "级别·红色：household_self_paid_12m > 2 * self_paid_line → self_paid_line > 1"),
        (RULE, "factor:", "until: 2027-01-01\n        factor:", "终止日：（无） → 2027-01-01"),
        (RULE, "title: 看病自付重", "title: 看病花钱多", "名称：看病自付重 → 看病花钱多"),
        (VISIT_FILE, "within: visit_days", "within: other_days", "步骤·go·时限·办理时限：visit_days → other_days"),
        (VISIT_FILE, "[村委会]", "[村委会, 乡镇]", "步骤·post·actors：村委会 → 村委会、乡镇"),
        (AID_FILE, "when: water_safe", "when: NOT relocated", "条件·饮水已经解决·条件：water_safe → NOT relocated"),
        (AID_FILE, "12m / 2", "12m / 3", "金额：household_self_paid_12m / 2 → household_self_paid_12m / 3"),
        (AID_FILE, "source:", "cap: self_paid_line\n    source:", "上限：（无） → self_paid_line"),
        ("lists/channels.yaml", "title: 热线", "title: 电话", "条目·hotline·名称：热线 → 电话"),
        ("tariffs/subsidy.yaml", ">= 5", ">= 6", "条件·补贴·条件：workers >= 5 → workers >= 6"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_one_line_from_what_to_what(tmp_path, old, file, was, now, said):
    text = (FILES | MORE)[file]
    assert was in text

    found = changes(tmp_path, old, {file: text.replace(was, now, 1)})

    assert len(found) == 1
    assert found[0]["text"].endswith(f"）的{said}")


def test_a_number_that_becomes_a_formula_is_told_part_by_part(tmp_path, old):
    found = changes(tmp_path, old, {LINE: FILES[LINE].replace("value: 12000, ver", "formula: 1.5 * 8000, ver")})

    assert [change["text"].partition("的")[2] for change in found] == [
        "全域取值·2025-01-01·取值：12000 → （无）",
        "全域取值·2025-01-01·公式：（无） → 1.5 * 8000",
    ]


def test_an_added_item_of_a_list_is_one_line_with_its_words(tmp_path, old):
    (change,) = changes(tmp_path, old, {"lists/channels.yaml": CHANNELS + NEW_ITEM})

    assert change["text"].startswith("清单“渠道”（channels）的条目·letter：（无） → ")
    assert "名称 来信" in change["text"]
    assert change["old"] is None


def test_a_value_that_is_added_or_taken_out_is_named_with_its_day(tmp_path, old):
    earlier = "          - {from: 2021-01-01, value: 10000, verified: no, source: 示例}\n"
    assert earlier in FILES[LINE]

    (change,) = changes(tmp_path, old, {LINE: FILES[LINE].replace(earlier, "", 1)})

    assert change["text"].startswith("参数“自付上限”（self_paid_line）的全域取值·2021-01-01：")
    assert change["text"].endswith(" → （无）")
    assert "取值 10000" in change["text"]


def test_a_step_that_is_left_out_is_named(tmp_path, old):
    post = VISIT.rindex("      - {step: post")

    (change,) = changes(tmp_path, old, {"procedures/visit.yaml": VISIT[:post]})

    assert change["path"] == ["steps", "post"]
    assert change["text"].endswith("→ （无）")


def test_what_is_new_and_what_is_gone_has_a_line_of_its_own(tmp_path, old):
    other = CHANNELS.replace("list: channels", "list: letters")

    found = changes(tmp_path, old, {"lists/channels.yaml": None, "lists/letters.yaml": other})

    assert [change["text"] for change in found] == ["删除清单“渠道”（channels）", "新增清单“渠道”（letters）"]


def test_the_same_pack_in_another_folder_has_no_changes(tmp_path, old):
    assert changes(tmp_path, old, {}) == []


def test_files_written_in_another_order_are_no_change(tmp_path, old):
    first, second = CHANNELS + NEW_ITEM, CHANNELS.replace("      - {item: hotline", NEW_ITEM + "      - {item: hotline")
    before = describe(load_pack(write_pack(tmp_path / "one", MORE | {"lists/channels.yaml": first})))

    after = describe(load_pack(write_pack(tmp_path / "two", MORE | {"lists/channels.yaml": second})))

    assert [*before["lists"]["channels"]["items"]] != [*after["lists"]["channels"]["items"]]
    assert compare_packs(before, after) == []
