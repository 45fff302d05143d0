"""Accepting a delivery: good rows count, bad ones go back, doubtful ones wait, nobody's name is kept with them."""

from typing import Any

import pytest
from django.conf import settings

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import NotAllowed
from shouwang.stream.feeds.actions import NotTwice, undo_delivery
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.contracts import feed_contract
from shouwang.stream.feeds.models import Delivery
from shouwang.stream.feeds.queries import effective_feed
from shouwang.stream.feeds.storage import get_table
from shouwang.stream.linkage.actions import NotOpen, accept_delivery, open_identity, resolve_review, resolve_reviews
from shouwang.stream.linkage.models import LinkReview
from shouwang.stream.linkage.queries import candidates_of, review_of, review_totals, reviews
from tests.cast import AT, LI_ID, LI_PHONE, Cast
from tests.stream.files import BROKEN, DOUBTFUL, LI, STRANGER, WANG, deliver, send


def in_force() -> dict[str, str]:
    """Settlement number → resident, of the rows that count now."""
    import pyarrow.parquet as pq

    feed = effective_feed(feed_contract("medical_settlements"))
    rows = pq.read_table(feed.paths).to_pylist() if feed else []
    return {row["settlement_no"]: row["resident_id"] for row in rows}


def test_each_row_has_exactly_one_fate(cast: Cast) -> None:
    delivery = deliver(cast, LI, WANG, STRANGER, BROKEN, DOUBTFUL)

    assert delivery.status == DeliveryStatus.ACCEPTED
    fates = (delivery.rows_accepted, delivery.rows_rejected, delivery.rows_review, delivery.rows_unlinked)
    assert (delivery.rows_in, fates) == (5, (2, 1, 1, 1))
    assert in_force() == {"S1": "R1", "S2": "R2"}


def test_receipt_says_what_became_of_the_file(cast: Cast) -> None:
    receipt = deliver(cast, LI, BROKEN).receipt

    assert (receipt["rows_in"], receipt["rows_accepted"], receipt["rows_rejected"]) == (2, 1, 1)
    assert receipt["tiers"] == {"1": 1}
    assert len(receipt["root"]) == 64
    assert LI_ID not in str(receipt)


def test_accepting_is_noted_once_with_counts_only(cast: Cast) -> None:
    delivery = deliver(cast, LI, DOUBTFUL)

    entry = Entry.objects.get(act="accept_delivery")
    assert entry.subject == f"delivery:{delivery.pk}"
    assert entry.details == {"rows_in": 2, "rows_accepted": 1, "rows_rejected": 0, "rows_review": 1}


def test_stored_batch_holds_no_identity(cast: Cast) -> None:
    delivery = deliver(cast, LI, DOUBTFUL)

    for path in (delivery.batch_path, delivery.pending_path):
        table = get_table(path)
        assert not {"name", "id_number", "birth_on", "sex", "place_name", "phone"} & set(table.column_names)
        assert "王小二" not in str(table.to_pylist())


def test_no_number_lies_in_clear_in_the_file_store(cast: Cast) -> None:
    deliver(cast, LI, BROKEN, DOUBTFUL)

    kept = [path.read_bytes() for path in settings.HOME.rglob("*") if path.is_file() and "postgres" not in path.parts]
    assert len(kept) > 5
    assert not [content for content in kept if LI_ID.encode() in content or LI_PHONE.encode() in content]


def test_delivery_is_accepted_once(cast: Cast) -> None:
    delivery = deliver(cast, LI)

    with pytest.raises(NotTwice):
        accept_delivery(delivery_id=delivery.pk, actor=cast.xiaosun, at=AT)
    assert Entry.objects.filter(act="accept_delivery").count() == 1


def test_failure_in_the_middle_leaves_the_delivery_to_be_begun_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("out of memory")

    sent = send(cast, LI, DOUBTFUL)
    with monkeypatch.context() as patch:
        patch.setattr("shouwang.stream.linkage.actions.accept.add_reviews", broken)
        with pytest.raises(RuntimeError):
            accept_delivery(delivery_id=sent.delivery.pk, actor=cast.xiaosun, at=AT)
    assert Delivery.objects.get().status == DeliveryStatus.LINKING
    assert in_force() == {}

    assert accept_delivery(delivery_id=sent.delivery.pk, actor=cast.xiaosun, at=AT).rows_accepted == 1
    assert LinkReview.objects.count() == 1


def test_people_of_another_county_are_not_linked(cast: Cast) -> None:
    delivery = deliver(cast, "钱来福,991021197002021731,1970-02-02,男,白云村,S9,2026-05-04,32000,1")

    assert (delivery.rows_accepted, delivery.rows_unlinked) == (0, 1)


def test_doubtful_row_shows_its_candidates_to_the_township(cast: Cast) -> None:
    deliver(cast, DOUBTFUL)

    item = reviews(cast.xiaochen).get()
    candidates = candidates_of(cast.xiaochen, item)
    assert candidates[0].name == "李大山"
    assert "性别相同" in candidates[0].because
    assert "亲属证件" in item.reason
    assert review_totals(cast.xiaochen) == [{"feed": "medical_settlements", "title": "医保结算", "count": 1}]


