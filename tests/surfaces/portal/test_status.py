"""Asking how far it is: by a code, in plain words; whoever guesses is slowed and learns nothing."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from shouwang.kernel.case_codes import check_digit
from shouwang.register.ledger.models import Entry
from shouwang.stream.clues.actions import close_clue, confirm_clue, dispatch_clue, identify_household, take_clues
from shouwang.stream.clues.models import Clue
from shouwang.stream.self_service.choices import LIMITS, Counted, Limit
from shouwang.stream.self_service.models import Application, CorrectionRequest
from tests.cast import LI_PHONE
from tests.stream.clues.telling import ANSWER, HELPED
from tests.surfaces.portal.filling import PHONE, ask, code_on, send


@pytest.fixture
def applied(telephone):
    """王桂花's neighbour has applied; the code, the clue, and a telephone that has been here before."""
    return SimpleNamespace(code=code_on(send(telephone)), clue=Clue.objects.get(), telephone=telephone)


def shown(client) -> str:
    answer = client.get("/portal/case/")
    assert answer.status_code == 200
    return answer.content.decode()


def at_home(cast, applied, now=None):
    """The township says that it is 老李's household, and hands it to the village."""
    at = now or timezone.now()
    identify_household(clue_id=applied.clue.pk, household_id="H1", actor=cast.xiaochen, at=at)
    dispatch_clue(clue_id=applied.clue.pk, actor=cast.xiaochen, at=at)
    applied.clue.refresh_from_db()


def met(cast, as_person):
    """小王 has met the holder of the code."""
    number = Application.objects.get().pk
    return as_person("xiaowang").post(f"/sent-in/applications/{number}/confirm/")


def test_the_code_and_the_last_digits_open_it_on_any_telephone(applied):
    other = Client()

    assert ask(other, applied.code).status_code == 302
    page = shown(other)
    assert "正在办" in page
    assert "乡镇要在" in page
    assert "白露塘镇人民政府" in page
    assert "然后是：上门核实" in page


def test_the_code_may_be_typed_with_blanks_and_in_full_width(applied):
    spaced = f"{applied.code[:4]} {applied.code[4:8]}-{applied.code[8:]}"
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in applied.code)

    assert ask(Client(), spaced).status_code == 302
    assert ask(Client(), wide, "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE[-4:])).status_code == 302


def test_no_code_name_or_number_stands_in_an_address(applied):
    answer = ask(Client(), applied.code)

    assert answer["Location"] == "/portal/case/"


def test_wrong_code_wrong_digits_and_no_code_are_one_answer(applied):
    wrong = [
        ask(Client(), applied.code, "0000"),
        ask(Client(), other_code(applied.code)),
        ask(Client(), "1234"),
        ask(Client(), ""),
    ]

    assert {one.status_code for one in wrong} == {422}
    texts = {
        re.sub('csrfmiddlewaretoken" value="[^"]+', "", one.content.decode()).split('id="code"')[0] for one in wrong
    }
    assert len(texts) == 1


def other_code(code: str) -> str:
    """A well-formed code that nobody was given."""
    digits = str(int(code[:-1]) + 1)
    return digits + check_digit(digits)


def test_who_guesses_waits_and_learns_nothing_meanwhile(applied, monkeypatch):
    monkeypatch.setitem(LIMITS, Counted.MISS_ADDRESS, Limit(3, timedelta(minutes=15)))
    guesser = Client()
    for number in range(3):
        digits = str(int(applied.code[:-1]) + 1 + number)
        assert ask(guesser, digits + check_digit(digits)).status_code == 422

    wrong, right = ask(guesser, other_code(applied.code)), ask(guesser, applied.code)

    assert wrong.status_code == right.status_code == 429
    assert wrong["Retry-After"] == right["Retry-After"]
    assert guesser.get("/portal/case/").status_code == 302
    assert Entry.objects.filter(act="portal_limit").exists()
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ask(guesser, applied.code).status_code == 302


def test_a_guesser_behind_the_same_address_shuts_nobody_out_who_was_here_before(applied, monkeypatch):
    monkeypatch.setitem(LIMITS, Counted.MISS_ADDRESS, Limit(1, timedelta(minutes=15)))
    ask(Client(), other_code(applied.code))

    assert ask(Client(), applied.code).status_code == 429
    assert ask(applied.telephone, applied.code).status_code == 302
    assert send(Client(), form_key="n" * 22).status_code == 200


def test_the_digits_of_one_code_cannot_be_tried_out(applied, monkeypatch):
    for number in range(LIMITS[Counted.MISS_CODE].most):
        ask(Client(REMOTE_ADDR=f"10.0.0.{number}"), applied.code, f"{number:04d}")

    assert ask(Client(REMOTE_ADDR="10.0.1.1"), applied.code).status_code == 429


def test_it_is_closed_again_when_somebody_is_through(applied):
    assert applied.telephone.get("/portal/case/").status_code == 200
    applied.telephone.post("/portal/leave/")

    assert applied.telephone.get("/portal/case/").status_code == 302


def test_half_an_hour_later_it_is_closed_by_itself(applied, monkeypatch):
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 60)

    assert applied.telephone.get("/portal/case/").status_code == 302


