"""A tariff works out what a workshop or a village is paid from a few stated inputs, with every step, on its days only."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.checking import check_pack
from shouwang.policy.computing import work_out
from tests.policy.making import write_child, write_pack

FILE = "tariffs/workshop_subsidy.yaml"
TARIFF = """
    tariff: workshop_subsidy
    title: 车间补贴
    payee: 车间
    inputs:
      workers: {type: integer, title: 吸纳人数}
      training: {type: bool, title: 是否培训}
    from: 2025-01-01
    until: 2027-01-01
    eligible:
      - {title: 吸纳了人, when: workers >= 1}
      - {title: 开展了培训, when: training}
    amount: workers * per_worker
    cap: cap_twice
    period: monthly
    because: 每人{per_worker}元
    source: 示例
    cases:
      - {case: 两人, as_of: 2026-01-01, given: {workers: 2, training: true}, expect: {eligible: true, amount: 1000}}
      - {case: 县里另定, as_of: 2026-01-01, given: {workers: 2, training: true}, parameters: {per_worker: 300},
         expect: {eligible: true, amount: 600}}
"""
NUMBER = """
    parameter: %s
    title: %s
    type: money
    unit: yuan
    values: [{from: 2021-01-01, %s, verified: no, source: 示例}]
"""
FILES = {
    FILE: TARIFF,
    "parameters/per_worker.yaml": (NUMBER % ("per_worker", "每人标准", "value: 500"))
    + '    places: {"431021": [{from: 2021-01-01, value: 400, verified: no, source: 示例}]}\n',
    "parameters/most.yaml": NUMBER % ("most", "封顶", "value: 2000"),
    "parameters/cap_twice.yaml": NUMBER % ("cap_twice", "两倍封顶", "formula: 2 * most"),
}
AS_OF = date(2026, 11, 15)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_pack(tmp_path_factory.mktemp("pack"), FILES)


@pytest.fixture(scope="module")
def pack(folder):
    return load_pack(folder)


def paid(pack, given, as_of=AS_OF, **options):
    return work_out(pack, "workshop_subsidy", {"workers": 3, "training": True} | given, as_of, **options)


def test_a_tariff_is_worked_out_with_its_payee_steps_and_working(pack):
    report = paid(pack, {})

    assert (report["tariff"], report["payee"], report["eligible"], report["amount"]) == (
        "workshop_subsidy",
        "车间",
        True,
        1500,
    )
    assert report["steps"] == [
        {"title": "吸纳了人", "met": True, "because": "吸纳人数 3 ≥ 1"},
        {"title": "开展了培训", "met": True, "because": "是否培训 是"},
    ]
    assert report["working"] == "较小者〔吸纳人数 3 × 每人标准 500，两倍封顶 4,000〕 ＝ 1,500"


@pytest.mark.parametrize(("workers", "amount"), [(0, None), (1, 500), (8, 4000), (9, 4000)])
def test_it_pays_nobody_below_its_condition_and_no_more_than_its_cap(pack, workers, amount):
    assert paid(pack, {"workers": workers}).get("amount") == amount


def test_an_input_nobody_stated_leaves_it_open_and_is_named(pack):
    report = paid(pack, {"training": None})

    assert (report["eligible"], report["missing"]) == (None, ["是否培训"])


def test_a_number_of_a_place_is_used_there(pack):
    assert paid(pack, {"place_code": "431021100200"})["amount"] == 1200
    assert paid(pack, {"place_code": "431003100200"})["amount"] == 1500


def test_a_number_set_otherwise_reaches_what_is_made_of_it(pack):
    assert paid(pack, {"workers": 9}, parameters={"most": 1000})["amount"] == 2000
    assert paid(pack, {"workers": 9}, parameters={"per_worker": "100"})["amount"] == 900
    assert paid(pack, {"workers": 9})["amount"] == 4000


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_tariff_is_worked_out_on_its_days_only(pack, day, held):
    if held:
        assert paid(pack, {}, day)["amount"] == 1500
    else:
        with pytest.raises(InputError, match=f"“车间补贴”在 {day} 不适用。 有效期：2025-01-01 至 2027-01-01"):
            paid(pack, {}, day)


@pytest.mark.parametrize(
    ("name", "given", "options", "said"),
    [
        ("workshop", {}, {}, "没有名为“workshop”的算法。 可用：workshop_subsidy"),
        ("workshop_subsidy", {"worker": 1}, {}, "没有“worker”这一列"),
        ("workshop_subsidy", {"workers": "许多"}, {}, "“许多”不是数字"),
        ("workshop_subsidy", {}, {"parameters": {"per_head": 1}}, "没有名为“per_head”的参数"),
        ("workshop_subsidy", {}, {"parameters": {"per_worker": "很多"}}, "参数 per_worker：“很多”不是数字"),
        ("workshop_subsidy", {}, {"parameters": {"self_paid_line": 1}}, "没有名为“self_paid_line”的参数"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name(pack, name, given, options, said):
    with pytest.raises(InputError, match=said):
        work_out(pack, name, given, AS_OF, **options)


def test_its_world_holds_only_the_numbers_it_names_and_those_they_are_made_of(pack):
    world = pack.of_tariff("workshop_subsidy")

    assert {*world.parameters} == {"per_worker", "cap_twice", "most"}
    assert ({*world.benefits}, {*world.rules}, {*world.facts}) == ({"workshop_subsidy"}, set(), set())
    assert {*world.sources} == {"households"}


def test_a_childs_number_is_the_one_that_is_worked_with(tmp_path, folder):
    dearer = {"parameters/per_worker.yaml": NUMBER % ("per_worker", "每人标准", "value: 600")}

    child = load_pack(write_child(tmp_path, folder, dearer))

    assert paid(child, {})["amount"] == 1800
    assert paid(child.parent, {})["amount"] == 1500


def test_its_cases_are_run_with_the_pack(folder):
    report = check_pack(str(folder))

    assert report.failures == []
    assert (report.counts["tariffs"], report.cases) == (1, 5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount: 1000}", "amount: 999}", "算例“两人”：应为 {'eligible': True, 'amount': 999}"),
        ("given: {workers: 2, training: true}, expect", "given: {worker: 2}, expect", "没有“worker”这一列"),
        ("as_of: 2026-01-01", "as_of: 2027-01-01", "“车间补贴”在 2027-01-01 不适用"),
        ("{per_worker: 300}", "{per_head: 300}", "算例“县里另定”：没有名为“per_head”的参数"),
    ],
)
def test_a_case_that_comes_out_otherwise_is_found(tmp_path, old, new, said):
    assert old in TARIFF

    report = check_pack(str(write_pack(tmp_path, FILES | {FILE: TARIFF.replace(old, new, 1)})))

    assert len(report.failures) == 1
    assert f"{FILE}:" in report.failures[0]
    assert said in report.failures[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    payee: 车间\n", "", "1: 缺少“payee”"),
        ("type: bool", "type: boolean", "6: 列“training”的类型要是"),
        ("title: 吸纳人数", "titel: 吸纳人数", "5: 列“workers”有不认识的键 titel"),
        ("{title: 开展了培训, when", "{when", "11: 每个条件要写明 when"),
        ("as_of: 2026-01-01, given", "on: 2026-01-01, given", "18: 算例要写明"),
        ("period: monthly", "receiving: training", "14: 不认识的键“receiving”"),
    ],
)
def test_a_fault_of_a_tariff_is_named_with_file_and_line(tmp_path, old, new, said):
    assert old in TARIFF

    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, FILES | {FILE: TARIFF.replace(old, new, 1)}))

    assert str(refused.value).replace(f"{tmp_path}/", "").startswith(f"{FILE}:{said}")
