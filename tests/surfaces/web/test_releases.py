"""Lists that leave by pages: every way out is counted, and beyond the line it is a request instead of a file."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from shouwang.register.ledger.models import Entry
from shouwang.register.releases.models import Departure, Request
from shouwang.surfaces.web.leaving import OF_NOBODY, OF_OTHER
from tests.cast import AT, VILLAGE

SHEET = "spreadsheetml"
LINES = {"property": (1, 2), "health": (1, 2), "other": (1, 2)}
WAYS_OUT = [
    ("xiaowang", "/warnings/sheet.xlsx"),
    ("xiaowang", "/warnings/?sheet=1"),
    ("xiaowang", "/households/?sheet=1"),
    ("xiaowang", "/dashboard/?sheet=1"),
    ("xiaowang", "/gaps/?sheet=1"),
    ("xiaochen", "/clues/sheet.xlsx"),
    ("xiaochen", "/clues/?sheet=1"),
    ("xiaozhou", f"/exchange/templates/households.xlsx?prefilled=yes&place={VILLAGE}"),
]


@pytest.fixture
def low_lines(settings):
    settings.EXPORT_LINES = LINES


def sealed_in(page):
    return re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]


@pytest.mark.parametrize(("who", "address"), WAYS_OUT)
def test_every_way_out_stops_at_the_line(as_person, cast, screened, low_lines, who, address):
    from tests.stream.clues.telling import say

    say(cast.xiaowang, household_id="H1")
    client = as_person(who)
    answer = client.get(address)

    assert SHEET not in answer.headers["Content-Type"]
    assert 'name="sealed"' in answer.content.decode()
    assert Departure.objects.count() == 0
    assert Entry.objects.filter(act="hold_export").count() == 1
    assert Entry.objects.filter(act__startswith="export_").count() == 0


def test_a_sheet_that_goes_up_stops_at_the_line(as_person, cast, low_lines):
    sent = {"layout": "monitored", "choice": "all", "reason": "报县里核对", "place": VILLAGE}
    answer = as_person("xiaowang").post("/exchange/outgoing/sheet.xlsx", sent)

    assert 'name="sealed"' in answer.content.decode()
    assert Entry.objects.filter(act="export_sheet").count() == 0


def test_a_reason_a_second_person_and_then_the_list(as_person, cast, screened, settings):
    settings.EXPORT_LINES = {"property": (1, 9), "health": (1, 9), "other": (1, 9)}
    collector, leader = as_person("xiaowang"), as_person("laoliu")
    form = collector.get("/warnings/sheet.xlsx?level=red&level=orange&level=yellow")
    sealed = sealed_in(form)
    assert (
        collector.post("/releases/ask/", {"sealed": sealed, "reason": "贴"}, follow=True)
        .content.decode()
        .count("请写明导出理由")
    )
    collector.post("/releases/ask/", {"sealed": sealed, "reason": "入户核对用，用完删除"})
    request = Request.objects.get()
    assert (request.people, request.needed, request.kind) == (1, 1, "property")
    assert "/releases/" in leader.get("/todo/").content.decode()
    assert "入户核对用" in leader.get("/releases/").content.decode()
    assert (
        as_person("xiaochen").post(f"/releases/{request.pk}/answer/", {"says": "yes", "words": "好"}).status_code == 403
    )

    leader.post(f"/releases/{request.pk}/answer/", {"says": "yes", "words": "用途清楚"})
    assert "用途清楚" in collector.get("/releases/").content.decode()
    back = re.search(r'href="(/warnings/sheet[^"]+)"', collector.get("/releases/").content.decode())[1]
    answer = collector.get(back.replace("&amp;", "&"))

    assert SHEET in answer.headers["Content-Type"]
    acts = list(Entry.objects.order_by("id").values_list("act", flat=True))
    assert [one for one in acts if "export" in one] == [
        "hold_export", "ask_export", "answer_export", "release_export", "export_warnings",
    ]  # fmt: skip


def test_a_request_is_taken_only_as_the_page_sealed_it_and_from_who_was_stopped(as_person, cast, screened, low_lines):
    sealed = sealed_in(as_person("xiaowang").get("/warnings/sheet.xlsx"))
    as_person("xiaowang").post("/releases/ask/", {"sealed": sealed[:-1] + "x", "reason": "入户核对用"})
    as_person("xiaochen").post("/releases/ask/", {"sealed": sealed, "reason": "入户核对用"})

    assert Request.objects.count() == 0


def test_the_auditor_sees_at_once_who_stood_at_the_second_line(as_person, cast, screened, low_lines, settings):
    settings.EXPORT_LINES = {"property": (1, 1), "health": (1, 1), "other": (1, 1)}
    assert "第二道界线" not in as_person("xiaowu").get("/ledger/looks/").content.decode()
    as_person("xiaowang").get("/warnings/sheet.xlsx")

    assert "第二道界线" in as_person("xiaowu").get("/ledger/looks/").content.decode()


def test_what_the_county_asks_for_another_place_is_not_found_by_the_leader_of_this_one(as_person, cast, screened):
    request = Request.objects.create(
        asked_by="xiaofeng", place_number=cast.xiaofeng.range_low, asked_at=AT, page="/x/",
        title="别处的名单", kind="other", people=9, needed=1, reason="别处的理由",
    )  # fmt: skip
    leader = as_person("laofang")

    assert "别处的名单" not in leader.get("/releases/").content.decode()
    leader.post(f"/releases/{request.pk}/answer/", {"says": "yes", "words": "好"})
    assert request.answers.count() == 0


def test_every_name_of_a_page_that_tells_little_is_a_page():
    names = {one.name for one in get_resolver().url_patterns if isinstance(one, URLPattern)}

    assert names >= OF_NOBODY | OF_OTHER
    assert not OF_NOBODY & OF_OTHER


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("xiaozhou", "/insight/?sheet=1"), ("xiaozhou", "/zero/?sheet=1"),
        ("xiaozhou", "/rounds/?sheet=1"), ("xiaozhou", "/deliveries/?sheet=1"), ("xiaozhou", "/rules/?sheet=1"),
        ("xiaowu", "/ledger/?sheet=1"), ("xiaozhou", "/clues/ladder/?sheet=1"), ("xiaozhou", "/exchange/?sheet=1"),
        ("xiaozhou", "/village-codes/?sheet=1"), ("xiaowang", "/phones/?sheet=1"), ("xiaowang", "/releases/?sheet=1"),
    ],
)  # fmt: skip
def test_pages_that_tell_of_nobody_leave_freely_and_name_nobody(as_person, screened, low_lines, who, address):
    from io import BytesIO

    from openpyxl import load_workbook

    answer = as_person(who).get(address)
    assert answer.status_code == 200
    if SHEET in answer.headers["Content-Type"]:
        cells = " ".join(
            str(cell) for sheet in load_workbook(BytesIO(answer.content)) for row in sheet.values for cell in row
        )
        assert "李大山" not in cells
        assert "李**" not in cells
