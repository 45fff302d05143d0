"""A national export against the register: only what differs, whose it is, and what cannot be used."""

import pytest

from shouwang.register.exchange.actions import compare_sheet, receive_sheet
from shouwang.register.exchange.models import Difference, ReturnedRow
from shouwang.register.exchange.queries import differences, shown
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, LI_ID, LI_PHONE
from tests.register.exchange.sheets import LI, WIFE, national, workbook


def compared(actor, content, **more):
    sheet = receive_sheet(file_name="监测对象信息.xlsx", content=content, actor=actor, at=AT, **more)
    return compare_sheet(sheet_id=sheet.pk, actor=actor, at=AT)


def said(actor, sheet):
    return {
        (one.difference.household_id, one.difference.resident_id, one.difference.title): (one.ours, one.theirs)
        for one in shown(differences(actor, sheet.pk))
    }


def test_only_what_differs_is_shown(cast):
    sheet = compared(cast.xiaowang, national(LI | {"是否解决安全饮用水": "是", "性别": "女"}))

    assert sheet.layout == "monitored"
    assert said(cast.xiaowang, sheet) == {
        ("H1", "", "是否解决安全饮用水"): ("（空白）", "是"),
        ("H1", "R1", "性别"): ("男", "女"),
        ("H1", "R1", "文化程度"): ("（空白）", "小学"),
    }


def test_a_household_value_may_stand_in_any_of_its_rows(cast):
    sheet = compared(cast.xiaowang, national(LI, WIFE | {"住房面积": "80"}))

    assert said(cast.xiaowang, sheet)["H1", "", "住房面积(㎡)"] == ("（空白）", "80")


def test_rows_of_a_household_that_contradict_each_other_are_shown_and_cannot_be_taken(cast):
    sheet = compared(cast.xiaowang, national(LI | {"住房面积": "80"}, WIFE | {"住房面积": "90"}))

    found = Difference.objects.get(sheet=sheet, field="house_area")
    assert (found.can_take, found.fault) == (False, "同一户的各行写得不一样")


@pytest.mark.parametrize(
    ("column", "text"),
    [("户类型", "特困户"), ("是否解决安全饮用水", "已解决"), ("文化程度", "私塾"), ("识别监测时间", "去年三月")],
)
def test_an_unknown_label_is_shown_and_never_guessed(cast, column, text):
    sheet = compared(cast.xiaowang, national(LI | {column: text}))

    found = Difference.objects.get(sheet=sheet, written=text)
    assert found.fault
    assert not found.can_take


def test_months_are_compared_as_months(cast):
    from shouwang.register.households.models import Household

    Household.objects.filter(pk="H1").update(monitored_on="2026-03-17", monitored_class="marginal")
    same = national(LI | {"识别监测时间": "202603", "监测对象类别": "边缘易致贫户"})

    sheet = compared(cast.xiaowang, same)

    assert not [title for _, _, title in said(cast.xiaowang, sheet) if title in ("识别监测时间", "监测对象类别")]


def test_several_risk_columns_are_one_set(cast):
    sheet = compared(cast.xiaowang, national(LI | {"致贫/返贫风险1": "因病", "致贫/返贫风险2": "因残"}))

    assert said(cast.xiaowang, sheet)["H1", "", "致贫返贫风险"] == ("（空白）", "因病、因残")


def test_yearly_sums_are_compared_only_for_a_stated_year(cast):
    without = compared(cast.xiaowang, national(LI | {"工资性收入": "15000"}))
    with_year = compared(cast.xiaowang, national(LI | {"工资性收入": "15000"}), income_year=2025)

    assert "工资性收入" in without.other_columns
    assert said(cast.xiaowang, with_year)["H1", "", "工资性收入"] == ("12000", "15000")
    # Details of ours outweigh a sum of theirs.
    assert not Difference.objects.get(sheet=with_year, field="incomes:wage").can_take


