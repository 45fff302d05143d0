"""What a document asks for is listed strictly: nothing without a section, a unit, a day or a reason."""

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from tests.policy.making import write_pack

PACK = "pack: small\ntitle: 小政策包\nversion: '1'\ndocuments:\n  - {title: 示例方案}\n"
FILES = {
    "pack.yaml": PACK,
    "units/main.yaml": """
        units:
          - {unit: water_bureau, title: 县水利局, level: county}
          - {unit: towns, title: 各乡镇, level: township}
    """,
    "coverage/main.yaml": """
        sections:
          - {document: 示例方案, section: 一, title: 总体要求, left: 只有原则}
          - {document: 示例方案, section: 二, title: 饮水}
    """,
    "indicators/water.yaml": """
        document: 示例方案
        section: 二
        indicators:
          - {indicator: tap_rate, title: 自来水普及率, comparator: at_least, value: 90, unit: "%", by: 2026-12-31, clause: 二,
             units: [water_bureau]}
    """,
    "duties/water.yaml": """
        document: 示例方案
        section: 二
        duties:
          - {duty: look_at_wells, title: 看水源, every: quarter, who: [towns], clause: 二}
    """,
}
UNITS, COVERAGE, TARGETS, DUTIES = [name for name in FILES if name != "pack.yaml"]
FAULTS = [
    (TARGETS, "section: 二", "section: 三", "water.yaml:2: coverage 里没有《示例方案》的“三”一节"),
    (TARGETS, "[water_bureau]", "[fire_brigade]", "water.yaml:4: 单位“fire_brigade”不在可选范围"),
    (TARGETS, "value: 90", "value: 九成", "water.yaml:4: value 要是数字"),
    (TARGETS, "value: 90, ", "", "water.yaml:4: value 要是数字；原文数值缺失请写 verified: lost"),
    (TARGETS, "by: 2026-12-31, ", "", "water.yaml:4: 要写明 by（截止日）或 period（周期）"),
    (TARGETS, "by: 2026-12-31", "by: 年底", "water.yaml:4: by 要写成日期"),
    (TARGETS, "at_least", "about", "water.yaml:4: comparator“about”不在可选范围"),
    (TARGETS, "clause: 二,", "", "water.yaml:4: 缺少“clause”"),
    (TARGETS, "title: 自来水普及率", "titel: 自来水普及率", "water.yaml:4: 不认识的键 titel"),
    (DUTIES, "quarter", "often", "water.yaml:4: every“often”不在可选范围"),
    (DUTIES, "quarter", "event", "water.yaml:4: every: event 要在 on 里写明遇到什么事"),
    (DUTIES, ", who: [towns]", "", "water.yaml:4: 缺少“who”"),
    (COVERAGE, "document: 示例方案, section: 一", "document: 别的方案, section: 一", "main.yaml:2: document“别的方案”不在"),
    (COVERAGE, "section: 一", "section: 二", "main.yaml:3: 章节“二”写了两次"),
    (UNITS, "level: county", "level: moon", "main.yaml:2: level“moon”不在可选范围"),
]  # fmt: skip


def test_everything_listed_is_counted_and_shown(tmp_path):
    report = check_pack(str(write_pack(tmp_path, FILES)))
    mandates = load_pack(tmp_path).mandates

    assert report.failures == []
    assert report.counts["indicators"] == report.counts["duties"] == 1
    assert mandates.of("indicators")["tap_rate"].content["value"] == 90
    assert mandates.taken(mandates.sections[1]) == {"indicators": 1, "duties": 1}


@pytest.mark.parametrize(("name", "old", "new", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_fault_is_named_with_file_and_line(tmp_path, name, old, new, said):
    assert old in FILES[name]

    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, FILES | {name: FILES[name].replace(old, new, 1)}))

    assert said in str(refused.value)


def test_a_number_lost_in_the_text_is_listed_as_lost(tmp_path):
    lost = FILES[TARGETS].replace("value: 90", "value: null, verified: lost, note: 原文缺字")

    mandates = load_pack(write_pack(tmp_path, FILES | {TARGETS: lost})).mandates

    assert mandates.of("indicators")["tap_rate"].content["value"] is None


def test_a_section_left_without_a_reason_fails_the_check(tmp_path):
    silent = FILES[COVERAGE].replace(", left: 只有原则", "")

    report = check_pack(str(write_pack(tmp_path, FILES | {COVERAGE: silent})))

    assert report.failures == ["coverage：示例方案 一 没有提取内容，也没有说明原因"]


def test_a_name_may_not_be_given_twice(tmp_path):
    again = {"indicators/again.yaml": FILES[TARGETS]}

    with pytest.raises(InputError, match="“tap_rate”在别处已有定义"):
        load_pack(write_pack(tmp_path, FILES | again))


def test_two_files_that_name_a_unit_must_agree(tmp_path):
    other = {"units/other.yaml": "units:\n  - {unit: towns, title: 县人民政府, level: county}\n"}

    with pytest.raises(InputError, match="单位“towns”在别处是“各乡镇”"):
        load_pack(write_pack(tmp_path, FILES | other))
