"""Finding postings (查公示)."""

import hmac
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.keys import keyring
from shouwang.register.papers.models import PostedCase, Posting
from shouwang.register.papers.publicity import Notice, Row
from shouwang.register.staff.queries import Actor

MARK, VILLAGE_DIGITS = 16, 12
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


def posting_behind(token: str) -> Posting | None:
    """The posting of an address, standing or not, to say that it is over; what it said is shown by `posting_on_board`."""
    with rows_within(*EVERYWHERE):  # the unguessable token is the only way to it
        return Posting.objects.filter(token=token).first()


def board_key(place_number: int) -> str:
    """The key of a village's board (村公示栏): its code and a mark that nobody can make up, for the village's QR sheet."""
    return f"{place_number:012d}-{keyring().lookup('village_board', str(place_number))[:MARK]}"


def village_of_board(key: str) -> int | None:
    """The village whose board has this key, None for a key that was made up."""
    code, _, mark = key.partition("-")
    if len(code) != VILLAGE_DIGITS or not code.isdecimal() or not code.isascii():
        return None
    return int(code) if hmac.compare_digest(board_key(int(code)), f"{code}-{mark}") else None


def standing_in_village(place_number: int, *, on: date) -> list[Posting]:
    """What hangs in a village on a day (公示栏), the newest first; the caller has checked the board's key."""
    with rows_within(place_number, place_number + 1):
        return list(Posting.objects.standing(on).filter(place_number=place_number).order_by("-from_on", "-id"))


def office_line(place_number: int) -> str:
    """The official line that the village's newest notice gave for objections; empty where none was ever posted."""
    found = Posting.objects.filter(place_number=place_number).order_by("-posted_at").first()
    return found.phone if found else ""


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
