"""The reviewed table of the access matrix (权限矩阵表): who may open which route, and what is found there.

One line per route, written by a person from the permission and the scope that the route should have, never computed
from the code under test. A route without a line fails the test. How to add yours, into the file of sections/ where it
belongs (another surface gets a file of its own there, joined below):

    "thing": Line(WITH_HOUSEHOLDS, lambda s: f"/things/{s.thing}/"),   # 200 in one's own area, 404 elsewhere and nowhere
    "thing_list": listed(WITH_HOUSEHOLDS, "/things/"),                  # a list with a place filter
    "thing_help": page(EVERYBODY, "/things/help/"),                     # speaks of no place
    "thing_act": Line(OFFICERS, lambda s: f"/things/{s.thing}/act/", post={"words": "写明"}, answers=SENT, does=OFFICERS),
    "thing_list (rows)": listed(WITH_HOUSEHOLDS, "/things/?q=i", fragment=True),   # another way of asking the same route

1. `may`: the roles that may open it, one of the sets of lines.py or a set of your own.
2. `address`: for a subject, or a plain text when the page speaks of no place. A thing with a number of its own gets a
   maker in making.py, which gives every subject its `thing`.
3. `found`: from which places the subject is found. The default is one's own place and those below; anything else needs
   a comment that says why.
4. `answers`: what whoever finds it gets; `missing`: what everybody else with the permission gets, the same for what
   lies elsewhere and for what does not exist.
5. `does`, for a form: the roles whose form changes something. Everybody else's must leave no trace in the ledger.
6. `code`: a fresh code of the second factor is asked for first.

What needs no account at all stands in OPEN.
"""

from tests.surfaces.web.matrix.lines import SENT, Line, Open
from tests.surfaces.web.matrix.sections.data import DATA_LINES
from tests.surfaces.web.matrix.sections.later import FIELD_LINES, MACHINE_LINES, REPLY_LINES, SENT_IN_LINES
from tests.surfaces.web.matrix.sections.office import OFFICE_LINES
from tests.surfaces.web.matrix.sections.work import WORK_LINES

TABLE: dict[str, Line] = {
    **DATA_LINES,
    **WORK_LINES,
    **OFFICE_LINES,
    **SENT_IN_LINES,
    **REPLY_LINES,
    **FIELD_LINES,
    **MACHINE_LINES,
}

OPEN: dict[str, Open] = {
    "sign_in": Open("/sign-in/"),
    "sign_out": Open("/sign-out/", SENT, post={}),
    # Without the first step there is nothing to give a code for.
    "give_code": Open("/sign-in/code/", SENT),
    "set_type": Open("/type/", SENT, post={}),
    "set_language": Open("/language/", SENT, post={"language": "en"}),
    # The manual is for everybody, and first of all for who cannot sign in.
    "help": Open("/help/"),
    "help_chapter": Open("/help/clues/"),
    "help_words": Open("/help/words/"),
    "help_book": Open("/help/book/"),
    # Whether a paper is genuine: kind, number, day, issuing place, fingerprints; never whom it is about.
    "verify": Open("/papers/verify/"),
    "verify (typed)": Open(lambda s: f"/papers/verify/?code={s.code}", SENT, missing=302),
    "verify_paper": Open(lambda s: f"/papers/verify/{s.code}/"),
    # The address of notices before they had a board: it leads to the notice, whose own tests lie in tests/surfaces/portal.
    "board": Open(lambda s: f"/board/{s.token}/", SENT, missing=302),
}
"""Routes that need no account."""

WITH_TESTS_OF_THEIR_OWN = frozenset(
    """portal portal_village portal_apply portal_rules portal_status portal_leave portal_case portal_disagree
    portal_papers portal_paper portal_looks portal_mine village_board notice object_to_notice
    field field_worker field_manifest field_outbox""".split()
)
"""The household portal and the shell of the phone's page: tests/surfaces/portal and field say what each shows to whom."""
