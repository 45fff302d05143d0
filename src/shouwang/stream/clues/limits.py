"""Limits of clues (线索期限): every number is a parameter of the policy pack, counted by the working calendar.

Acceptance: until the township hands a clue on. Checking: until somebody has looked, within the days for a home visit.
A yellow clue has no limit of its own in the documents; it gets that of the whole way from clue to determination.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings

from shouwang.kernel.errors import Refusal
from shouwang.register.calendar.queries import WorkingCalendar, working_calendar
from shouwang.stream.clues.choices import ClueState, Grade, SourceKind
from shouwang.stream.rules.queries import pack_in_force

if TYPE_CHECKING:
    from shouwang.policy.lists import Item

ACCEPTANCE = "acceptance_days"
CHECKING = "verification_days"
WHOLE = "determination_days"


@dataclass(frozen=True)
class Limits:
    """The limits of a day: read once, asked for many villages."""

    start: date
    days: dict[str, dict[int, date]]
    calendar: WorkingCalendar

    def accept_by(self, place_number: int) -> date:
        """When the township must have handed a clue on that came in on the day."""
        return self._due(ACCEPTANCE, place_number)

    def check_by(self, place_number: int, grade: str) -> date:
        """When a clue of a grade that was handed on that day must have been checked."""
        return self._due(WHOLE if grade == Grade.YELLOW else CHECKING, place_number)

    def due(self, state: str, place_number: int, grade: str) -> date:
        """When the next step of a clue is due that came into a state on the day."""
        checking = state in (ClueState.DISPATCHED, ClueState.TAKEN)
        return self.check_by(place_number, grade) if checking else self.accept_by(place_number)

    def _due(self, name: str, place_number: int) -> date:
        known = self.days.setdefault(name, {})
        if place_number not in known:
            found = pack_in_force(settings.PACK, on=self.start).program(self.start).parameters[name]
            days, unit = found.at(str(place_number)), found.parameter.unit
            if days is None:
                raise Refusal(f"政策包没有写“{found.parameter.title}”。", "请在规则手册里补上这一天起的取值。")
            known[place_number] = self.calendar.due_on(self.start, int(days), unit=unit, place_number=place_number)
        return known[place_number]


def limits_from(start: date) -> Limits:
    """Limits that begin to run on a day."""
    return Limits(start, {}, working_calendar(since=start))


def channels(on: date) -> dict[str, Item]:
    """The channels of the pack (线索渠道) that hold on a day, without the screening's own."""
    held = pack_in_force(settings.PACK, on=on).lists["channels"].on(on)
    return {name: item for name, item in held.items() if kind_of(name, on) != SourceKind.WARNING}


def kind_of(channel: str, on: date) -> SourceKind:
    """What comes through a channel. Raises Refusal for one that the pack does not know on the day."""
    from shouwang.stream.clues.choices import KIND_OF_CHANNEL

    item = pack_in_force(settings.PACK, on=on).lists["channels"].on(on).get(channel)
    if item is None:
        raise Refusal("没有这个渠道。", "请从列出的渠道里选一个。")
    return KIND_OF_CHANNEL.get(channel) or KIND_OF_CHANNEL.get(item.of) or SourceKind.LETTER


def closing_reasons(on: date) -> dict[str, Item]:
    """Why a clue may be closed (办结原因) on a day: the items of the pack's list that are about clues."""
    held = pack_in_force(settings.PACK, on=on).lists["closing_reasons"].on(on)
    return {name: item for name, item in held.items() if item.of == "clue"}


def quarter_ends(day: date, quarters: int = 4) -> list[date]:
    """The last days of this quarter and the next ones: until the round of one of them a finding may hold (季度核查)."""
    from shouwang.kernel.periods import add_months

    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return [date.fromordinal(add_months(first, 3 * (n + 1)).toordinal() - 1) for n in range(quarters)]


def titles(items: dict[str, Item]) -> Iterable[tuple[str, str]]:
    """Code and 中文 of list items, as a form offers them."""
    return [(name, item.title) for name, item in items.items()]
