"""What a line of the access matrix says (权限矩阵的一行), and the words that lines are written with.

The lines themselves stand in table.py; how to add one stands at the head of that file.
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
DRAFTERS = OFFICERS | {R.VILLAGE_CADRE}
READERS = frozenset({R.AUDITOR, R.AUDIT_ADMIN})
REPORTERS = VILLAGE | OFFICERS | {R.LIAISON}
EXCHANGERS = OFFICERS | {R.COLLECTOR, R.VILLAGE_CADRE}
NOBODY = frozenset[Role]()
NO_FILE = "00000000-0000-4000-8000-000000000000"

BELOW = frozenset({"own", "child"})
AROUND = BELOW | {"parent"}
"""For what holds in an area and is no personal data: whoever has part of the area sees it."""
ALWAYS = frozenset({"own", "sibling", "parent", "child", "other_county", "none"})
NOWHERE = frozenset[str]()
SENT = frozenset({302})
"""A form was taken (or refused with a sentence) and leads on."""

Form = dict[str, str] | Callable[[Subject], dict[str, str]]


@dataclass(frozen=True)
class Line:
    """What the matrix expects of one route."""

    may: frozenset[Role]
    address: str | Callable[[Subject], str]
    found: frozenset[str] = BELOW
    answers: frozenset[int] = frozenset({200})
    missing: int = 404
    either: frozenset[str] = NOWHERE
    """Where both answers are right, because nothing of the subject is shown either way."""
    post: Form | None = None
    does: frozenset[Role] = NOBODY
    """Whose form changes something, or opens what is kept closed; everybody else's must leave no trace in the ledger."""
    code: bool = False
    """Whoever has a second factor gives a fresh code first (S-15)."""
    fragment: bool = False
    """Asked by htmx for a part of the page: completions, rows, selects."""
    areas: bool = False
    """Shows what holds for areas around (rules, deliveries, templates): may change with what happens above."""
    asked: bool = False
    """A department's questions: households of the own area that it is asked about are named to it."""
    costly: bool = False
    """A page that takes seconds and is the same for everybody: asked for by the first role that may and those that may not."""


def listed(may: frozenset[Role], address: str, **more: object) -> Line:
    """A list narrowed to the subject's place.

    Narrowed to the place above one's own it is one's own list, where the filter allows that at all.
    """
    join = "&" if "?" in address else "?"
    return Line(may, lambda s: f"{address}{join}{s.place_query}", either=frozenset({"parent"}), **more)  # type: ignore[arg-type]


def page(may: frozenset[Role], address: str, **more: object) -> Line:
    """A page that speaks of no place: the same for all six relations."""
    return Line(may, address, found=ALWAYS, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Open:
    """What somebody without an account gets, for the thing of every place alike; a name of a household is never in it."""

    address: str | Callable[[Subject], str]
    answers: frozenset[int] = frozenset({200})
    missing: int = 404
    """For what does not exist; equal to the answer for a malformed key."""
    post: Form | None = None
