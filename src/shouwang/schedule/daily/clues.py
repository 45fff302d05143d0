"""Every night overdue clues go up (逾期升级), and what the last screening found becomes clues if a job was lost."""

from datetime import datetime

from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.actions import escalate_overdue_clues, take_up_warnings
from shouwang.stream.screening.queries import last_run


def look_after_clues(*, at: datetime) -> int:
    """Take up what was not, then pass upwards what is late; gives back how many were passed."""
    run = last_run(SYSTEM)
    if run is not None:
        take_up_warnings(run_id=run.pk, actor=SYSTEM, at=at)
    return escalate_overdue_clues(actor=SYSTEM, at=at)
