"""Requests to correct (更正请求) and applications whose holder nobody has met yet, for the staff of the place."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import ClueState
from shouwang.stream.self_service.choices import CorrectionState
from shouwang.stream.self_service.models import Application, CorrectionRequest

WORDS = "self_service_correction.words"


@dataclass(frozen=True)
class Asked:
    """A request with its words opened, for who handles it and for who asked."""

    request: CorrectionRequest
    words: str


def corrections(actor: Actor, *, state: str = "") -> QuerySet[CorrectionRequest]:
    """Requests within the actor's area (更正请求), those that wait first, by their day."""
    found = CorrectionRequest.objects.visible_to(actor).select_related("application")
    found = found.filter(state=state) if state in CorrectionState.values else found
    return found.order_by("answered_at", "due_on", "pk")


def waiting_corrections(actor: Actor, *, on: date) -> tuple[int, int]:
    """How many requests wait for the actor, and how many of them are late; for the inbox."""
    if not actor.may(Permission.CHECK_CLUE):
        return 0, 0
    found = corrections(actor, state=CorrectionState.OPEN).aggregate(
        waiting=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on))
    )
    return found["waiting"], found["late"]


def corrections_of(actor: Actor, household_id: str) -> list[Asked]:
    """What a household asked for and what it was answered, the newest first."""
    return opened(CorrectionRequest.objects.visible_to(actor).filter(household_id=household_id).order_by("-pk"))


def unconfirmed_applications(actor: Actor) -> QuerySet[Application]:
    """Applications within the actor's area whose holder nobody has met; not those that ended without a case."""
    found = Application.objects.visible_to(actor).filter(confirmed_at=None)
    found = found.exclude(clue__state=ClueState.CLOSED, clue__case_number="", clue__carried_by=None)
    return found.select_related("clue").order_by("-applied_at")


def opened(rows: "QuerySet[CorrectionRequest] | list[CorrectionRequest]") -> list[Asked]:
    """Requests with their words opened."""
    kept = list(rows)
    words = keyring().decrypt_all(WORDS, [one.row_key for one in kept], [one.words_cipher for one in kept])
    return [Asked(one, text or "") for one, text in zip(kept, words, strict=True)]
