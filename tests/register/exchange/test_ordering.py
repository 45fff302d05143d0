"""Large sheets: asked for, made in the background in pieces, the same as if they had been made at once."""

import io

import openpyxl
import pytest

from shouwang.register.exchange.actions import (
    CannotSend,
    NoOrder,
    Wish,
    download_sheet,
    make_ordered_sheet,
    order,
    order_sheet,
    prepare_sheet,
    send,
    send_sheet,
)
from shouwang.register.exchange.models import OutgoingOrder, OutgoingSheet, SentHousehold
from shouwang.register.exchange.queries import open_orders, outgoing_order
from shouwang.register.ledger.models import Entry
from tests.cast import AT

LATER = AT.replace(hour=6)


def wish(actor, choice="all", **more):
    return Wish("monitored", choice, actor.range_low, actor.range_high, actor.place_name, **more)


def rows(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value or "" for cell in row] for row in book.worksheets[0].iter_rows()][2:]


@pytest.fixture
def all_are_large(monkeypatch):
    """Two households are many, and one of them is read after the other."""
    monkeypatch.setattr(send, "AT_ONCE", 1)
    monkeypatch.setattr(order, "HOUSEHOLDS_AT_ONCE", 1)


def test_a_large_sheet_is_what_it_would_have_been_at_once(cast, monkeypatch):
    _, at_once = send_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)
    small = OutgoingSheet.objects.get()
    digests = set(SentHousehold.objects.values_list("household_id", "digest", "cleared"))
    monkeypatch.setattr(send, "AT_ONCE", 1)
    monkeypatch.setattr(order, "HOUSEHOLDS_AT_ONCE", 1)

    asked = order_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)
    made = make_ordered_sheet(order_id=asked.pk, actor=cast.xiaozhou, at=LATER)

    sheet, content = download_sheet(sheet_id=made.sheet.pk, actor=cast.xiaozhou, at=LATER)
    assert (made.state, made.progress) == ("ready", 100)
    assert rows(content) == rows(at_once)
    assert (sheet.households, sheet.persons) == (small.households, small.persons) == (2, 3)
    assert set(sheet.sent.values_list("household_id", "digest", "cleared")) == digests
    assert list(Entry.objects.filter(act__in=("order_sheet", "export_sheet")).values_list("act", flat=True)) == [
        "export_sheet", "order_sheet", "export_sheet",
    ]  # fmt: skip


def test_a_large_sheet_is_counted_without_being_read_and_not_made_while_somebody_waits(cast, all_are_large):
    prepared = prepare_sheet(wish=wish(cast.xiaozhou), actor=cast.xiaozhou, at=AT)

    assert (prepared.in_background, prepared.households, prepared.persons, prepared.records) == (True, 2, 3, [])
    with pytest.raises(CannotSend, match="农户太多"):
        send_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)


def test_a_reason_is_asked_for_before_a_large_sheet_is_made(cast, all_are_large):
    with pytest.raises(CannotSend, match="写明导出理由"):
        order_sheet(wish=wish(cast.xiaozhou, in_full=True), reason="", actor=cast.xiaozhou, at=AT)

    asked = order_sheet(wish=wish(cast.xiaozhou, in_full=True), reason="每月上报国家", actor=cast.xiaozhou, at=AT)
    made = make_ordered_sheet(order_id=asked.pk, actor=cast.xiaozhou, at=LATER)
    assert (made.sheet.reason, made.sheet.in_full) == ("每月上报国家", True)


def test_what_was_made_is_not_made_twice(cast, all_are_large):
    asked = order_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)
    make_ordered_sheet(order_id=asked.pk, actor=cast.xiaozhou, at=LATER)

    with pytest.raises(NoOrder):
        make_ordered_sheet(order_id=asked.pk, actor=cast.xiaozhou, at=LATER)
    assert OutgoingSheet.objects.count() == 1


def test_when_nobody_is_left_to_tell_of_the_order_says_so_and_no_sheet_is_made(cast, all_are_large):
    asked = order_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)
    OutgoingOrder.objects.filter(pk=asked.pk).update(wish=asked.wish | {"choice": "new"})  # nobody is monitored

    made = make_ordered_sheet(order_id=asked.pk, actor=cast.xiaozhou, at=LATER)

    assert (made.state, made.sheet) == ("refused", None)
    assert "没有符合条件的农户" in made.problem
    assert not OutgoingSheet.objects.exists()
    assert open_orders(cast.xiaozhou) == [made]


def test_an_order_is_its_askers_own(cast, all_are_large):
    asked = order_sheet(wish=wish(cast.xiaozhou), reason="", actor=cast.xiaozhou, at=AT)

    assert outgoing_order(cast.xiaozhou, asked.pk) == asked
    assert outgoing_order(cast.xiaochen, asked.pk) is None
    assert open_orders(cast.xiaochen) == []
    with pytest.raises(NoOrder):
        make_ordered_sheet(order_id=asked.pk, actor=cast.xiaochen, at=LATER)
