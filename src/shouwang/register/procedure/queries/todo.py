"""What waits for an actor (待办)."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shouwang.register.procedure.choices import LEVEL_OF_ROLE, LEVELS_FOR, NEEDS, RUNNING, Act
from shouwang.register.procedure.models import Case, Enquiry
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


def waiting_for(actor: Actor) -> QuerySet[Case]:
    """Running cases whose next step the actor's post may take, the most urgent first."""
    mine = LEVEL_OF_ROLE.get(actor.role, "")
    levels = [level for level, allowed in LEVELS_FOR.items() if mine in allowed]
    acts = [act for act, needed in NEEDS.items() if any(actor.may(one) for one in needed)]
    found = Case.objects.visible_to(actor).filter(state__in=RUNNING, next_level__in=levels, next_act__in=acts)
    if not actor.may(Permission.REVIEW_CASE):
        found = found.exclude(next_act=Act.REVIEW)
    return found.exclude(recused__contains=[actor.username]).order_by("due_on", "id")


def todo(actor: Actor, *, on: date) -> list[dict[str, Any]]:
    """Counts for the inbox: [{act, count, overdue}] of cases that wait for the actor, by the step that is next."""
    late = Q(due_on__lt=on) | Q(whole_due_on__lt=on)
    counted = (
        waiting_for(actor)
        .order_by()
        .values("next_act")
        .annotate(count=Count("place_number"), overdue=Count("place_number", filter=late))
    )
    rows = [{"act": row["next_act"], "count": row["count"], "overdue": row["overdue"]} for row in counted]
    if actor.may(Permission.ANSWER_COMPARISON):
        asked = Enquiry.objects.filter(
            unit=actor.unit,
            answered_at=None,
            place_number__gte=actor.range_low,
            place_number__lt=actor.range_high,
        )
        told = asked.aggregate(count=Count("place_number"), overdue=Count("place_number", filter=Q(due_on__lt=on)))
        if told["count"]:
            rows.append({"act": Act.REPLY, **told})
    return sorted(rows, key=lambda row: (-row["overdue"], -row["count"]))
