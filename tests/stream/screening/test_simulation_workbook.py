"""The workbook of a simulation: sums, villages, rules, benefits and households by name, and that nothing was decided."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pyarrow as pa
import pytest

from shouwang.policy import load_pack
from shouwang.stream.screening.simulation import Simulation
from shouwang.stream.screening.simulation_workbook import workbook
from tests.policy.making import write_pack

HERE, THERE = "431003100200", "431003100201"
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: household
    eligible: household_self_paid_12m > self_paid_line
    amount: household_self_paid_12m - self_paid_line
    period: once
    source: 示例
"""
SUMMARY = {
    "baseline": "tiny 1",
    "draft": "tiny 1+draft",
    "as_of": "2026-11-15",
    "households": 12345,
    "levels": {
        "red": {"before": 1, "after": 2},
        "orange": {"before": 0, "after": 0},
        "yellow": {"before": 3, "after": 1},
        "review": {"before": 0, "after": 0},
    },
    "newly_warned": 1002,
    "no_longer_warned": 3,
    "level_changed": 1,
    "by_place": {THERE: {"newly_warned": 2, "no_longer_warned": 1}, HERE: {"newly_warned": 1}},
    "by_class": {"exited_poverty": {"newly_warned": 2}, "marginal": {"no_longer_warned": 1}, "": {"newly_warned": 1}},
    "rules": {"self_paid_heavy": {"before": 1, "after": 2}, "gone_rule": {"before": 1, "after": 0}},
    "benefits": {"bill_aid": {"before": 0.01, "after": 5000.01}},
    "entitled": {"bill_aid": {"before": 1, "after": 2}},
    "visit_hours": 1503.0,
}
CHANGES = pa.table(
    {
        "household_id": ["H1", "H2"],
        "place_code": [HERE, THERE],
        "before": pa.array([None, "red"], pa.string()),
        "after": pa.array(["yellow", None], pa.string()),
    }
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), {"benefits/bill_aid.yaml": AID}))


@pytest.fixture(scope="module")
def simulation():
    return Simulation(CHANGES, SUMMARY)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(book, title):
    return [tuple(cell for cell in row if cell is not None) for row in book[title].iter_rows(values_only=True)]


def test_it_opens_on_the_sums_by_level(pack, simulation):
    book = opened(workbook(simulation, pack))

    assert book.active.title == "概览"
    assert rows(book, "概览")[:5] == [
        ("级别", "现行", "草案"),
        ("红色预警", 1, 2),
        ("橙色预警", 0, 0),
        ("黄色预警", 3, 1),
        ("人工复核提示", 0, 0),
    ]


def test_it_says_what_was_compared_and_that_nothing_was_decided(pack, simulation):
    said = [row[0] for row in rows(opened(workbook(simulation, pack)), "概览")[5:] if row]

    assert said == [
        "tiny 1 → tiny 1+draft，数据截至 2026-11-15，共 12,345 户",
        "新增预警 1,002 户，不再预警 3 户，级别变化 1 户",
        "新增核实约 1,503.0 小时",
        "这是模拟：没有改动任何规则和记录，也不是对任何一户的决定。",
    ]


def test_hours_that_nobody_asked_for_are_not_told(pack, simulation):
    silent = replace(simulation, summary=SUMMARY | {"visit_hours": None})

    assert not [row for row in rows(opened(workbook(silent, pack)), "概览") if row and "小时" in str(row[0])]


def test_the_levels_are_drawn(pack, simulation):
    with zipfile.ZipFile(io.BytesIO(workbook(simulation, pack))) as parts:
        drawn = parts.read("xl/charts/chart1.xml").decode()

    assert "各级预警户数" in drawn
    assert "概览!$B$2:$B$5" in drawn
    assert "概览!$C$2:$C$5" in drawn


def test_villages_stand_with_their_names_the_most_changed_first(pack, simulation):
    book = opened(workbook(simulation, pack, {THERE: "金田村"}))

    assert rows(book, "分村") == [
        ("村代码", "村", "新增预警", "不再预警", "级别变化"),
        (THERE, "金田村", 2, 1, 0),
        (HERE, 1, 0, 0),
    ]


def test_classes_stand_in_words(pack, simulation):
    assert rows(opened(workbook(simulation, pack)), "分类")[1:] == [
        ("脱贫户", 2, 0, 0),
        ("边缘易致贫户", 0, 1, 0),
        ("未登记", 1, 0, 0),
    ]


def test_rules_and_benefits_stand_by_title_with_before_and_after(pack, simulation):
    book = opened(workbook(simulation, pack))

    assert rows(book, "规则")[1:] == [("看病自付重", 1, 2), ("gone_rule", 1, 0)]
    (money,), (people,) = rows(book, "待遇金额")[1:], rows(book, "待遇人数")[1:]
    assert money[0].startswith("医疗费补助")
    assert (money[1:], people[1:]) == ((0.01, 5000.01), (1, 2))


def test_every_household_stands_with_its_level_in_words(pack, simulation):
    book = opened(workbook(simulation, pack, {HERE: "银田村", THERE: "金田村"}))

    assert rows(book, "逐户") == [
        ("户编号", "村代码", "村", "现行", "草案"),
        ("H1", HERE, "银田村", "不预警", "黄色预警"),
        ("H2", THERE, "金田村", "红色预警", "不预警"),
    ]


def test_the_back_test_has_its_own_sheet_where_there_are_decisions(pack, simulation):
    counts = {"confirmed": 1, "not_confirmed": 2, "missed": 3, "never_decided": 4, "rules": {}}
    tested = {"before": counts, "after": counts | {"confirmed": 4, "missed": 0}}

    book = opened(workbook(replace(simulation, summary=SUMMARY | {"back_test": tested}), pack))

    assert rows(book, "回测") == [
        ("后来的决定", "现行", "草案"),
        ("预警且后来认定", 1, 4),
        ("预警但核查无风险", 2, 2),
        ("没有预警却后来认定", 3, 0),
        ("预警但没有人作过决定", 4, 4),
    ]


def test_without_decisions_there_is_no_back_test(pack, simulation):
    assert opened(workbook(simulation, pack)).sheetnames == [
        "概览",
        "分村",
        "分类",
        "规则",
        "待遇金额",
        "待遇人数",
        "逐户",
    ]


def test_nobody_changed_leaves_sheets_with_their_headers(pack, simulation):
    nothing = {name: {} for name in ("by_place", "by_class", "rules", "benefits", "entitled")}

    book = opened(workbook(Simulation(CHANGES.slice(0, 0), SUMMARY | nothing), pack))

    assert [book[title].max_row for title in book.sheetnames[1:]] == [1] * 6
