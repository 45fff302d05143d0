"""What was decided (认定结果), for systems that may pull it: page by page in the order in which it changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from shouwang.register.procedure.choices import Matter
from shouwang.register.procedure.models import Case
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

TOLD = (Matter.DETERMINATION, Matter.CLEARANCE, Matter.NATURAL_CLEARANCE, Matter.REVERT)


@dataclass(frozen=True)
class Position:
    """How far somebody has read (读到哪里): the last change and the case."""

    changed_at: datetime
    case_id: int


def decided_cases(
    actor: Actor, *, changed_since: datetime | None = None, after: Position | None = None, limit: int
) -> list[Case]:
    """Decided cases within the actor's area, those that changed first coming first; nobody's without the permission.

    A case whose record goes on after the decision changes again and comes again. What changes while somebody reads is
    met later and never skipped: it moves to the end.
    """
    if not actor.may(Permission.PULL_DETERMINATIONS):
        return []
    found = Case.objects.filter(
        matter__in=TOLD,
        decided_at__isnull=False,
        last_at__isnull=False,
        place_number__gte=actor.range_low,
        place_number__lt=actor.range_high,
    )
    if changed_since is not None:
        found = found.filter(last_at__gte=changed_since)
    if after is not None:
        found = found.filter(Q(last_at__gt=after.changed_at) | Q(last_at=after.changed_at, id__gt=after.case_id))
    return list(found.order_by("last_at", "id")[:limit])