def test_a_made_up_cookie_opens_nothing(applied):
    stranger = Client()
    stranger.cookies["case"] = str(Application.objects.get().pk)

    assert stranger.get("/portal/case/").status_code == 302


def test_the_village_has_it_and_the_household_reads_by_which_day(applied, cast):
    at_home(cast, applied)
    page = shown(applied.telephone)
    due = applied.clue.due_on

    assert f"村里要在{due.year}年{due.month}月{due.day}日" in page
    assert "上门看" in page
    assert "村干部、信息采集员" in page


def test_what_is_late_says_so(applied, cast, monkeypatch):
    at_home(cast, applied)
    later = timezone.now() + timedelta(days=20)
    monkeypatch.setattr(timezone, "localdate", lambda *_: later.date())

    assert "已经过了期限" in shown(applied.telephone)


def test_an_application_joined_with_another_clue_is_followed(applied, cast):
    from tests.stream.clues.telling import say

    other = say(cast.xiaochen, household_id="H1")
    identify_household(clue_id=applied.clue.pk, household_id="H1", actor=cast.xiaochen, at=timezone.now())
    dispatch_clue(clue_id=other.pk, actor=cast.xiaochen, at=timezone.now())
    take_clues(clue_ids=[other.pk], actor=cast.xiaowang, at=timezone.now())
    confirm_clue(clue_id=other.pk, actor=cast.xiaowang, at=timezone.now())

    assert "情况属实" in shown(applied.telephone)


def test_the_answer_is_told_with_its_reason_and_how_to_object(telephone, cast):
    applied = SimpleNamespace(code=code_on(send(telephone, whose="self")), clue=Clue.objects.get(), telephone=telephone)
    at_home(cast, applied)
    take_clues(clue_ids=[applied.clue.pk], actor=cast.xiaochen, at=timezone.now())
    close_clue(clue_id=applied.clue.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=timezone.now())

    page = shown(telephone)
    assert "已由临时救助解决" in page
    assert "可在六十日内向县里申请复核" in page
    assert "不同意，提意见" in page


def test_who_applied_for_another_does_not_read_the_reasons(applied, cast):
    at_home(cast, applied)
    take_clues(clue_ids=[applied.clue.pk], actor=cast.xiaochen, at=timezone.now())
    close_clue(clue_id=applied.clue.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=timezone.now())

    page = shown(applied.telephone)
    assert "已由临时救助解决" not in page
    assert "已经书面告诉王桂花本人" in page


