"""Looks at personal data (查看留痕): recorded in the transaction that reads them, or the reading fails too.

依据: 个人信息保护法 第五十一条、第五十四条. A page costs one INSERT, however many households it shows by name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from shouwang.register.ledger.actions.note import NoteOutsideTransaction
from shouwang.register.ledger.choices import LOOKS
from shouwang.register.ledger.models import Entry
from shouwang.register.staff.queries import Actor


def record_look(
    *,
    subjects: Sequence[str],
    purpose: str,
    actor: Actor,
    at: datetime,
    task: str = "",
    rows: int | None = None,
) -> None:
    """Record that an actor sees somebody's data (记查看), before the page is made.

    A subject is `household:ID`, `resident:ID`, `review:KEY` or, for a list, `place:CODE` with the number of `rows`.
    `purpose` is the page in 中文 words; `task` is what the page was opened for, as `clue:12`, checked by the caller to
    exist; empty means out of task (任务外). Raises NoteOutsideTransaction without a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoteOutsideTransaction(purpose)
    details: dict[str, Any] = {"task": task} if rows is None else {"task": task, "rows": rows}
    Entry.objects.bulk_create(
        Entry(
            at=at,
            actor=actor.username,
            role=actor.role,
            place_code=actor.place_code,
            act=LOOKS[subject.partition(":")[0]],
            subject=subject,
            reason=purpose,
            details=details,
        )
        for subject in subjects
    )
