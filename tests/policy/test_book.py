"""The rule book of a real prefecture: for any number a reader finds the document and section it came from."""

from collections import Counter
from datetime import date

import pytest

from shouwang.engine.values import shown
from shouwang.policy import load_pack
from shouwang.policy.book import KINDS, VERIFIED, found, rule_book
from shouwang.policy.mandates import ITEM
from tests.policy.making import FILES, write_pack

DAY = date(2026, 11, 22)
COUNTY = "431003"


@pytest.fixture(scope="module")
def pack():
    return load_pack("hunan/chenzhou")


@pytest.fixture(scope="module")
def book(pack):
    return rule_book(pack, DAY, COUNTY)


def entry(book, kind, name):
    (one,) = [one for one in book if (one.kind, one.name) == (kind, name)]
    return one


def table(one, title):
    (rows,) = [table.rows for table in one.tables if table.title == title]
    return rows


def inherited(one):
    """The parent's cases, which hold with the parent's numbers."""
    (rows,) = [table.rows for table in one.tables if table.title.endswith("的算例（按它的数值）")]
    return rows


def test_everything_the_pack_says_on_the_day_has_one_entry(pack, book):
    program = pack.program(DAY)
    wanted = {
        **{kind: getattr(program, kind) for kind in ("rules", "benefits", "gates", "checks")},
        **{kind: getattr(pack, kind) for kind in ("parameters", "facts", "procedures", "lists", "tariffs", "toolbox")},
    }

    counted = Counter((one.kind, one.name) for one in book if one.kind not in ITEM)
    over = Counter((one.kind, one.name) for one in book if one.ended and one.kind in ("rules", "benefits"))

    assert set(KINDS) == {*wanted, *ITEM}
    assert counted - over == Counter((kind, name) for kind, named in wanted.items() for name in named)


def test_what_has_ended_stays_to_be_read_as_it_stood_on_its_last_day(book):
    over = {one.name: one for one in book if one.kind == "benefits" and one.ended}

    assert set(over) == {
        "dibao_gap_after_rigid", "dibao_single_person_local", "insurance_premium_low_income",
        "temporary_aid_after_four_layers",
    }  # fmt: skip
    assert {one.last_day for one in over.values()} == {date(2022, 12, 31)}
    assert all(any(label == "条件" for label, _ in one.lines) for one in over.values())
    assert entry(book, "toolbox", "special_cover").last_day == date(2022, 12, 31)
    assert entry(book, "toolbox", "medical_aid").ended is None
    assert {one.ended for one in book if one.kind == "tools"} == {date(2023, 1, 1)}


def test_every_value_of_every_number_stands_in_the_book_with_its_source_and_clause(pack, book):
    told = {
        (one.name, place, start, value, source, clause, verified)
        for one in book
        if one.kind == "parameters"
        for place, start, _, value, source, clause, verified, _ in table(one, "历次取值")
    }
    written = {
        (
            name,
            place,
            dated.valid_from.isoformat(),
            f"＝{dated.formula}" if dated.formula else shown(dated.value, one.kind),
            dated.source,
            dated.clause,
            VERIFIED[dated.verified],
        )
        for name, one in pack.parameters.items()
        for place, values in {"": one.values, **one.places}.items()
        for dated in values
    }

    assert told == written
    assert [row for row in told if not row[4]] == []


def test_a_rule_stands_with_its_levels_numbers_sources_and_cases(book):
    one = entry(book, "rules", "income_below_line")

    assert one.lines[:3] == (
        ("红色预警", "家庭人均纯收入 ＜ 农村低保年标准"),
        ("橙色预警", "家庭人均纯收入 ＜ 防止返贫监测收入线"),
        ("黄色预警", "家庭人均纯收入 ＜ 关注收入线"),
    )
    assert one.group == "收入·其他"
    assert ("防止返贫监测收入线", "6,500", "岳塘新闻网2021-11-03（湖南全省基准线）") in table(one, "用到的数")
    assert ("条款", "脱贫不稳定户、边缘易致贫户") in one.lines
    assert ("人均收入刚好等于监测线", "2026-11-01", "黄色预警") in inherited(one)
    assert ("没有收入资料就不能判断", "2026-11-01", "未能判断") in inherited(one)


