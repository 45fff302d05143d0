"""How many clues wait, until when and since when (在办线索数): of whole counties counted along, of less than that by row."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min

from shouwang.kernel.running_counts import day_counts, overlap, whole_counties
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.models import Clue, ClueCount
from shouwang.stream.clues.models.clue import ClueQuerySet

APPLICATION = "application"


@dataclass(frozen=True)
class Due:
    """So many unfinished clues of one grade that are due on one day, with an application among their reasons or not."""

    grade: str
    is_application: bool
    due_on: date
    count: int


def waiting_clues(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> list[Due]:
    """Unfinished clues of an area by grade, application and day on which they are due."""
    low, high = overlap(actor, range_low, range_high)
    if not actor.may(Permission.SEE_CLUES):
        return []
    if whole_counties(low, high):
        found = [(part.split(), day, n) for part, day, n in day_counts(ClueCount, "waiting", low=low, high=high)]
        return [Due(part[0], APPLICATION in part, day, n) for part, day, n in found if day]
    rows = _rows(actor, low, high).unfinished().values_list("grade", "is_application", "due_on")
    return [Due(*row) for row in rows.annotate(Count("place_number"))]


def waiting_since(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> date | None:
    """The day on which the oldest unfinished clue of an area was opened; None where nothing waits."""
    low, high = overlap(actor, range_low, range_high)
    if not actor.may(Permission.SEE_CLUES):
        return None
    if whole_counties(low, high):
        return min((day for _, day, _ in day_counts(ClueCount, "since", low=low, high=high) if day), default=None)
    found: date | None = _rows(actor, low, high).unfinished().aggregate(since=Min("opened_on"))["since"]
    return found


def opened_clues(
    actor: Actor, *, since: date, range_low: int = 0, range_high: int = 10**12
) -> list[tuple[date, bool, int]]:
    """Day, whether an application is among the reasons, and how many such clues of an area were opened that day."""
    low, high = overlap(actor, range_low, range_high)
    if not actor.may(Permission.SEE_CLUES):
        return []
    if whole_counties(low, high):
        found = day_counts(ClueCount, "opened", low=low, high=high, since=since)
        return [(day, part == APPLICATION, n) for part, day, n in found if day]
    rows = _rows(actor, low, high).filter(opened_on__gte=since).values_list("opened_on", "is_application")
    return list(rows.annotate(Count("place_number")))


def _rows(actor: Actor, low: int, high: int) -> ClueQuerySet:
    found: ClueQuerySet = Clue.objects.visible_to(actor).filter(place_number__gte=low, place_number__lt=high)
    return found.order_by()
