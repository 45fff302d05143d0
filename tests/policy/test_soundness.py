"""What a pack says is said soundly: in the book, in a check, in a workbook, and by a loader that accepts nothing odd."""

import io
from datetime import date

import openpyxl
import pyarrow as pa
import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.amendments import Amendment, amended
from shouwang.policy.book import found, rule_book
from shouwang.policy.boundaries import boundaries
from shouwang.policy.checking import _failures, check_pack
from shouwang.policy.procedures import NEEDED
from shouwang.policy.wording import unit_words
from shouwang.stream.screening.simulation import Simulation
from shouwang.stream.screening.simulation_workbook import workbook
from tests.policy.making import FILES, write_pack

DAY = date(2026, 11, 22)
TARIFF = (
    "tariff: subsidy\ntitle: 补贴\npayee: 车间\ninputs: {workers: {type: integer, title: 人数}}\n"
    "eligible: workers >= 5\nsource: 示例\n"
)
RULE = FILES["rules/self_paid_heavy.yaml"]


def test_a_negated_and_is_bracketed(tmp_path):
    rule = RULE.replace("red: household_self_paid_12m > 2 * self_paid_line", "red: NOT (water_safe AND relocated)")
    book = rule_book(load_pack(write_pack(tmp_path, {"rules/self_paid_heavy.yaml": rule})), DAY)
    said = dict(next(e for e in book if e.name == "self_paid_heavy").lines)["红色预警"]
    assert said != "不属于：是否解决安全饮用水，并且易地搬迁户"


def test_cases_in_the_book_are_true_of_the_pack():
    pack = load_pack("hunan/chenzhou")
    shown = {r[0] for e in rule_book(pack, DAY, "431003") for t in e.tables if t.title == "算例" for r in t.rows}
    own = {case.name for case in pack.cases}
    inherited = [case for case in pack.parent.cases if case.name in shown - own]
    assert [case.name for case in inherited if _failures(pack, case)] == []
    assert shown & own


def test_a_number_is_found_without_its_comma():
    assert "monitoring_line" in [e.name for e in found(rule_book(load_pack("hunan/chenzhou"), DAY), "6500")]


def test_a_broken_tariff_without_cases_fails_the_check(tmp_path):
    with pytest.raises(InputError):
        check_pack(str(write_pack(tmp_path, {"tariffs/subsidy.yaml": TARIFF.replace("workers >=", "nothing >=")})))


@pytest.mark.parametrize("validity", ["", "until: 2023-01-01\n"])
def test_a_tariff_without_a_first_day_has_boundaries(tmp_path, validity):
    pack = load_pack(write_pack(tmp_path, {"tariffs/subsidy.yaml": TARIFF + validity}))
    assert "人数 ≥ 5" in [one.text for one in boundaries(pack)]


def test_a_tariff_that_ended_and_has_no_first_day_stands_in_the_book(tmp_path):
    pack = load_pack(write_pack(tmp_path, {"tariffs/subsidy.yaml": TARIFF + "until: 2023-01-01\n"}))
    assert "subsidy" in [one.name for one in rule_book(pack, DAY)]


def test_a_broken_rule_that_ended_before_the_first_number_fails_the_check(tmp_path):
    old = RULE.replace("rule: self_paid_heavy", "rule: old").replace("household_self_paid_12m >", "nothing >")
    old = old.replace("factor:", "until: 2021-01-01\n        factor:")
    with pytest.raises(InputError):
        check_pack(str(write_pack(tmp_path, {"rules/old.yaml": old})))


def test_an_identifier_is_no_formula_and_a_period_is_chinese_in_the_workbook(tmp_path):
    aid = "benefit: aid\ntitle: 补助\nentity: household\neligible: water_safe\nperiod: once\nsource: 示例\n"
    pack = load_pack(write_pack(tmp_path, {"benefits/aid.yaml": aid}))
    rows = {"household_id": ["=1+1"], "place_code": ["1"], "before": pa.array([None], pa.string()), "after": ["red"]}
    told = {k: {} for k in ("levels", "by_place", "by_class", "rules", "entitled")}
    told |= {
        "benefits": {"aid": {"before": 0, "after": 1}},
        "visit_hours": None,
        "baseline": "",
        "draft": "",
        "as_of": "",
    }
    told |= dict.fromkeys(("households", "newly_warned", "no_longer_warned", "level_changed"), 0)
    book = openpyxl.load_workbook(io.BytesIO(workbook(Simulation(pa.table(rows), told), pack)))
    assert (book["逐户"]["A2"].data_type, book["待遇金额"]["A2"].value) == ("s", "补助（一次性）")


def test_how_often_is_not_how_many_times_as_much():
    assert unit_words("times_per_12_months") == "次/12个月"


def test_a_place_in_full_width_digits_is_refused(tmp_path):
    pack = load_pack(write_pack(tmp_path))
    with pytest.raises(InputError):
        amended(pack, [Amendment("parameter", "self_paid_line", DAY, value="1", place="４３１００３")], DAY)


def test_a_safeguard_may_not_be_skipped_always(tmp_path):
    steps = "".join(
        f"  - {{step: s{n}, act: {act}, title: 步, level: village, actors: [村], skipped_when: 一律不办}}\n"
        for n, act in enumerate(NEEDED["determination"])
    )
    text = "procedure: determination\ntitle: 程序\nsource: 示例\nsteps:\n" + steps
    with pytest.raises(InputError):
        load_pack(write_pack(tmp_path, {"procedures/determination.yaml": text}))


NUMBER = "parameter: a\ntitle: t\ntype: money\n"
ROW = "values: [{from: 2021-01-01, value: 1, verified: no, source: s}]\n"
AID = "benefit: a\ntitle: t\nsource: s\nentity: household\neligible: water_safe\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lists/a.yaml", "list: a\ntitle: t\nitems: 5\n"),
        ("procedures/a.yaml", "procedure: a\ntitle: t\nsource: s\nsteps: 5\n"),
        (
            "procedures/a.yaml",
            "procedure: a\ntitle: t\nsource: s\nsteps: [{step: a, act: clue, title: t, level: village, actors: 村委会}]\n",
        ),
        ("tariffs/a.yaml", "tariff: a\ntitle: t\npayee: p\nsource: s\neligible: TRUE\ninputs: 5\n"),
        ("tariffs/a.yaml", "tariff: a\ntitle: t\npayee: p\nsource: s\neligible: TRUE\ninputs: {x: 5}\n"),
        ("parameters/a.yaml", NUMBER + "places: 5\n" + ROW),
        ("parameters/a.yaml", NUMBER + ROW.replace(" value:", " until: never, value:")),
        ("parameters/a.yaml", NUMBER + ROW.replace(" value:", " until: 2020-01-01, value:")),
        ("parameters/a.yaml", NUMBER + ROW.replace("verified: no", "verified: lost")),
        ("benefits/a.yaml", AID + "from: 2026-01-01 10:00:00\n"),
        ("benefits/a.yaml", AID + "from: 2026-01-01\nuntil: 2025-01-01\n"),
        ("benefits/a.yaml", AID + "period: fortnightly\n"),
        ("benefits/a.yaml", AID + "cap: nothing\n"),
    ],
)
def test_an_odd_file_is_refused_by_file_and_line(tmp_path, name, text):
    with pytest.raises(InputError, match=name):
        check_pack(str(write_pack(tmp_path, {name: text})))
