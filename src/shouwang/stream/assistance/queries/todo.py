"""What waits for an actor (待办): plans to draft and to approve, measures due or overdue, answers of units."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.choices import PlanState
from shouwang.stream.assistance.models import Plan, PlannedMeasure
from shouwang.stream.assistance.queries.board import waiting_households

SOON = timedelta(days=7)  # how far ahead the inbox looks; a choice of the screen, not a limit


@dataclass(frozen=True)
class Todo:
    """One line of the inbox (待办): what kind, how many, and the earliest day by which something is due."""

    kind: str
    title: str
    count: int
    due_on: date | None = None
    overdue: int = 0


def todo(actor: Actor, *, on: date) -> list[Todo]:
    """What this post may do and has to (待办); kinds without anything are left out."""
    found = [
        *(_drafts(actor, on) if actor.may(Permission.DRAFT_PLAN) else ()),
        *(_approvals(actor) if actor.may(Permission.APPROVE_PLAN) else ()),
        *(_measures(actor, on) if actor.may(Permission.RECORD_MEASURE) else ()),
        *(_requests(actor, on) if actor.may(Permission.REPLY_MEASURE) and actor.unit else ()),
    ]
    return [one for one in found if one.count]


def measures_to_record(actor: Actor) -> Any:
    """Measures that hold and of which somebody has to say what became (待落实措施), those due first."""
    if not actor.may(Permission.RECORD_MEASURE):
        return PlannedMeasure.objects.none()
    waiting = (
        PlannedMeasure.objects.visible_to(actor).waiting().exclude(plan__held_since=None, plan__green_channel=False)
    )
    return waiting.order_by("due_on", "pk")


def _drafts(actor: Actor, on: date) -> list[Todo]:
    returned = Plan.objects.visible_to(actor).filter(state=PlanState.DRAFT).exclude(decision_reason="").count()
    return [
        Todo("plans_to_draft", "监测户还没有帮扶方案", waiting_households(actor, "no_plan", on=on).count()),
        Todo("plans_returned", "方案被退回，待修改", returned),
    ]


def _approvals(actor: Actor) -> list[Todo]:
    waiting = Plan.objects.visible_to(actor).filter(state=PlanState.PROPOSED).exclude(drafted_by=actor.username)
    return [Todo("plans_to_approve", "方案待批准", waiting.count())]


def _measures(actor: Actor, on: date) -> list[Todo]:
    return [_due("measures_due", "措施快到期或已超期", measures_to_record(actor), on)]


def _requests(actor: Actor, on: date) -> list[Todo]:
    asked = PlannedMeasure.objects.asked_of(actor)
    new = asked.waiting().filter(replied_at=None).order_by().aggregate(count=Count("pk"), first=Min("due_on"))
    return [
        Todo("requests_new", "办理单待答复", new["count"], new["first"]),
        _due("requests_due", "办理单快到期或已超期", asked.waiting(), on),
    ]


def _due(kind: str, title: str, waiting, on: date) -> Todo:  # type: ignore[no-untyped-def]
    soon = waiting.filter(due_on__lte=on + SOON)
    told = soon.order_by().aggregate(count=Count("pk"), first=Min("due_on"), late=Count("pk", filter=Q(due_on__lt=on)))
    return Todo(kind, title, told["count"], told["first"], told["late"])