def test_who_does_not_agree_with_the_answer_is_heard_again_by_the_township(applied, cast, as_person):
    at_home(cast, applied)
    take_clues(clue_ids=[applied.clue.pk], actor=cast.xiaochen, at=timezone.now())
    close_clue(clue_id=applied.clue.pk, closing=HELPED, answer=ANSWER, actor=cast.xiaochen, at=timezone.now())
    sent = {"words": "临时救助只够一个月，看病还要钱", "form_key": "d" * 22}

    answers = [applied.telephone.post("/portal/case/disagree/", sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert Clue.objects.filter(is_application=True).count() == 2
    again = Clue.objects.order_by("-pk").first()
    assert (again.state, again.owner_level, again.household_id) == ("open", "township", "H1")
    assert "乡镇要在" in shown(applied.telephone)


@pytest.mark.parametrize("address", ["papers/", "looks/", "mine/"])
def test_a_code_alone_does_not_open_the_households_own_data(applied, cast, address):
    at_home(cast, applied)

    page = applied.telephone.get(f"/portal/case/{address}").content.decode()

    assert "当面核对" in page
    assert "李大山" not in page


def test_who_was_met_sees_the_register_masked_and_who_looked(applied, cast, as_person):
    at_home(cast, applied)
    met(cast, as_person)
    as_person("xiaowang").get(f"/households/H1/?for=clue:{applied.clue.pk}")

    mine = applied.telephone.get("/portal/case/mine/").content.decode()
    looks = applied.telephone.get("/portal/case/looks/").content.decode()

    assert "李大山" in mine
    assert LI_PHONE not in mine
    assert "19550312" not in mine
    assert "小王" in looks
    assert "办线索" in looks
    assert "您自己" in looks
    assert "xiaowang" not in looks


def test_every_look_through_the_portal_is_on_record(applied, cast, as_person):
    at_home(cast, applied)
    met(cast, as_person)
    before = Entry.objects.filter(act="look_household", actor="household-portal").count()
    for address in ("", "looks/", "mine/", "papers/"):
        applied.telephone.get(f"/portal/case/{address}")

    seen = Entry.objects.filter(act="look_household", actor="household-portal")
    assert seen.count() == before + 4
    assert {one.details["task"] for one in seen} == {f"clue:{applied.clue.pk}"}


def test_asking_for_a_correction_becomes_a_task_with_a_day_and_is_answered(applied, cast, as_person):
    at_home(cast, applied)
    met(cast, as_person)
    sent = {"about": "members", "words": "孙子李小宝去年就搬走了", "form_key": "c" * 22}
    for _ in range(2):
        assert applied.telephone.post("/portal/case/mine/", sent).status_code == 200
    asked = CorrectionRequest.objects.get()

    assert asked.due_on >= timezone.localdate()
    assert "农户请求更正" in as_person("xiaowang").get("/todo/").content.decode()
    assert "农户请求更正" not in as_person("xiaozhao").get("/todo/").content.decode()
    assert "孙子李小宝去年就搬走了" in as_person("xiaochen").get("/sent-in/").content.decode()
    assert "孙子李小宝" not in as_person("xiaozhao").get("/sent-in/").content.decode()

    address = f"/sent-in/corrections/{asked.pk}/"
    as_person("xiaowang").post(address, {"made": "yes", "reason": ""})
    asked.refresh_from_db()
    assert asked.state == "open"
    as_person("xiaozhao").post(address, {"made": "no", "reason": "不是我们村的"})
    asked.refresh_from_db()
    assert asked.state == "open"
    as_person("xiaowang").post(address, {"made": "yes", "reason": "看过户口本，已从登记里去掉"})

    page = applied.telephone.get("/portal/case/mine/").content.decode()
    assert "看过户口本，已从登记里去掉" in page
    assert "已更正" in page


def test_the_decision_of_the_case_is_told_with_its_reasons_to_who_was_met(telephone, cast, as_person, monkeypatch):
    from tests.stream.determination.walking import START, Walk

    monkeypatch.setattr(timezone, "now", lambda: START - timedelta(days=1))
    send(telephone, whose="self", name="赵有田", identity="赵有田")
    clue = Clue.objects.get()
    identify_household(clue_id=clue.pk, household_id="H1", actor=cast.xiaochen, at=timezone.now())
    walk = Walk(cast, "H1").decided("refused")
    monkeypatch.setattr(timezone, "now", lambda: walk.now + timedelta(days=1))
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2026, 11, 22))
    other = Client()
    ask(other, code_of())

    before = other.get("/portal/case/").content.decode()
    assert "不予纳入" in before
    assert "当面核对" in before
    met(cast, as_person)
    after = other.get("/portal/case/").content.decode()
    assert "没有发现返贫致贫风险" in after or "自己能够应对" in after or "救助" in after

    sent = {"words": "我家欠的医药费没有算进去", "form_key": "o" * 22}
    assert "申请复核" in other.post("/portal/case/disagree/", sent).content.decode()
    walk.case.refresh_from_db()
    assert [one.matter for one in walk.case.followed_by.all()] == ["objection"]
    assert "已经在复核" in other.get("/portal/case/disagree/").content.decode()


def code_of() -> str:
    from shouwang.stream.self_service.actions import receipt_of

    return receipt_of(Application.objects.get().pk).code


def test_the_papers_handed_to_the_household_can_be_read_and_no_others(applied, cast, as_person):
    from tests.register.papers.test_papers import issue

    paper = issue(cast.xiaochen)
    at_home(cast, applied)
    assert applied.telephone.get(f"/portal/case/papers/{paper.pk}.pdf").status_code == 404
    met(cast, as_person)

    page = applied.telephone.get("/portal/case/papers/").content.decode()
    handed = paper.subject == "H1"
    assert (f"/portal/case/papers/{paper.pk}.pdf" in page) is handed
    answer = applied.telephone.get(f"/portal/case/papers/{paper.pk}.pdf")
    assert answer.status_code == (200 if handed else 404)
    assert applied.telephone.get("/portal/case/papers/99999999.pdf").status_code == 404


def test_meeting_the_holder_needs_a_household_and_the_own_area(applied, cast, as_person):
    met(cast, as_person)
    assert Application.objects.get().confirmed_at is None
    at_home(cast, applied)
    as_person("xiaozhao").post(f"/sent-in/applications/{Application.objects.get().pk}/confirm/")
    assert Application.objects.get().confirmed_at is None
    met(cast, as_person)
    assert Application.objects.get().confirmed_by == "xiaowang"
