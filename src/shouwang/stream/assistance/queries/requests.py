"""What a department is asked for (部门办理单): its own measures only, with as little of the household as that needs.

A liaison sees the village, the masked name of the head and what is to be done; goals, risks, other measures, members,
phone numbers and other units' business are not part of it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shouwang.register.places.queries import place_names
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import WAITING, FeedbackKind
from shouwang.stream.assistance.models import Feedback, PlannedMeasure
from shouwang.stream.assistance.queries.words import words_of


@dataclass(frozen=True)
class UnitRequest:
    """One measure as the unit that is asked sees it (办理单)."""

    measure_id: int
    household_id: str
    masked_name: str
    place_name: str
    title: str
    asks: str
    evidence_asked: str
    person: str
    planned_on: date
    due_on: date
    is_late: bool
    state: str
    state_label: str
    waiting: bool
    replied: bool


def unit_requests(actor: Actor, *, on: date, waiting_only: bool = False) -> list[UnitRequest]:
    """The measures that the actor's own unit was asked for, those still to be done first, by due day."""
    found = PlannedMeasure.objects.asked_of(actor).select_related("plan")
    found = found.filter(state__in=WAITING) if waiting_only else found
    rows = sorted(found, key=lambda one: (one.state not in WAITING, one.due_on, one.pk))
    names = place_names({one.place_number for one in rows})
    return [_request(one, names.get(one.place_number, ""), on) for one in rows]


def unit_request(actor: Actor, measure_id: int, *, on: date) -> UnitRequest | None:
    """One of them."""
    found = PlannedMeasure.objects.asked_of(actor).select_related("plan").filter(pk=measure_id).first()
    return _request(found, place_names([found.place_number]).get(found.place_number, ""), on) if found else None


def own_replies(actor: Actor, measure_id: int) -> list[tuple[Feedback, str]]:
    """What the actor's own unit answered to a measure, newest first."""
    if not PlannedMeasure.objects.asked_of(actor).filter(pk=measure_id).exists():
        return []
    found = Feedback.objects.filter(measure_id=measure_id, by_unit=actor.unit).exclude(kind=FeedbackKind.HOUSEHOLD_WORD)
    entries = list(found.order_by("-at"))
    return list(zip(entries, words_of(entries), strict=True))


def _request(one: Any, place_name: str, on: date) -> UnitRequest:
    waiting = one.state in WAITING
    return UnitRequest(
        measure_id=one.pk,
        household_id=one.household_id,
        masked_name=one.plan.masked_name,
        place_name=place_name,
        title=one.title,
        asks=one.asks,
        evidence_asked=one.evidence_asked,
        person=one.person,
        planned_on=one.planned_on,
        due_on=one.due_on,
        is_late=waiting and one.due_on < on,
        state=one.state,
        state_label=one.get_state_display(),
        waiting=waiting,
        replied=one.replied_at is not None,
    )
