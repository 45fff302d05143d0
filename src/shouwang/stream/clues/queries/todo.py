"""What waits for somebody (待办), how much each place has to do (工作量), and what is late where (逾期阶梯)."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Floor

from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import ActorLevel, ClueState, Escalation, Grade, HeldBecause, OwnerLevel, level_of
from shouwang.stream.clues.models import Clue, HeldWarning
from shouwang.stream.clues.queries.waiting import waiting_clues


@dataclass(frozen=True)
class Waiting:
    """One kind of work that waits for an actor: how much, how much of it late, and how to list it."""

    name: str
    title: str
    count: int
    overdue: int
    filters: dict[str, str] = field(default_factory=dict)


def todo(actor: Actor, *, on: date) -> list[Waiting]:
    """What waits for an actor in clues (线索待办), only kinds of which there is something; for the inbox.

    All kinds are counted in one query, the notes in another.
    """
    if not actor.may(Permission.SEE_CLUES):
        return []
    kinds = [
        *_to_hand_on(actor),
        ("check", "待核实", _to_check(actor), {"owner": "village"} if _village(actor) else {"mine": "1"}),
        *_from_below(actor),
    ]
    late = Q(due_on__lt=on)
    counted = (
        Clue.objects.visible_to(actor)
        .unfinished()
        .aggregate(
            **{name: Count("place_number", filter=of_kind) for name, _, of_kind, _ in kinds},
            **{f"{name}_late": Count("place_number", filter=of_kind & late) for name, _, of_kind, _ in kinds},
        )
    )
    found = [Waiting(name, title, counted[name], counted[f"{name}_late"], filters) for name, title, _, filters in kinds]
    notes = HeldWarning.objects.visible_to(actor).filter(because=HeldBecause.MONITORED, seen_at=None)
    unread = notes.values("household_id").distinct().count() if actor.may(Permission.CHECK_CLUE) else 0
    found.append(Waiting("notes", "已监测户的新预警", unread, 0, {"because": "monitored"}))
    return [one for one in found if one.count]


def clues_to_check(actor: Actor) -> QuerySet[Clue]:
    """Clues that the actor has to go and look at (待核实), those due first: one's own, and those of nobody yet."""
    found: QuerySet[Clue] = Clue.objects.visible_to(actor).unfinished().filter(_to_check(actor))
    return found.order_by("due_on", "-is_application", "severity", "pk")


def workload(actor: Actor, *, on: date, digits: int) -> list[dict[str, int]]:
    """Unfinished clues by place (工作量): place_number, all, overdue, escalated, applications; of a number of digits."""
    size = 10 ** (12 - digits)
    place = Floor(F("place_number") / size) * size
    counted = Clue.objects.visible_to(actor).unfinished().annotate(place=place).values("place")
    rows = counted.annotate(
        all=Count("place_number"),
        overdue=Count("place_number", filter=Q(due_on__lt=on)),
        escalated=Count("place_number", filter=Q(escalation__gt=0)),
        applications=Count("place_number", filter=Q(is_application=True)),
    ).order_by("place")
    return [{**row, "place": int(row["place"])} for row in rows]


def overdue_ladder(actor: Actor, *, on: date) -> list[dict[str, int | str]]:
    """Overdue clues by whose turn it is and how far they were passed up (逾期阶梯): owner_level, escalation, count."""
    late = Clue.objects.visible_to(actor).unfinished().filter(due_on__lt=on)
    rows = (
        late.values("owner_level", "escalation")
        .annotate(count=Count("place_number"))
        .order_by("owner_level", "escalation")
    )
    return list(rows)


def counts(actor: Actor, *, on: date) -> dict[str, int]:
    """Figures over the actor's area: by grade, overdue, applications, and warnings held back."""
    waiting = waiting_clues(actor)
    found: dict[str, int] = {grade: sum(one.count for one in waiting if one.grade == grade) for grade in Grade}
    found |= {
        "open": sum(one.count for one in waiting),
        "overdue": sum(one.count for one in waiting if one.due_on < on),
        "applications": sum(one.count for one in waiting if one.is_application),
    }
    held = HeldWarning.objects.visible_to(actor).values_list("because").annotate(n=Count("place_number"))
    return found | {f"held_{name}": n for name, n in held}


Kind = tuple[str, str, Q, dict[str, str]]
"""Name, 中文, which unfinished clues, and the filters of the list that shows them."""


def _to_hand_on(actor: Actor) -> list[Kind]:
    if not actor.may(Permission.DISPATCH_CLUE) or level_of(actor) != ActorLevel.TOWNSHIP:
        return []
    waits = Q(owner_level=OwnerLevel.TOWNSHIP)
    return [
        ("applications", "农户申请待受理", waits & Q(state=ClueState.OPEN, is_application=True),
         {"state": "open", "applications": "1"}),
        ("dispatch", "待交办", waits & Q(state=ClueState.OPEN, is_application=False), {"state": "open"}),
        ("confirmed", "属实，待启动认定", waits & Q(state=ClueState.CONFIRMED), {"state": "confirmed"}),
    ]  # fmt: skip


def _to_check(actor: Actor) -> Q:
    """In the actor's own hands, or in those of nobody yet at the actor's village."""
    if not actor.may(Permission.CHECK_CLUE):
        return Q(pk__isnull=True)
    own = Q(owner=actor.username, state__in=(ClueState.DISPATCHED, ClueState.TAKEN))
    if _village(actor):
        own |= Q(owner="", owner_level=OwnerLevel.VILLAGE, state=ClueState.DISPATCHED)
    return own


def _from_below(actor: Actor) -> list[Kind]:
    reached = {ActorLevel.TOWNSHIP: Escalation.TOWNSHIP, ActorLevel.COUNTY: Escalation.COUNTY}.get(level_of(actor))
    if reached is None or not actor.may(Permission.DISPATCH_CLUE):
        return []
    return [("escalated", "逾期升级到本级", Q(escalation=reached), {"escalated": "1"})]


def _village(actor: Actor) -> bool:
    return level_of(actor) == ActorLevel.VILLAGE
