"""Looks: every page that shows somebody's data records who saw whom and why, or shows nothing at all."""

import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from django.db import connection
from django.shortcuts import render
from django.urls import URLPattern, get_resolver

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.kernel.secrets import Keyring
from shouwang.register.exchange.actions import (
    download_returned,
    download_returned_replies,
    download_sheet,
    make_template,
    send_sheet,
)
from shouwang.register.households.actions import reveal_identity
from shouwang.register.ledger.actions import NoteOutsideTransaction, note, record_look
from shouwang.register.ledger.models import Entry
from shouwang.register.papers.actions import open_paper
from shouwang.register.procedure.actions import enquiry_sheet
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.assistance.actions import measure_sheet
from shouwang.stream.clues.actions import open_contact
from shouwang.stream.linkage.actions import open_identities
from shouwang.surfaces.web import quality, river
from shouwang.surfaces.web.access import declared_access
from shouwang.surfaces.web.sheets import sheet_response
from tests.cast import AT, VILLAGE

HOUSEHOLD_PAGES = ["/households/H1/", "/households/H1/benefits/", "/households/H1/looks/", "/households/H1/evidence/"]
LIST_PAGES = ["/dashboard/", "/warnings/", "/households/"]
P = Permission
PERSONAL = {
    P.SEE_DASHBOARD, P.SEE_HOUSEHOLDS, P.REVEAL_IDENTITY, P.RESOLVE_LINKS, P.SEE_CLUES, P.REPORT_CLUE, P.CHECK_CLUE, P.DISPATCH_CLUE,
    P.SEE_CASES, P.OPEN_CASE, P.VERIFY_CASE, P.HOLD_MEETING, P.ACCEPT_CASE, P.REVIEW_CASE, P.DECIDE_CASE, P.ANSWER_COMPARISON,
    P.SEE_PLANS, P.DRAFT_PLAN, P.APPROVE_PLAN, P.RECORD_MEASURE, P.REPLY_MEASURE, P.ISSUE_PAPER, P.EXCHANGE_SHEETS,
}  # fmt: skip
"""Permissions behind which households stand."""
SHOWS_NOBODY: dict[str, str] = {
    "resolve_link": "which record was decided, by its key",
    "screen": "counts for a wall",
    "monthly_report": "counts of a place",
    "round_list": "counts per quarter",
    "round": "counts per village",
    "zero_board": "counts per place",
    "new_clue": "an empty form",
    "reported_clues": "what one has reported oneself",
    "clue_ladder": "counts per place",
    "clue_act": "the row that was just shown; the step itself is noted by its action",
    "phone_list": "phones by the name of who carries them",
    "paper_list": "papers by number",
    "exchange": "sheets by file name",
    "bring_sheet": "sheets by file name; the sheet itself is shown by its own page",
    "outgoing": "counts, and sheets by date",
    "outgoing_order": "how far a sheet is, and how many it tells of",
    "exchange_templates": "kinds of templates",
    "village_codes": "two codes of a village",
    "posting_list": "notices by title",
    "posting": "what hangs in the village for everybody to read",
    "posting_sheet": "what hangs in the village for everybody to read",
}
"""Route → why its answer holds nobody's data. A new page that shows nobody is written here by a person."""
SHEETS = {
    download_returned, download_sheet, make_template, send_sheet, enquiry_sheet, measure_sheet, download_returned_replies,
}  # fmt: skip
RECORDERS = {record_look, reveal_identity, open_identities, open_contact, open_paper, note, *SHEETS}
ANSWERS = {render, sheet_response}


def looks() -> list[tuple[str, str, str, str]]:
    found = Entry.objects.filter(act__startswith="look_").order_by("id")
    return [(one.actor, one.act, one.subject, one.details["task"]) for one in found]


@pytest.mark.parametrize("address", HOUSEHOLD_PAGES)
def test_opening_a_households_page_is_one_look_at_it(as_person, screened, address) -> None:
    as_person("xiaowang").get(address)

    assert looks() == [("xiaowang", "look_household", "household:H1", "")]


def test_the_card_of_a_warning_is_a_look_for_that_warning(as_person, screened) -> None:
    as_person("xiaowang").get(f"/warnings/{screened.li.pk}/")

    assert looks() == [("xiaowang", "look_household", "household:H1", f"warning:{screened.li.pk}")]


@pytest.mark.parametrize("address", LIST_PAGES)
def test_a_list_is_one_look_at_its_place(as_person, screened, address) -> None:
    as_person("xiaowang").get(address)

    assert looks() == [("xiaowang", "look_list", f"place:{VILLAGE}", "")]
    assert Entry.objects.get(act="look_list").details["rows"] == 1


def test_an_empty_list_shows_nobody(as_person, screened) -> None:
    as_person("xiaowang").get("/households/", {"q": "没有这个人"})

    assert looks() == []


def test_a_look_is_bound_to_the_warning_that_it_was_opened_from(as_person, screened) -> None:
    as_person("xiaowang").get("/households/H1/", {"for": f"warning:{screened.li.pk}"})

    assert looks()[0][3] == f"warning:{screened.li.pk}"


