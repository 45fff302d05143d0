"""Receiving, taking back and watching deliveries."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.row_security import rows_within
from shouwang.register.ledger.models import Entry
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.feeds.actions import NoRejects, NothingToUndo, WrongUnit, download_rejects, undo_delivery
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.contracts import UnknownFeed, feed_contract
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.queries import Effective, deliveries, effective_feed, feeds_for, freshness, reject_rows
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT, LI_ID, TODAY, Cast
from tests.stream.files import BROKEN, LI, WANG, deliver, send, settlements

SOURCE = "medical_settlements"


def test_file_is_kept_sealed_and_noted_once(cast: Cast) -> None:
    sent = send(cast, LI)

    kept = settings.STORE / sent.delivery.original_path
    assert LI_ID.encode() not in kept.read_bytes()
    assert open_sealed("originals", sent.delivery.sha256, sent.delivery.original_path) == settlements(LI)
    assert Entry.objects.filter(act="receive_delivery", subject=f"delivery:{sent.delivery.pk}").count() == 1


def test_same_file_again_gives_the_same_delivery_back(cast: Cast) -> None:
    first = deliver(cast, LI)

    again = send(cast, LI, file_name="医保结算（重发）.csv")

    assert again.duplicate
    assert again.delivery.pk == first.pk
    assert again.delivery.receipt == first.receipt
    assert Delivery.objects.count() == 1
    assert Entry.objects.filter(act="receive_delivery").count() == 1


@pytest.mark.parametrize(
    ("who", "feed", "refusal"),
    [
        ("xiaosun", "deaths", WrongUnit),
        ("xiaozhou", "weather", UnknownFeed),
        ("xiaowang", SOURCE, NotAllowed),
        ("xiaochen", SOURCE, NotAllowed),
        ("xiaowu", SOURCE, NotAllowed),
    ],
)
def test_file_is_refused(cast: Cast, who: str, feed: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        send(cast, LI, feed=feed, actor=getattr(cast, who))
    assert not Delivery.objects.exists()


def test_liaison_may_send_the_own_units_feeds_only(cast: Cast) -> None:
    assert {source.unit for source in feeds_for(cast.xiaosun)} == {"医保局"}
    assert len(feeds_for(cast.xiaozhou)) == 22  # nineteen of the national pack and three of the prefecture
    assert feeds_for(cast.xiaowang) == []


@pytest.mark.parametrize(
    ("who", "seen"), [("xiaosun", 1), ("xiaozhou", 1), ("xiaochen", 1), ("xiaofeng", 0), ("xiaowang", 0)]
)
def test_delivery_is_seen_by_its_unit_and_its_area(cast: Cast, who: str, seen: int) -> None:
    deliver(cast, LI)

    assert deliveries(getattr(cast, who)).count() == seen


def test_liaison_does_not_see_another_units_delivery(cast: Cast) -> None:
    send(cast, LI, feed="deaths", actor=cast.xiaozhou)

    assert not deliveries(cast.xiaosun).exists()


def test_unreadable_file_is_set_aside_with_what_to_do_and_may_come_again(cast: Cast) -> None:
    sent = send(cast, file_name="坏.csv")

    done = accept_delivery(delivery_id=sent.delivery.pk, actor=cast.xiaosun, at=AT)

    assert done.status == DeliveryStatus.QUARANTINED
    assert "没有数据行" in done.problem
    assert Entry.objects.filter(act="quarantine_delivery").count() == 1
    assert not send(cast).duplicate


def test_reject_sheet_is_handed_out_to_the_sender_and_noted(cast: Cast) -> None:
    delivery = deliver(cast, LI, BROKEN)

    sheet = download_rejects(delivery_id=delivery.pk, actor=cast.xiaosun, at=AT)

    assert sheet.startswith(b"PK")
    assert Entry.objects.filter(act="download_rejects", actor="xiaosun").count() == 1
    rows = reject_rows(delivery).to_pylist()
    assert [(row["row_no"], row["column"], row["value"]) for row in rows] == [(3, "self_paid", "不详")]
    assert "必填" in rows[0]["reason"]


@pytest.mark.parametrize(
    ("who", "refusal"), [("xiaofeng", NoRejects), ("xiaochen", NotAllowed), ("xiaowu", NotAllowed)]
)
def test_reject_sheet_is_refused_to_others(cast: Cast, who: str, refusal: type[Refusal]) -> None:
    delivery = deliver(cast, LI, BROKEN)

    with pytest.raises(refusal):
        download_rejects(delivery_id=delivery.pk, actor=getattr(cast, who), at=AT)


def test_undone_delivery_leaves_the_former_state(cast: Cast) -> None:
    deliver(cast, LI)
    before = effective_feed(feed_contract(SOURCE))
    second = deliver(cast, WANG)

    undo_delivery(delivery_id=second.pk, reason="重复报送", actor=cast.xiaosun, at=AT)

    after = effective_feed(feed_contract(SOURCE))
    assert before is not None
    assert after is not None
    assert after.parts == before.parts
    entry = Entry.objects.get(act="undo_delivery")
    assert (entry.subject, entry.reason) == (f"delivery:{second.pk}", "重复报送")


def test_undone_file_may_be_delivered_again(cast: Cast) -> None:
    delivery = deliver(cast, LI)
    undo_delivery(delivery_id=delivery.pk, reason="月份错了", actor=cast.xiaosun, at=AT)
    assert effective_feed(feed_contract(SOURCE)) is None

    again = send(cast, LI)

    assert not again.duplicate


@pytest.mark.parametrize(
    ("who", "reason", "refusal"),
    [("xiaofeng", "错了", NothingToUndo), ("xiaosun", "  ", NothingToUndo), ("xiaochen", "错了", NotAllowed)],
)
def test_undoing_is_refused(cast: Cast, who: str, reason: str, refusal: type[Refusal]) -> None:
    delivery = deliver(cast, LI)

    with pytest.raises(refusal):
        undo_delivery(delivery_id=delivery.pk, reason=reason, actor=getattr(cast, who), at=AT)
    assert Delivery.objects.get().status == DeliveryStatus.ACCEPTED


@pytest.mark.parametrize(("who", "sees"), [("xiaozhou", 1), ("xiaowang", 1), ("xiaofeng", 0)])
def test_the_database_alone_shows_a_delivery_where_it_concerns_anybody_and_lets_its_area_undo_it(
    cast: Cast, who: str, sees: int
) -> None:
    delivery = deliver(cast, LI)
    undone = Delivery.objects.filter(pk=delivery.pk)
    with rows_within(*getattr(cast, who).row_range):
        assert Delivery.objects.count() == sees
        if who == "xiaowang":  # the file speaks of the whole county, of which she has one village
            with pytest.raises(IntegrityError, match="whole area"), transaction.atomic():
                undone.update(status="undone", undone_at=AT, undone_by=who)
        else:
            assert undone.update(status="undone", undone_at=AT, undone_by=who) == sees


def test_undoing_twice_is_refused(cast: Cast) -> None:
    delivery = deliver(cast, LI)
    undo_delivery(delivery_id=delivery.pk, reason="错了", actor=cast.xiaosun, at=AT)

    with pytest.raises(NothingToUndo):
        undo_delivery(delivery_id=delivery.pk, reason="错了", actor=cast.xiaosun, at=AT)


def test_corrected_row_replaces_the_earlier_one_of_its_key(cast: Cast) -> None:
    import pyarrow.parquet as pq

    deliver(cast, LI, WANG)
    deliver(cast, LI.replace("12345.50", "9000.00"))

    feed = effective_feed(feed_contract(SOURCE))
    assert feed is not None
    paid = {row["settlement_no"]: str(row["self_paid"]) for row in pq.read_table(feed.paths).to_pylist()}
    assert paid == {"S1": "9000.00", "S2": "200.00"}


def test_late_file_of_an_earlier_period_overwrites_nothing_newer(cast: Cast) -> None:
    import pyarrow.parquet as pq

    deliver(cast, LI.replace("12345.50", "1.00").replace("2026-05-04", "2026-09-01"))
    deliver(cast, LI, WANG)

    feed = effective_feed(feed_contract(SOURCE))
    assert feed is not None
    paid = {row["settlement_no"]: str(row["self_paid"]) for row in pq.read_table(feed.paths).to_pylist()}
    assert paid["S1"] == "1.00"


def test_feed_is_fresh_until_its_cadence_has_passed(cast: Cast) -> None:
    deliver(cast, LI)

    soon = {row.feed: row for row in freshness(cast.xiaozhou, on=TODAY + timedelta(days=31))}
    late = {row.feed: row for row in freshness(cast.xiaozhou, on=TODAY + timedelta(days=32))}

    assert (soon[SOURCE].state, late[SOURCE].state) == ("正常", "超期")
    assert (soon[SOURCE].rows, soon[SOURCE].period_until) == (1, date(2026, 5, 5))
    assert soon["deaths"].state == "从未报送"


def test_liaison_sees_the_freshness_of_the_own_feeds_only(cast: Cast) -> None:
    assert {row.unit for row in freshness(cast.xiaosun, on=TODAY)} == {"医保局"}


def test_a_feed_that_has_not_changed_is_not_put_together_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(cast, LI)
    first = effective_feed(feed_contract(SOURCE))
    with monkeypatch.context() as locked:
        locked.setattr("shouwang.stream.feeds.queries.batches.get_table", lambda path: pytest.fail(f"{path} was read"))
        again = effective_feed(feed_contract(SOURCE))

    assert first is not None
    assert again == first


def test_a_file_that_replaces_nothing_makes_a_part_of_its_own(cast: Cast) -> None:
    deliver(cast, LI)
    alone = in_force()
    deliver(cast, WANG)

    both = in_force()

    assert both.parts[:1] == alone.parts
    assert [part.rows for part in both.parts] == [1, 1]
    assert list(paid(both)) == ["S1", "S2"]


def test_a_correction_puts_the_parts_together_as_one(cast: Cast) -> None:
    deliver(cast, LI)
    in_force()
    deliver(cast, WANG)
    in_force()
    deliver(cast, LI.replace("12345.50", "9000.00"))

    feed = in_force()

    assert [part.rows for part in feed.parts] == [2]
    assert paid(feed) == {"S1": "9000.00", "S2": "200.00"}


def test_many_parts_are_put_together_as_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouwang.stream.feeds.queries.batches.MOST_PARTS", 2)
    for number in range(3):
        deliver(cast, LI.replace("S1", f"S{number}"))
        feed = in_force()

    assert [part.rows for part in feed.parts] == [3]


@pytest.mark.parametrize("lost", ["part", "keys"])
def test_a_feed_is_put_together_anew_when_something_of_it_is_lost(cast: Cast, lost: str) -> None:
    deliver(cast, LI)
    in_force()
    deliver(cast, WANG)
    both = in_force()
    keys = list((settings.HOME / "cache" / f"effective-{SOURCE}").glob("*.keys"))
    assert len(keys) == 2
    (both.paths[0] if lost == "part" else keys[0]).unlink()

    found = in_force()

    assert [part.rows for part in found.parts] == [2]
    assert paid(found) == paid(both) if lost == "keys" else list(paid(found)) == ["S1", "S2"]


def in_force() -> Effective:
    feed = effective_feed(feed_contract(SOURCE))
    assert feed is not None
    return feed


def paid(feed: Effective) -> dict[str, str]:
    import pyarrow.parquet as pq

    return {row["settlement_no"]: str(row["self_paid"]) for row in pq.read_table(feed.paths).to_pylist()}
