"""What every kind of visit can tell and do."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings

from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.choices import DUPLICATE, ENTERED
from shouwang.stream.clues.limits import closing_reasons, quarter_ends
from shouwang.stream.rules.queries import pack_in_force


@dataclass(frozen=True)
class Task:
    """One thing to do at somebody's door (走访事项), as a phone takes it along."""

    form: str
    subject: str
    household_id: str
    place_number: int
    due_on: date | None
    title: str
    why: list[str] = field(default_factory=list)
    factors: list[str] = field(default_factory=list)
    base: dict[str, str] = field(default_factory=dict)
    only: dict[str, list[str]] = field(default_factory=dict)
    named: str = ""
    where: str = ""

    @property
    def key(self) -> str:
        """Its name in the ledger."""
        return self.subject


@dataclass(frozen=True)
class Standing:
    """What stands on the server now (现在的情况), and who made it so."""

    household_id: str
    place_number: int
    guarded: dict[str, str]
    who: str = ""
    when: datetime | None = None


@dataclass(frozen=True)
class Side:
    """One field as phone and server have it (两边的填写)."""

    name: str
    title: str
    phone: str
    server: str


@dataclass(frozen=True)
class Reading:
    """A form that was opened and read (读出的表)."""

    form: str
    subject: str
    household_id: str
    base: dict[str, str]
    answers: dict[str, Any]
    visited_on: date
    taken_on: date
    by: str
    by_name: str
    photos: tuple[bytes, ...] = ()
    signature: bytes | None = None

    @property
    def number(self) -> str:
        """What follows the kind in the subject."""
        return self.subject.partition(":")[2]

    def said(self, *names: str) -> str:
        """The sentences of these fields, one after the other."""
        return "；".join(str(self.answers[name]) for name in names if self.answers.get(name))


class Kind(Protocol):
    """A kind of visit."""

    def tasks(self, actor: Actor, *, on: date, most: int) -> list[Task]:
        """What waits for somebody's visit."""

    def standing(self, actor: Actor, subject: str) -> Standing | None:
        """What stands there now; None when the actor does not find it."""

    def apply(self, reading: Reading, *, actor: Actor, at: datetime) -> None:
        """Do what was brought back, by the actions of the house. Raises Refusal."""

    def sides(self, actor: Actor, reading: Reading) -> list[Side]:
        """Both values of every field that would be written."""


def lists_of(day: date) -> dict[str, Any]:
    """The choices that the pack offers on a day."""
    held = pack_in_force(settings.PACK, on=day).lists
    reasons = [(name, item.title) for name, item in closing_reasons(day).items() if name not in (DUPLICATE, ENTERED)]
    undelivered = held["undelivered_reasons"].on(day)
    return {
        "closing_reasons": reasons,
        "quarter_ends": [(one.isoformat(), f"{one.year} 年 {one.month} 月底") for one in quarter_ends(day)],
        "undelivered_reasons": [(name, item.title) for name, item in undelivered.items()],
    }


def number_in(subject: str) -> int:
    """The number in `clue:12`; 0, which nothing has, where there is none."""
    text = subject.partition(":")[2]
    return int(text) if text.isdecimal() and len(text) < 19 else 0