@pytest.mark.parametrize("given", ["warning:999999999", "warning:x", "gossip:1", "同乡", "warning:"])
def test_a_task_that_does_not_exist_is_out_of_task(as_person, screened, given) -> None:
    as_person("xiaowang").get("/households/H1/", {"for": given})

    assert looks()[0][3] == ""


def test_a_warning_of_another_household_is_no_task(as_person, screened) -> None:
    as_person("xiaozhou").get("/households/H1/", {"for": f"warning:{screened.zhao.pk}"})

    assert looks()[0][3] == ""


def test_the_list_leads_to_the_file_with_its_warning_as_task(as_person, screened) -> None:
    assert f"/households/H1/?for=warning:{screened.li.pk}" in as_person("xiaowang").get("/warnings/").content.decode()


def test_a_full_number_is_opened_for_the_task_of_the_file(as_person, screened) -> None:
    sent = {"reason": "入户前核对身份", "for": f"warning:{screened.li.pk}"}
    as_person("xiaozhou").post("/residents/R1/reveal/", sent)

    assert Entry.objects.get(act="reveal_identity").details["task"] == f"warning:{screened.li.pk}"


def test_what_is_not_found_is_no_look(as_person, screened) -> None:
    assert as_person("xiaozhao").get("/households/H1/").status_code == 404
    assert looks() == []


@pytest.mark.parametrize("address", [*HOUSEHOLD_PAGES, *LIST_PAGES, "/warnings/sheet.xlsx"])
def test_without_a_record_there_is_no_page(as_person, screened, address) -> None:
    client = as_person("xiaozhou")
    client.raise_request_exception = False
    with rows_within(*EVERYWHERE, role="none"), connection.cursor() as cursor:  # as the owner of the tables
        cursor.execute(
            "CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full'; END $$"
        )
        cursor.execute("CREATE TRIGGER f BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION pg_temp.full()")

    answer = client.get(address)

    assert answer.status_code == 500
    assert "李大山" not in answer.content.decode()


@pytest.mark.parametrize("address", [*HOUSEHOLD_PAGES, "/warnings/{}/"])
def test_a_page_opens_nobody_beyond_its_household(as_person, screened, monkeypatch, address) -> None:
    opened: set[str] = set()
    really = Keyring.decrypt_all

    def watched(self: Any, place: str, rows: Any, sealed: Any) -> Any:
        opened.update(rows)
        return really(self, place, rows, sealed)

    monkeypatch.setattr(Keyring, "decrypt_all", watched)
    as_person("xiaozhou").get(address.format(screened.li.pk))

    assert opened == {"H1", "R1", "R2"}


@pytest.mark.parametrize("address", [*HOUSEHOLD_PAGES, *LIST_PAGES])
def test_recording_costs_one_insert(as_person, screened, django_assert_max_num_queries, address) -> None:
    client = as_person("xiaozhou")
    with django_assert_max_num_queries(200) as asked:
        client.get(address)

    inserts = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("INSERT")]
    assert len(inserts) == 1


def test_a_look_outside_a_transaction_is_refused(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), pytest.raises(NoteOutsideTransaction):
        record_look(subjects=["household:H1"], purpose="一户一档", actor=SYSTEM, at=AT)


def test_the_household_sees_who_looked_when_and_why_by_name_not_account(as_person, screened) -> None:
    as_person("xiaozhou").get("/households/H1/benefits/")
    page = as_person("xiaowang").get("/households/H1/looks/").content.decode()

    assert "小周" in page
    assert "县级审核员" in page
    assert "待遇测算（任务外）" in page
    assert "xiaozhou" not in page


def test_the_household_sees_lists_of_its_place_that_were_exported(as_person, screened) -> None:
    as_person("xiaozhou").get("/warnings/sheet.xlsx")
    as_person("xiaofeng").get("/warnings/sheet.xlsx")

    page = as_person("xiaowang").get("/households/H1/looks/").content.decode()
    assert "导出本地名单（2 户，可能含本户）" in page
    assert "小冯" not in page


def reached(view: Callable[..., Any]) -> set[Any]:
    """Every function that a view can call by name, followed through the modules of the pages."""
    found: set[Any] = set()
    waiting = [inspect.unwrap(view)]
    while waiting:
        function = waiting.pop()
        for target in (function.__globals__.get(name) for name in names_in(function.__code__)):
            if inspect.isfunction(target) and target not in found:
                found.add(target)
                waiting += [inspect.unwrap(target)] if target.__module__.startswith("shouwang.surfaces.web") else []
    return found


def names_in(code: CodeType) -> set[str]:
    inner = (names_in(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inner)


def test_every_route_behind_personal_data_records_its_looks() -> None:
    silent = {
        pattern.name
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLPattern)
        if (access := declared_access(pattern.callback)) and access.permission in PERSONAL
        if (calls := reached(pattern.callback)) & ANSWERS and not calls & RECORDERS
    }

    assert sorted(silent - set(SHOWS_NOBODY)) == []


def test_a_view_that_records_nothing_would_be_found() -> None:
    assert not reached(quality.gap_list) & {reveal_identity}
    assert reached(quality.gap_list) >= {render, record_look}
    assert not reached(river.screen) & RECORDERS
