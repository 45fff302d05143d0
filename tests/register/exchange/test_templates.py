"""Templates of our own: what they offer, what a filled one does, and what comes back."""

import io

import openpyxl
import pytest

from shouwang.register.exchange.actions import (
    NoTemplate,
    compare_sheet,
    download_returned,
    make_template,
    receive_sheet,
    undo_take_over,
)
from shouwang.register.exchange.models import Difference, ReturnedRow, TakeOver
from shouwang.register.exchange.templates import TEMPLATES
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk
from shouwang.register.households.queries import household_file
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, COUNTY, LI_ID, LI_PHONE, VILLAGE
from tests.register.exchange.sheets import workbook

GOOD_ID = "991003200105060014"


def blank(actor, name, *, prefilled=False):
    content = make_template(
        name=name, range_low=actor.range_low, range_high=actor.range_high, prefilled=prefilled, actor=actor, at=AT
    )
    return openpyxl.load_workbook(io.BytesIO(content))


def fill(actor, name, *rows, content=None):
    titles = [column.title for column in TEMPLATES[name].columns]
    content = content or workbook(rows, header=titles, above=[[f"填报模板：{name}"]])
    sheet = receive_sheet(file_name=f"{name}.xlsx", content=content, actor=actor, at=AT)
    return compare_sheet(sheet_id=sheet.pk, actor=actor, at=AT)


def reasons(sheet):
    return [(one.row_no, one.reason) for one in sheet.returned.order_by("row_no", "id")]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_locked_headers_open_cells_and_a_guide(cast, name):
    book = blank(cast.xiaowang, name)

    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == [column.title for column in TEMPLATES[name].columns]
    assert sheet.protection.sheet
    assert sheet["A2"].protection.locked
    assert not sheet.column_dimensions["A"].protection.locked
    assert book.sheetnames[1:] == ["填写说明", "选项"]
    assert book["选项"].sheet_state == "hidden"
    assert sheet.data_validations.dataValidation


def test_drop_downs_of_places_follow_each_other(cast):
    Household.objects.filter(pk="H1").update(group_name="桥头组")

    book = blank(cast.xiaozhou, "households")

    rules = {str(one.sqref).split("3:")[0]: one.formula1 for one in book.worksheets[0].data_validations.dataValidation}
    lists = book["选项"]
    paths = {lists.cell(row, 1).value or "": lists.cell(row, 2).value for row in range(1, lists.max_row + 1)}
    assert rules["A"] == 'INDIRECT("L_0")'
    assert rules["C"].startswith('INDIRECT(VLOOKUP($A3&"/"&$B3,')
    assert paths["苏仙区/白露塘镇/金田村"] == f"L_{VILLAGE}"
    assert listed(book, paths["苏仙区"])[0].endswith(("街道", "镇", "乡"))
    assert "金田村" in listed(book, paths["苏仙区/白露塘镇"])
    assert listed(book, f"L_{VILLAGE}") == ["桥头组"]


def listed(book, name):
    area = book.defined_names[name].attr_text.split("!")[1].replace("$", "")
    return [cell.value for row in book["选项"][area] for cell in row]


def test_a_prefilled_template_names_people_and_nothing_else(cast):
    book = blank(cast.xiaowang, "members", prefilled=True)

    rows = [[cell.value for cell in row if cell.value] for row in book.worksheets[0].iter_rows(min_row=3, max_row=5)]
    assert rows == [["H1", "R1", "李大山", "户主"], ["H1", "R2", "王桂花", "配偶"], []]
    assert Entry.objects.get(act="export_template").details == {"template": "members", "rows": 2}


def test_a_place_of_others_is_not_prefilled(cast):
    with pytest.raises(NoTemplate):
        make_template(name="nothing", range_low=0, range_high=1, prefilled=True, actor=cast.xiaowang, at=AT)
    with pytest.raises(NotAllowed):
        make_template(name="members", range_low=0, range_high=1, prefilled=True, actor=cast.xiaosun, at=AT)
    elsewhere = int(COUNTY) * 10**6, (int(COUNTY) + 1) * 10**6
    content = make_template(
        name="members", range_low=elsewhere[0], range_high=elsewhere[1], prefilled=True, actor=cast.xiaozhao, at=AT
    )
    text = str([[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]])
    assert "赵有田" in text
    assert "李大山" not in text


def test_faultless_rows_go_in_and_empty_cells_change_nothing(cast):
    sheet = fill(cast.xiaowang, "households", {"户编号": "H1", "是否解决安全饮用水": "是", "住房面积(㎡)": "80"})

    household = Household.objects.get(pk="H1")
    assert (household.water_safe, str(household.house_area), household.kind) == (True, "80.00", "exited_poverty")
    assert household_file(cast.xiaowang, "H1").phone == "154****1111"
    assert (sheet.rows_in, sheet.rows_matched, reasons(sheet)) == (1, 1, [])
    assert Difference.objects.filter(sheet=sheet, takeover__isnull=False).count() == 2


