"""The household file: masked by default, unknown where nothing is known, opened only with a reason."""

import pytest

from shouwang.register.ledger.models import Entry
from tests.cast import LI_ID, LI_PHONE


def test_the_file_masks_id_and_phone_numbers(as_person, screened):
    page = as_person("xiaozhou").get("/households/H1/").content.decode()

    assert "李大山" in page
    assert LI_ID not in page
    assert LI_PHONE not in page


def test_the_file_writes_unknown_for_what_nobody_recorded(as_person, screened):
    page = as_person("xiaowang").get("/households/H1/").content.decode()

    assert '<dt>房屋等级</dt><dd class="unknown-value">未知</dd>' in page


def test_the_file_derives_the_net_income_from_the_entries(as_person, screened):
    page = as_person("xiaowang").get("/households/H1/").content.decode()

    assert "2025 年纯收入 12,000 元；人均（按 2 人）" in page
    assert "6,000" in page


def test_the_file_tells_what_could_not_be_decided(as_person, screened):
    assert "缺数据不等于没有风险" in as_person("xiaowang").get("/households/H1/").content.decode()


@pytest.mark.parametrize("text", ["李大山", "lidashan", "H1", LI_ID])
def test_a_household_is_found_by_name_pinyin_number_or_whole_id(as_person, screened, text):
    page = as_person("xiaozhou").get("/households/", {"q": text}).content.decode()

    assert "/households/H1/" in page
    assert "/households/H2/" not in page


def test_a_reason_opens_the_number_and_leaves_a_trace(as_person, screened):
    client = as_person("xiaozhou")
    answer = client.post("/residents/R1/reveal/", {"reason": "入户前核对身份"})

    assert LI_ID in answer.content.decode()
    assert "入户前核对身份" in client.get("/households/H1/").content.decode()


def test_without_a_reason_nothing_is_opened(as_person, screened):
    answer = as_person("xiaozhou").post("/residents/R1/reveal/", {"reason": ""})

    assert answer.status_code == 422
    assert LI_ID not in answer.content.decode()
    assert Entry.objects.filter(act="reveal_identity").count() == 0


def test_a_collector_is_not_offered_the_full_number(as_person, screened):
    client = as_person("xiaowang")

    assert "/reveal/" not in client.get("/households/H1/").content.decode()
    assert client.post("/residents/R1/reveal/", {"reason": "想看看号码"}).status_code == 403
