"""The allow-list generator: what a notice shows, what it withholds, and what stops it altogether."""

from datetime import date

import pytest

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.choices import HELP_CLASSES
from shouwang.register.papers.publicity import Row, Terms, forbidden, preview, refuse_changed, rows
from tests.cast import NEXT_VILLAGE, TODAY, VILLAGE
from tests.register.papers.notices import ADULT, DENY, FROM, LINE, TERMS, UNTIL, listed


def shown(**given):
    made, withheld = rows([listed(**given)], terms=TERMS, as_of=TODAY)
    return made[0], [one.reason for one in withheld]


def previewed(*households, **given):
    values = {
        "kind": "determination", "place_number": int(VILLAGE), "place_name": "苏仙区 白露塘镇 金田村",
        "listed": households or (listed(),), "terms": TERMS, "from_on": FROM, "until_on": UNTIL, "phone": LINE,
        "as_of": TODAY,
    }  # fmt: skip
    return preview(**(values | given))


def test_a_row_says_who_where_which_class_and_what_help_and_nothing_else():
    row, withheld = shown()

    assert row == Row(name="李*山", group="3组", category="边缘易致贫户", help="产业帮扶、民生保障")
    assert withheld == []


def test_a_county_may_show_whole_names():
    terms = Terms(deny=DENY, adult_age=18, least_days=5, masked=False)

    assert rows([listed()], terms=terms, as_of=TODAY)[0][0].name == "李大山"


@pytest.mark.parametrize(
    ("name", "as_shown"),
    [
        ("李山", "李*"),
        ("欧阳大山", "欧**山"),
        ("扎西·多吉", "扎***吉"),
        ("扎西•多吉", "扎***吉"),
        ("　李 大山", "李*山"),
        ("霍去病", "霍**"),
        ("\u202e李大山", "李*山"),
    ],
)
def test_a_name_is_shown_as_neighbours_know_it(name, as_shown):
    assert shown(head_name=name)[0].name == as_shown


@pytest.mark.parametrize(
    "name",
    [
        "991003195503124219",
        "李大山13800138000",
        "=HYPERLINK(1)",
        "<b>李</b>",
        "癌症患者",
        "一三八零零一三八零零零",
        "",
        "李",
        "李大山（低保）",
    ],
)
def test_what_is_no_name_is_withheld_and_the_preparer_is_told(name):
    row, withheld = shown(head_name=name)

    assert row.name == "（姓名待核）"
    assert withheld


@pytest.mark.parametrize(
    ("born", "as_shown"),
    [
        (date(2008, 11, 22), "李*山"),
        (date(2008, 11, 23), "（未成年人户）"),
        (date(2019, 1, 1), "（未成年人户）"),
        (None, "（姓名待核）"),
    ],
)
def test_a_minor_head_is_never_named(born, as_shown):
    assert shown(head_birth_on=born)[0].name == as_shown


def test_a_childs_name_in_the_heads_place_is_withheld():
    assert shown(head_name="李小宝", minor_names=("李小宝",))[0].name == "（姓名待核）"


def test_a_childs_name_in_the_groups_place_is_withheld():
    assert shown(group_name="李小宝组", minor_names=("李小宝",))[0].group == "（组别待核）"


@pytest.mark.parametrize("group", ["3组", "第12村民小组", "大坪组", "上院子组", "三队", "老屋屯"])
def test_an_ordinary_group_is_shown(group):
    assert shown(group_name=group)[0].group == group


@pytest.mark.parametrize("group", [None, "", "3组13800138000", "麻风组", "因病组", "苗族组", "大路街18号", "12345组"])
def test_any_other_text_in_the_groups_place_is_withheld(group):
    row, withheld = shown(group_name=group)

    assert row.group == "（组别待核）"
    assert withheld


def test_every_kind_of_measure_has_a_public_word_that_tells_no_illness():
    from shouwang.register.households.choices import MeasureKind

    assert set(HELP_CLASSES) == set(MeasureKind.values)
    assert not [str(one.label) for one in HELP_CLASSES.values() if "健康" in one.label or "教育" in one.label]


@pytest.mark.parametrize("given", [{"category": "illness"}, {"category": "因病"}, {"helps": ("因残",)}])
def test_a_reason_is_no_category(given):
    with pytest.raises(Refusal):
        shown(**given)


def test_the_same_household_twice_is_refused():
    with pytest.raises(Refusal, match="列了两次"):
        previewed(listed(), listed())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"until_on": date(2026, 11, 27)}, "不足 5 天"),
        ({"phone": "13800138000"}, "不是公务电话"),
        ({"phone": "李主任 0735-2888888"}, "不是公务电话"),
        ({"kind": "discredit"}, "没有这种公示"),
        ({"place_number": int(NEXT_VILLAGE)}, "不在这个村"),
    ],
)
def test_a_notice_that_may_not_be_is_refused(given, said):
    with pytest.raises(Refusal, match=said):
        previewed(**given)


@pytest.mark.parametrize("line", ["0735-2888888", "07352888888", "12345", "12317", "400-123-4567"])
def test_an_official_line_is_taken(line):
    assert previewed(phone=line).notice.phone == line


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("991003195503124219", "身份证件号码"),
        ("９９１００３１９５５０３１２４２１９", "身份证件号码"),
        ("138 0013 8000", "手机号和电话"),
        ("6222021907001234567", "银行账号"),
        ("1955-03-12", "出生日期"),
        ("人民路18号", "详细住址"),
        ("糖尿病", "健康状况"),
        ("肢体二级", "残疾类别和等级"),
        ("因病", "能看出病残的风险原因"),
        ("苗族", "民族"),
    ],
)
def test_the_second_net_finds_what_got_through_the_first(cell, title):
    assert title in forbidden(["李*山", cell], DENY)


def test_the_second_net_lets_an_ordinary_row_pass():
    row, _ = shown()

    assert forbidden([row.name, row.group, row.category, row.help], DENY) == []


def test_a_county_may_add_to_what_is_forbidden():
    deny = {**DENY, "land_dispute": "土地纠纷"}

    assert forbidden(["土地纠纷"], deny) == ["土地纠纷"]


def test_the_second_net_stops_a_notice_whose_first_net_is_broken(monkeypatch):
    from shouwang.register.papers.publicity import notice

    monkeypatch.setattr(notice, "rows", lambda *_, **__: ((Row("李大山 13800138000", "3组", "", ""),), ()))

    with pytest.raises(Refusal, match="手机号和电话"):
        previewed()


def test_the_fingerprint_follows_everything_that_is_seen():
    first = previewed()

    for change in [
        {"phone": "12345"},
        {"until_on": date(2026, 11, 29)},
        {"kind": "clearance"},
        {"listed": (listed(group_name="4组"),)},
    ]:
        changed = previewed(**change)
        assert changed.fingerprint != first.fingerprint
        with pytest.raises(Refusal, match="内容有变化"):
            refuse_changed(changed, first.fingerprint)
    refuse_changed(previewed(), first.fingerprint)


def test_an_adult_is_judged_by_the_packs_age():
    terms = Terms(deny=DENY, adult_age=60, least_days=5)

    assert rows([listed(head_birth_on=ADULT)], terms=terms, as_of=TODAY)[0][0].name == "（未成年人户）"
