"""Signing in: one sentence for every mistake, no way out of the site, the cast only in a demo."""

from datetime import date

import pytest
from django.test import Client

from shouwang.surfaces.web.demo_cast import demo_cast
from tests.cast import PASSWORD


def send(**more):
    return Client().post("/sign-in/", {"username": "xiaozhou", "password": PASSWORD, **more})


def test_the_right_password_leads_to_the_first_page(cast):
    client = Client()
    client.post("/sign-in/", {"username": "xiaozhou", "password": PASSWORD})

    assert client.get("/")["Location"] == "/todo/"


def test_a_liaison_who_knows_the_way_starts_with_the_own_units_data(as_person):
    liaison = as_person("xiaosun")
    liaison.post("/help/first-day/", {"step": "closed", "done": "yes"})

    assert liaison.get("/")["Location"] == "/enquiries/"


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"username": "nobody"}])
def test_a_wrong_account_and_a_wrong_password_get_the_same_sentence(cast, typed):
    answer = send(**typed)

    assert answer.status_code == 422
    assert "账号或密码不对。" in answer.content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(cast, target):
    assert send(next=target)["Location"] == "/"


def test_signing_out_ends_the_session(as_person):
    client = as_person("xiaozhou")
    client.post("/sign-out/")

    assert client.get("/dashboard/").status_code == 302


def test_the_cast_is_shown_only_in_a_demo(cast, settings, tmp_path):
    (tmp_path / "demo.password").write_text("sesame-of-the-demo")
    settings.KEY_FILE = tmp_path / "fields.json"
    settings.DEMO = False
    closed = demo_cast(on=date(2026, 11, 22))
    settings.DEMO = True
    shown = Client().get("/sign-in/").content.decode()

    assert closed == {}
    assert "sesame-of-the-demo" in shown
    assert "小周" in shown


def test_large_type_is_a_choice_that_stays(as_person):
    client = as_person("xiaozhou")
    client.post("/type/", {"back": "/dashboard/"})

    assert 'class="large-type"' in client.get("/dashboard/").content.decode()
