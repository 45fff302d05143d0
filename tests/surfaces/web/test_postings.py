"""The village's board, and the pages on which staff keep it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.register.papers.notices import TERMS, listed, wish


@pytest.fixture
def posted(cast):
    """小陈 posted 老李's notice today, by the clock that the pages go by."""
    return post(cast)


def post(cast, days=5, **household):
    from shouwang.register.papers.actions import post_notice_sheet, preview_posting

    now = timezone.now()
    today = timezone.localdate(now)
    given = wish(listed(**household), from_on=today, until_on=today + timedelta(days=days))
    seen = preview_posting(wish=given, terms=TERMS, actor=cast.xiaochen, at=now).fingerprint
    return post_notice_sheet(wish=given, terms=TERMS, seen=seen, actor=cast.xiaochen, at=now)


def test_the_villager_reads_the_notice_without_an_account(posted):
    answer = Client().get(f"/notices/{posted.token}/")
    shown = answer.content.decode()

    assert answer.status_code == 200
    assert "李*山" in shown
    assert "边缘易致贫户" in shown
    assert "0735-2888888" in shown
    assert "李大山" not in shown


def test_the_board_stays_out_of_caches_and_search_engines(posted):
    answer = Client().get(f"/notices/{posted.token}/")

    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.content.decode()


def test_the_notice_is_gone_with_the_end_of_its_last_day(posted, monkeypatch):
    last_minute = datetime.combine(posted.until_on, datetime.min.time(), timezone.get_current_timezone())

    monkeypatch.setattr(timezone, "now", lambda: last_minute - timedelta(minutes=1))
    assert Client().get(f"/notices/{posted.token}/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: last_minute)
    assert Client().get(f"/notices/{posted.token}/").status_code == 410


@pytest.mark.parametrize("token", ["", "1", "x" * 32, "..%2f"])
def test_a_guessed_address_finds_nothing(posted, token):
    assert Client().get(f"/notices/{token}/").status_code == 404


def test_what_is_taken_down_cannot_be_opened_any_more(as_person, posted):
    as_person("xiaowang").post(f"/postings/{posted.pk}/take-down/", {"reason": "privacy"})

    assert Client().get(f"/notices/{posted.token}/").status_code == 410
    assert "涉及个人隐私" in as_person("xiaowang").get(f"/postings/{posted.pk}/").content.decode()


def test_taking_down_without_a_reason_says_what_is_missing(as_person, posted):
    shown = as_person("xiaowang").post(f"/postings/{posted.pk}/take-down/", {}, follow=True).content.decode()

    assert "没有选撤下的原因" in shown
    assert Client().get(f"/notices/{posted.token}/").status_code == 200


def test_the_list_shows_each_village_what_hangs_there(as_person, posted):
    shown = as_person("xiaowang").get("/postings/").content.decode()

    assert "防止返贫监测对象认定公示" in shown
    assert "公示中" in shown
    assert f"/postings/{posted.pk}/" not in as_person("xiaozhao").get("/postings/").content.decode()
    assert f"/postings/{posted.pk}/" in as_person("xiaozhou").get("/postings/").content.decode()


def test_the_list_is_narrowed_to_a_state(as_person, posted):
    client = as_person("xiaowang")

    assert f"/postings/{posted.pk}/" in client.get("/postings/?state=running").content.decode()
    assert f"/postings/{posted.pk}/" not in client.get("/postings/?state=ended").content.decode()


def test_an_empty_list_says_where_notices_come_from(as_person, cast):
    assert "没有公示" in as_person("xiaowang").get("/postings/").content.decode()


@pytest.mark.parametrize("address", ["", "sheet.xlsx"])
def test_another_village_finds_nothing(as_person, posted, address):
    assert as_person("xiaozhao").get(f"/postings/{posted.pk}/{address}").status_code == 404
    assert as_person("xiaosun").get(f"/postings/{posted.pk}/{address}").status_code == 403
    assert as_person("xiaowang").get(f"/postings/{posted.pk}/{address}").status_code == 200


def test_another_village_takes_nothing_down(as_person, posted):
    assert as_person("xiaozhao").post(f"/postings/{posted.pk}/take-down/", {"reason": "privacy"}).status_code == 404
    assert Client().get(f"/notices/{posted.token}/").status_code == 200


def test_the_page_gives_the_address_for_the_village(as_person, posted):
    assert f"/notices/{posted.token}/" in as_person("xiaowang").get(f"/postings/{posted.pk}/").content.decode()
