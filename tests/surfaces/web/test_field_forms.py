"""Forms from phones before the township: both values side by side, each taken or left, nobody else's area."""

import pytest

from shouwang.register.ledger.models import Entry as LedgerEntry
from shouwang.stream.clues.actions import Closing, close_clue, reopen_clue
from shouwang.stream.fieldwork.models import Entry
from shouwang.stream.fieldwork.queries import count_to_settle
from tests.cast import AT
from tests.stream.fieldwork.carrying import NO_RISK, PIXEL, Carried, handed_on


@pytest.fixture
def changed(cast):
    """小王 found no risk in the village while 小陈 closed the clue at the desk."""
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK)
    close_clue(clue_id=clue.pk, closing=Closing("data_error", "是同名的人"), actor=cast.xiaochen, at=AT)
    phone.send(sealed)
    return clue, Entry.objects.get(pk=sealed.id)


def test_what_somebody_changed_meanwhile_is_put_up_and_stays(cast, changed):
    clue, entry = changed

    clue.refresh_from_db()
    assert (entry.state, entry.cause) == ("review", "changed")
    assert (clue.closed_by, clue.closing_reason) == ("xiaochen", "data_error")
    assert count_to_settle(cast.xiaochen) == 1


def test_the_officer_sees_both_values_who_and_when(cast, changed, as_person):
    page = as_person("xiaochen").get(f"/field-forms/{changed[1].pk}/").content.decode()

    for words in ("核实没有风险", "数据有误", "儿子寄钱回来", "是同名的人", "小王", "小陈", "下载以后别人改过"):
        assert words in page
    assert LedgerEntry.objects.filter(act="look_household", actor="xiaochen", subject="household:H1").exists()


def test_photos_and_signature_are_shown_from_the_sealed_original(cast, as_person):
    clue = handed_on(cast)
    phone = Carried(cast.xiaowang)
    script = "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="
    sealed = phone.fill(f"clue:{clue.pk}", NO_RISK, photos=[PIXEL + "AAAA", script], secret="guessed")
    phone.send(sealed)
    page = as_person("xiaochen").get(f"/field-forms/{sealed.id}/").content.decode()

    assert page.count('<img src="data:image/jpeg;base64,/9j/4AAQAAAA"') == 1
    assert "data:image/svg" not in page


def test_keeping_what_stands_leaves_everything_as_it_is(cast, changed, as_person):
    clue, entry = changed
    as_person("xiaochen").post(f"/field-forms/{entry.pk}/settle/", {"side-conclusion": "server", "words": "问过小王"})

    entry.refresh_from_db()
    clue.refresh_from_db()
    assert (entry.state, entry.settled_by) == ("kept", "xiaochen")
    assert clue.closing_reason == "data_error"


def test_taking_what_the_phone_says_is_done_under_the_officers_name(cast, changed, as_person):
    clue, entry = changed
    reopen_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)
    chosen = {"side-conclusion": "phone", "side-no_risk_until": "phone", "side-sentence": "server", "words": "问过小王"}
    as_person("xiaochen").post(f"/field-forms/{entry.pk}/settle/", chosen)

    entry.refresh_from_db()
    clue.refresh_from_db()
    assert entry.state == "taken"
    assert (clue.closed_by, clue.closing_reason, clue.closing_sentence) == ("xiaochen", "checked_no_risk", "")


def test_what_cannot_be_done_now_says_why_and_waits_on(cast, changed, as_person):
    _, entry = changed
    page = as_person("xiaochen").post(
        f"/field-forms/{entry.pk}/settle/",
        {"side-conclusion": "phone", "side-no_risk_until": "phone", "words": "按小王的"},
    )

    entry.refresh_from_db()
    assert page.status_code == 422
    assert "这条线索现在是“已办结”" in page.content.decode()
    assert entry.state == "review"


def test_half_a_choice_is_refused_with_a_sentence(cast, changed, as_person):
    page = as_person("xiaochen").post(
        f"/field-forms/{changed[1].pk}/settle/", {"side-sentence": "phone", "words": "只要说明"}
    )

    assert page.status_code == 422
    assert "只选了一部分" in page.content.decode()


def test_without_a_word_nothing_is_settled(cast, changed, as_person):
    assert as_person("xiaochen").post(f"/field-forms/{changed[1].pk}/settle/", {}).status_code == 422


def test_the_list_and_the_to_do_lead_to_it(cast, changed, as_person):
    client = as_person("xiaochen")

    assert "李大山" in client.get("/field-forms/").content.decode()
    assert "手机送来的表待处理" in client.get("/todo/").content.decode()
    assert "没有这样的表" in client.get("/field-forms/?state=taken").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("xiaozhou", 200), ("xiaofeng", 404), ("xiaowang", 403), ("xiaozhao", 403)]
)
def test_only_who_hands_on_work_in_the_area_opens_it(cast, changed, as_person, who, status):
    assert as_person(who).get(f"/field-forms/{changed[1].pk}/").status_code == status


def test_one_sees_the_own_phone_and_the_township_those_of_its_villages(cast, changed, as_person):
    assert "小王" in as_person("xiaowang").get("/phones/").content.decode()
    assert "本辖区的手机" in as_person("xiaochen").get("/phones/").content.decode()
    shown = as_person("xiaozhao").get("/phones/").content.decode()
    assert "您还没有登记过手机" in shown
    assert "小王" not in shown
