"""A list is about to leave (名单出门): counted first, and stopped where a second person has not agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.releases.limits import FREE, needed
from shouwang.register.releases.models import Departure, Request
from shouwang.register.releases.queries.sums import left_today
from shouwang.register.staff.queries import Actor

PURPOSE = "release"
MOST_MARKS = 10_000
"""Beyond so many people the marks are not kept; each person of such a list counts anew every time."""


@dataclass(frozen=True)
class Leaving:
    """What is about to leave (要导出的名单): each person by some text that is always the same, or only how many."""

    kind: str
    page: str
    title: str
    people: Sequence[str] | int

    @property
    def count(self) -> int:
        """How many people."""
        return self.people if isinstance(self.people, int) else len(set(self.people))


class MustAsk(Exception):
    """The list may leave only when others agree (须经审批): how many others. No Refusal, so that no page swallows it."""

    def __init__(self, leaving: Leaving, others: int) -> None:
        super().__init__(f"{leaving.title}: {others}")
        self.leaving, self.needed = leaving, others


def count_seen(*, leaving: Leaving, actor: Actor, at: datetime) -> None:
    """Add to the sum what left by another way that has a law of its own (计入累计), a full number that was looked at."""
    with transaction.atomic(), rows_within(*EVERYWHERE):  # the sum is of all one's posts
        _one_at_a_time(actor)
        marks = _marks(leaving)
        if _standing(leaving, marks, actor, at)[1]:
            _keep(leaving, marks, 0, None, actor, at)


def let_leave(*, leaving: Leaving, actor: Actor, at: datetime) -> None:
    """Count the people of a list and let it out (放行), free or on a request that was agreed to. Raises MustAsk.

    A list that tells of nobody new goes out as it did before. Stands in the transaction that makes the list.
    """
    if not leaving.count:
        return
    with transaction.atomic(), rows_within(*EVERYWHERE):  # the sum is of all one's posts
        _one_at_a_time(actor)
        marks = _marks(leaving)
        others, new = _standing(leaving, marks, actor, at)
        if not new:
            return
        request = _agreed(leaving, others, actor, at) if others > FREE else None
        if others > FREE and request is None:
            raise MustAsk(leaving, others)
        _keep(leaving, marks, others, request, actor, at)
        if request is not None:
            details = {"people": leaving.count, "kind": leaving.kind, "needed": others}
            note(act="release_export", subject=f"release:{request.pk}", actor=actor, at=at, details=details)


def _keep(
    leaving: Leaving, marks: list[int] | None, others: int, request: Request | None, actor: Actor, at: datetime
) -> None:
    Departure.objects.create(
        left_by=actor.username, place_number=actor.range_low, left_at=at, page=leaving.page[:300], kind=leaving.kind, people=leaving.count,
        marks=marks, needed=others, request=request,
    )  # fmt: skip


def _standing(leaving: Leaving, marks: list[int] | None, actor: Actor, at: datetime) -> tuple[int, int]:
    """How many others must agree, and how many people have not left before."""
    told = left_today(actor.username, at=at)
    known, more = told.get(leaving.kind, (set(), 0))
    new = leaving.count if marks is None else len(set(marks) - known)
    counts = {kind: len(seen) + rest for kind, (seen, rest) in told.items()}
    return needed(counts | {leaving.kind: len(known) + more + new}), new


def _agreed(leaving: Leaving, others: int, actor: Actor, at: datetime) -> Request | None:
    """A request for this very list that enough others agreed to, not used and not too old."""
    found = Request.objects.visible_to(actor).filter(
        asked_by=actor.username, page=leaving.page[:300], kind=leaving.kind, people__gte=leaving.count,
        needed__gte=others, departure=None, asked_at__gt=at - timedelta(hours=settings.EXPORT_HOURS),
    )  # fmt: skip
    for one in found.prefetch_related("answers").order_by("asked_at"):
        answers = list(one.answers.all())
        if len(answers) >= one.needed and all(said.agrees for said in answers):
            return one
    return None


def _marks(leaving: Leaving) -> list[int] | None:
    """Numbers by which the same person is known again, and nobody is named: keyed, and cut to 60 bits."""
    if isinstance(leaving.people, int) or leaving.count > MOST_MARKS:
        return None
    return sorted(int((found or "")[:15], 16) for found in keyring().lookup_all(PURPOSE, sorted(set(leaving.people))))


def _one_at_a_time(actor: Actor) -> None:
    """Two lists that leave at the same moment are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [f"release:{actor.username}"])
