"""What the forms of a clue send (线索表单): a closing, an answer, a day; and what they offer."""

from datetime import date
from typing import Any

from django.http import HttpRequest

from shouwang.stream.clues.actions import Answer, Closing
from shouwang.stream.clues.choices import DUPLICATE, ENTERED
from shouwang.stream.clues.limits import quarter_ends

NOT_BY_HAND = (DUPLICATE, ENTERED)
"""Reasons that come of joining two clues or opening a case, and are not chosen."""


def offered_reasons(found: dict[str, Any]) -> list[dict[str, str]]:
    """Closing reasons of the pack that a person may choose, with what the pack says of them."""
    return [
        {"name": name, "title": item.title, "note": item.note}
        for name, item in found.items()
        if name not in NOT_BY_HAND
    ]


def usual_quarter_end(day: date) -> date:
    """Until when a finding of no risk holds in one tap: this quarter's round, in its last month the next one's."""
    return quarter_ends(day)[1 if day.month % 3 == 0 else 0]


def closing_of(request: HttpRequest) -> Closing:
    """What a closing form says; the action refuses what may not be."""
    given = request.POST
    return Closing(given.get("reason", ""), given.get("sentence", ""), day_of(given.get("until", "")))


def answer_of(request: HttpRequest) -> Answer:
    """What an answer form says."""
    given = request.POST
    return Answer(given.get("answered_to", ""), day_of(given.get("answered_on", "")), given.get("remedy", ""))


def day_of(text: str) -> date | None:
    """A day of a form, nothing when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
