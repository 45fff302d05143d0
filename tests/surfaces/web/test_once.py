"""A form is done once: sent twice it gets the same answer, changed or opened anew it is another one."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import AT, TOWNSHIP, VILLAGE

TOLD = {
    "channel": "grid_report",
    "county": VILLAGE[:6],
    "township": TOWNSHIP,
    "village": VILLAGE,
    "name": "李大娘",
    "what": "老伴住院，家里没有钱交费",
}


@pytest.fixture
def browser(cast):
    """小王's browser, as strict about forms as a real one has to be."""

    def open_as(username="xiaowang"):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.users[username])
        return client

    return open_as


def token(client, page="/clues/new/"):
    """What the page gives its form."""
    return client.get(page).content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def reports():
    from shouwang.stream.clues.models import ClueSource

    return ClueSource.objects.filter(told_name="李大娘").count()


def test_the_same_form_again_leads_to_the_same_answer_and_does_nothing(browser):
    client = browser()
    form = TOLD | {"csrfmiddlewaretoken": token(client)}
    first = client.post("/clues/new/", form)
    again = [client.post("/clues/new/", form) for _ in range(3)]

    assert first.status_code == 302
    assert {(answer.status_code, answer["Location"]) for answer in again} == {(302, first["Location"])}
    assert reports() == 1
    assert "刚才已经交过" in client.get(first["Location"]).content.decode()


def test_a_changed_form_and_one_that_was_opened_anew_are_others(browser):
    client = browser()
    form = TOLD | {"csrfmiddlewaretoken": token(client)}
    client.post("/clues/new/", form)
    client.post("/clues/new/", form | {"what": "老伴住院，也没有人照顾"})
    client.post("/clues/new/", TOLD | {"csrfmiddlewaretoken": token(client)})

    assert reports() == 3


def test_a_refused_form_may_be_sent_again(browser, cast):
    from shouwang.register.staff.models import SentForm
    from shouwang.stream.clues.actions import take_clues
    from shouwang.stream.clues.models import Clue
    from tests.stream.clues.telling import say

    clue = say(cast.xiaochen, channel="grid_report")
    take_clues(clue_ids=[clue.pk], actor=cast.xiaochen, at=AT)
    client = browser("xiaochen")
    address = f"/clues/{clue.pk}/acts/return/"
    form = {"sentence": "", "seen": Clue.objects.get(pk=clue.pk).mark, "csrfmiddlewaretoken": token(client)}
    for _ in range(2):
        assert "没有写退回原因" in client.post(address, form, follow=True).content.decode()
    assert SentForm.objects.count() == 0


def test_a_file_is_part_of_its_form(browser):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from shouwang.stream.feeds.models import Delivery
    from tests.stream.files import LI, WANG, settlements

    client = browser("xiaosun")
    given = token(client, "/deliveries/")
    for rows in ((LI,), (LI,), (WANG,)):
        file = SimpleUploadedFile("a.csv", settlements(*rows))
        client.post("/deliveries/send/", {"feed": "medical_settlements", "file": file, "csrfmiddlewaretoken": given})

    assert Delivery.objects.count() == 2


def test_what_is_kept_of_a_form_says_nothing_and_is_forgotten(browser):
    from shouwang.register.staff.models import SentForm
    from shouwang.schedule.daily.forms import forget_old_forms

    client = browser()
    client.post("/clues/new/", TOLD | {"csrfmiddlewaretoken": token(client)})
    kept = SentForm.objects.get()
    SentForm.objects.update(sent_at=AT)

    assert "李" not in f"{kept.digest}{kept.answer}"
    assert forget_old_forms(at=AT + timedelta(days=1)) == 0
    assert forget_old_forms(at=AT + timedelta(days=3)) == 1


def gone(*_, **__):
    from django.db import OperationalError

    raise OperationalError("server closed the connection unexpectedly")


def test_while_the_database_is_away_what_was_typed_stands_in_the_page(browser, monkeypatch):
    client = browser()
    client.raise_request_exception = False
    form = TOLD | {"csrfmiddlewaretoken": token(client)}
    monkeypatch.setattr("shouwang.surfaces.web.clue_reporting.report_clue", gone)
    answer = client.post("/clues/new/", form)
    shown = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store")
    assert all(
        text in shown for text in ("服务马上恢复", "再交一次", "老伴住院，家里没有钱交费", form["csrfmiddlewaretoken"])
    )


def test_a_page_that_is_looked_at_opens_itself_again(browser, monkeypatch):
    client = browser()
    client.raise_request_exception = False
    monkeypatch.setattr("shouwang.surfaces.web.clue_reporting.channels", gone)
    answer = client.get("/clues/new/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert '<meta http-equiv="refresh" content="10">' in answer.content.decode()


def test_a_password_is_never_written_back(browser, monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("shouwang.surfaces.web.sign_in.is_locked", gone)
    answer = client.post("/sign-in/", {"username": "xiaowang", "password": "a-secret-word"})

    assert answer.status_code == 503
    assert "a-secret-word" not in answer.content.decode()
