"""Deciding and taking over: one act, one note, undone as a whole; nothing beyond the own place and post."""

import pytest

from shouwang.register.exchange.actions import (
    NothingToDecide,
    NothingToTake,
    NothingToUndo,
    compare_sheet,
    decide_all,
    decide_differences,
    receive_sheet,
    take_over,
    undo_take_over,
)
from shouwang.register.exchange.models import Difference, TakeOver
from shouwang.register.exchange.queries import differences, shown
from shouwang.register.households.models import Household, IncomeEntry, Measure, Resident, Risk
from shouwang.register.households.queries import household_records
from shouwang.register.ledger.models import Entry
from tests.cast import AT, LI_ID, LI_PHONE
from tests.register.exchange.sheets import HEADER, LI, NATIONAL, WIFE, national, workbook

THEIRS = LI | {
    "是否解决安全饮用水": "是", "户联系电话": "13900002222", "健康状况": "长期慢性病、残疾", "监测对象类别": "边缘易致贫户",
    "致贫/返贫风险1": "因病", "识别监测时间": "202603", "住房面积": "80.5",
}  # fmt: skip


@pytest.fixture
def sheet(cast):
    Risk.objects.create(household_id="H1", risk="disability", since_on="2025-05-01", note="肢体")
    made = receive_sheet(file_name="a.xlsx", content=national(THEIRS, WIFE), actor=cast.xiaozhou, at=AT)
    return compare_sheet(sheet_id=made.pk, actor=cast.xiaozhou, at=AT)


def take(actor, sheet, **filters):
    decide_all(sheet_id=sheet.pk, decision="take", actor=actor, at=AT, filters=filters)
    return take_over(sheet_id=sheet.pk, actor=actor, at=AT).act


def state():
    """Everything that the register says of the first household, in clear where it is sealed."""
    from shouwang.register.staff.queries import SYSTEM

    record = household_records(SYSTEM, ["H1"])["H1"]
    plain = Household.objects.filter(pk="H1").values("water_safe", "monitored_class", "monitored_on", "house_area")
    people = list(Resident.objects.order_by("pk").values("education", "serious_illness", "chronic_illness", "disabled"))
    risks = list(Risk.objects.filter(household_id="H1").values("risk", "since_on", "note"))
    return record.phone, dict(plain[0]), people, risks


def test_what_was_decided_is_taken_over_in_one_act(cast, sheet):
    taken = take(cast.xiaozhou, sheet)

    phone, household, people, risks = state()
    assert (phone, household["water_safe"], str(household["house_area"])) == ("13900002222", True, "80.50")
    assert people[0] == {
        "education": "primary", "serious_illness": False, "chronic_illness": True, "disabled": True,
    }  # fmt: skip
    # What a procedure decides is not set by a sheet, whoever brings it.
    assert (household["monitored_class"], household["monitored_on"]) == (None, None)
    assert [one["risk"] for one in risks] == ["disability"]
    assert Entry.objects.filter(act="take_over", subject=f"take_over:{taken.pk}").count() == 1
    left = differences(cast.xiaozhou, sheet.pk).filter(takeover=None).values_list("field", flat=True)
    assert set(left) == {"monitored_class", "monitored_on", "risks"}


def test_undoing_puts_everything_back(cast, sheet):
    before = state()
    taken = take(cast.xiaozhou, sheet)
    assert state() != before

    undone = undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)

    assert state() == before
    assert undone.left_alone == 0
    assert differences(cast.xiaozhou, sheet.pk, decision="open").exists()


def test_undoing_leaves_alone_what_was_corrected_since(cast, sheet):
    taken = take(cast.xiaozhou, sheet)
    Household.objects.filter(pk="H1").update(house_area="99.00")

    undone = undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)

    assert undone.left_alone == 1
    assert str(Household.objects.get(pk="H1").house_area) == "99.00"
    assert Household.objects.get(pk="H1").water_safe is None


def test_nothing_is_undone_twice(cast, sheet):
    taken = take(cast.xiaozhou, sheet)
    undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)

    with pytest.raises(NothingToUndo):
        undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)


def test_what_the_register_has_changed_meanwhile_is_not_overwritten(cast, sheet):
    decide_all(
        sheet_id=sheet.pk, decision="take", actor=cast.xiaozhou, at=AT, filters={"field": "household.house_area"}
    )
    Household.objects.filter(pk="H1").update(house_area="70.00")

    taken = take_over(sheet_id=sheet.pk, actor=cast.xiaozhou, at=AT)

    assert (taken.act, taken.stale) == (None, 1)
    assert str(Household.objects.get(pk="H1").house_area) == "70.00"
    assert Difference.objects.get(sheet=sheet, field="house_area").stale


