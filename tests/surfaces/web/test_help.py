"""Help: whoever cannot sign in finds it, every page has its chapter, and the first day remembers what was done."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from shouwang.register.staff.choices import GRANTABLE, Role
from shouwang.register.staff.models import GuideMark
from shouwang.register.staff.queries import SYSTEM
from shouwang.surfaces.manual import chapters, first_day, words
from shouwang.surfaces.web.helping import page_of
from tests.architecture.sources import ROOT

PAGES = ["/help/", "/help/words/", "/help/book/", *(f"/help/{name}/" for name in chapters())]
TEMPLATES = ROOT / "src" / "shouwang" / "surfaces"


@pytest.mark.parametrize("address", PAGES)
def test_help_needs_no_account(db, address):
    answer = Client().get(address)

    assert answer.status_code == 200
    assert 'action="/sign-out/"' not in answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_help_stands_in_the_frame_of_who_is_signed_in(as_person, address):
    assert 'action="/sign-out/"' in as_person("xiaowang").get(address).content.decode()


def test_a_chapter_that_does_not_exist_is_not_found(db):
    assert Client().get("/help/gossip/").status_code == 404


def test_every_role_has_its_first_day():
    assert {one.role for one in chapters().values() if one.role} == {*GRANTABLE, Role.HOUSEHOLD}
    assert all(one.steps for one in chapters().values() if one.role)


def test_every_step_of_a_post_leads_to_a_page():
    posts = [one for one in chapters().values() if one.role in GRANTABLE]

    assert [step.picture for one in posts for step in one.steps if not page_of(step)] == []


def test_whoever_has_the_post_may_open_the_pages_of_its_first_day():
    from dataclasses import replace

    from django.urls import resolve

    from shouwang.surfaces.access import declared_access

    refused = [
        step.picture
        for role in GRANTABLE
        for step in first_day(role).steps
        if (access := declared_access(resolve(page_of(step)).func)).permission
        and not replace(SYSTEM, role=role).may(access.permission)
    ]

    assert refused == []


def test_pages_that_the_manual_names_exist_and_none_is_explained_twice():
    routes = {pattern.name for pattern in get_resolver().url_patterns if hasattr(pattern, "name")}
    named = [page for one in chapters().values() for page in one.pages]

    assert set(named) - routes == set()
    assert len(named) == len(set(named))


def test_the_help_of_a_page_is_its_chapter(as_person):
    page = as_person("xiaowang").get("/clues/").content.decode()

    assert f'href="{reverse("help_chapter", args=["clues"])}"' in page


def test_every_word_that_a_template_or_a_chapter_explains_is_in_the_list():
    marked = {
        word
        for path in TEMPLATES.glob("*/templates/**/*.html")
        for word in re.findall(r'{% word "([^"]+)"', path.read_text("utf-8"))
    }
    told = {word for one in chapters().values() for word in one.words}

    assert (marked | told) - set(words()) == set()


def test_the_first_day_stands_on_the_to_do_page_until_it_is_closed(as_person):
    person = as_person("xiaowang")
    assert "第一天：村级信息采集员" in person.get("/todo/").content.decode()

    person.post("/help/first-day/", {"step": "closed", "done": "yes"})
    assert "第一天：" not in person.get("/todo/").content.decode()

    person.post("/help/first-day/", {"step": "closed", "done": "no"})
    assert "第一天：" in person.get("/todo/").content.decode()


def test_a_tick_is_remembered_for_the_person_and_can_be_taken_away(as_person):
    person = as_person("xiaowang")
    for _ in range(2):
        person.post("/help/first-day/", {"step": "clue", "done": "yes"})
    assert "做过 1 步" in as_person("xiaowang").get("/todo/").content.decode()
    assert "做过 0 步" in as_person("xiaozhao").get("/todo/").content.decode()

    person.post("/help/first-day/", {"step": "clue", "done": "no"})
    assert "做过 0 步" in person.get("/todo/").content.decode()


@pytest.mark.parametrize("step", ["", "gossip", "decide"])
def test_a_step_of_another_role_or_of_none_is_not_found(as_person, step):
    assert as_person("xiaowang").post("/help/first-day/", {"step": step, "done": "yes"}).status_code == 404
    assert not GuideMark.objects.exists()


def test_whoever_is_new_comes_to_the_to_do_page_first_and_later_to_the_own_first_page(as_person):
    auditor = as_person("xiaowu")
    assert auditor.get("/").url == "/todo/"

    auditor.post("/help/first-day/", {"step": "closed", "done": "yes"})

    assert auditor.get("/").url != "/todo/"


def test_a_practice_county_says_so_on_every_page(as_person, settings):
    addresses = ["/todo/", "/help/", "/sign-in/", "/portal/", "/field/"]
    assert [one for one in addresses if "练习数据：" in as_person("xiaowang").get(one).content.decode()] == []

    settings.TRAINING = True

    person = as_person("xiaowang")
    assert [one for one in addresses if "练习数据：" not in person.get(one).content.decode()] == []
