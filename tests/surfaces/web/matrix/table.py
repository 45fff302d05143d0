"""The reviewed table of the access matrix (权限矩阵表): who may open which route, and what is found there.

One line per route, written by a person from the permission and the scope that the route should have, never computed
from the code under test. A route without a line fails the test. How to add yours:

1. `may`: the roles that may open it, as one of the sets below or a set of your own.
2. `address`: the address for a subject (`lambda s: f"/things/{s.thing}/"`), a list narrowed to a place
   (`listed(WHO_MAY, "/things/")`), or a plain text when the page speaks of no place. A thing with a number of its own gets a
   maker in world.py.
3. `found`: from which places the subject is found. The default is one's own place and those below; anything else needs
   a comment that says why.
4. `answers`: what whoever finds it gets; `missing`: what everybody else with the permission gets, the same for what
   lies elsewhere and for what does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shouwang.register.staff.choices import Role
from tests.surfaces.web.matrix.world import Subject

R = Role
VILLAGE = frozenset({R.COLLECTOR, R.VILLAGE_CADRE, R.HELPER})
OFFICERS = frozenset({R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER, R.PREFECTURE_OFFICER})
LEADERS = frozenset({R.TOWNSHIP_LEADER, R.COUNTY_LEADER})
WITH_HOUSEHOLDS = VILLAGE | OFFICERS | LEADERS
ADMINS = frozenset({R.SYSTEM_ADMIN, R.SECURITY_ADMIN, R.AUDIT_ADMIN})
EVERYBODY = WITH_HOUSEHOLDS | ADMINS | {R.LIAISON, R.AUDITOR}
RULE_WRITERS = frozenset({R.COUNTY_OFFICER, R.PREFECTURE_OFFICER})
DATA = OFFICERS | {R.LIAISON, R.AUDITOR}
SENDERS = frozenset({R.COUNTY_OFFICER, R.PREFECTURE_OFFICER, R.LIAISON})
OPENERS = VILLAGE | {R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER}
CHECKERS = VILLAGE | {R.TOWNSHIP_OFFICER, R.COUNTY_OFFICER}
DRAFTERS = OFFICERS | {R.VILLAGE_CADRE}
READERS = frozenset({R.AUDITOR, R.AUDIT_ADMIN})
NO_FILE = "00000000-0000-4000-8000-000000000000"

BELOW = frozenset({"own", "child"})
AROUND = BELOW | {"parent"}
"""For what holds in an area and is no personal data: whoever has part of the area sees it."""
ALWAYS = frozenset({"own", "sibling", "parent", "child", "other_county", "none"})


@dataclass(frozen=True)
class Line:
    """What the matrix expects of one route."""

    may: frozenset[Role]
    address: str | Callable[[Subject], str]
    found: frozenset[str] = BELOW
    answers: frozenset[int] = frozenset({200})
    missing: int = 404
    either: frozenset[str] = frozenset()
    """Where both answers are right, because nothing of the subject is shown either way."""
    post: dict[str, str] | None = None
    asked: bool = False
    """A department's questions: households of the own area that it is asked about are named to it."""
    costly: bool = False
    """A page that takes seconds and is the same for everybody: asked for by the first role that may and those that may not."""


def listed(may: frozenset[Role], address: str) -> Line:
    """A list narrowed to the subject's place.

    Narrowed to the place above one's own it is one's own list, where the filter allows that at all.
    """
    return Line(may, lambda s: f"{address}?{s.place_query}", either=frozenset({"parent"}))


def page(may: frozenset[Role], address: str, **more: object) -> Line:
    """A page that speaks of no place: the same for all six relations."""
    return Line(may, address, found=ALWAYS, **more)  # type: ignore[arg-type]


SENT = frozenset({302})
"""A form was taken (or refused with a sentence) and leads on."""

OPEN_ROUTES = {
    "verify", "verify_paper", "give_code", "sign_in", "sign_out", "set_type", "board",
    # The household portal; tests/surfaces/portal says what each shows to whom.
    "portal", "portal_village", "portal_apply", "portal_rules", "portal_status", "portal_leave", "portal_case",
    "portal_disagree", "portal_papers", "portal_paper", "portal_looks", "portal_mine", "village_board", "notice",
    "object_to_notice",
    "field", "field_worker", "field_manifest", "field_outbox",
}  # fmt: skip
"""Routes that need no account; tests of their own say what they show."""