def test_only_blanks_of_ours_can_be_filled_at_once(cast, sheet):
    decide_all(sheet_id=sheet.pk, decision="take", actor=cast.xiaozhou, at=AT, filters={}, only_blank=True)
    take_over(sheet_id=sheet.pk, actor=cast.xiaozhou, at=AT)

    phone, household, _, risks = state()
    assert phone == LI_PHONE
    assert household["water_safe"] is True
    assert [one["risk"] for one in risks] == ["disability"]


def test_what_a_procedure_decides_goes_to_a_visit(cast, sheet):
    marked = Difference.objects.get(sheet=sheet, field="monitored_class")

    assert decide_differences(sheet_id=sheet.pk, decisions={marked.pk: "take"}, actor=cast.xiaozhou, at=AT) == {}
    assert decide_differences(sheet_id=sheet.pk, decisions={marked.pk: "visit"}, actor=cast.xiaozhou, at=AT) == {
        "visit": 1
    }


def test_a_delivered_measure_stays_and_theirs_is_added(cast):
    Measure.objects.create(household_id="H1", kind="health", item="other", since_on="2026-02-01", origin="plan:1")
    header = [*HEADER, "健康帮扶"]
    theirs = "参加城乡居民基本医疗保险个人缴费补贴"
    content = workbook([LI | {"健康帮扶": theirs}, WIFE], header=header, above=NATIONAL)
    made = receive_sheet(file_name="a.xlsx", content=content, actor=cast.xiaozhou, at=AT)
    compare_sheet(sheet_id=made.pk, actor=cast.xiaozhou, at=AT)

    taken = take(cast.xiaozhou, made)

    rows = Measure.objects.filter(household_id="H1").order_by("id").values_list("item", "origin")
    assert list(rows) == [("other", "plan:1"), ("insurance_premium", None)]
    undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)
    assert list(Measure.objects.values_list("item", "origin")) == [("other", "plan:1")]


def test_a_yearly_sum_is_taken_where_we_have_nothing(cast):
    IncomeEntry.objects.filter(household_id="H1").delete()
    content = national(LI | {"工资性收入": "15000.5"})
    made = receive_sheet(file_name="a.xlsx", content=content, actor=cast.xiaozhou, at=AT, income_year=2025)
    compare_sheet(sheet_id=made.pk, actor=cast.xiaozhou, at=AT)

    taken = take(cast.xiaozhou, made, field="household.incomes:wage")

    entry = IncomeEntry.objects.get(household_id="H1")
    assert (str(entry.amount), str(entry.from_on), entry.basis) == ("15000.50", "2025-01-01", "declared")
    undo_take_over(take_over_id=taken.pk, actor=cast.xiaozhou, at=AT)
    assert not IncomeEntry.objects.filter(household_id="H1").exists()


def test_ours_shows_which_sheet_it_came_from(cast, sheet):
    take(cast.xiaozhou, sheet)
    again = receive_sheet(file_name="b.xlsx", content=national(LI | {"住房面积": "60"}), actor=cast.xiaozhou, at=AT)
    compare_sheet(sheet_id=again.pk, actor=cast.xiaozhou, at=AT)

    rows = {one.difference.title: one.origin for one in shown(differences(cast.xiaozhou, again.pk))}
    assert rows["住房面积(㎡)"] == "2026-11-22 采用《监测对象信息》"


def test_the_next_village_and_the_other_county_find_nothing(cast, sheet):
    numbers = {one.pk: "keep" for one in Difference.objects.filter(sheet=sheet)}
    for outsider in (cast.xiaozhao, cast.xiaofeng, cast.xiaowang):
        with pytest.raises(NothingToDecide):
            decide_differences(sheet_id=sheet.pk, decisions=numbers, actor=outsider, at=AT)
        with pytest.raises(NothingToTake):
            take_over(sheet_id=sheet.pk, actor=outsider, at=AT)


def test_a_refused_value_leaves_everything_as_it_was(cast, sheet):
    decide_all(sheet_id=sheet.pk, decision="take", actor=cast.xiaozhou, at=AT, filters={})
    Difference.objects.filter(sheet=sheet, field="education").update(theirs="nonsense")
    before = state()

    with pytest.raises(Exception, match="没有这个取值"):
        take_over(sheet_id=sheet.pk, actor=cast.xiaozhou, at=AT)

    assert state() == before
    assert not TakeOver.objects.exists()


def test_what_would_undo_it_is_sealed(cast, sheet):
    take(cast.xiaozhou, sheet)

    kept = TakeOver.objects.get().undoing_cipher + str(list(Entry.objects.values()))
    assert LI_PHONE not in kept
    assert LI_ID not in kept
