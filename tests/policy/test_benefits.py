"""A benefit says step by step, in words, what holds, what does not and what nobody knows, and how its amount was reached."""

from datetime import date

import pytest

from shouwang.kernel.errors import InputError
from shouwang.policy import load_pack
from shouwang.policy.computing import compute
from tests.policy.making import write_pack

FILE = "benefits/bill_aid.yaml"
AID = """
    benefit: bill_aid
    title: 医疗费补助
    entity: household
    from: 2025-07-01
    until: 2026-12-01
    eligible:
      - {title: 自付超过上限, when: household_self_paid_12m > self_paid_line}
      - {title: 饮水已经解决, when: water_safe}
    exclusions:
      - {title: 搬迁户另有补助, when: relocated}
    amount: household_self_paid_12m / 2
    cap: 10 * farmland_mu * self_paid_line
    period: yearly
    evidence: [household_self_paid_12m]
    because: 自付{household_self_paid_12m}元，上限{self_paid_line}元
    source: 示例
"""
LAST = date(2026, 11, 30)
HOME = {"water_safe": True, "relocated": False, "farmland_mu": 1}
STEPS = ["自付超过上限", "饮水已经解决", "不属于：搬迁户另有补助"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return load_pack(write_pack(tmp_path_factory.mktemp("pack"), {FILE: AID}))


def reports(pack, paid="15000.50", as_of=LAST, **household):
    bills = [{"resident_id": "R1", "settled_on": "2026-05-01", "self_paid": paid}]
    feeds = {} if paid is None else {"medical_settlements": bills}
    home = {"household_id": "H1", "place_code": "431003100200"} | HOME | household
    residents = [{"resident_id": "R1", "household_id": "H1"}]
    return compute(pack, {"household": home, "residents": residents, "feeds": feeds}, as_of)["benefits"]


def met(report):
    return {step["title"]: step["met"] for step in report["steps"]}


def fault(tmp_path, old, new):
    assert old in AID
    with pytest.raises(InputError) as refused:
        load_pack(write_pack(tmp_path, {FILE: AID.replace(old, new, 1)})).program(LAST)
    return str(refused.value).replace(f"{tmp_path}/", "")


def test_a_household_that_meets_every_condition_is_told_each_in_words(pack):
    (report,) = reports(pack)

    assert report["eligible"] is True
    assert report["steps"] == [
        {"title": STEPS[0], "met": True, "because": "全家近12个月自付 15,000.50 ＞ 自付上限 12,000"},
        {"title": STEPS[1], "met": True, "because": "是否解决安全饮用水 是"},
        {"title": STEPS[2], "met": True, "because": "易地搬迁户 否"},
    ]
    assert report["because"] == "自付15,000.50元，上限12,000元"


@pytest.mark.parametrize(
    ("household", "eligible", "steps"),
    [
        ({"water_safe": False}, False, [True, False, True]),
        ({"relocated": True}, False, [True, True, False]),
        ({"water_safe": None}, None, [True, None, True]),
        ({"relocated": None}, None, [True, True, None]),
        ({"paid": None}, None, [None, True, True]),
        ({"paid": "12000"}, False, [False, True, True]),
        ({"paid": None, "water_safe": False}, False, [None, False, True]),
        ({"water_safe": None, "relocated": True}, False, [True, None, False]),
    ],
)
def test_one_condition_that_fails_decides_and_an_unknown_one_leaves_it_open(pack, household, eligible, steps):
    (report,) = reports(pack, **household)

    assert report["eligible"] is eligible
    assert met(report) == dict(zip(STEPS, steps, strict=True))


@pytest.mark.parametrize(
    ("household", "missing"),
    [
        ({"paid": None}, ["医保结算"]),
        ({"water_safe": None}, ["是否解决安全饮用水"]),
        ({"relocated": None}, ["易地搬迁户"]),
        ({"water_safe": None, "paid": None}, ["医保结算", "是否解决安全饮用水"]),
    ],
)
def test_what_is_missing_is_named_where_nobody_can_tell(pack, household, missing):
    (report,) = reports(pack, **household)

    assert report["missing"] == missing
    assert "amount" not in report


def test_a_decided_household_misses_nothing(pack):
    assert "missing" not in reports(pack)[0]
    assert "missing" not in reports(pack, water_safe=False)[0]


@pytest.mark.parametrize(
    ("mu", "amount"), [("0.05", 6000), ("0.06", 7200), ("0.07", 7500.25), ("1", 7500.25), ("0", 0)]
)
def test_an_amount_is_never_more_than_its_cap(pack, mu, amount):
    (report,) = reports(pack, farmland_mu=mu)

    assert report["amount"] == amount


def test_the_working_shows_every_number_and_ends_with_the_amount(pack):
    (report,) = reports(pack)

    assert report["working"] == (
        "较小者〔全家近12个月自付 15,000.50 ÷ 2，10 × 耕地面积(亩) 1 × 自付上限 12,000〕 ＝ 7,500.25"
    )


def test_whoever_is_entitled_to_an_unknown_amount_is_told_what_is_missing(pack):
    (report,) = reports(pack, farmland_mu=None)

    assert (report["eligible"], report["amount"]) == (True, None)
    assert report["missing"] == ["耕地面积(亩)"]
    assert report["working"].endswith("＝ 未知")


def test_nobody_who_is_not_entitled_is_shown_an_amount(pack):
    (report,) = reports(pack, relocated=True)

    assert not {"amount", "working"} & set(report)


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2025, 6, 30), 0),
        (date(2025, 7, 1), 1),
        (date(2026, 11, 30), 1),
        (date(2026, 12, 1), 0),
    ],
)
def test_a_benefit_is_asked_for_from_its_first_to_its_last_day_only(pack, day, asked):
    assert len(reports(pack, as_of=day)) == asked


