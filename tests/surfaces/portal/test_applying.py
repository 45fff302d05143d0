"""Applying without an account: four fields, two choices, one code, whatever the connection does."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shouwang.kernel.case_codes import canonical
from shouwang.kernel.identity_numbers import check_digit
from shouwang.register.ledger.models import Entry
from shouwang.stream.clues.models import Clue, ClueSource
from shouwang.stream.self_service.choices import LIMITS, Counted, Limit
from shouwang.stream.self_service.models import Application
from tests.cast import LI_ID, TOWNSHIP, VILLAGE
from tests.surfaces.portal.filling import FIELDS, FORM, KEY, PHONE, code_on, send


def test_a_neighbour_applies_for_a_widow_and_the_township_has_it(telephone, as_person):
    answer = send(telephone)

    assert answer.status_code == 200
    assert canonical(code_on(answer))
    clue = Clue.objects.get()
    assert (clue.is_application, clue.owner_level, clue.state, clue.channel) == (
        True,
        "township",
        "open",
        "proxy_application",
    )
    assert clue.place_number == int(VILLAGE)
    source = ClueSource.objects.get()
    assert (source.told_name, source.told_where, source.on_behalf, source.trouble) == (
        "王桂花",
        "户主 李大山",
        True,
        "lack_of_labour",
    )
    todo = as_person("xiaochen").get("/todo/").content.decode()
    assert "农户申请待受理" in todo
    assert "自述缺劳动力" in as_person("xiaochen").get(f"/clues/{clue.pk}/").content.decode()


def test_the_form_asks_for_four_fields_and_two_choices_and_nothing_else(telephone):
    page = telephone.get(FORM).content.decode()
    typed = re.findall(r'<(?:input type="text"|textarea)[^>]* name="(\w+)"', page)
    chosen = set(re.findall(r'<input type="radio" name="(\w+)"', page))

    assert typed == ["name", "identity", "phone", "what"]
    assert chosen == {"whose", "trouble"}
    assert "<script" not in page


def test_the_same_form_sent_twice_is_one_application_with_one_code(telephone):
    first, second = send(telephone), send(telephone)

    assert code_on(first) == code_on(second)
    assert Application.objects.count() == Clue.objects.count() == 1


def test_another_person_in_the_same_form_is_not_taken_for_the_first(telephone):
    first = send(telephone)
    answer = send(telephone, name="赵有田", identity="赵有田")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "写的不一样" in page
    assert "赵有田" in page
    assert KEY not in page
    key = re.search(r'name="form_key" value="([^"]+)"', page).group(1)
    again = send(telephone, name="赵有田", identity="赵有田", form_key=key)
    assert code_on(again)
    assert code_on(again) != code_on(first)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"whose": ""}, "给谁申请"),
        ({"name": " "}, "还没有写姓名"),
        ({"identity": ""}, "身份证号或者户主姓名"),
        ({"identity": "991003195503124210"}, "抄错了"),
        ({"phone": "12"}, "电话号码好像不对"),
        ({"what": ""}, "出了什么事"),
        ({"trouble": "laziness"}, "哪方面的难处"),
        ({"heard": ""}, "听明白"),
        ({"form_key": "x"}, "不完整"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(telephone, missing, sentence):
    answer = send(telephone, **missing)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    if "what" not in missing:
        assert FIELDS["what"] in page
    assert Clue.objects.count() == 0


def test_nobody_learns_who_is_in_the_register(telephone, django_assert_max_num_queries):
    """The same answer, the same clue, the same number of queries for a number that is known and one that is not."""
    telephone.get(FORM)
    with django_assert_max_num_queries(200) as known:
        answer_known = send(telephone, identity=LI_ID)
    with django_assert_max_num_queries(200) as unknown:
        answer_unknown = send(
            telephone, identity="99100319600101123" + check_digit("99100319600101123"), form_key="u" * 22
        )

    assert answer_unknown.status_code == answer_known.status_code == 200
    assert _page(answer_known) == _page(answer_unknown)
    assert len(known.captured_queries) == len(unknown.captured_queries)
    assert {clue.household_id for clue in Clue.objects.all()} == {""}


def _page(answer) -> str:
    """A page without what is chance on it."""
    return re.sub(r'(csrfmiddlewaretoken" value="[^"]+|code-big">[0-9 ]+)', "", answer.content.decode())


def test_the_township_is_shown_which_household_the_number_means(telephone, as_person):
    send(telephone, name="某某", identity=LI_ID)

    page = as_person("xiaochen").get(f"/clues/{Clue.objects.get().pk}/").content.decode()

    assert "李大山户" in page
    assert LI_ID not in page


def test_a_crowd_behind_one_address_is_taken_in(telephone):
    for number in range(40):
        assert send(telephone, form_key=f"{number:022d}", name="张三丰", phone=f"154000{number:05d}").status_code == 200

    assert Clue.objects.count() == 40


def test_a_machine_is_told_to_wait_and_what_it_typed_is_kept(telephone, monkeypatch):
    monkeypatch.setitem(LIMITS, Counted.APPLY_ADDRESS, Limit(2, timedelta(hours=1)))
    for number in range(2):
        send(telephone, form_key=f"{number:022d}")
    answer = send(telephone, form_key="z" * 22)

    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert FIELDS["what"] in answer.content.decode()
    assert "z" * 22 in answer.content.decode()
    assert Clue.objects.count() == 2
    assert Entry.objects.filter(act="portal_limit").count() == 1

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert send(telephone, form_key="z" * 22).status_code == 200


def test_what_was_told_and_the_number_stand_nowhere_in_clear(telephone):
    from django.db import connection

    send(telephone, identity=LI_ID)
    with connection.cursor() as cursor:
        found = []
        for table in (
            "self_service_application",
            "self_service_sending",
            "self_service_count",
            "clues_source",
            "ledger_entry",
        ):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            found.append(cursor.fetchone()[0] or "")

    assert LI_ID not in "".join(found)
    assert PHONE not in "".join(found)
    assert FIELDS["what"] not in "".join(found)


def test_every_page_says_that_it_stays_out_of_caches_and_search_engines(telephone):
    for address in (
        "/portal/",
        FORM,
        f"/p/{VILLAGE}",
        "/portal/status/",
        f"/portal/rules/{VILLAGE}/",
        "/portal/nowhere/x/",
    ):
        answer = telephone.get(address)
        if answer.status_code == 200:
            assert answer["Cache-Control"] == "no-store"
            assert "noindex" in answer["X-Robots-Tag"]
            assert "script-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("code", ["1", "999999999999", TOWNSHIP, "43100310120x", "４３１００３１０１２０２"])
def test_an_address_that_is_no_village_is_answered_kindly(telephone, code):
    for address in (f"/p/{code}", f"/portal/apply/{code}/", f"/portal/rules/{code}/"):
        answer = telephone.get(address)
        assert answer.status_code == 404
        assert "重新扫一下" in answer.content.decode()


def test_who_has_no_qr_code_finds_the_village_by_its_county(telephone):
    assert f"?place={VILLAGE[:6]}" in telephone.get("/portal/").content.decode()
    assert f"?place={TOWNSHIP}" in telephone.get("/portal/", {"place": VILLAGE[:6]}).content.decode()
    assert f"/p/{VILLAGE}" in telephone.get("/portal/", {"place": TOWNSHIP}).content.decode()


def test_the_days_on_the_receipt_are_those_of_the_clue(telephone):
    page = send(telephone).content.decode()
    due = Clue.objects.get().due_on

    assert f"{due.year}年{due.month}月{due.day}日" in page


def test_the_rules_are_told_with_the_days_that_hold_here(telephone):
    page = telephone.get(f"/portal/rules/{VILLAGE}/").content.decode()

    assert "实地核查" in page
    assert "要在3天内办" in page
    assert "边缘易致贫户" in page
    assert "替代名称未查到" not in page


def test_large_letters_are_kept_in_a_cookie(telephone):
    telephone.post("/type/", {"back": FORM})

    assert 'class="large-type"' in telephone.get(FORM).content.decode()