def test_a_person_is_found_by_id_number_or_by_name_and_birth(cast):
    by_number = {"姓名": "李大山", "证件号码": LI_ID, "文化程度": "小学", "与户主关系": "户主"}
    header = ["户编号", "姓名", "出生日期", "与户主关系", "监测对象类别", "文化程度", "健康状况"]
    by_birth = {"户编号": "H1", "姓名": "李大山", "出生日期": "1955-03-12", "文化程度": "小学", "与户主关系": "户主"}

    assert compared(cast.xiaowang, national(by_number)).rows_matched == 1
    assert compared(cast.xiaowang, workbook([by_birth], header=header)).rows_matched == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"户编号": "H1", "姓名": "张三丰"}, "登记的这一户里没有这个人"),
        ({"姓名": "李大山"}, "没有户编号、人编号，也没有可用的证件号码，不知道是谁"),
        (LI | {"姓名": "别人", "证件号码": "991003195811076925"}, "人编号对得上，姓名和证件号码都对不上，请核对"),
    ],
)
def test_a_row_without_its_person_comes_back_with_a_reason(cast, row, reason):
    sheet = compared(cast.xiaowang, national(row))

    assert [one.reason for one in ReturnedRow.objects.filter(sheet=sheet)] == [reason]


@pytest.mark.parametrize(
    "row",
    [
        {"户编号": "H2", "人编号": "R3", "姓名": "赵有田"},
        {"户编号": "H3", "姓名": "钱来福"},
        {"户编号": "H999", "姓名": "没有这人"},
        {"人编号": "R3"},
        {"证件号码": "991003196207153318", "姓名": "赵有田"},
        {"证件号码": "991003199001011236", "姓名": "没有这人"},
        {"户编号": "H2", "证件号码": LI_ID, "姓名": "李大山"},
    ],
)
def test_elsewhere_and_nowhere_get_the_same_answer(cast, row):
    sheet = compared(cast.xiaowang, national(row))

    assert [(one.row_no, one.reason) for one in sheet.returned.all()] == [(4, "不在您的辖区")]
    assert not sheet.differences.exists()


def test_secrets_stand_nowhere_in_clear(cast):
    sheet = compared(
        cast.xiaowang, national(LI | {"户联系电话": "13900002222", "证件号码": "991003195503124200", "姓名": "李大山"})
    )

    phone = Difference.objects.get(sheet=sheet, field="phone", of="household")
    assert (phone.ours, phone.theirs) == (None, None)
    assert said(cast.xiaowang, sheet)["H1", "", "户联系电话"] == ("154****1111", "139****2222")
    texts = str(list(Difference.objects.values())) + str(list(Entry.objects.values()))
    assert LI_PHONE not in texts
    assert "13900002222" not in texts
    assert LI_ID not in texts


def test_masked_numbers_say_nothing(cast):
    sheet = compared(cast.xiaowang, national(LI | {"户联系电话": "139****2222", "证件号码": "9910**********4219"}))

    assert not sheet.differences.filter(field__in=["phone", "id_number"]).exists()


def test_a_blank_class_of_a_monitored_household_is_shown_and_not_takeable(cast):
    from shouwang.register.households.models import Household

    Household.objects.filter(pk="H1").update(monitored_class="marginal")

    sheet = compared(cast.xiaowang, national(LI))

    assert not Difference.objects.get(sheet=sheet, field="monitored_class").can_take


def test_a_file_that_is_no_known_sheet_is_refused_with_a_reason_and_kept(cast):
    sheet = compared(cast.xiaowang, workbook([{"甲": "1"}], header=["甲", "乙", "丙"]))

    assert (sheet.state, sheet.problem[:9]) == ("refused", "认不出这是哪一种表")
    assert sheet.original_path


def test_a_sheet_of_villages_is_named_as_such(cast):
    sheet = compared(cast.xiaowang, workbook([{"总户数": "3"}], header=["行政村", "总户数", "是否出列"]))

    assert "行政村信息表" in sheet.problem


def test_each_step_leaves_one_note(cast):
    sheet = compared(cast.xiaowang, national(LI))

    acts = Entry.objects.filter(subject=f"sheet:{sheet.pk}").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["receive_sheet", "compare_sheet"]


@pytest.mark.parametrize("who", ["xiaosun", "xiaowu"])
def test_who_may_not_exchange_sheets_is_refused(cast, who):
    with pytest.raises(NotAllowed):
        receive_sheet(file_name="a.xlsx", content=national(LI), actor=getattr(cast, who), at=AT)
