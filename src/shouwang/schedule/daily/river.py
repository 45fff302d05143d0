"""The nightly screening (每夜筛查) of the server's own pack, when anything is there to screen."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from shouwang.register.households.queries import household_count
from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.screening.actions import queue_screening
from shouwang.stream.screening.jobs import defer_run
from shouwang.stream.screening.queries import runs


def screen_tonight(*, at: datetime) -> int | None:
    """Queue a screening as of the day of `at`; gives back the run, None when the register is empty.

    Begun again after a crash, with the same time, it is the same run.
    """
    if not household_count(SYSTEM)["households"]:
        return None
    asked = runs(SYSTEM).filter(started_at=at, started_by=SYSTEM.username).first()
    run = asked or queue_screening(pack=settings.PACK, as_of=timezone.localdate(at), actor=SYSTEM, at=at)
    defer_run(run_id=run.pk, actor=SYSTEM)
    return run.pk
