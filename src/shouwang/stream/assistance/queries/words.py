"""Free words of people (农户和干部写的话): encrypted where they stand, bound to their row, opened to be shown."""

from typing import Any

from shouwang.register.ledger.keys import keyring
from shouwang.stream.assistance.models import Feedback, Plan

GOALS = "assistance_plan.goals"
PHONE = "assistance_plan.contact_phone"
WORDS = "assistance_feedback.words"


def goals_of(plan: Plan) -> str:
    """What a plan wants to reach, in words."""
    return keyring().decrypt(GOALS, plan.household_id, plan.goals_cipher)


def phone_of(plan: Plan) -> str:
    """The official's number, as the household's card shows it."""
    return keyring().decrypt(PHONE, plan.household_id, plan.contact_phone_cipher)


def words_of(entries: list[Feedback]) -> list[str]:
    """What the entries of feedback say, in their order; empty where there are no words."""
    rows = [str(one.pk) for one in entries]
    opened = keyring().decrypt_all(WORDS, rows, [one.words_cipher or None for one in entries])
    return [text or "" for text in opened]


def sealed(place: str, row: Any, text: str) -> str:
    """A text as it is kept; an empty one stays empty."""
    return keyring().encrypt(place, str(row), text) if text else ""
