"""Deny by default: every route declares who may open it, and whoever may not is refused."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver

from shouwang.surfaces.web.access import declared_access
from shouwang.surfaces.web.middleware import DeclaredAccess

ROUTES = {
    "home": (None, "self"),
    "sign_in": (None, "nobody"),
    "sign_out": (None, "nobody"),
    "set_type": (None, "nobody"),
    "set_language": (None, "nobody"),
    "help": (None, "nobody"),
    "help_chapter": (None, "nobody"),
    "help_words": (None, "nobody"),
    "help_book": (None, "nobody"),
    "tick_guide": (None, "self"),
    "give_code": (None, "nobody"),
    "step_up": (None, "self"),
    "enrol_factor": (None, "self"),
    "replace_password": (None, "self"),
    "choose_post": (None, "self"),
    "design": (None, "self"),
    "account_list": ("manage_staff", "place"),
    "open_account": ("manage_staff", "place"),
    "change_account": ("manage_staff", "place"),
    "post_list": ("grant_posts", "place"),
    "grant_post": ("grant_posts", "place"),
    "withdraw_post": ("grant_posts", "place"),
    "machine_list": ("manage_machines", "place"),
    "register_machine": ("manage_machines", "place"),
    "machine": ("manage_machines", "place"),
    "change_machine": ("manage_machines", "place"),
    "send_message_again": ("manage_machines", "place"),
    "dashboard": ("see_dashboard", "place"),
    "insight": ("see_dashboard", "place"),
    "screen": ("see_dashboard", "place"),
    "monthly_report": ("issue_paper", "place"),
    "warning_list": ("see_households", "place"),
    "warning_sheet": ("see_households", "place"),
    "why": ("see_households", "place"),
    "household_list": ("see_households", "place"),
    "household_file": ("see_households", "place"),
    "household_evidence": ("see_households", "place"),
    "household_looks": ("see_households", "place"),
    "household_benefits": ("see_households", "place"),
    "household_plan": ("see_plans", "place"),
    "draft_household_plan": ("draft_plan", "place"),
    "plan_list": ("see_plans", "place"),
    "plan": ("see_plans", "place"),
    "plan_paper": ("issue_paper", "place"),
    "plan_print": ("see_plans", "place"),
    "plan_tools": ("draft_plan", "place"),
    "plan_step": ("see_plans", "place"),
    "plan_measure": ("see_plans", "place"),
    "measure_step": ("see_plans", "place"),
    "measure_file": ("see_plans", "place"),
    "request_list": ("reply_measure", "unit"),
    "request_step": ("reply_measure", "unit"),
    "request_file": ("reply_measure", "unit"),
    "reveal": ("reveal_identity", "place"),
    "doubt_list": ("see_households", "place"),
    "gap_list": ("see_households", "place"),
    "delivery_list": ("see_deliveries", "unit"),
    "send_delivery": ("send_delivery", "unit"),
    "template_sheet": ("see_deliveries", "unit"),
    "delivery": ("see_deliveries", "unit"),
    "reject_sheet": ("send_delivery", "unit"),
    "undo_delivery": ("undo_delivery", "unit"),
    "exchange": ("exchange_sheets", "place"),
    "bring_sheet": ("exchange_sheets", "place"),
    "outgoing": ("exchange_sheets", "place"),
    "send_sheet": ("exchange_sheets", "place"),
    "outgoing_again": ("exchange_sheets", "place"),
    "outgoing_order": ("exchange_sheets", "place"),
    "exchange_templates": ("exchange_sheets", "place"),
    "exchange_template": ("exchange_sheets", "place"),
    "incoming_sheet": ("exchange_sheets", "place"),
    "decide_differences": ("exchange_sheets", "place"),
    "take_over": ("exchange_sheets", "place"),
    "undo_taking": ("exchange_sheets", "place"),
    "returned_sheet": ("exchange_sheets", "place"),
    "rule_list": ("see_rules", "place"),
    "rule_book": ("see_rules", "place"),
    "rule": ("see_rules", "place"),
    "amendment_list": ("see_rules", "place"),
    "draft_amendment": ("draft_rules", "place"),
    "check_amendment": ("draft_rules", "place"),
    "amendment": ("see_rules", "place"),
    "amendment_step": ("see_rules", "place"),
    "try_amendment": ("see_households", "place"),
    "trial": ("see_households", "place"),
    "trial_sheet": ("draft_rules", "place"),
    "working_calendar": ("manage_calendar", "place"),
    "load_calendar_year": ("manage_calendar", "place"),
    "change_calendar_day": ("manage_calendar", "place"),
    "inbox": (None, "self"),
    "case_list": ("see_cases", "place"),
    "case": ("see_cases", "place"),
    "case_act": ("see_cases", "place"),
    "case_notice": ("issue_paper", "place"),
    "case_paper": ("issue_paper", "place"),
    "add_case_evidence": ("see_cases", "place"),
    "case_evidence": ("see_cases", "place"),
    "begin_case": ("open_case", "place"),
    "household_clearance": ("see_cases", "place"),
    "begin_clearance": ("open_case", "place"),
    "record_visit": ("verify_case", "place"),
    "confirm_gate": ("verify_case", "place"),
    "follow_up_list": ("see_cases", "place"),
    "zero_board": ("see_cases", "place"),
    "zero_list": ("see_cases", "place"),
    "round_list": ("see_cases", "place"),
    "round": ("see_cases", "place"),
    "round_rows": ("see_cases", "place"),
    "change_row": ("verify_case", "place"),
    "enquiry_list": ("answer_comparison", "unit"),
    "answer_enquiry": ("answer_comparison", "unit"),
    "enquiry_reply_sheet": ("answer_comparison", "unit"),
    "bring_enquiry_replies": ("answer_comparison", "unit"),
    "returned_enquiry_replies": ("answer_comparison", "unit"),
    "measure_reply_sheet": ("reply_measure", "unit"),
    "bring_measure_replies": ("reply_measure", "unit"),
    "returned_measure_replies": ("reply_measure", "unit"),
    "clue_list": ("see_clues", "place"),
    "clue_sheet": ("see_clues", "place"),
    "clue_bulk": ("see_clues", "place"),
    "clue_ladder": ("see_clues", "place"),
    "held_warnings": ("see_clues", "place"),
    "new_clue": ("report_clue", "place"),
    "reported_clues": ("report_clue", "self"),
    "clue": ("see_clues", "place"),
    "clue_act": ("see_clues", "place"),
    "field_form_list": ("dispatch_clue", "place"),
    "field_form": ("dispatch_clue", "place"),
    "settle_field_form": ("dispatch_clue", "place"),
    "phone_list": ("check_clue", "place"),
    "report_phone_lost": ("check_clue", "place"),
    "field": (None, "nobody"),
    "field_worker": (None, "nobody"),
    "field_manifest": (None, "nobody"),
    "field_desk": ("check_clue", "self"),
    "field_bundle": ("check_clue", "place"),
    "field_outbox": (None, "nobody"),
    "clue_contact": ("check_clue", "place"),
    "ledger": ("see_ledger", "nobody"),
    "ledger_sheet": ("see_ledger", "nobody"),
    "seal_list": ("see_ledger", "nobody"),
    "look_patterns": ("see_ledger", "nobody"),
    "link_review": ("resolve_links", "place"),
    "clear_links": ("resolve_links", "place"),
    "resolve_link": ("resolve_links", "place"),
    "release_list": (None, "self"),
    "ask_release": (None, "self"),
    "answer_release": ("approve_export", "place"),
    "posting_list": ("issue_paper", "place"),
    "posting": ("issue_paper", "place"),
    "posting_sheet": ("issue_paper", "place"),
    "take_down": ("issue_paper", "place"),
    "board": (None, "nobody"),
    "portal": (None, "nobody"),
    "portal_village": (None, "nobody"),
    "portal_apply": (None, "nobody"),
    "portal_rules": (None, "nobody"),
    "portal_status": (None, "nobody"),
    "portal_leave": (None, "nobody"),
    "portal_case": (None, "nobody"),
    "portal_disagree": (None, "nobody"),
    "portal_papers": (None, "nobody"),
    "portal_paper": (None, "nobody"),
    "portal_looks": (None, "nobody"),
    "portal_mine": (None, "nobody"),
    "village_board": (None, "nobody"),
    "notice": (None, "nobody"),
    "object_to_notice": (None, "nobody"),
    "self_service": ("see_clues", "place"),
    "answer_correction": ("check_clue", "place"),
    "confirm_holder": ("check_clue", "place"),
    "village_codes": ("issue_paper", "place"),
    "posting_paper": ("issue_paper", "place"),
    "paper_list": ("issue_paper", "place"),
    "choose_paper": ("issue_paper", "place"),
    "new_paper": ("issue_paper", "place"),
    "paper_file": ("issue_paper", "place"),
    "verify": (None, "nobody"),
    "verify_paper": (None, "nobody"),
    "template_list": ("manage_templates", "place"),
    "template_page": ("manage_templates", "place"),
    "template_file": ("manage_templates", "place"),
    "template_specimen": ("manage_templates", "place"),
    "revert_template": ("manage_templates", "place"),
}
"""The reviewed list: a new route, or a route that asks for less, must be written here by a person."""

PAGES = [
    ("/dashboard/", "xiaowang", "xiaosun"),
    ("/warnings/", "xiaowang", "xiaosun"),
    ("/warnings/sheet.xlsx", "xiaozhou", "xiaowu"),
    ("/households/", "xiaowang", "xiaosun"),
    ("/households/H1/", "xiaowang", "xiaosun"),
    ("/households/H1/benefits/", "xiaowang", "xiaosun"),
    ("/households/H1/looks/", "xiaowang", "xiaosun"),
    ("/households/H1/clearance/", "xiaowang", "xiaosun"),
    ("/follow-ups/", "xiaowang", "xiaosun"),
    ("/zero/", "xiaowang", "xiaosun"),
    ("/zero/no_measure/", "xiaowang", "xiaosun"),
    ("/zero/cases/", "xiaowang", "xiaosun"),
    ("/rounds/", "xiaowang", "xiaosun"),
    ("/doubts/", "xiaochen", "xiaosun"),
    ("/gaps/", "xiaochen", "xiaowu"),
    ("/deliveries/", "xiaosun", "xiaowang"),
    ("/deliveries/templates/medical_settlements.xlsx", "xiaosun", "xiaowang"),
    ("/exchange/", "xiaowang", "xiaosun"),
    ("/exchange/outgoing/", "xiaowang", "xiaowu"),
    ("/exchange/templates/", "xiaowang", "xiaosun"),
    ("/links/", "xiaochen", "xiaowang"),
    ("/calendar/", "xiaozhou", "xiaochen"),
    ("/clues/", "xiaowang", "xiaosun"),
    ("/clues/sheet.xlsx", "xiaochen", "xiaowu"),
    ("/clues/ladder/", "xiaozhou", "xiaosun"),
    ("/clues/held/", "xiaochen", "xiaosun"),
    ("/clues/new/", "xiaosun", "xiaowu"),
    ("/clues/reported/", "xiaosun", "xiaowu"),
    ("/sent-in/", "xiaowang", "xiaosun"),
    ("/village-codes/", "laozhang", "xiaosun"),
    ("/field-forms/", "xiaochen", "xiaowang"),
    ("/phones/", "xiaowang", "xiaosun"),
    ("/field/desk/", "xiaowang", "xiaosun"),
    ("/ledger/", "xiaowu", "xiaozhou"),
    ("/ledger/sheet.xlsx", "xiaowu", "xiaozhou"),
    ("/ledger/seals/", "xiaowu", "xiaozhou"),
    ("/ledger/looks/", "xiaowu", "xiaozhou"),
    ("/plans/", "xiaowang", "xiaosun"),
    ("/households/H1/plan/", "laozhang", "xiaosun"),
    ("/requests/", "xiaosun", "xiaowang"),
    ("/postings/", "xiaowang", "xiaosun"),
    ("/papers/", "xiaowang", "xiaosun"),
    ("/papers/new/?household=H1", "xiaowang", "xiaosun"),
    ("/papers/new/pledge/?household=H1", "xiaowang", "xiaosun"),
    ("/papers/templates/", "xiaozhou", "xiaochen"),
    ("/papers/templates/pledge/", "xiaozhou", "xiaochen"),
    ("/papers/templates/pledge/now.docx", "xiaozhou", "xiaochen"),
    ("/papers/templates/pledge/shipped.pdf", "xiaozhou", "xiaochen"),
    ("/rules/amendments/new/?kind=parameter&name=monitoring_line", "xiaozhou", "xiaochen"),
]


def test_every_route_declares_the_reviewed_permission():
    found = {
        pattern.name: declared_access(pattern.callback)
        for pattern in get_resolver().url_patterns
        if isinstance(pattern, URLPattern)  # machines: see tests/surfaces/intake/test_doors.py
    }

    assert {name: access and (access.permission, access.scope) for name, access in found.items()} == ROUTES


def test_a_view_without_a_declaration_is_refused():
    middleware = DeclaredAccess(lambda request: HttpResponse())

    answer = middleware.process_view(RequestFactory().get("/new/"), lambda request: HttpResponse("open"), [], {})

    assert answer.status_code == 403


@pytest.mark.parametrize(("address", "allowed", "_refused"), PAGES)
def test_a_page_opens_for_the_post_that_may_see_it(as_person, screened, address, allowed, _refused):
    assert as_person(allowed).get(address).status_code == 200


@pytest.mark.parametrize(("address", "_allowed", "refused"), PAGES)
def test_a_page_is_refused_to_the_post_that_may_not(as_person, screened, address, _allowed, refused):
    answer = as_person(refused).get(address)

    assert answer.status_code == 403
    assert "您的岗位没有打开这个页面的权限" in answer.content.decode()


@pytest.mark.parametrize("address", [page[0] for page in PAGES] + ["/"])
def test_nobody_is_sent_to_the_sign_in_page(db, address):
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_an_account_without_a_post_sees_nothing(as_person, cast):
    client = as_person("xiaowang")
    cast.users["xiaowang"].posts.update(valid_until="2026-02-01")

    assert client.get("/warnings/").status_code == 403


@pytest.mark.parametrize("address", ["/", "/warnings/", "/sign-in/", "/nowhere/"])
def test_every_answer_keeps_foreign_code_and_caches_out(as_person, screened, address):
    answer = as_person("xiaozhou").get(address)

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_a_post_without_the_token_is_refused(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["xiaozhou"])

    assert client.post("/residents/R1/reveal/", {"reason": "核对身份信息"}).status_code == 403