def test_a_row_with_a_fault_comes_back_whole_and_the_others_go_in(cast):
    sheet = fill(
        cast.xiaowang,
        "members",
        {
            "户编号": "H1",
            "人编号": "R1",
            "姓名": "李大山",
            "文化程度": "私塾",
            "劳动技能": "无劳动力",
            "联系电话": "12",
        },
        {"户编号": "H1", "人编号": "R2", "姓名": "王桂花", "文化程度": "小学"},
    )

    assert reasons(sheet) == [(3, "文化程度：不在规定的选项里；联系电话：电话号码位数或开头不对")]
    assert list(Resident.objects.order_by("pk").values_list("education", "labour")[:2]) == [
        (None, None),
        ("primary", None),
    ]


def test_the_sheet_comes_back_with_the_reasons_and_goes_in_once_mended(cast):
    rows = [
        {"户编号": "H1", "人编号": "R1", "姓名": "李大山", "文化程度": "私塾"},
        {"户编号": "H1", "人编号": "R2", "姓名": "王桂花", "文化程度": "小学"},
        {"户编号": "H9", "姓名": "谁"},
    ]
    sheet = fill(cast.xiaowang, "members", *rows)

    _, bad = download_returned(sheet_id=sheet.pk, all_rows=False, actor=cast.xiaowang, at=AT)
    _, whole = download_returned(sheet_id=sheet.pk, all_rows=True, actor=cast.xiaowang, at=AT)

    book = openpyxl.load_workbook(io.BytesIO(bad)).worksheets[0]
    assert [row[-1].value for row in book.iter_rows()] == ["错误说明", "文化程度：不在规定的选项里", "不在您的辖区"]
    assert openpyxl.load_workbook(io.BytesIO(whole)).worksheets[0].max_row == 4

    for cell in next(book.iter_rows(min_row=2, max_row=2)):
        cell.value = "初中" if cell.value == "私塾" else cell.value
    mended = io.BytesIO()
    book.parent.save(mended)
    again = fill(cast.xiaowang, "members", content=mended.getvalue())

    assert Resident.objects.get(pk="R1").education == "junior"
    assert reasons(again) == [(3, "不在您的辖区")]


@pytest.mark.parametrize("home", ["H2", "H3", "H999"])
@pytest.mark.parametrize("name", ["households", "members", "incomes", "measures"])
def test_elsewhere_and_nowhere_get_the_same_answer(cast, name, home):
    row = {"户编号": home, "姓名": "赵有田", "与户主关系": "户主", "收支类别": "工资性收入", "金额(元)": "1", "所属期起": "2026-01-01",
           "数据来源性质": "申报", "措施类别": "就业帮扶", "落实时间": "2026-01-01"}  # fmt: skip

    assert reasons(fill(cast.xiaowang, name, row)) == [(3, "不在您的辖区")]


def test_a_new_member_is_added_and_taken_away_by_undoing(cast):
    row = {"户编号": "H1", "姓名": "李小芳", "与户主关系": "之女", "证件号码": GOOD_ID, "健康状况": "残疾"}
    sheet = fill(cast.xiaowang, "members", row)

    added = Resident.objects.get(name="李小芳")
    assert (added.household_id, added.relation, added.disabled, added.chronic_illness) == (
        "H1",
        "daughter",
        True,
        False,
    )
    assert (Household.objects.get(pk="H1").members, sheet.added) == (3, 1)
    assert added.name_pinyin.startswith("lixiaofang")
    assert GOOD_ID not in str(Resident.objects.filter(pk=added.pk).values())

    undo_take_over(take_over_id=TakeOver.objects.get().pk, actor=cast.xiaowang, at=AT)
    assert not Resident.objects.filter(name="李小芳").exists()
    assert Household.objects.get(pk="H1").members == 2


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"姓名": "李小芳"}, "新增的人要写与户主关系"),
        ({"姓名": "李小芳", "与户主关系": "户主"}, "本户已有户主"),
        (
            {"姓名": "李小芳", "与户主关系": "之女", "证件号码": "991003200105060010"},
            "证件号码：证件号码校验不通过，请核对",
        ),
        ({"人编号": "R99", "姓名": "李小芳", "与户主关系": "之女"}, "登记的这一户里没有这个人"),
    ],
)
def test_a_new_member_that_does_not_fit_comes_back(cast, more, reason):
    assert reasons(fill(cast.xiaowang, "members", {"户编号": "H1", **more})) == [(3, reason)]


def test_an_id_number_of_another_village_does_not_stop_a_new_member(cast):
    """Whether somebody elsewhere has the number is not told; inside the own area it is."""
    row = {"户编号": "H2", "姓名": "李大水", "与户主关系": "之兄弟姐妹", "证件号码": LI_ID}

    assert reasons(fill(cast.xiaozhou, "members", row)) == [(3, "辖区内已经有人登记了这个证件号码")]
    assert reasons(fill(cast.xiaozhao, "members", row)) == []