TO_REVIEW = frozenset(
    """household_evidence household_clearance begin_clearance record_visit confirm_gate follow_up_list zero_board zero_list
    round_list round round_rows change_row exchange bring_sheet outgoing send_sheet outgoing_again exchange_templates
    exchange_template incoming_sheet decide_differences take_over undo_taking returned_sheet clue_list clue_sheet clue_bulk
    clue_ladder held_warnings new_clue reported_clues clue clue_act clue_contact paper_list template_list template_page
    revert_template template_file template_specimen paper_file posting_paper posting_sheet choose_paper new_paper""".split()
)
"""Routes that came on the same day as this table and have no line yet. This list may only shrink; nothing is added."""

TABLE: dict[str, Line] = {
    "home": page(EVERYBODY, "/", answers=SENT),
    "inbox": page(EVERYBODY, "/todo/"),
    "choose_post": page(EVERYBODY, "/sign-in/post/"),
    "replace_password": page(EVERYBODY, "/sign-in/password/"),
    "enrol_factor": page(EVERYBODY, "/sign-in/factor/"),
    "step_up": page(EVERYBODY, "/sign-in/again/"),
    # Households and what was found about them
    "dashboard": listed(WITH_HOUSEHOLDS, "/dashboard/"),
    "insight": listed(WITH_HOUSEHOLDS, "/insight/"),
    "screen": listed(WITH_HOUSEHOLDS, "/screen/"),
    # Counts of a place; whose range is narrower than the place gets those of the own part.
    "monthly_report": Line(
        WITH_HOUSEHOLDS,
        lambda s: f"/insight/report/?{s.place_query}",
        post={},
        answers=SENT,
        either=frozenset({"parent"}),
    ),
    "warning_list": listed(WITH_HOUSEHOLDS, "/warnings/"),
    "warning_sheet": listed(WITH_HOUSEHOLDS, "/warnings/sheet.xlsx"),
    "why": Line(WITH_HOUSEHOLDS, lambda s: f"/warnings/{s.warning}/"),
    "household_list": listed(WITH_HOUSEHOLDS, "/households/"),
    "household_file": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/"),
    "household_benefits": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/benefits/"),
    "household_looks": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/looks/"),
    "reveal": Line(OFFICERS, lambda s: f"/residents/{s.resident}/reveal/", post={"reason": "核对身份信息"}),
    # A large sheet is found by whoever asked for it, and nobody here has.
    "outgoing_order": Line(
        (VILLAGE - {R.HELPER}) | OFFICERS, lambda _: "/exchange/outgoing/orders/1/", found=frozenset()
    ),
    "doubt_list": listed(WITH_HOUSEHOLDS, "/doubts/"),
    "gap_list": listed(WITH_HOUSEHOLDS, "/gaps/"),
    # Deliveries hold for an area and show counts, not people: whoever has part of the area sees them.
    "delivery_list": page(DATA, "/deliveries/"),
    "send_delivery": page(SENDERS, "/deliveries/send/", post={}, answers=frozenset({422})),
    "template_sheet": page(DATA, "/deliveries/templates/medical_settlements.xlsx"),
    "delivery": Line(DATA, lambda s: f"/deliveries/{s.delivery}/", found=AROUND),
    # Nothing was rejected: whoever finds the delivery is told that there is no sheet.
    "reject_sheet": Line(
        SENDERS, lambda s: f"/deliveries/{s.delivery}/rejects.xlsx", found=AROUND, answers=frozenset({403})
    ),
    "undo_delivery": Line(SENDERS, lambda s: f"/deliveries/{s.delivery}/undo/", found=AROUND, post={}, answers=SENT),
    "link_review": page(OFFICERS, "/links/"),
    "clear_links": page(OFFICERS, "/links/clear/", post={}, answers=SENT),
    "resolve_link": Line(OFFICERS, lambda s: f"/links/{s.review}/", post={"resident": ""}, answers=SENT),
    # Work on the way
    "field_form_list": page(OFFICERS, "/field-forms/?state=all"),
    "field_form": Line(OFFICERS, lambda s: f"/field-forms/{s.field_entry}/"),
    "settle_field_form": Line(
        OFFICERS, lambda s: f"/field-forms/{s.field_entry}/settle/", post={}, answers=frozenset({422})
    ),
    "phone_list": page(OPENERS, "/phones/"),
    # Whoever does not find the phone is told so in its place on the list.
    "report_phone_lost": page(OPENERS, f"/phones/{NO_FILE}/lost/", post={}, answers=SENT),
    "field_desk": page(OPENERS, "/field/desk/"),
    "field_bundle": page(OPENERS, "/field/bundle/", post={}, answers=frozenset({400})),
    # Rules hold for an area and name nobody
    "rule_list": page(EVERYBODY, "/rules/"),
    "rule_book": page(EVERYBODY, "/rules/book/", costly=True),
    "rule": page(EVERYBODY, "/rules/parameters/monitoring_line/"),
    "amendment_list": page(EVERYBODY, "/rules/amendments/"),
    "draft_amendment": page(RULE_WRITERS, "/rules/amendments/new/?kind=parameter&name=monitoring_line"),
    "check_amendment": page(
        RULE_WRITERS, "/rules/amendments/check/", post={"kind": "parameter", "name": "monitoring_line"}
    ),
    "amendment": Line(EVERYBODY, lambda s: f"/rules/amendments/{s.amendment}/", found=AROUND),
    "amendment_step": Line(
        EVERYBODY, lambda s: f"/rules/amendments/{s.amendment}/withdraw/", found=AROUND, post={}, answers=SENT
    ),
    # Queued; whoever does not find the draft is told so in its place on the page.
    "try_amendment": Line(
        WITH_HOUSEHOLDS,
        lambda s: f"/rules/amendments/{s.amendment}/try/",
        found=AROUND,
        post={},
        answers=SENT,
        missing=200,
    ),
    "trial": Line(WITH_HOUSEHOLDS, lambda s: f"/rules/trials/{s.trial}/"),
    # The trial is not done: there is no sheet yet, wherever it lies.
    "trial_sheet": Line(RULE_WRITERS, lambda s: f"/rules/trials/{s.trial}/sheet.xlsx", found=frozenset()),
    # Cases
    "case_list": listed(WITH_HOUSEHOLDS, "/cases/"),
    "case": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/"),
    "case_act": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/acts/pledge/", post={"seen": "0"}, answers=SENT),
    # No household is up for a notice yet: back to the case with a sentence.
    "case_notice": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/notice/", answers=SENT),
    # Nothing was chosen that may be asked about: back to the case with a sentence.
    "case_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/papers/authorisation/", post={}, answers=SENT),
    "add_case_evidence": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/evidence/", post={}, answers=SENT),
    # Nothing was kept in the case.
    "case_evidence": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/evidence/{'0' * 64}/", found=frozenset()),
    # Elsewhere and nowhere get the same refusal, which leads back to a household that is not found.
    "begin_case": Line(OPENERS, lambda s: f"/households/{s.household}/determine/", post={}, answers=SENT, missing=302),
    # A department's own questions, of households in its own county
    "enquiry_list": page(frozenset({R.LIAISON}), "/enquiries/", asked=True),
    "answer_enquiry": Line(frozenset({R.LIAISON}), lambda s: f"/enquiries/{s.enquiry}/", post={}, answers=SENT),
    "enquiry_reply_sheet": page(
        frozenset({R.LIAISON}), "/enquiries/sheet.xlsx", answers=frozenset({200, 302}), asked=True
    ),
    "bring_enquiry_replies": page(frozenset({R.LIAISON}), "/enquiries/replies/", post={}, answers=SENT),
    # Nothing was sent in, so nothing went back.
    "returned_enquiry_replies": Line(frozenset({R.LIAISON}), "/enquiries/replies/99999999.xlsx", found=frozenset()),
    # Plans; each subject has one, helped first, with one measure that the department is asked for
    "plan_list": listed(WITH_HOUSEHOLDS, "/plans/"),
    "household_plan": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/plan/", answers=SENT),
    "draft_household_plan": Line(
        DRAFTERS, lambda s: f"/households/{s.household}/plan/draft/", post={"goals": "好起来"}, answers=SENT
    ),
    "plan": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/"),
    "plan_print": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/print/"),
    # Not approved yet: back to the plan with a sentence.
    "plan_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/papers/help_card/", post={}, answers=SENT),
    "plan_tools": Line(DRAFTERS, lambda s: f"/plans/{s.plan}/tools/"),
    "plan_step": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/steps/agree/", post={}, answers=SENT),
    "plan_measure": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/measures/{s.measure}/"),
    "measure_step": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/measures/{s.measure}/withdraw/", post={}, answers=SENT),
    # No photo was taken: nobody finds one.
    "measure_file": Line(WITH_HOUSEHOLDS, f"/plans/files/{NO_FILE}/", found=frozenset()),
    "request_list": page(frozenset({R.LIAISON}), "/requests/", asked=True),
    "request_step": Line(frozenset({R.LIAISON}), lambda s: f"/requests/{s.measure}/reply/", post={}, answers=SENT),
    "request_file": Line(frozenset({R.LIAISON}), f"/requests/files/{NO_FILE}/", found=frozenset()),
    "measure_reply_sheet": page(
        frozenset({R.LIAISON}), "/requests/sheet.xlsx", answers=frozenset({200, 302}), asked=True
    ),
    "bring_measure_replies": page(frozenset({R.LIAISON}), "/requests/replies/", post={}, answers=SENT),
    "returned_measure_replies": Line(frozenset({R.LIAISON}), "/requests/replies/99999999.xlsx", found=frozenset()),
    # Papers
    "posting_list": listed(WITH_HOUSEHOLDS, "/postings/"),
    "posting": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/"),
    "take_down": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/take-down/", post={}, answers=SENT),
    "village_codes": listed(WITH_HOUSEHOLDS, "/village-codes/"),
    # What households sent in; each subject has asked for a correction
    "self_service": page(WITH_HOUSEHOLDS, "/sent-in/"),
    # Elsewhere and nowhere get the same sentence, on the way back to the own list.
    "answer_correction": Line(
        CHECKERS,
        lambda s: f"/sent-in/corrections/{s.correction}/",
        post={"made": "yes", "reason": "看过户口本"},
        answers=SENT,
        missing=302,
    ),
    "confirm_holder": Line(
        CHECKERS, lambda s: f"/sent-in/applications/{s.application}/confirm/", post={}, answers=SENT, missing=302
    ),
    # Calendar
    "working_calendar": page(RULE_WRITERS, "/calendar/"),
    "load_calendar_year": page(RULE_WRITERS, "/calendar/load/", post={"year": "2026"}, answers=SENT),
    "change_calendar_day": page(RULE_WRITERS, "/calendar/99999999/remove/", post={}, answers=frozenset({404})),
    # People: accounts by one administrator, posts by another
    "account_list": page(frozenset({R.SYSTEM_ADMIN}), "/accounts/"),
    "open_account": page(frozenset({R.SYSTEM_ADMIN}), "/accounts/open/", post={}, answers=frozenset({422})),
    "change_account": Line(
        frozenset({R.SYSTEM_ADMIN}), lambda s: f"/accounts/{s.account}/suspend/", post={"reason": "离职"}, answers=SENT
    ),
    "post_list": page(frozenset({R.SECURITY_ADMIN}), "/posts/"),
    "grant_post": page(frozenset({R.SECURITY_ADMIN}), "/posts/grant/", post={}, answers=frozenset({422})),
    "withdraw_post": Line(frozenset({R.SECURITY_ADMIN}), lambda s: f"/posts/{s.post}/end/", post={}, answers=SENT),
    # Departments' systems; no subject has one, so that an unknown one is asked for
    "machine_list": page(frozenset({R.SECURITY_ADMIN}), "/machines/"),
    "register_machine": page(frozenset({R.SECURITY_ADMIN}), "/machines/register/", post={}, answers=frozenset({422})),
    "machine": Line(frozenset({R.SECURITY_ADMIN}), "/machines/nobody/", found=frozenset()),
    "change_machine": Line(frozenset({R.SECURITY_ADMIN}), "/machines/nobody/allow/", found=frozenset(), post={}),
    "send_message_again": Line(
        frozenset({R.SECURITY_ADMIN}), "/machines/messages/99999999/again/", found=frozenset(), post={}
    ),
    # Oversight
    "ledger": page(READERS, "/ledger/"),
    "ledger_sheet": page(READERS, "/ledger/sheet.xlsx?reason=核对本月记录", answers=frozenset({200, 302})),
    "look_patterns": page(READERS, "/ledger/looks/"),
    "seal_list": page(READERS, "/ledger/seals/"),
}
