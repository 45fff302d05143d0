"""The working calendar's page: seen, added to, taken back; another county's days stay there."""

import pytest

from shouwang.register.calendar.models import SpecialDay

NEW = {"day": "2026-12-31", "kind": "holiday", "name": "苗年", "source": "州府通知〔2026〕3号"}


def test_a_year_without_holidays_says_so(as_person, cast):
    client = as_person("xiaozhou")

    assert "2026 年未录入节假日" in client.get("/calendar/?year=2026").content.decode()
    assert "软件还没有收录这一年" in client.get("/calendar/?year=2091").content.decode()


def test_a_day_is_added_shown_taken_back_and_put_again(as_person, cast):
    client = as_person("xiaozhou")
    answer = client.post("/calendar/", NEW)
    made = SpecialDay.objects.get()

    shown = client.get(answer["Location"]).content.decode()
    client.post(f"/calendar/{made.pk}/remove/")
    without = client.get("/calendar/?year=2026").content.decode()
    client.post(f"/calendar/{made.pk}/restore/")

    assert "州府通知〔2026〕3号" in shown
    assert "未录入节假日" not in shown
    assert "撤销过的" in without
    assert SpecialDay.objects.in_force().count() == 1


@pytest.mark.parametrize("change", [{"day": "明天"}, {"source": " "}, {"kind": ""}])
def test_what_cannot_be_saved_is_kept_and_explained(as_person, cast, change):
    answer = as_person("xiaozhou").post("/calendar/", NEW | change)

    assert answer.status_code == 422
    assert "苗年" in answer.content.decode()
    assert not SpecialDay.objects.exists()


def test_the_national_arrangement_comes_with_one_button(as_person, cast):
    client = as_person("xiaozhou")
    client.post("/calendar/load/", {"year": "2026"})

    shown = client.get("/calendar/?year=2026").content.decode()

    assert "国庆节调休" in shown
    assert "对照通知核对" in shown


def test_a_year_that_is_not_known_cannot_be_loaded(as_person, cast):
    answer = as_person("xiaozhou").post("/calendar/load/", {"year": "2091"}, follow=True)

    assert "没有收录 2091 年" in answer.content.decode()


@pytest.mark.parametrize("address", ["/calendar/?year=abc", "/calendar/?year=20260"])
def test_a_year_that_is_none_is_not_found(as_person, cast, address):
    assert as_person("xiaozhou").get(address).status_code == 404


def test_another_county_neither_sees_nor_changes_a_day_of_this_one(as_person, cast):
    as_person("xiaozhou").post("/calendar/", NEW)
    made = SpecialDay.objects.get()
    other = as_person("xiaofeng")

    assert "苗年" not in other.get("/calendar/?year=2026").content.decode()
    assert other.post(f"/calendar/{made.pk}/remove/").status_code == 404
    assert as_person("xiaowang").post("/calendar/", NEW).status_code == 403