NEW_HOME = {
    "县": "苏仙区",
    "乡": "白露塘镇",
    "村": "金田村",
    "户主姓名": "周新户",
    "户主证件号码": GOOD_ID,
    "是否解决安全饮用水": "是",
}


def test_a_new_household_gets_our_number_and_a_head(cast):
    sheet = fill(cast.xiaowang, "households", NEW_HOME)

    made = Household.objects.get(head_name="周新户")
    assert (str(made.place_number), made.members, made.water_safe, sheet.added) == (VILLAGE, 1, True, 1)
    undo_take_over(take_over_id=TakeOver.objects.get().pk, actor=cast.xiaowang, at=AT)
    assert not Household.objects.filter(head_name="周新户").exists()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"村": "没有这村"}, "不在您的辖区"),
        ({"村": "燕泉村"}, "不在您的辖区"),
        ({"户主姓名": ""}, "新户要写户主姓名和户主证件号码；已有的户请写户编号"),
        ({"户主证件号码": LI_ID}, "辖区内已经有人登记了这个证件号码"),
    ],
)
def test_a_new_household_that_does_not_fit_comes_back(cast, more, reason):
    assert reasons(fill(cast.xiaowang, "households", NEW_HOME | more)) == [(3, reason)]


INCOME = {"户编号": "H1", "收支类别": "转移性收入", "收支明细": "养老金", "金额(元)": "1,200.5", "所属期起": "2026-01-01",
          "所属期止": "2027-01-01", "数据来源性质": "申报"}  # fmt: skip


def test_incomes_are_added_and_the_same_again_is_brought_up_to_date(cast):
    fill(cast.xiaowang, "incomes", INCOME, INCOME | {"收支类别": "合规自付支出", "收支明细": ""})
    fill(cast.xiaowang, "incomes", INCOME | {"金额(元)": "1500"})

    rows = IncomeEntry.objects.filter(household_id="H1", from_on="2026-01-01").order_by("kind")
    assert [(one.kind, one.item, str(one.amount)) for one in rows] == [
        ("self_paid", None, "1200.50"),
        ("transfer", "pension", "1500.00"),
    ]
    assert IncomeEntry.objects.filter(household_id="H1", kind="wage").count() == 1


def test_entries_are_undone_as_a_whole(cast):
    before = list(IncomeEntry.objects.order_by("id").values("household_id", "kind", "amount", "from_on"))
    fill(
        cast.xiaowang, "incomes", INCOME, INCOME | {"收支类别": "工资性收入", "收支明细": "", "所属期起": "2025-01-01"}
    )

    undo_take_over(take_over_id=TakeOver.objects.get().pk, actor=cast.xiaowang, at=AT)

    after = list(IncomeEntry.objects.order_by("id").values("household_id", "kind", "amount", "from_on"))
    assert after == before


def test_measures_are_added_by_the_village(cast):
    row = {"户编号": "H1", "人编号": "R2", "措施类别": "就业帮扶", "措施明细": "技能培训", "落实时间": "2026-05-01"}
    fill(cast.xiaowang, "measures", row)

    made = Measure.objects.get(household_id="H1")
    assert (made.kind, made.item, made.resident_id, str(made.since_on)) == (
        "employment", "skill_training", "R2", "2026-05-01",
    )  # fmt: skip


def test_a_period_that_ends_before_it_begins_comes_back(cast):
    assert reasons(fill(cast.xiaowang, "incomes", INCOME | {"所属期止": "2025-01-01"})) == [
        (3, "结束时间不能早于开始时间")
    ]


def test_risks_are_written_by_the_county_only(cast):
    row = {"户编号": "H1", "风险类别": "因病", "识别时间": "202603"}

    assert reasons(fill(cast.xiaowang, "risks", row)) == [(3, "致贫返贫风险由县级录入；村、乡发现情况请报线索")]
    assert reasons(fill(cast.xiaozhou, "risks", row)) == []
    assert str(Risk.objects.get().since_on) == "2026-03-01"


def test_the_same_person_twice_counts_once(cast):
    row = {"户编号": "H1", "人编号": "R1", "姓名": "李大山", "文化程度": "小学"}

    assert reasons(fill(cast.xiaowang, "members", row, row)) == [(4, "与第 3 行写的是同一人")]


def test_a_filled_sheet_leaves_no_secret_in_clear(cast):
    fill(cast.xiaowang, "households", {"户编号": "H1", "户联系电话": "13911112222"})

    texts = (
        str(list(Difference.objects.values()))
        + str(list(Entry.objects.values()))
        + str(list(ReturnedRow.objects.values()))
    )
    assert "13911112222" not in texts
    assert LI_PHONE not in texts