def test_a_benefit_stands_with_conditions_exclusions_amount_payer_and_clause(book):
    one = entry(book, "benefits", "dibao_gap")
    said = dict(one.lines)

    assert said["条件"].startswith("低保口径人均收入低于低保标准：")
    assert said["不重复享受"].startswith("家中有人在享特困供养：")
    assert "家庭人口数" in said["金额"]
    assert (said["周期"], said["出资"]) == ("按月", "县民政局")
    assert said["条款"].startswith("第十八条")
    assert ("收入未知不能判断", "2026-11-01", "未能判断") in inherited(one)


def test_a_tariff_that_has_ended_stands_as_it_was_with_its_days_inputs_and_cases(book):
    one = entry(book, "tariffs", "workshop_training_subsidy")

    assert ("有效期", "2020-01-01 至 2022-12-31") in one.lines
    assert ("付给", "企业、合作社等经营主体") in one.lines
    assert ("吸纳就业困难人员数",) in table(one, "要填的数")
    assert ("吸纳两人", "2021-01-01", "符合，2000 元") in table(one, "算例")


def test_a_procedure_stands_step_by_step_with_level_people_limits_and_source(book):
    one = entry(book, "procedures", "determination")
    notice = next(row for row in table(one, "步骤") if "（公示）" in row[1])

    assert [row[0] for row in table(one, "步骤")] == [str(n) for n in range(1, len(table(one, "步骤")) + 1)]
    assert (notice[2], notice[3]) == ("村", "村民委员会")
    assert notice[4] == "公示时间 5天（村内公示最短天数）"
    assert notice[5] == "郴州市三年行动计划实施意见附件9 二(九)2、三(七)"


def test_a_gate_stands_under_its_procedure_with_condition_number_and_answers(book):
    one = entry(book, "gates", "income_stable")

    assert one.group == "风险消除（帮扶消除）"
    assert one.lines[0] == ("条件", "家庭人均纯收入 ≥ 防止返贫监测收入线")
    assert {row[2] for row in inherited(one)} == {"通过", "不通过", "未能判断"}


def test_a_number_stands_with_what_holds_now_and_all_that_held_before(book):
    one = entry(book, "parameters", "monitoring_line")

    assert one.lines[0] == ("现在的值", "6,500 元/人·年")
    assert "收入低于监测线" in one.lines[1][1]
    assert [row[:6] for row in table(one, "历次取值")] == [
        ("", "2019-12-31", "", "5,000", "郴州市三年行动计划实施意见附件9", "二(一)3"),
        ("", "2021-01-01", "", "6,500", "岳塘新闻网2021-11-03（湖南全省基准线）", ""),
    ]


def test_a_number_lost_in_its_document_is_said_to_be_lost(book):
    one = entry(book, "parameters", "tekun_basic_multiple")

    assert one.lines[0][1].startswith("未知")
    assert one.verified == "原文缺失"
    assert table(one, "历次取值")[0][3:6] == ("未知", "郴州市三年行动计划实施意见附件8", "二(三)")


def test_a_fact_stands_with_its_formula_in_words_and_who_uses_it(book):
    said = dict(entry(book, "facts", "net_income_per_head").lines)

    assert said["算法"] == "（家庭人口数 ＞ 0时为家庭年纯收入 ÷ 家庭人口数；其他情况为未知）"
    assert said["单位"] == "元/人·年"
    assert {"收入低于监测线", "最低生活保障（补差）", "人均纯收入在监测线以上"} <= set(said["用在"].split("、"))


def test_a_check_stands_with_its_message_and_how_it_is_mended(book):
    one = entry(book, "checks", "head_missing")

    assert ("告诉人的话", "该户〔家庭人口数〕人，没有人登记为户主") in one.lines
    assert ("怎样改正", "核对户口簿后补录户主") in one.lines
    assert ("户内没有户主", "2026-11-01", "有疑点") in inherited(one)


def test_a_list_stands_with_items_days_and_sources(pack, book):
    one = entry(book, "lists", "publicity_deny")
    (only,) = one.tables

    assert len(only.rows) == len(pack.lists["publicity_deny"].items)
    assert ("证件照片", "identity", "", "2021-11-01 至 现在", "个人信息保护法 第二十八条") in [
        row[:5] for row in only.rows
    ]