def test_identity_of_a_doubtful_row_is_masked_and_noted(cast: Cast) -> None:
    deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key

    shown = open_identity(key=key, actor=cast.xiaochen, at=AT)

    assert (shown["name"], shown["id_number"]) == ("王小二", f"{LI_ID[:4]}************{LI_ID[-2:]}")
    assert Entry.objects.filter(act="open_identity", subject=f"review:{key}").count() == 1


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("xiaofeng", NotOpen), ("xiaowang", NotAllowed), ("xiaosun", NotAllowed), ("xiaowu", NotAllowed)],
)
def test_doubtful_row_is_not_there_for_others(cast: Cast, who: str, refusal: type[Refusal]) -> None:
    deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key
    actor = getattr(cast, who)

    assert not reviews(actor).exists()
    assert review_of(actor, key) is None
    with pytest.raises(refusal):
        open_identity(key=key, actor=actor, at=AT)
    with pytest.raises(refusal):
        resolve_review(key=key, resident_id="R1", reason="电话核实", actor=actor, at=AT)


def test_row_that_a_person_linked_counts_from_then_on(cast: Cast) -> None:
    deliver(cast, WANG, DOUBTFUL)

    resolve_review(
        key=reviews(cast.xiaochen).get().key, resident_id="R1", reason="电话核实", actor=cast.xiaochen, at=AT
    )

    assert in_force() == {"S2": "R2", "S5": "R1"}
    delivery = Delivery.objects.get()
    assert (delivery.rows_accepted, delivery.rows_review, delivery.rows_unlinked) == (2, 0, 0)
    entry = Entry.objects.get(act="resolve_reviews")
    assert (entry.reason, entry.details["linked"]) == ("电话核实", 1)


def test_row_that_fits_nobody_is_closed(cast: Cast) -> None:
    deliver(cast, WANG, DOUBTFUL)

    resolve_review(
        key=reviews(cast.xiaochen).get().key, resident_id=None, reason="查无此人", actor=cast.xiaochen, at=AT
    )

    assert in_force() == {"S2": "R2"}
    assert Delivery.objects.get().rows_unlinked == 1
    assert not reviews(cast.xiaochen).exists()


def test_many_rows_are_decided_at_once_with_one_note(cast: Cast) -> None:
    deliver(cast, DOUBTFUL, DOUBTFUL.replace("S5", "S6"), DOUBTFUL.replace("S5", "S7"))
    keys = sorted(reviews(cast.xiaochen).values_list("key", flat=True))

    resolve_reviews(choices={keys[0]: "R1", keys[1]: "R1", keys[2]: None}, reason="入户", actor=cast.xiaochen, at=AT)

    assert in_force() == {"S5": "R1", "S6": "R1"}
    assert Entry.objects.filter(act="resolve_reviews").count() == 1


def test_decisions_of_two_days_add_up(cast: Cast) -> None:
    deliver(cast, DOUBTFUL, DOUBTFUL.replace("S5", "S6"))
    keys = sorted(reviews(cast.xiaochen).values_list("key", flat=True))

    for key in keys:
        resolve_review(key=key, resident_id="R1", reason="入户", actor=cast.xiaochen, at=AT)

    assert in_force() == {"S5": "R1", "S6": "R1"}


def test_nobody_of_another_county_can_be_chosen(cast: Cast) -> None:
    deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key

    with pytest.raises(NotOpen, match="辖区"):
        resolve_review(key=key, resident_id="R4", reason="电话核实", actor=cast.xiaochen, at=AT)
    assert reviews(cast.xiaochen).count() == 1


def test_decided_row_is_not_decided_again(cast: Cast) -> None:
    deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key
    resolve_review(key=key, resident_id=None, reason="查无此人", actor=cast.xiaochen, at=AT)

    with pytest.raises(NotOpen):
        resolve_review(key=key, resident_id="R1", reason="电话核实", actor=cast.xiaochen, at=AT)


def test_doubtful_rows_of_an_undone_delivery_are_gone(cast: Cast) -> None:
    delivery = deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key
    undo_delivery(delivery_id=delivery.pk, reason="错了", actor=cast.xiaosun, at=AT)

    assert not reviews(cast.xiaochen).exists()
    with pytest.raises(NotOpen):
        resolve_review(key=key, resident_id="R1", reason="电话核实", actor=cast.xiaochen, at=AT)


def test_decision_that_cannot_be_noted_is_not_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the ledger is full")

    deliver(cast, DOUBTFUL)
    key = reviews(cast.xiaochen).get().key
    monkeypatch.setattr("shouwang.stream.linkage.actions.resolve.note", broken)

    with pytest.raises(RuntimeError):
        resolve_review(key=key, resident_id="R1", reason="电话核实", actor=cast.xiaochen, at=AT)
    assert reviews(cast.xiaochen).count() == 1
    assert in_force() == {}
