"""A threshold on which no case stands is found: below, at, above, and on the days on which it changes."""

import json

import pytest

from shouwang.policy import load_pack
from shouwang.policy.boundaries import boundaries
from tests.policy.making import FILES, write_child, write_pack

RULE, LINE = "rules/self_paid_heavy.yaml", "parameters/self_paid_line.yaml"
SINGLE = FILES[RULE].replace("red: household_self_paid_12m > 2 * self_paid_line, ", "")
TINY = {RULE: SINGLE, "cases/self_paid_heavy.yaml": None, "checks/head_missing.yaml": None}
YELLOW = "全家近12个月自付 ＞ 自付上限"
CHANGE = "2025-01-01 自付上限变动"


def cases(*given, covers="self_paid_heavy"):
    """Cases of one household, each (bill in yuan, day looked at, columns of the household)."""
    made = []
    for number, (paid, as_of, household) in enumerate(given):
        home = {"household_id": "H1", "place_code": "431003100200"} | household
        made.append({"case": f"第{number}例", "covers": [covers], "as_of": as_of, "household": home, "expect": {}})
        made[-1]["residents"] = [{"resident_id": "R1", "household_id": "H1"}]
        rows = [{"resident_id": "R1", "settled_on": as_of, "self_paid": paid}] if paid is not None else []
        made[-1]["feeds"] = {"medical_settlements": rows}
    text = json.dumps({"cases": made}, ensure_ascii=False)
    for _, as_of, _ in given:
        text = text.replace(f'"as_of": "{as_of}"', f'"as_of": {as_of}')  # a date, not a text
    return {"cases/tried.yaml": text}


def missing(folder, files, name="self_paid_heavy"):
    pack = load_pack(write_pack(folder, TINY | files))
    return {one.text: one.missing for one in boundaries(pack) if one.name == name}


def bills(*paid, as_of="2026-11-15"):
    return cases(*((one, as_of, {}) for one in paid))


@pytest.mark.parametrize(
    ("paid", "left"),
    [
        (["11999.99"], ("刚好", "略高")),
        (["12000"], ("略低", "略高")),
        (["12000.01"], ("略低", "刚好")),
        (["11880", "12000", "12120"], ()),
        (["11879.99", "12000", "12120.01"], ("略低", "略高")),
        ([None], ("略低", "刚好", "略高")),
    ],
)
def test_a_case_stands_below_at_or_above_a_threshold_when_it_is_near(tmp_path, paid, left):
    assert missing(tmp_path, bills(*paid)) == {YELLOW: left}


def test_a_case_without_data_stands_nowhere(tmp_path):
    without = bills("12000")["cases/tried.yaml"].replace('"self_paid": "12000"', '"self_paid": null')

    assert missing(tmp_path, {"cases/tried.yaml": without}) == {YELLOW: ("略低", "刚好", "略高")}


def test_a_case_that_does_not_cover_the_rule_proves_nothing_of_it(tmp_path):
    aside = cases(("12000", "2026-11-15", {}), covers="household_self_paid_12m")

    assert missing(tmp_path, aside) == {YELLOW: ("略低", "刚好", "略高")}


def test_each_level_is_a_threshold_of_its_own(tmp_path):
    red = "全家近12个月自付 ＞ 2 × 自付上限"

    found = missing(tmp_path, {RULE: FILES[RULE]} | bills("24000", "12000"))

    assert found == {red: ("略低", "略高"), YELLOW: ("略低", "略高")}


def test_cases_of_the_parent_count_for_the_child(tmp_path):
    parent = write_pack(tmp_path / "parent", TINY | bills("11999", "12000"))
    child = load_pack(write_child(tmp_path / "child", parent, bills("12001")))

    assert [one.missing for one in boundaries(child) if one.text == YELLOW] == [()]
    assert [one.missing for one in boundaries(child.parent) if one.text == YELLOW] == [("略高",)]


def condition(text):
    return {RULE: SINGLE.replace("household_self_paid_12m > self_paid_line", f'"{text}"')}


@pytest.mark.parametrize(
    ("text", "paid", "left"),
    [
        ("household_self_paid_12m > 0", ["0", "1"], ()),
        ("household_self_paid_12m > 0", [], ("刚好", "略高")),
        ("household_self_paid_12m > 1", ["1", "2"], ("略低",)),
        ("household_self_paid_12m >= 0", ["0", "1"], ("略低",)),
    ],
)
def test_whether_there_is_any_at_all_has_nothing_below(tmp_path, text, paid, left):
    (found,) = missing(tmp_path, condition(text) | bills(*paid)).values()

    assert found == left


@pytest.mark.parametrize(
    ("text", "household", "left"),
    [
        ("farmland_mu < 10", [{"farmland_mu": "9"}, {"farmland_mu": "10"}, {"farmland_mu": "11"}], ()),
        ("farmland_mu < 10", [{"farmland_mu": "8.99"}, {"farmland_mu": "11.01"}], ("略低", "刚好", "略高")),
        (
            "monitored_on >= DATE '2026-07-01'",
            [{"monitored_on": "2026-06-30"}, {"monitored_on": "2026-07-01"}, {"monitored_on": "2026-07-02"}],
            (),
        ),
        (
            "monitored_on >= DATE '2026-07-01'",
            [{"monitored_on": "2026-06-29"}, {"monitored_on": "2026-07-03"}],
            ("略低", "刚好", "略高"),
        ),
        ("household_self_paid_12m / self_paid_line > 0.5", [{}], ("略低", "略高")),
    ],
)
def test_near_is_one_unit_of_what_is_compared_or_one_day(tmp_path, text, household, left):
    tried = cases(*(("6000", "2026-11-15", one) for one in household))

    (found,) = missing(tmp_path, condition(text) | tried).values()

    assert found == left


