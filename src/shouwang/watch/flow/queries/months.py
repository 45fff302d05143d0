"""Month by month (逐月情况): what came in, what was decided, what ended."""

from dataclasses import dataclass
from datetime import date

from shouwang.register.procedure.choices import Outcome
from shouwang.register.procedure.queries import outcomes_by_month
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.queries import clues_by_month
from shouwang.watch.flow.queries.area import Area

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One month of a place (一个月)."""

    first: date
    clues: int
    applications: int
    included: int
    refused: int
    cleared: int
    reverted: int


def months(actor: Actor, *, on: date, count: int = MONTHS, range_low: int = 0, range_high: int = 10**12) -> list[Month]:
    """The months up to the one of a day, the oldest first; one without anything is there with noughts."""
    starts = [_month(on, back) for back in range(count - 1, -1, -1)]
    area = Area(range_low=range_low, range_high=range_high)
    came = clues_by_month(actor, since=starts[0], **area)
    ended = outcomes_by_month(actor, since=starts[0], **area)
    return [_row(first, came.get(first, {}), ended.get(first, {})) for first in starts]


def _row(first: date, came: dict[str, int], ended: dict[str, int]) -> Month:
    return Month(
        first,
        came.get("clues", 0),
        came.get("applications", 0),
        ended.get(Outcome.INCLUDED, 0),
        ended.get(Outcome.REFUSED, 0),
        ended.get(Outcome.CLEARED, 0),
        ended.get(Outcome.REVERTED, 0),
    )


def _month(on: date, back: int) -> date:
    """The first day of the month so many months before a day."""
    number = on.year * 12 + on.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)
