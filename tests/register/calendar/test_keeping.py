"""Keeping the calendar: who may, for where, with a source; nothing is erased, and no year is guessed."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.calendar.actions import (
    load_national_days,
    remove_special_day,
    restore_special_day,
    set_special_day,
)
from shouwang.register.calendar.models import SpecialDay
from shouwang.register.calendar.queries import is_working_day
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import SYSTEM, NotAllowed
from tests.cast import AT, COUNTY, OTHER_COUNTY, VILLAGE

DAY = date(2026, 12, 31)
SAID = {"day": DAY, "kind": "holiday", "name": "苗年", "source": "州府通知"}


def test_a_day_that_was_set_can_be_taken_back_and_put_again(cast):
    made = set_special_day(**SAID, actor=cast.xiaozhou, at=AT)
    remove_special_day(special_day_id=made.pk, actor=cast.xiaozhou, at=AT)
    taken_back = is_working_day(DAY, int(VILLAGE))
    restore_special_day(special_day_id=made.pk, actor=cast.xiaozhou, at=AT)

    assert taken_back
    assert not is_working_day(DAY, int(VILLAGE))
    assert list(Entry.objects.filter(subject__startswith="special_day:").order_by("pk").values_list("act", flat=True)) == [
        "set_special_day", "remove_special_day", "set_special_day",
    ]  # fmt: skip
    assert SpecialDay.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place_code": OTHER_COUNTY}, "不在您的辖区内"),
        ({"source": " "}, "没有写名称或依据"),
        ({"name": ""}, "没有写名称或依据"),
        ({"kind": "half"}, "没有选放假还是上班"),
    ],
)
def test_a_day_without_a_source_or_elsewhere_is_refused(cast, change, said):
    with pytest.raises(Refusal, match=said):
        set_special_day(**SAID | change, actor=cast.xiaozhou, at=AT)


def test_the_same_day_is_not_said_twice(cast):
    set_special_day(**SAID, actor=cast.xiaozhou, at=AT)

    with pytest.raises(Refusal, match="已经录入过了"):
        set_special_day(**SAID, actor=cast.xiaozhou, at=AT)


def test_a_township_keeps_no_calendar(cast):
    with pytest.raises(NotAllowed):
        set_special_day(**SAID, actor=cast.xiaochen, at=AT)
    with pytest.raises(NotAllowed):
        load_national_days(year=2026, actor=cast.xiaochen, at=AT)


def test_a_county_does_not_take_back_what_the_prefecture_said(cast):
    made = set_special_day(**SAID, actor=cast.laohe, at=AT)

    with pytest.raises(Refusal, match="上一级录入"):
        remove_special_day(special_day_id=made.pk, actor=cast.xiaozhou, at=AT)
    with pytest.raises(Refusal, match="没有这一天"):
        remove_special_day(special_day_id=0, actor=cast.xiaozhou, at=AT)


def test_the_national_arrangement_is_loaded_once_and_leaves_what_was_said(cast):
    spring_festival = date(2026, 2, 17)
    set_special_day(day=spring_festival, kind="working", name="值班", source="县里通知", actor=cast.xiaozhou, at=AT)

    first = load_national_days(year=2026, actor=cast.xiaozhou, at=AT)
    second = load_national_days(year=2026, actor=cast.xiaozhou, at=AT)

    assert (first, second) == (38, 0)
    assert is_working_day(spring_festival, int(VILLAGE))
    assert not is_working_day(date(2026, 10, 1), int(VILLAGE))
    assert is_working_day(date(2026, 10, 10), int(VILLAGE))
    assert not SpecialDay.objects.filter(source__contains="chinese_calendar").exclude(place_code=COUNTY).exists()


def test_a_year_that_nobody_has_published_is_not_guessed(cast):
    with pytest.raises(Refusal, match="没有收录 2091 年"):
        load_national_days(year=2091, actor=SYSTEM, at=AT)

    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "range_high = range_low",
        "source = ''",
        "removed_by = 'xiaozhou'",
        "removed_at = set_at",
    ],
)
def test_the_database_refuses_a_row_that_makes_no_sense(cast, change):
    set_special_day(**SAID, actor=cast.xiaozhou, at=AT)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE calendar_special_day SET {change}")
