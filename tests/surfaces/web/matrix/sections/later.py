"""Lines of what households, departments and machines send in (自助申报、部门答复、机器接口)."""

from tests.surfaces.web.matrix.lines import OPENERS, SENT, WITH_HOUSEHOLDS, Line, R, listed, page

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
