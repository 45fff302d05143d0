"""A system pulls determinations: its fields, its area, every pull on record; and answers what its unit is asked."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shouwang.register.ledger.models import Entry
from shouwang.register.procedure import actions as do
from shouwang.register.procedure.models import Case, Enquiry
from tests.cast import AT, OTHER_COUNTY, Cast
from tests.stream.determination.walking import Walk
from tests.surfaces.intake.speaking import API, System, genuine

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast: Cast) -> Walk:
    """赵有田's household of the next village, included by the county."""
    return Walk(cast).decided()


def test_a_decision_is_pulled_with_the_allowed_fields_and_a_watermark(yibao: System, walk: Walk) -> None:
    answer = yibao.get("/determinations")

    (row,) = answer.json()["determinations"]
    assert (row["case"], row["household_id"], row["head_name"]) == (walk.number, "H2", "赵有田")
    assert (row["outcome"], row["matter"], row["place_code"]) == ("included", "determination", "431003101203")
    mark = answer.json()["watermark"]
    assert genuine(mark, "watermark", yibao.client.get(f"{API}/keys").json()["keys"])
    assert json.loads(mark["watermark"])["purpose"] == "医疗救助对象核对"
    assert answer.json()["next"] is None


def test_only_the_fields_of_the_registration_leave_the_house(system: Any, walk: Walk) -> None:
    narrow = system("caizheng", unit="财政局", feeds=[], fields=["place_code", "outcome"], name="财政系统")

    (row,) = narrow.get("/determinations").json()["determinations"]

    assert set(row) == {"case", "changed_at", "place_code", "outcome"}
    assert "赵有田" not in json.dumps(row, ensure_ascii=False)


def test_a_system_without_fields_pulls_nothing(system: Any, walk: Walk) -> None:
    sender = system("caizheng", unit="财政局", feeds=[], fields=[], purpose="", name="财政系统")

    answer = sender.get("/determinations")

    assert answer.status_code == 403
    assert not Entry.objects.filter(actor="caizheng", act="look_household").exists()


def test_every_pull_is_a_look_at_every_household_on_it(yibao: System, walk: Walk) -> None:
    mark = json.loads(yibao.get("/determinations").json()["watermark"]["watermark"])

    look = Entry.objects.get(actor="yibao", act="look_household")
    assert (look.subject, look.reason, look.role) == ("household:H2", "医疗救助对象核对", "machine")
    assert look.details == {"task": f"pull:{mark['pull']}"}
    whole = Entry.objects.get(act="pull_determinations")
    assert (whole.subject, whole.details["rows"]) == ("machine:yibao", 1)


def test_the_household_sees_which_system_pulled_its_decision(yibao: System, walk: Walk, cast: Cast) -> None:
    from shouwang.register.ledger.queries import looks_at_household
    from shouwang.surfaces.web.looks import look_rows

    yibao.get("/determinations")

    rows = look_rows(looks_at_household("H2", resident_ids=[], place_code="431003101203", since=AT - timedelta(days=1)))
    assert rows[0]["name"] == "医保结算系统"
    assert "部门系统取数" in rows[0]["why"]


def test_a_system_of_another_county_sees_nothing_of_ours(admin: Any, cast: Cast, walk: Walk) -> None:
    from tests.register.machines.registering import security_admin

    there = security_admin(OTHER_COUNTY, "laoqiu")
    stranger = System.registered(there, "yibao-guiyang", place_code=OTHER_COUNTY)

    assert stranger.get("/determinations").json()["determinations"] == []


def test_the_database_alone_keeps_other_places_out(yibao: System, walk: Walk, monkeypatch: Any) -> None:
    """With the filter of the query gone, the range of the machine's post still holds (docs/rights.md)."""
    from shouwang.register.places.models import Place
    from shouwang.register.staff.models import Post

    other = Place.objects.get(code=OTHER_COUNTY)
    Post.objects.filter(user__username="yibao").update(place=other)
    monkeypatch.setattr(
        "shouwang.surfaces.intake.determinations.decided_cases", lambda actor, **how: list(Case.objects.all())
    )

    assert yibao.get("/determinations").json()["determinations"] == []


