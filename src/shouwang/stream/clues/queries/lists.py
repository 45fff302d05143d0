"""Lists of clues (线索列表): narrowed to what somebody looks for, the most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from shouwang.register.households.queries import households
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import UNFINISHED, HeldBecause, SourceKind
from shouwang.stream.clues.models import Clue, ClueSource, HeldWarning


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for on the list (筛选). Empty values narrow nothing; without a state all unfinished ones."""

    grades: tuple[str, ...] = ()
    channel: str = ""
    state: str = ""
    owner_level: str = ""
    overdue: bool = False
    escalated: bool = False
    mine: bool = False
    applications: bool = False
    text: str = ""
    range_low: int = 0
    range_high: int = 10**12


def clues(actor: Actor, wanted: Wanted | None = None, *, on: date) -> QuerySet[Clue]:
    """Clues within the actor's area (线索列表), applications and what is due first; `on` says what is overdue."""
    asked = wanted or Wanted()
    found = Clue.objects.visible_to(actor).filter(place_number__gte=asked.range_low, place_number__lt=asked.range_high)
    found = found.filter(state=asked.state) if asked.state else found.unfinished()
    found = found.filter(_narrowed(actor, asked, on))
    if asked.channel:
        came = ClueSource.objects.filter(clue=OuterRef("pk"), channel=asked.channel)
        found = found.filter(Exists(came))
    if asked.text.strip():
        named = households(actor, text=asked.text).values("household_id")
        said = ClueSource.objects.filter(clue=OuterRef("pk"), told_name__contains=asked.text.strip())
        found = found.filter(Q(household_id__in=named) | Exists(said))
    if asked.state and asked.state not in UNFINISHED:
        return found.order_by("-closed_at", "-pk")
    return found.order_by("due_on", "-is_application", "severity", "place_number", "pk")


def _narrowed(actor: Actor, asked: Wanted, on: date) -> Q:
    given = Q()
    given &= Q(grade__in=asked.grades) if asked.grades else Q()
    given &= Q(owner_level=asked.owner_level) if asked.owner_level else Q()
    given &= Q(due_on__lt=on, state__in=UNFINISHED) if asked.overdue else Q()
    given &= Q(escalation__gt=0, state__in=UNFINISHED) if asked.escalated else Q()
    given &= Q(owner=actor.username) | Q(taken_by=actor.username) if asked.mine else Q()
    return given & Q(is_application=True) if asked.applications else given


def sources_by_clue(actor: Actor, found: Iterable[Clue]) -> dict[int, list[ClueSource]]:
    """The reasons of the clues of one page of a list, what people said first, in one query."""
    rows = ClueSource.objects.visible_to(actor).filter(clue__in=[one.pk for one in found]).order_by("severity", "pk")
    by_clue: dict[int, list[ClueSource]] = {}
    for row in sorted(rows, key=lambda one: one.kind == SourceKind.WARNING):
        by_clue.setdefault(row.clue_id, []).append(row)
    return by_clue


def reported(actor: Actor) -> QuerySet[ClueSource]:
    """What an account itself has reported (我登记的), the newest first, with the clue's state: nothing more of it."""
    told = ClueSource.objects.filter(reported_by=actor.username, original=None).exclude(told_name="")
    return told.select_related("clue", "clue__carried_by").order_by("-reported_at", "-pk")


def held_warnings(
    actor: Actor, *, because: str = "", unseen: bool = False, range_low: int = 0, range_high: int = 10**12
) -> QuerySet[HeldWarning]:
    """Warnings that stand and lead to no new clue (暂不立线索), the gravest first."""
    found = HeldWarning.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    found = found.filter(because=because) if because else found
    found = found.filter(because=HeldBecause.MONITORED, seen_at=None) if unseen else found
    return found.order_by("severity", "place_number", "household_id", "rule", "pk")