def test_no_entry_is_without_title_and_no_finding_without_a_source(book):
    assert [(one.kind, one.name) for one in book if not one.title] == []
    sourced = ("rules", "benefits", "tariffs", "gates", "checks", "procedures")
    assert [(one.kind, one.name) for one in book if one.kind in sourced and not dict(one.lines).get("出处")] == []


@pytest.mark.parametrize(
    ("day", "held", "not_held"),
    [
        (date(2021, 1, 1), "dibao_gap_after_rigid", "dibao_single_person"),
        (date(2026, 6, 30), "broker_subsidy", "dibao_single_person"),
        (DAY, "dibao_single_person", "dibao_gap_after_rigid"),
    ],
)
def test_the_book_of_a_day_holds_what_was_in_force_on_it(pack, day, held, not_held):
    benefits = {one.name for one in rule_book(pack, day, COUNTY) if one.kind == "benefits" and not one.ended}

    assert held in benefits
    assert not_held not in benefits


def test_numbers_are_shown_as_they_hold_in_the_place(tmp_path):
    name = "parameters/self_paid_line.yaml"
    local = FILES[name].replace("value: 8000, verified: no, source: 示例", "value: 8000, verified: no, source: 县文件")
    pack = load_pack(write_pack(tmp_path, {name: local}))

    there, here = (rule_book(pack, DAY, place) for place in ("431021100200", "431003100200"))

    assert table(entry(there, "rules", "self_paid_heavy"), "用到的数") == (("自付上限", "8,000", "县文件"),)
    assert table(entry(here, "rules", "self_paid_heavy"), "用到的数") == (("自付上限", "12,000", "示例"),)
    assert entry(there, "parameters", "self_paid_line").lines[0] == ("现在的值", "8,000 元")


@pytest.mark.parametrize(
    ("query", "kind", "name"),
    [
        ("防止返贫监测收入线", "parameters", "monitoring_line"),
        ("monitoring_line", "parameters", "monitoring_line"),
        ("6,500", "parameters", "monitoring_line"),
        ("6,500 岳塘", "parameters", "monitoring_line"),
        ("岳塘新闻网 收入低于", "rules", "income_below_line"),
        ("第十八条 补差", "benefits", "dibao_gap"),
        ("以工代训 附件4", "tariffs", "workshop_training_subsidy"),
        ("NET_INCOME_PER_HEAD", "facts", "net_income_per_head"),
        ("个人信息保护法 证件照片", "lists", "publicity_deny"),
    ],
)
def test_a_word_or_a_number_finds_its_entry(book, query, kind, name):
    assert (kind, name) in [(one.kind, one.name) for one in found(book, query)]
    assert name in [one.name for one in found(book, query, kind)]


def test_every_word_of_a_query_must_stand_in_an_entry(book):
    assert found(book, "防止返贫监测收入线 没有这个词") == []
    assert len(found(book, "")) == len(book)


def test_those_that_have_the_word_in_their_title_come_first(book):
    hits = found(book, "监测收入线")

    in_title = ["监测收入线" in one.title for one in hits]
    assert in_title == sorted(in_title, reverse=True)
    assert True in in_title
    assert False in in_title


def test_a_search_may_be_kept_to_one_kind(book):
    hits = found(book, "低保", "checks")

    assert {one.kind for one in hits} == {"checks"}
    assert len(hits) < len(found(book, "低保"))


def test_a_case_is_shown_only_where_it_covers_the_rule(tmp_path):
    cases = FILES["cases/self_paid_heavy.yaml"].replace(
        "covers: [self_paid_heavy, head_missing]", "covers: [head_missing]"
    )

    book = rule_book(load_pack(write_pack(tmp_path, {"cases/self_paid_heavy.yaml": cases})), DAY)

    assert [row[0] for row in table(entry(book, "rules", "self_paid_heavy"), "算例")] == [
        "多一分即超过",
        "没有医保数据就不能判断",
    ]
    assert table(entry(book, "checks", "head_missing"), "算例") == (("正好等于上限不算超过", "2026-11-15", "没有疑点"),)


def test_every_target_and_duty_of_the_documents_stands_with_its_section(pack, book):
    told = Counter()
    for one in book:
        if one.kind in ITEM:
            told[one.kind] += len(one.tables[0].rows)
            assert one.group in {section.document for section in pack.mandates.sections}

    assert told == Counter({kind: len(pack.mandates.of(kind)) for kind in ITEM})
