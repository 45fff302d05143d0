"""What a household may see of itself (本户可看的): its papers, and who looked at its data and why."""

from datetime import datetime
from typing import Any

from shouwang.register.households.queries import household_file
from shouwang.register.ledger.queries import looks_at_household
from shouwang.register.papers.queries import papers_handed_to
from shouwang.register.staff.queries import Actor
from shouwang.stream.self_service.queries.following import Way

HANDED = (
    "pledge", "authorisation", "home_verification", "assistance_plan", "help_card", "income_sheet", "decision", "refusal",
    "clearance_decision",
)  # fmt: skip
"""Kinds of paper that are given to the household; minutes and objections of others are not."""


def papers_of(way: Way, actor: Actor) -> list[Any]:
    """The papers that were issued to this household and in its case (我的文书), the newest of each."""
    subjects = [way.household_id, *([f"case:{way.case.number}"] if way.case else [])]
    return papers_handed_to(actor, [one for one in subjects if one], HANDED)


def looks_at_me(way: Way, actor: Actor, *, since: datetime) -> list[Any]:
    """Who looked at this household's data since a time (谁看过我家的信息), newest first."""
    file = household_file(actor, way.household_id)
    if file is None:
        return []
    people = [one.resident.resident_id for one in file.members]
    return list(
        looks_at_household(way.household_id, resident_ids=people, place_code=file.household.place.code, since=since)
    )
