"""Lines of what households, departments and machines send in (自助申报、部门答复、机器接口)."""

from tests.surfaces.web.matrix.lines import (
    EVERYBODY,
    LEADERS,
    NO_FILE,
    NOWHERE,
    OFFICERS,
    OPENERS,
    SENT,
    WITH_HOUSEHOLDS,
    Line,
    R,
    listed,
    page,
)

LIAISON = frozenset({R.LIAISON})
SECURITY = frozenset({R.SECURITY_ADMIN})

SENT_IN_LINES: dict[str, Line] = {
    "village_codes": listed(WITH_HOUSEHOLDS, "/village-codes/"),
    # What households sent in; each subject has asked for a correction
    "self_service": page(WITH_HOUSEHOLDS, "/sent-in/"),
    # Elsewhere and nowhere get the same sentence, on the way back to the own list.
    "answer_correction": Line(
        OPENERS,
        lambda s: f"/sent-in/corrections/{s.correction}/",
        post={"made": "yes", "reason": "看过户口本"},
        answers=SENT,
        missing=302,
        does=OPENERS,
    ),
    "confirm_holder": Line(
        OPENERS,
        lambda s: f"/sent-in/applications/{s.application}/confirm/",
        post={},
        answers=SENT,
        missing=302,
        does=OPENERS,
    ),
}

REPLY_LINES: dict[str, Line] = {
    # Nothing was chosen that may be asked about: back to the case with a sentence.
    "case_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/cases/{s.case}/papers/authorisation/", post={}, answers=SENT),
    "enquiry_reply_sheet": page(LIAISON, "/enquiries/sheet.xlsx", answers=frozenset({200, 302}), asked=True),
    "bring_enquiry_replies": page(LIAISON, "/enquiries/replies/", post={}, answers=SENT),
    # Nothing was sent in, so nothing went back.
    "returned_enquiry_replies": Line(LIAISON, "/enquiries/replies/99999999.xlsx", found=NOWHERE),
    # Not approved yet: back to the plan with a sentence.
    "plan_paper": Line(WITH_HOUSEHOLDS, lambda s: f"/plans/{s.plan}/papers/help_card/", post={}, answers=SENT),
    "measure_reply_sheet": page(LIAISON, "/requests/sheet.xlsx", answers=frozenset({200, 302}), asked=True),
    "bring_measure_replies": page(LIAISON, "/requests/replies/", post={}, answers=SENT),
    "returned_measure_replies": Line(LIAISON, "/requests/replies/99999999.xlsx", found=NOWHERE),
}

MACHINE_LINES: dict[str, Line] = {
    # Departments' systems; no subject has one, so that an unknown one is asked for
    "machine_list": page(SECURITY, "/machines/"),
    "register_machine": page(SECURITY, "/machines/register/", post={}, answers=frozenset({422}), code=True),
    "machine": Line(SECURITY, "/machines/nobody/", found=NOWHERE),
    "change_machine": Line(SECURITY, "/machines/nobody/allow/", found=NOWHERE, post={}, code=True),
    "send_message_again": Line(SECURITY, "/machines/messages/99999999/again/", found=NOWHERE, post={}),
}

FIELD_LINES: dict[str, Line] = {
    # Work on the way
    "field_form_list": page(OFFICERS, "/field-forms/?state=all"),
    "field_form": Line(OFFICERS, lambda s: f"/field-forms/{s.field_entry}/"),
    "settle_field_form": Line(
        OFFICERS, lambda s: f"/field-forms/{s.field_entry}/settle/", post={}, answers=frozenset({422})
    ),
    # One's own requests, and for who answers them those of the area
    "release_list": page(EVERYBODY, "/releases/"),
    # Nothing sealed by a page of lists: back to the list with a sentence.
    "ask_release": page(EVERYBODY, "/releases/ask/", post={}, answers=SENT),
    "answer_release": page(
        LEADERS | {R.PREFECTURE_OFFICER},
        "/releases/99999999/answer/",
        post={"says": "yes", "words": "看过了"},
        answers=SENT,
        code=True,
    ),
    "phone_list": page(OPENERS, "/phones/"),
    # Whoever does not find the phone is told so in its place on the list.
    "report_phone_lost": page(OPENERS, f"/phones/{NO_FILE}/lost/", post={}, answers=SENT),
    # A new token for the phone on every view
    "field_desk": page(OPENERS, "/field/desk/", areas=True),
    "field_bundle": page(OPENERS, "/field/bundle/", post={}, answers=frozenset({400})),
}
