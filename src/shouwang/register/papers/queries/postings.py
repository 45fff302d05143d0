"""Finding postings (查公示)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.papers.models import PostedCase, Posting
from shouwang.register.papers.publicity import Notice, Row
from shouwang.register.staff.queries import Actor

ENDING_DAYS = 1
"""A posting is shown as ending on its last day."""


def postings(actor: Actor, *, range_low: int = 0, range_high: int = 10**12) -> QuerySet[Posting]:
    """Postings within the actor's area (公示列表), the newest first."""
    found = Posting.objects.visible_to(actor).filter(place_number__gte=range_low, place_number__lt=range_high)
    return found.order_by("-from_on", "-id")


def posting_of(actor: Actor, posting_id: int) -> Posting | None:
    """One of them."""
    return postings(actor).filter(pk=posting_id).first()


def posting_on_board(token: str, *, on: date) -> Posting | None:
    """The posting that stands under an address on a day (公示栏), for anybody who has the address; else None."""
    with rows_within(*EVERYWHERE):  # public while it stands; the unguessable token is the only way to it
        return Posting.objects.standing(on).filter(token=token).first()


def postings_about(actor: Actor, case_numbers: Iterable[str]) -> dict[str, list[Posting]]:
    """Case number → postings about it within the actor's area, those taken down included, oldest first."""
    found = PostedCase.objects.filter(case_number__in=list(case_numbers), posting__in=Posting.objects.visible_to(actor))
    made: dict[str, list[Posting]] = {}
    for one in found.select_related("posting").order_by("posting_id"):
        made.setdefault(one.case_number, []).append(one.posting)
    return made


def notice_of(posting: Posting) -> Notice:
    """The notice as it was signed, from the row that keeps it."""
    return Notice(
        kind=posting.kind,
        place_number=posting.place_number,
        place_name=posting.place_name,
        from_on=posting.from_on,
        until_on=posting.until_on,
        phone=posting.phone,
        rows=tuple(Row(**row) for row in posting.rows),
    )


def state_of(posting: Posting, *, on: date) -> str:
    """Where a posting stands on a day: taken_down, coming, running, ending or ended."""
    if posting.taken_down_at is not None:
        return "taken_down"
    if on < posting.from_on:
        return "coming"
    left = (posting.until_on - on).days
    if left <= 0:
        return "ended"
    return "ending" if left <= ENDING_DAYS else "running"
