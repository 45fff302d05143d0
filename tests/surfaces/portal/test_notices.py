"""The village's board: what hangs there today, masked; gone by itself; anybody may object."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.register.papers.models import PostedCase
from shouwang.register.papers.queries import board_key
from shouwang.register.procedure.queries import case_of, records_of
from tests.cast import NEXT_VILLAGE, VILLAGE
from tests.stream.determination.walking import Walk
from tests.surfaces.web.test_postings import post

BOARD = f"/notices/{VILLAGE}-"


@pytest.fixture
def posted(cast):
    return post(cast)


@pytest.fixture
def noticed(cast, posted):
    """A case of 老李's household whose notice hangs."""
    walk = Walk(cast, "H1").noticed()
    PostedCase.objects.create(posting=posted, kind=posted.kind, case_number=walk.number)
    return walk


def board(village: str = VILLAGE) -> str:
    return f"/notices/{board_key(int(village))}/"


def test_the_board_lists_what_hangs_today_and_the_notice_is_masked(telephone, posted):
    page = telephone.get(board())
    notice = telephone.get(f"/notices/{posted.token}/").content.decode()

    assert page.status_code == 200
    assert f"/notices/{posted.token}/" in page.content.decode()
    assert "李*山" in notice
    assert "李大山" not in notice
    assert "政策怎么说" in notice


def test_the_board_of_another_village_does_not_show_it(telephone, posted):
    page = telephone.get(board(NEXT_VILLAGE)).content.decode()

    assert posted.token not in page
    assert "现在没有正在公示的事" in page


@pytest.mark.parametrize("mark", ["0000000000000000", "ffffffffffffffff"])
def test_a_board_cannot_be_opened_without_its_qr_code(telephone, posted, mark):
    assert telephone.get(f"/notices/{VILLAGE}-{mark}/").status_code == 404
    assert telephone.get(f"/notices/{VILLAGE}/").status_code == 404


def test_nothing_of_a_notice_stays_in_caches_or_search_engines(telephone, posted):
    for address in (board(), f"/notices/{posted.token}/"):
        answer = telephone.get(address)
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_an_expired_notice_is_gone_and_says_so_kindly(telephone, posted, monkeypatch):
    end = datetime.combine(posted.until_on, datetime.min.time(), timezone.get_current_timezone())
    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(minutes=1))
    assert telephone.get(f"/notices/{posted.token}/").status_code == 200

    monkeypatch.setattr(timezone, "now", lambda: end)
    answer = telephone.get(f"/notices/{posted.token}/")

    assert answer.status_code == 410
    assert "公示期到了" in answer.content.decode()
    assert "李*山" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert posted.token not in telephone.get(board()).content.decode()
    assert telephone.get(f"/notices/{posted.token}/object/").status_code == 410


def test_an_objection_from_the_board_reaches_the_township(telephone, posted, noticed, as_person):
    page = telephone.get(f"/notices/{posted.token}/").content.decode()
    assert "在这里提" in page
    sent = {"words": "他家在城里有房子，去年刚买的", "who": "隔壁的王大嫂", "form_key": "b" * 22}

    answers = [telephone.post(f"/notices/{posted.token}/object/", sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    case = case_of(noticed.cast.xiaochen, noticed.number)
    assert case.objections_open == 1
    record = records_of(case)[-1]
    assert (record.record.act, record.record.actor, record.record.content) == (
        "objection",
        "household-portal",
        {"channel": "online"},
    )
    assert record.words["words"] == sent["words"]
    for who in ("xiaowang", "laozhang", "xiaochen"):
        seen = as_person(who).get(f"/cases/{noticed.number}/").content.decode()
        assert "王大嫂" not in seen
    assert sent["words"] in as_person("xiaochen").get(f"/cases/{noticed.number}/").content.decode()


def test_an_objection_needs_words_and_no_name(telephone, posted, noticed):
    address = f"/notices/{posted.token}/object/"

    assert telephone.post(address, {"words": "", "form_key": "b" * 22}).status_code == 422
    assert telephone.post(address, {"words": "名单上漏了老赵家", "form_key": "b" * 22}).status_code == 200
    assert case_of(noticed.cast.xiaochen, noticed.number).objections_open == 1


def test_a_notice_about_something_decided_gives_a_telephone_instead_of_a_form(telephone, posted):
    page = telephone.get(f"/notices/{posted.token}/").content.decode()

    assert "在这里提" not in page
    assert posted.phone in page
    answer = telephone.post(f"/notices/{posted.token}/object/", {"words": "我有不同意见", "form_key": "b" * 22})
    assert answer.status_code == 422


def test_the_old_address_of_a_notice_leads_to_the_new_one(posted):
    assert Client().get(f"/board/{posted.token}/")["Location"] == f"/notices/{posted.token}/"


def test_the_staff_print_the_codes_of_their_own_village(as_person, cast):
    page = as_person("laozhang").get("/village-codes/").content.decode()

    assert f"/p/{VILLAGE}" in page
    assert board() in page
    assert "data:image/svg+xml" in page
    assert as_person("laozhang").get("/village-codes/", {"village": NEXT_VILLAGE}).status_code == 404
    assert as_person("xiaosun").get("/village-codes/").status_code == 403
    assert (
        board(NEXT_VILLAGE) in as_person("xiaochen").get("/village-codes/", {"village": NEXT_VILLAGE}).content.decode()
    )
