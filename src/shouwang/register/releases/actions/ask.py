"""Asking that a list may leave (申请导出)."""

from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.run_time_role import NOWHERE
from shouwang.register.ledger.actions import note
from shouwang.register.releases.models import Request
from shouwang.register.staff.queries import Actor

SHORTEST = 4


@transaction.atomic
def ask_to_release(
    *, page: str, title: str, kind: str, people: int, needed: int, reason: str, actor: Actor, at: datetime
) -> Request:
    """Put a request on record (提交导出申请). Raises Refusal without a reason.

    Whoever stands at the second line is seen by the auditor from this moment: the note says so.
    """
    if actor.row_range == NOWHERE:
        raise Refusal("您的岗位不能导出名单。")
    if len(reason.strip()) < SHORTEST:
        raise Refusal("请写明导出理由，不少于四个字。")
    made = Request.objects.create(
        asked_by=actor.username, place_number=actor.range_low, asked_at=at, page=page[:300], title=title[:80],
        kind=kind, people=people, needed=needed, reason=reason.strip()[:200],
    )  # fmt: skip
    details = {"people": people, "kind": kind, "needed": needed}
    note(act="ask_export", subject=f"release:{made.pk}", reason=made.reason, actor=actor, at=at, details=details)
    return made
