"""Background work of clues (后台任务): what a published screening found becomes clues, late ones go up."""

from django.utils import timezone
from procrastinate.contrib.django import app

from shouwang.register.staff.queries import SYSTEM
from shouwang.stream.clues.actions import take_up_warnings


@app.task(name="take_up_warnings", queue="stream", retry=3, lock="clues")
def take_up(run_id: int) -> None:
    """Open or feed clues from one published run; done twice, it changes nothing."""
    take_up_warnings(run_id=run_id, actor=SYSTEM, at=timezone.now())
