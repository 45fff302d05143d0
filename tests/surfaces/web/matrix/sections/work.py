"""Lines of pages on which people work (办理): clues, cases, clearance, plans, requests to departments."""

from tests.surfaces.web.matrix.lines import (
    ALWAYS,
    AROUND,
    DRAFTERS,
    NO_FILE,
    NOWHERE,
    OFFICERS,
    OPENERS,
    REPORTERS,
    SENT,
    WITH_HOUSEHOLDS,
    Line,
    R,
    listed,
    page,
)

WORK_LINES: dict[str, Line] = {
    # Clues
    "clue_list": listed(WITH_HOUSEHOLDS, "/clues/"),
    "clue_list (rows)": listed(WITH_HOUSEHOLDS, "/clues/", fragment=True),
    "clue_sheet": listed(WITH_HOUSEHOLDS, "/clues/sheet.xlsx", code=True),
    # Clues named by number; what may not be handed on is left alone, wherever it lies.
    "clue_bulk": Line(
        WITH_HOUSEHOLDS,
        "/clues/bulk/",
        post=lambda s: {"what": "dispatch", "clue": str(s.clue)},
        answers=SENT,
        missing=302,
        does=OFFICERS,
    ),
    "clue_ladder": page(WITH_HOUSEHOLDS, "/clues/ladder/"),
    "held_warnings": listed(WITH_HOUSEHOLDS, "/clues/held/"),
    "held_warnings (seen)": Line(
        WITH_HOUSEHOLDS,
        "/clues/held/",
        post=lambda s: {"household": s.household},
        answers=SENT,
        missing=302,
        does=OPENERS,
    ),
    "new_clue": listed(REPORTERS, "/clues/new/"),
    "new_clue (places)": listed(REPORTERS, "/clues/new/", fragment=True),
    "new_clue (about)": Line(REPORTERS, lambda s: f"/clues/new/?household={s.household}", found=ALWAYS),
    "reported_clues": page(REPORTERS, "/clues/reported/"),
    "clue": Line(WITH_HOUSEHOLDS, lambda s: f"/clues/{s.clue}/"),
    # The search for the household that is meant, by a letter that every head's name has.
    "clue (candidates)": Line(WITH_HOUSEHOLDS, lambda s: f"/clues/{s.clue}/?q=e"),
    "clue_act": Line(WITH_HOUSEHOLDS, lambda s: f"/clues/{s.clue}/acts/take/", post={}, answers=SENT, does=OPENERS),
    "clue_contact": Line(OPENERS, lambda s: f"/clues/sources/{s.source}/contact/", post={}, does=OPENERS),
    # Cases
    "case_list": listed(WITH_HOUSEHOLDS, "/cases/"),
    "case": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/"),
    "case_act": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/acts/pledge/", post={"seen": "0"}, answers=SENT),
    # Not its turn yet, for nobody.
    "case_act (decision)": Line(
        WITH_HOUSEHOLDS,
        lambda s: f"/cases/{s.case}/acts/decision/",
        post={"seen": "0", "outcome": "included", "ground": "unstable", "words": "同意纳入。"},
        answers=SENT,
        code=True,
    ),
    "case_act (recheck)": Line(
        WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/acts/recheck/", post={"seen": "0"}, answers=SENT, code=True
    ),
    # No household is up for a notice yet: back to the case with a sentence.
    "case_notice": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/notice/", answers=SENT),
    "add_case_evidence": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/evidence/", post={}, answers=SENT),
    # Nothing was kept in the case.
    "case_evidence": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/evidence/{'0' * 64}/", found=NOWHERE),
    # Elsewhere and nowhere get the same refusal, which leads back to a household that is not found.
    "begin_case": Line(OPENERS, lambda s: f"/households/{s.household}/determine/", post={}, answers=SENT, missing=302),
    # Clearance, visits, rounds
    "household_clearance": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/clearance/"),
    "begin_clearance": Line(
        OPENERS, lambda s: f"/households/{s.household}/clearance/begin/", post={"manner": "by_help"}, answers=SENT
    ),
    "record_visit": Line(
        OPENERS,
        lambda s: f"/households/{s.household}/visits/",
        post={"visited_on": "2026-11-20", "found": "stable"},
        answers=SENT,
        does=OPENERS,
    ),
    "record_visit (contact)": Line(
        OPENERS, lambda s: f"/households/{s.household}/visits/", post={"contact": "老张"}, answers=SENT, does=OPENERS
    ),
    # A determination has no gates.
    "confirm_gate": Line(OPENERS, lambda s: f"/cases/{s.case}/gates/", post={"holds": "yes"}, answers=SENT),
    "follow_up_list": listed(WITH_HOUSEHOLDS, "/follow-ups/"),
    "zero_board": listed(WITH_HOUSEHOLDS, "/zero/"),
    "zero_list": listed(WITH_HOUSEHOLDS, "/zero/no_measure/"),
    "zero_list (late)": listed(WITH_HOUSEHOLDS, "/zero/cases/"),
    # A round holds for an area and names nobody; its households are shown to their own places only.
    "round_list": page(WITH_HOUSEHOLDS, "/rounds/", areas=True),
    "round_list (open)": page(
        WITH_HOUSEHOLDS,
        "/rounds/",
        post={"year": "2027", "quarter": "1", "until_on": "2199-01-01"},
        answers=SENT,
        does=frozenset({R.COUNTY_OFFICER}),
    ),
    "round": Line(WITH_HOUSEHOLDS, lambda s: f"/rounds/{s.round}/", found=AROUND),
    "round_rows": Line(WITH_HOUSEHOLDS, lambda s: f"/rounds/{s.round}/rows/", found=AROUND),
    # Elsewhere and nowhere get the same sentence on the list of rounds.
    "change_row": Line(
        OPENERS,
        lambda s: f"/rounds/rows/{s.row}/unchanged/",
        post={},
        answers=SENT,
        missing=302,
        does=OPENERS,
    ),
    # A department's own questions, of households in its own county
    "enquiry_list": page(frozenset({R.LIAISON}), "/enquiries/", asked=True),
    "answer_enquiry": Line(frozenset({R.LIAISON}), lambda s: f"/enquiries/{s.enquiry}/", post={}, answers=SENT),
    # Plans; each subject has one, helped first, with one measure that the department is asked for
    "plan_list": listed(WITH_HOUSEHOLDS, "/plans/"),
    "household_plan": Line(WITH_HOUSEHOLDS, lambda s: f"/households/{s.household}/plan/", answers=SENT),
    "draft_household_plan": Line(
        DRAFTERS, lambda s: f"/households/{s.household}/plan/draft/", post={"goals": "好起来"}, answers=SENT
    ),
    "plan": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/"),
    "plan_print": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/print/"),
    "plan_tools": Line(DRAFTERS, lambda s: f"/plans/{s.plan}/tools/"),
    "plan_step": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/steps/agree/", post={}, answers=SENT),
    "plan_measure": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/measures/{s.measure}/"),
    "measure_step": Line(
        WITH_HOUSEHOLDS, lambda s: f"/plans/measures/{s.measure}/withdraw/", post={}, answers=SENT, does=DRAFTERS
    ),
    # No photo was taken: nobody finds one.
    "measure_file": Line(WITH_HOUSEHOLDS, f"/plans/files/{NO_FILE}/", found=NOWHERE),
    "request_list": page(frozenset({R.LIAISON}), "/requests/", asked=True),
    "request_step": Line(frozenset({R.LIAISON}), lambda s: f"/requests/{s.measure}/reply/", post={}, answers=SENT),
    "request_file": Line(frozenset({R.LIAISON}), f"/requests/files/{NO_FILE}/", found=NOWHERE),
}
