"""Requests and where they stand (导出申请)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F

from shouwang.register.releases.choices import RequestState
from shouwang.register.releases.models import Answer, Request
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor, names_of

MOST = 200


@dataclass(frozen=True)
class RequestRow:
    """A request as people see it."""

    request: Request
    state: RequestState
    answers: list[Answer]
    by: str
    may_answer: bool
    mine: bool
    names: dict[str, str]

    @property
    def said(self) -> list[tuple[str, bool, str]]:
        """Who agreed or not, and the words."""
        return [(self.names.get(one.answered_by, one.answered_by), one.agrees, one.words) for one in self.answers]


def state_of(request: Request, *, at: datetime) -> RequestState:
    """Where a request stands (状态), from the rows about it."""
    answers = list(request.answers.all())
    if hasattr(request, "departure"):
        return RequestState.USED
    if any(not one.agrees for one in answers):
        return RequestState.REFUSED
    if request.asked_at <= at - timedelta(hours=settings.EXPORT_HOURS):
        return RequestState.EXPIRED
    return RequestState.ALLOWED if len(answers) >= request.needed else RequestState.WAITING


def request_rows(actor: Actor, *, at: datetime) -> list[RequestRow]:
    """One's own requests; for who answers them, those of the area as well, the newest first."""
    found = Request.objects.visible_to(actor)
    if not actor.may(Permission.APPROVE_EXPORT):
        found = found.filter(asked_by=actor.username)
    found = found.select_related("departure").prefetch_related("answers").order_by("-asked_at", "-pk")[:MOST]
    people = {one.asked_by for one in found} | {said.answered_by for one in found for said in one.answers.all()}
    names = names_of(people)
    return [_row(one, actor, at, names) for one in found]


def waiting_count(actor: Actor, *, at: datetime) -> int:
    """Requests that wait for this actor's word."""
    if not actor.may(Permission.APPROVE_EXPORT):
        return 0
    since = at - timedelta(hours=settings.EXPORT_HOURS)
    others = Request.objects.visible_to(actor).exclude(asked_by=actor.username).exclude(answers__agrees=False)
    mine_said = others.exclude(answers__answered_by=actor.username).filter(asked_at__gt=since, departure=None)
    return mine_said.annotate(said=Count("answers")).filter(said__lt=F("needed")).count()


def _row(one: Request, actor: Actor, at: datetime, names: dict[str, str]) -> RequestRow:
    state, mine, answers = state_of(one, at=at), one.asked_by == actor.username, list(one.answers.all())
    may_answer = (
        state == RequestState.WAITING
        and not mine
        and actor.may(Permission.APPROVE_EXPORT)
        and actor.username not in {said.answered_by for said in answers}
    )
    return RequestRow(one, state, answers, names.get(one.asked_by, one.asked_by), may_answer, mine, names)
