"""Clues as lists show them (线索行): whose they are, why, whose turn it is, until when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from shouwang.register.households.queries import households
from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.clues.choices import UNFINISHED, SourceKind
from shouwang.stream.clues.queries import sources_by_clue
from shouwang.stream.screening.queries import rule_titles

REASONS_SHOWN = 2
STYLES = {"open": "", "dispatched": "tag-brand", "taken": "tag-brand", "confirmed": "tag-bad", "closed": "tag-good"}


def clue_rows(
    actor: Actor, found: Iterable[Any], *, on: date, titles: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """The clues of one page with everything that their rows say, in five queries; one fewer with the rules' titles."""
    shown = list(found)
    sources = sources_by_clue(actor, shown)
    homes = households(actor).filter(household_id__in={one.household_id for one in shown if one.household_id}).in_bulk()
    places = place_names({one.place_number for one in shown})
    names = names_of({one.owner for one in shown if one.owner})
    titles = rule_titles() if titles is None else titles
    return [
        {
            "clue": one,
            "style": STYLES[one.state],
            "who": who(homes.get(one.household_id), sources.get(one.pk, [])),
            "found": bool(one.household_id),
            "place_name": places.get(one.place_number, ""),
            "reasons": reasons(sources.get(one.pk, []), titles),
            "more": max(0, len(sources.get(one.pk, [])) - REASONS_SHOWN),
            "owner": names.get(one.owner, one.get_owner_level_display()),
            "late": one.state in UNFINISHED and one.due_on < on,
            "address": reverse("clue", args=[one.pk]),
        }
        for one in shown
    ]


def who(home: Any, sources: list[Any]) -> str:
    """The head of the household, or the person whom somebody named."""
    if home is not None:
        return str(home.head_name)
    return next((one.told_name for one in sources if one.told_name), "")


def reasons(sources: list[Any], titles: dict[str, str]) -> list[str]:
    """The first reasons in words."""
    return [
        titles.get(one.rule, one.rule) if one.kind == SourceKind.WARNING else one.get_kind_display()
        for one in sources[:REASONS_SHOWN]
    ]
