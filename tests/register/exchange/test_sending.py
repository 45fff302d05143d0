"""Sheets that go up: what they hold, who may, when a reason is asked for; and that they come back without a difference."""

import io
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.register.exchange.actions import (
    CannotSend,
    Wish,
    compare_sheet,
    decide_all,
    download_sheet,
    prepare_sheet,
    receive_sheet,
    send_sheet,
)
from shouwang.register.exchange.layouts import LAYOUTS
from shouwang.register.exchange.models import OutgoingSheet
from shouwang.register.exchange.queries import differences
from shouwang.register.households.choices import Education, HouseGrade, Labour, MeasureItem, MonitoredClass, RiskKind
from shouwang.register.households.models import Household, Measure, Resident, Risk
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from tests.cast import AT, COUNTY, LI_ID, LI_PHONE, VILLAGE
from tests.register.exchange.sheets import LI, national


def wish(actor, layout="monitored", choice="all", **more):
    return Wish(layout, choice, actor.range_low, actor.range_high, actor.place_name, **more)


def sent(actor, at=AT, reason="每月上报", **more):
    return send_sheet(wish=wish(actor, **more), reason=reason, actor=actor, at=at)


def grid(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()]


def test_a_sheet_has_the_national_shape_and_only_texts(cast):
    _, content = sent(cast.xiaozhou, in_full=True)

    rows = grid(content)
    assert rows[2] == [column.title for column in LAYOUTS["monitored"].columns]
    li = dict(zip(rows[2], rows[3], strict=True))
    assert (li["户编号"], li["人编号"], li["姓名"], li["证件号码"]) == ("H1", "R1", "李大山", LI_ID)
    assert (li["县"], li["户类型"], li["与户主关系"], li["户联系电话"]) == ("苏仙区", "脱贫户", "户主", LI_PHONE)
    assert li["是否解决安全饮用水"] == ""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.value} == {"s"}


def test_who_and_when_stand_on_the_sheet_and_in_its_properties(cast):
    _, content = sent(cast.xiaozhou)

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert "小周（xiaozhou）" in book.worksheets[0]["A2"].value
    assert "2026-11-22 10:00" in book.properties.description
    assert "小周（xiaozhou）" in book.properties.creator


def test_a_villager_called_like_a_formula_stays_a_text(cast):
    Resident.objects.filter(pk="R1").update(name="=HYPERLINK(1)")

    _, content = sent(cast.xiaozhou)

    assert "=HYPERLINK(1)" in grid(content)[3]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_numbers_are_masked_unless_asked_for_in_full(cast):
    _, content = sent(cast.xiaowang)

    text = str(grid(content))
    assert LI_ID not in text
    assert LI_PHONE not in text
    assert "9910************19" in text


def test_full_numbers_need_the_permission_and_a_reason(cast):
    with pytest.raises(NotAllowed):
        sent(cast.xiaowang, in_full=True)
    with pytest.raises(CannotSend, match="理由"):
        sent(cast.xiaozhou, in_full=True, reason="")


def test_only_the_own_area_is_sent(cast):
    _, content = sent(cast.xiaowang)

    assert {row[4] for row in grid(content)[3:]} == {"H1"}


@pytest.mark.parametrize("listed", [("H2",), ("H3",), ("H999",)])
def test_households_elsewhere_are_as_if_they_were_not(cast, listed):
    with pytest.raises(CannotSend, match="没有符合条件的农户"):
        sent(cast.xiaowang, choice="listed", listed=listed)


def monitored(**values):
    Household.objects.filter(pk="H1").update(
        **{"monitored_class": "marginal", "monitored_on": date(2026, 3, 1), **values}
    )


def chosen(actor, choice):
    return [one.household.pk for one in prepare_sheet(wish=wish(actor, choice=choice), actor=actor, at=AT).records]


def test_what_is_new_changed_and_cleared_is_told_by_the_last_sheet(cast):
    monitored()
    assert (chosen(cast.xiaozhou, "new"), chosen(cast.xiaozhou, "changed")) == (["H1"], [])

    sent(cast.xiaozhou, choice="new")
    assert (chosen(cast.xiaozhou, "new"), chosen(cast.xiaozhou, "changed")) == ([], [])

    Resident.objects.filter(pk="R2").update(education="primary")
    assert chosen(cast.xiaozhou, "changed") == ["H1"]

    monitored(cleared_on=date(2026, 10, 1))
    assert (chosen(cast.xiaozhou, "monitored"), chosen(cast.xiaozhou, "cleared")) == ([], ["H1"])
    sent(cast.xiaozhou, choice="cleared")
    assert chosen(cast.xiaozhou, "cleared") == []


def test_what_a_village_has_sent_is_still_new_to_the_county(cast):
    monitored()
    sent(cast.xiaowang, choice="new")

    assert chosen(cast.xiaozhou, "new") == ["H1"]