def test_a_condition_in_plain_text_is_one_step_with_the_title_of_the_benefit(tmp_path):
    start, end = AID.index("    eligible:"), AID.index("    exclusions:")
    text = AID[:start] + "    eligible: water_safe\n" + AID[end:]

    (report,) = reports(load_pack(write_pack(tmp_path, {FILE: text})), relocated=True)

    assert met(report) == {"医疗费补助": True, STEPS[2]: False}
    assert report["eligible"] is False


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{title: 饮水已经解决, when: water_safe}", "{when: water_safe}", "8: 每个条件要写明 when"),
        ("{title: 饮水已经解决, when: water_safe}", "{title: 饮水已经解决}", "8: 每个条件要写明 when"),
        ("{title: 饮水已经解决, when: water_safe}", "water_safe", "8: 每个条件要写明 when"),
        ("when: relocated}", "when: relocated, source: 示例}", "10: 每个条件要写明 when"),
        ("from: 2025-07-01", "from: 去年", "4: from 要写成日期"),
        ("until: 2026-12-01", "until: 年底", "5: until 要写成日期"),
        ("when: water_safe", "when: water_save", "6: bill_aid：没有名为“water_save”"),
        ("when: water_safe", "when: farmland_mu", "6: bill_aid：“farmland_mu”不是条件"),
        ("when: water_safe", "when: water_safe) OR (TRUE", "6: bill_aid：看不懂"),
        ("when: water_safe", "when: phone = '1'", "6: bill_aid：“phone = '1'”两边类型不同"),
        ("when: relocated", "when: moved", "9: bill_aid：没有名为“moved”"),
        ("when: relocated", "when: relocated) OR (TRUE", "9: bill_aid：看不懂"),
        ("amount: household_self_paid_12m / 2", "amount: farmland_mu", "11: bill_aid：金额得到的是 quantity"),
        ("cap: 10 * farmland_mu * self_paid_line", "cap: farmland_mu", "12: bill_aid：金额得到的是 quantity"),
        ("cap: 10 *", "cap: nothing *", "12: bill_aid：没有名为“nothing”"),
        ("because: 自付", "because: 共{total}元，自付", "15: bill_aid：说明里的“{total}”"),
        ("source: 示例", "verified: no", "缺少“source”"),
    ],
)
def test_a_fault_in_any_of_its_conditions_is_named_with_file_and_line(tmp_path, old, new, said):
    told = fault(tmp_path, old, new)

    assert told.startswith(f"{FILE}:")
    assert said in told


def test_a_benefit_without_a_condition_is_refused(tmp_path):
    start, end = AID.index("    eligible:"), AID.index("    exclusions:")
    text = AID[:start] + "    eligible: []\n" + AID[end:]

    with pytest.raises(InputError, match=f"{FILE}:6: eligible 至少要有一个条件"):
        load_pack(write_pack(tmp_path, {FILE: text}))
