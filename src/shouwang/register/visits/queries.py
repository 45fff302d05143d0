"""Reading visits (查走访)."""

import json
from dataclasses import dataclass
from typing import Any

from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor, names_of
from shouwang.register.visits.models import Visit

WORDS = "visits_visit.words"
"""Where the encrypted record of a visit belongs, as bound into it."""


@dataclass(frozen=True)
class VisitRecord:
    """A visit with what was written down (走访记录)."""

    visit: Visit
    by_name: str
    words: dict[str, Any]


def visits_of_household(actor: Actor, household_id: str) -> list[VisitRecord]:
    """Every visit to a household, the newest first."""
    rows = list(
        Visit.objects.visible_to(actor).filter(household_id=household_id).order_by("-visited_on", "-arrived_at")
    )
    opened = keyring().decrypt_all(WORDS, [str(row.pk) for row in rows], [row.words_cipher for row in rows])
    names = names_of({row.by for row in rows})
    return [
        VisitRecord(row, names.get(row.by, row.by), json.loads(text) if text else {})
        for row, text in zip(rows, opened, strict=True)
    ]


def visit_of(actor: Actor, visit_id: str) -> Visit | None:
    """One visit, None when it is not within the actor's area."""
    return Visit.objects.visible_to(actor).filter(pk=visit_id).first()
