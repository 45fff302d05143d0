"""Link review: what differs is marked, one click or many decide, another county's items are not there."""

import json

import pytest

from shouwang.register.ledger.keys import keyring
from shouwang.register.ledger.models import Entry
from shouwang.stream.feeds.actions import receive_delivery
from shouwang.stream.linkage.actions.review_rows import PLACE
from shouwang.stream.linkage.models import LinkReview
from shouwang.surfaces.web.comparing import Part, marked
from tests.cast import AT, LI_ID, VILLAGE


@pytest.fixture
def in_doubt(cast):
    """A row that says 李太山 instead of 李大山."""
    sent = receive_delivery(
        feed="medical_settlements", file_name="a.csv", content=b"x", actor=cast.xiaosun, at=AT
    ).delivery
    type(sent).objects.filter(pk=sent.pk).update(status="accepted", accepted_at=AT, batch_path="batch")
    key = f"{sent.pk}-7"
    identity = {"name": "李太山", "id_number": LI_ID, "birth_on": "1955-03-12", "sex": "male", "place_name": None}
    evidence = {"id": "same", "phone": "unknown", "name": "other"}
    return LinkReview.objects.create(
        key=key,
        delivery=sent,
        row_no=7,
        feed="medical_settlements",
        place_number=int(VILLAGE),
        identity_cipher=keyring().encrypt(PLACE, key, json.dumps(identity)),
        candidates=[{"resident_id": "R1", "household_id": "H1", "score": 0.87, "evidence": evidence}],
        score=0.87,
        reason="姓名对不上",
    )


def test_what_differs_is_marked_and_numbers_stay_closed(as_person, in_doubt):
    page = as_person("xiaochen").get("/links/").content.decode()

    assert "李<mark>大</mark>山" in page
    assert "相同" in page
    assert LI_ID not in page


def test_every_shown_record_is_noted(as_person, in_doubt):
    as_person("xiaochen").get("/links/")

    assert Entry.objects.filter(act="open_identity", actor="xiaochen").count() == 1


def test_the_other_countys_officer_finds_nothing(as_person, in_doubt):
    client = as_person("xiaofeng")

    assert "没有待复核的记录" in client.get("/links/").content.decode()
    assert client.post(f"/links/{in_doubt.key}/", {"resident": "R1"}).status_code == 404


def test_nobody_is_one_click(as_person, in_doubt, monkeypatch):
    answer = as_person("xiaochen").post(f"/links/{in_doubt.key}/", {"resident": ""}, headers={"HX-Request": "true"})

    in_doubt.refresh_from_db()
    assert (answer.status_code, in_doubt.status, in_doubt.resolved_by) == (200, "refused", "xiaochen")


def test_many_at_once_need_a_reason(as_person, in_doubt):
    answer = as_person("xiaochen").post("/links/clear/", {"key": [in_doubt.key], "decision": "refuse"}, follow=True)

    in_doubt.refresh_from_db()
    assert "写明理由" in answer.content.decode()
    assert in_doubt.status == "open"


def test_many_at_once_with_a_reason_are_decided(as_person, in_doubt):
    sent = {"key": [in_doubt.key], "decision": "refuse", "reason": "同名不同人"}
    as_person("xiaochen").post("/links/clear/", sent)

    in_doubt.refresh_from_db()
    assert (in_doubt.status, in_doubt.resolution_reason) == ("refused", "同名不同人")


def test_marks_lie_on_the_characters_that_differ():
    assert marked("1992-05-30", "1993-05-30") == [Part("199", False), Part("3", True), Part("-05-30", False)]
