"""Lines of pages of the office (规则、文书、人员): rules, papers, calendar, accounts, the ledger, one's own pages."""

from tests.surfaces.web.matrix.lines import (
    ALWAYS,
    AROUND,
    EVERYBODY,
    NOWHERE,
    READERS,
    RULE_WRITERS,
    SENT,
    WITH_HOUSEHOLDS,
    Line,
    R,
    listed,
    page,
)

OFFICE_LINES: dict[str, Line] = {
    "home": page(EVERYBODY, "/", answers=SENT),
    "inbox": page(EVERYBODY, "/todo/"),
    # A tick of one's own in the guide of the first day: a preference, nothing of the ledger.
    "tick_guide": page(EVERYBODY, "/help/first-day/", post={"step": "closed", "done": "yes"}, answers=SENT),
    "choose_post": page(EVERYBODY, "/sign-in/post/"),
    # Parts and invented figures: nobody's data, of no place.
    "design": page(EVERYBODY, "/design/"),
    "replace_password": page(EVERYBODY, "/sign-in/password/"),
    # A new secret on every view
    "enrol_factor": page(EVERYBODY, "/sign-in/factor/", areas=True),
    "step_up": page(EVERYBODY, "/sign-in/again/"),
    # Rules hold for an area and name nobody
    "rule_list": page(EVERYBODY, "/rules/", areas=True),
    "rule_book": page(EVERYBODY, "/rules/book/", costly=True),
    "rule": page(EVERYBODY, "/rules/parameters/monitoring_line/", areas=True),
    "amendment_list": page(EVERYBODY, "/rules/amendments/", areas=True),
    "draft_amendment": page(RULE_WRITERS, "/rules/amendments/new/?kind=parameter&name=monitoring_line", areas=True),
    "check_amendment": page(
        RULE_WRITERS, "/rules/amendments/check/", post={"kind": "parameter", "name": "monitoring_line"}
    ),
    "amendment": Line(EVERYBODY, lambda s: f"/rules/amendments/{s.amendment}/", found=AROUND),
    "amendment_step": Line(
        EVERYBODY, lambda s: f"/rules/amendments/{s.amendment}/withdraw/", found=AROUND, post={}, answers=SENT
    ),
    "amendment_step (approve)": Line(
        EVERYBODY,
        lambda s: f"/rules/amendments/{s.amendment}/approve/",
        found=AROUND,
        post={"reason": "同意"},
        answers=SENT,
        code=True,
    ),
    # Queued; whoever does not find the draft is told so in its place on the page.
    "try_amendment": Line(
        WITH_HOUSEHOLDS,
        lambda s: f"/rules/amendments/{s.amendment}/try/",
        found=AROUND,
        post={},
        answers=SENT,
        missing=200,
        does=WITH_HOUSEHOLDS,
    ),
    "trial": Line(WITH_HOUSEHOLDS, lambda s: f"/rules/trials/{s.trial}/"),
    # The trial is not done: there is no sheet yet, wherever it lies.
    "trial_sheet": Line(RULE_WRITERS, lambda s: f"/rules/trials/{s.trial}/sheet.xlsx", found=NOWHERE, code=True),
    # Papers
    "paper_list": page(WITH_HOUSEHOLDS, "/papers/"),
    "paper_list (about)": Line(WITH_HOUSEHOLDS, lambda s: f"/papers/?about={s.household}", found=ALWAYS),
    "paper_file": Line(WITH_HOUSEHOLDS, lambda s: f"/papers/{s.paper}/paper.pdf"),
    "choose_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/papers/new/?household={s.household}"),
    "choose_paper (case)": Line(WITH_HOUSEHOLDS, lambda s: f"/papers/new/?case={s.case}"),
    "new_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/papers/new/pledge/?household={s.household}"),
    # The form is empty: it comes back with what is missing.
    "new_paper (issue)": Line(
        WITH_HOUSEHOLDS,
        lambda s: f"/papers/new/pledge/?household={s.household}",
        post={},
        answers=frozenset({422}),
    ),
    "posting_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/sheet.docx", costly=True),
    "posting_sheet": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/sheet.xlsx"),
    # Templates hold for an area and name nobody
    "template_list": page(RULE_WRITERS, "/papers/templates/", areas=True),
    "template_page": page(RULE_WRITERS, "/papers/templates/pledge/", areas=True),
    "template_page (upload)": page(
        RULE_WRITERS, "/papers/templates/pledge/", post={}, answers=frozenset({422}), code=True
    ),
    "template_file": Line(RULE_WRITERS, lambda s: f"/papers/templates/pledge/{s.template}.docx", found=AROUND),
    "template_specimen": page(RULE_WRITERS, "/papers/templates/pledge/shipped.pdf", costly=True),
    "revert_template": Line(
        RULE_WRITERS,
        lambda s: "/papers/templates/pledge/revert/",
        found=ALWAYS,
        post={},
        answers=SENT,
        does=RULE_WRITERS,
        code=True,
    ),
    "posting_list": listed(WITH_HOUSEHOLDS, "/postings/"),
    "posting": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/"),
    "take_down": Line(WITH_HOUSEHOLDS, lambda s: f"/postings/{s.posting}/take-down/", post={}, answers=SENT),
    # Calendar
    "working_calendar": page(RULE_WRITERS, "/calendar/"),
    "load_calendar_year": page(RULE_WRITERS, "/calendar/load/", post={"year": "2026"}, answers=SENT, does=RULE_WRITERS),
    "change_calendar_day": page(RULE_WRITERS, "/calendar/99999999/remove/", post={}, answers=frozenset({404})),
    # People: accounts by one administrator, posts by another
    "account_list": page(frozenset({R.SYSTEM_ADMIN}), "/accounts/"),
    "open_account": page(frozenset({R.SYSTEM_ADMIN}), "/accounts/open/", post={}, answers=frozenset({422})),
    "change_account": Line(
        frozenset({R.SYSTEM_ADMIN}),
        lambda s: f"/accounts/{s.account}/suspend/",
        post={"reason": "离职"},
        answers=SENT,
        does=frozenset({R.SYSTEM_ADMIN}),
    ),
    "post_list": page(frozenset({R.SECURITY_ADMIN}), "/posts/"),
    "grant_post": page(frozenset({R.SECURITY_ADMIN}), "/posts/grant/", post={}, answers=frozenset({422}), code=True),
    "withdraw_post": Line(
        frozenset({R.SECURITY_ADMIN}),
        lambda s: f"/posts/{s.post}/end/",
        post={},
        answers=SENT,
        code=True,
        does=frozenset({R.SECURITY_ADMIN}),
    ),
    # Oversight
    "ledger": page(READERS, "/ledger/"),
    "ledger_sheet": page(READERS, "/ledger/sheet.xlsx?reason=核对本月记录", answers=frozenset({200, 302}), code=True),
    "look_patterns": page(READERS, "/ledger/looks/"),
    "seal_list": page(READERS, "/ledger/seals/"),
}