def test_only_what_we_kept_against_their_sheet_goes_up(cast):
    Household.objects.filter(pk="H1").update(water_safe=True)
    made = receive_sheet(
        file_name="a.xlsx", content=national(LI | {"是否解决安全饮用水": "否"}), actor=cast.xiaozhou, at=AT
    )
    compare_sheet(sheet_id=made.pk, actor=cast.xiaozhou, at=AT)
    filters = {"field": "household.water_safe"}
    decide_all(sheet_id=made.pk, decision="keep", actor=cast.xiaozhou, at=AT, filters=filters)

    _, content = sent(cast.xiaozhou, kept_of_sheet=made.pk)

    rows = grid(content)
    li = dict(zip(rows[2], rows[3], strict=True))
    assert (li["户编号"], li["姓名"], li["是否解决安全饮用水"]) == ("H1", "李大山", "是")
    assert (li["户类型"], li["性别"]) == ("", "")


@pytest.mark.parametrize(("layout", "limit"), [("monitored", 50), ("work", 50), ("exited", 500)])
def test_the_limit_follows_the_most_sensitive_column(cast, layout, limit):
    assert prepare_sheet(wish=wish(cast.xiaozhou, layout=layout), actor=cast.xiaozhou, at=AT).limit == limit


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 1500)), min_size=1, max_size=12))
def test_no_sequence_of_small_sheets_passes_the_limit_without_a_reason(cast, sheets):
    """What counts is the sum over any twenty-four hours."""
    OutgoingSheet.objects.all().delete()
    at, out = AT, []
    for persons, minutes in sheets:
        at += timedelta(minutes=minutes)
        prepared = prepare_sheet(wish=wish(cast.xiaozhou), actor=cast.xiaozhou, at=at)
        prepared.records = prepared.records[:1] * persons  # two members each
        within = sum(number for when, number in out if when > at - timedelta(hours=24))
        assert prepared.needs_reason == (prepared.persons + within > 50)
        if not prepared.needs_reason:
            out.append((at, prepared.persons))
            OutgoingSheet.objects.create(
                layout="monitored", layout_title="", choice="all", range_low=1, range_high=2, place_name="", made_at=at,
                made_by="xiaozhou", households=persons, persons=prepared.persons, in_full=False, sensitivity="property",
                path="", sha256="",
            )  # fmt: skip


def test_a_sheet_leaves_one_note_without_a_name_in_it(cast):
    sheet, _ = sent(cast.xiaozhou)

    entry = Entry.objects.get(act="export_sheet", subject=f"outgoing:{sheet.pk}")
    assert entry.details == {"layout": "monitored", "households": 2, "persons": 3, "full": False}
    assert entry.reason == "每月上报"


def test_a_made_sheet_can_be_had_again_within_the_area_only(cast):
    sheet, content = sent(cast.xiaozhou)

    assert download_sheet(sheet_id=sheet.pk, actor=cast.xiaozhou, at=AT)[1] == content
    for outsider in (cast.xiaowang, cast.xiaofeng):
        with pytest.raises(CannotSend, match="没有这张表"):
            download_sheet(sheet_id=sheet.pk, actor=outsider, at=AT)


YES_NO = st.sampled_from([True, False, None])
OPTIONAL = {
    "house": st.fixed_dictionaries(
        {
            "water_safe": YES_NO,
            "has_toilet": YES_NO,
            "house_grade": st.sampled_from([*HouseGrade.values, None]),
            "house_area": st.decimals("0", "9999", places=2) | st.none(),
            "group_name": st.sampled_from(["一组", "=1+1", "桥头 组", None]),
            "monitored_class": st.sampled_from([*MonitoredClass.values, None]),
            "cleared_on": st.dates(date(2021, 1, 1), date(2026, 11, 1)) | st.none(),
        }
    ),
    "person": st.fixed_dictionaries(
        {
            "education": st.sampled_from([*Education.values, None]),
            "labour": st.sampled_from([*Labour.values, None]),
            "serious_illness": YES_NO,
            "chronic_illness": YES_NO,
            "disabled": YES_NO,
            "resident_insured": YES_NO,
        }
    ),
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    house=OPTIONAL["house"],
    person=OPTIONAL["person"],
    risks=st.sets(st.sampled_from(RiskKind.values), max_size=8),
    measures=st.sets(st.sampled_from(MeasureItem.values), max_size=3),
    layout=st.sampled_from(["exited", "monitored"]),
    full=st.booleans(),
)
def test_what_goes_up_comes_back_without_a_difference(cast, house, person, risks, measures, layout, full):
    Household.objects.filter(pk="H1").update(**house)
    Resident.objects.filter(pk="R1").update(**person)
    Risk.objects.all().delete()
    Measure.objects.all().delete()
    for risk in risks:
        Risk.objects.create(household_id="H1", risk=risk)
    for item in measures:
        Measure.objects.create(household_id="H1", kind="health", item=item)

    _, content = sent(cast.xiaozhou, layout=layout, in_full=full, year=2025)
    made = receive_sheet(file_name="a.xlsx", content=content, actor=cast.xiaozhou, at=AT, income_year=2025)
    back = compare_sheet(sheet_id=made.pk, actor=cast.xiaozhou, at=AT)

    assert (back.layout, back.rows_in, back.rows_matched) == (layout, 3, 3)
    found = differences(cast.xiaozhou, back.pk)
    assert [(one.title, one.ours, one.theirs, one.fault) for one in found] == []


def test_the_place_range_is_that_of_the_post(cast):
    sheet, _ = sent(cast.xiaozhou)

    assert (sheet.range_low, sheet.place_name) == (int(COUNTY) * 10**6, "苏仙区")
    assert str(cast.xiaowang.range_low) == VILLAGE