def test_pages_follow_each_other_and_miss_nothing(yibao: System, cast: Cast, walk: Walk) -> None:
    whole = {walk.number, Walk(cast, household="H1").decided().number}

    seen, cursor = [], None
    while True:
        page = yibao.get("/determinations", {"limit": 1} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["case"] for one in page["determinations"]]
        cursor = page["next"]
        if not cursor:
            break

    assert sorted(seen) == sorted(whole)


def test_only_what_changed_since_is_given(yibao: System, walk: Walk) -> None:
    last = Case.objects.get(number=walk.number).last_at

    before = yibao.get("/determinations", {"changed_since": (last - timedelta(seconds=1)).isoformat()})
    after = yibao.get("/determinations", {"changed_since": (last + timedelta(seconds=1)).isoformat()})

    assert len(before.json()["determinations"]) == 1
    assert after.json()["determinations"] == []


def test_nothing_changed_is_said_without_data_and_without_a_look(yibao: System, walk: Walk) -> None:
    first = yibao.get("/determinations")
    looks = Entry.objects.filter(act="look_household").count()

    again = yibao.get("/determinations", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert Entry.objects.filter(act="look_household").count() == looks


@pytest.mark.parametrize("cursor", ["x", "AAAA", "MjAyNnwx", "OTk5OXwtMQ=="])
def test_a_made_up_cursor_is_refused(yibao: System, cursor: str) -> None:
    assert yibao.get("/determinations", {"cursor": cursor}).status_code == 422


# Questions to the department


@pytest.fixture
def asked(cast: Cast) -> Enquiry:
    """小周 asks the medical insurance office about a case, with the household's authorisation."""
    walk = Walk(cast).papers()
    do.ask_departments(units=["医保局"], actor=cast.xiaozhou, today=walk.today, **walk.at())
    return Enquiry.objects.get()


def test_the_system_sees_what_its_unit_is_asked(yibao: System, asked: Enquiry, system: Any) -> None:
    other = system("minzheng", unit="民政局", feeds=[], name="救助系统")

    (row,) = yibao.get("/enquiries").json()["enquiries"]

    assert (row["enquiry"], row["household_id"]) == (asked.pk, asked.case.household_id)
    assert other.get("/enquiries").json()["enquiries"] == []
    assert Entry.objects.filter(actor="yibao", act="look_household").count() == 1


def test_the_system_answers_once(yibao: System, asked: Enquiry) -> None:
    path, said = f"/enquiries/{asked.pk}/answer", {"result": "explain", "words": "五月有一笔住院费用，请农户说明。"}

    first = yibao.ask("POST", path, said=said, key="answer-of-enquiry-1")
    again = yibao.ask("POST", path, said=said, key="answer-of-enquiry-1")
    other = yibao.ask("POST", path, said=said, key="answer-of-enquiry-2")

    assert (first.status_code, again.content, other.status_code) == (200, first.content, 422)
    asked.refresh_from_db()
    assert asked.answered_by == "yibao"
    assert yibao.get("/enquiries").json()["enquiries"] == []


def test_another_unit_cannot_answer(asked: Enquiry, system: Any) -> None:
    other = system("minzheng", unit="民政局", feeds=[], name="救助系统")

    answer = other.ask("POST", f"/enquiries/{asked.pk}/answer", said={"result": "nothing", "words": ""})

    assert answer.status_code == 404
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_an_explanation_needs_words(yibao: System, asked: Enquiry) -> None:
    answer = yibao.ask("POST", f"/enquiries/{asked.pk}/answer", said={"result": "explain", "words": ""})

    assert answer.status_code == 422
    assert "请写明" in answer.json()["detail"]


def test_what_does_not_fit_is_named_and_never_repeated(yibao: System, asked: Enquiry) -> None:
    """The answer to a wrong input names the item; its value may say who somebody is."""
    answer = yibao.ask(
        "POST", f"/enquiries/{asked.pk}/answer", said={"result": "991003195503124219", "words": "赵有田"}
    )

    assert answer.status_code == 422
    assert "result" in answer.json()["detail"]
    assert "991003195503124219" not in answer.content.decode()