@pytest.mark.parametrize("text", ["kind = 'ordinary' AND water_safe", "household_self_paid_12m = 1", "phone IS NULL"])
def test_what_is_not_more_or_less_is_no_threshold(tmp_path, text):
    tried = cases(("1", "2026-11-15", {"kind": "ordinary", "water_safe": True}))

    assert missing(tmp_path, condition(text) | tried) == {}


def test_a_number_that_nobody_knows_asks_for_no_case(tmp_path):
    lost = FILES[LINE].replace("value: 10000, verified: no", "verified: lost")
    lost = lost.replace("value: 12000, verified: no", "verified: lost")

    assert missing(tmp_path, {LINE: lost} | bills("12000")) == {YELLOW: ()}


def test_a_number_that_nobody_knew_earlier_asks_for_its_cases_all_the_same(tmp_path):
    tried = cases(("12000", "2020-12-31", {}), ("12000", "2026-11-15", {}))

    assert missing(tmp_path, tried) == {YELLOW: ("略低", "略高")}


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (["2026-11-15"], ("略低", "刚好")),
        (["2024-12-31"], ("刚好",)),
        (["2025-01-01"], ("略低",)),
        (["2024-12-30", "2025-01-02"], ("略低", "刚好")),
        (["2024-12-31", "2025-01-01"], ()),
    ],
)
def test_the_day_on_which_a_number_changes_wants_a_case_before_and_on_it(tmp_path, days, left):
    found = missing(tmp_path, cases(*(("1", day, {}) for day in days)), "self_paid_line")

    assert found == {CHANGE: left}


def test_a_number_changes_for_all_who_read_it_and_one_case_of_any_shows_it(tmp_path):
    check = FILES["checks/head_missing.yaml"].replace(
        "count_if(residents, relation = 'head') = 0", "household_self_paid_12m > self_paid_line"
    )
    shown = cases(("1", "2024-12-31", {}), ("1", "2025-01-01", {}), covers="head_missing")

    assert missing(tmp_path, {"checks/head_missing.yaml": check} | shown, "self_paid_line") == {CHANGE: ()}


def test_a_number_that_ends_without_another_wants_cases_too(tmp_path):
    ended = FILES[LINE].replace("from: 2025-01-01, value", "from: 2025-01-01, until: 2026-01-01, value")

    found = missing(tmp_path, {LINE: ended} | bills("1", as_of="2025-12-31"), "self_paid_line")

    assert found == {CHANGE: ("略低", "刚好"), "2026-01-01 自付上限变动": ("刚好",)}


@pytest.mark.parametrize(
    ("validity", "days", "left"),
    [
        ("from: 2026-01-01", ["2026-01-02"], {"2026-01-01 施行日期": ("刚好",)}),
        ("from: 2026-01-01", ["2026-01-01"], {"2026-01-01 施行日期": ()}),
        ("until: 2026-01-01", ["2025-12-30"], {"2026-01-01 施行日期": ("略低",)}),
        ("until: 2026-01-01", ["2025-12-31"], {"2026-01-01 施行日期": ()}),
    ],
)
def test_the_first_and_the_last_day_of_a_rule_want_a_case_where_it_is_asked(tmp_path, validity, days, left):
    dated = {RULE: SINGLE.replace("factor:", f"{validity}\n        factor:")}

    found = missing(tmp_path, dated | cases(*(("1", day, {}) for day in days)))

    assert {text: sides for text, sides in found.items() if text != YELLOW} == left


@pytest.mark.parametrize(
    "text", ["count_if(medical_settlements, self_paid > 5000) >= 1", "any_if(medical_settlements, self_paid > 5000)"]
)
def test_a_threshold_inside_a_sum_over_rows_is_one_too(tmp_path, text):
    found = missing(tmp_path, condition(text) | bills("5000", "5001"))

    assert found["个人自付(元) ＞ 5,000"] == ("略低",)


def test_a_sum_over_residents_looks_at_each_of_them(tmp_path):
    found = missing(tmp_path, condition("any_if(residents, self_paid_12m > 5000)") | bills("5000", "4999", "5001"))

    assert found == {"近12个月个人自付 ＞ 5,000": ()}


def test_a_tariff_is_shown_by_its_own_cases(tmp_path):
    tariff = """
        tariff: subsidy
        title: 补贴
        payee: 车间
        from: 2025-01-01
        inputs: {workers: {type: integer, title: 人数}}
        eligible: workers >= 5
        source: 示例
        cases:
          - {case: 四人, as_of: 2026-01-01, given: {workers: 4}, expect: {eligible: false}}
          - {case: 五人, as_of: 2026-01-01, given: {workers: 5}, expect: {eligible: true}}
    """

    assert missing(tmp_path, {"tariffs/subsidy.yaml": tariff}, "subsidy") == {
        "人数 ≥ 5": ("略高",),
        "2025-01-01 施行日期": ("刚好",),
    }
