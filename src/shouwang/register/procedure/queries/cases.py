"""Cases and their records (办理件与记录)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shouwang.register.ledger.keys import keyring
from shouwang.register.places.queries import place_names
from shouwang.register.procedure.choices import RUNNING, Matter
from shouwang.register.procedure.models import Case, Record
from shouwang.register.staff.queries import Actor

WORDS = "procedure_record.words"
"""Where the encrypted words of a record belong, as bound into each of them."""

MATTERS: dict[str, tuple[str, ...]] = {"clearances": (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE)}
WAITED_FOR_IN: dict[str, tuple[str, ...]] = {"village": ("household", "village")}


@dataclass(frozen=True)
class CaseRecord:
    """A record with its words opened (办理记录)."""

    record: Record
    words: dict[str, str]


def cases(
    actor: Actor,
    *,
    matter: str = "",
    state: str = "",
    level: str = "",
    late_on: date | None = None,
    text: str = "",
    range_low: int = 0,
    range_high: int = 10**12,
) -> QuerySet[Case]:
    """Cases within the actor's area, those that are due first.

    `matter` is a matter, `clearances` for both manners, or empty; `state` is a state, `running`, or empty for all;
    `level` is whose turn it is, the household's own counting as the village's; `late_on` asks for what is late then.
    """
    found = Case.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    found = found.filter(matter__in=MATTERS.get(matter, (matter,))) if matter else found
    found = found.filter(next_level__in=WAITED_FOR_IN.get(level, (level,))) if level else found
    found = found.filter(Q(due_on__lt=late_on) | Q(whole_due_on__lt=late_on)) if late_on else found
    if state == "running":
        found = found.running()
    elif state:
        found = found.filter(state=state)
    if text.strip():
        found = found.filter(
            Q(number=text.strip()) | Q(head_name__contains=text.strip()) | Q(household_id=text.strip())
        )
    return found.order_by("due_on", "-id")


def case_of(actor: Actor, number: str) -> Case | None:
    """One case, None when it does not exist within the actor's area."""
    return Case.objects.visible_to(actor).filter(number=number).first()


def running_case(actor: Actor, household_id: str, matter: str) -> Case | None:
    """The case of a household in which somebody still has something to do."""
    return Case.objects.visible_to(actor).filter(household_id=household_id, matter=matter, state__in=RUNNING).first()


def cases_of_household(actor: Actor, household_id: str) -> QuerySet[Case]:
    """Every case of a household, newest first."""
    return Case.objects.visible_to(actor).filter(household_id=household_id).order_by("-id")


def records_of(case: Case) -> list[CaseRecord]:
    """Everything that was done in a case, in its order; the case was found for the actor before."""
    rows = list(Record.objects.filter(case=case).order_by("number"))
    keys = [f"{case.pk}.{row.number}" for row in rows]
    opened = keyring().decrypt_all(WORDS, keys, [row.words_cipher for row in rows])
    return [CaseRecord(row, json.loads(text) if text else {}) for row, text in zip(rows, opened, strict=True)]


def case_counts(actor: Actor) -> dict[str, int]:
    """Cases within the actor's area by state."""
    counted = Case.objects.visible_to(actor).values_list("state").annotate(Count("id"))
    return dict(counted.order_by("state"))


def case_rows(found: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases of one page of a list with the names of their villages, in one query more."""
    rows = list(found)
    names = place_names({row.place_number for row in rows})
    return [{"case": row, "place_name": names.get(row.place_number, "")} for row in rows]
