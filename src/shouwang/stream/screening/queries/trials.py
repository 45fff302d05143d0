"""Reading trials of drafts (查试算结果)."""

from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.storage import get_table
from shouwang.stream.screening.models import Trial


def trials(actor: Actor, *, amendment_id: int) -> QuerySet[Any]:
    """Trials of an amendment over no more than the actor's place, the newest first."""
    found: QuerySet[Any] = Trial.objects.visible_to(actor).filter(amendment_id=amendment_id)
    return found.select_related("run").order_by("-pk")


def trial_of(actor: Actor, trial_id: int) -> Trial | None:
    """One of them."""
    found: Trial | None = Trial.objects.visible_to(actor).select_related("run", "amendment").filter(pk=trial_id).first()
    return found


def changes_of(trial: Trial) -> pa.Table:
    """household_id, place_code, before, after of every household whose level a trial changed."""
    return get_table(trial.changes_path)
