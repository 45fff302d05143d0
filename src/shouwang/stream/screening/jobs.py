"""Background work of screening (后台任务): one job carries out one run; runs go one after another."""

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from shouwang.kernel.errors import InputError
from shouwang.kernel.faults import fault_point
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.screening.actions import OlderRun, execute_run, execute_trial, prepare_trials, queue_shadows


@app.task(name="run_screening", queue="stream", retry=3)
def carry_out(run_id: int, username: str) -> None:
    """Carry out one queued screening in the name of who asked for it; done twice, it publishes once."""
    now = timezone.now()
    actor = actor_named(username, on=timezone.localdate(now))
    if actor is None:
        return
    try:
        run = execute_run(run_id=run_id, actor=actor, at=now)
    except OlderRun:
        return
    fault_point("screening.run.published")
    for name in settings.JOBS_AFTER_SCREENING:
        app.configure_task(name, queue="stream").defer(run_id=run.pk)
    fault_point("screening.run.clues_queued")
    for trial in queue_shadows(run=run, at=now):
        defer_trial(trial_id=trial.pk, actor=SYSTEM)
    get_ready.defer(pack=run.pack)


@app.task(name="try_out", queue="stream", retry=1)
def try_out(trial_id: int, username: str) -> None:
    """Carry out one queued trial of a draft; done twice, it changes nothing."""
    now = timezone.now()
    actor = actor_named(username, on=timezone.localdate(now))
    if actor is not None:
        with suppress(InputError):  # what is wrong with the draft stands on the trial, for its author to read
            execute_trial(trial_id=trial_id, actor=actor, at=now)


@app.task(name="prepare_trials", queue="stream")
def get_ready(pack: str) -> None:
    """Have the rules in force ready for trials."""
    prepare_trials(pack=pack)


def defer_preparation(*, pack: str) -> None:
    """What a worker does first: read the pack and the last screening, so that nobody waits for it."""
    get_ready.defer(pack=pack)


def defer_trial(*, trial_id: int, actor: Actor) -> None:
    """Queue a trial in the caller's transaction."""
    try_out.defer(trial_id=trial_id, username=actor.username)


def defer_run(*, run_id: int, actor: Actor) -> None:
    """Queue a screening in the caller's transaction; asked for twice, it is queued once."""
    job = carry_out.configure(lock="screening", queueing_lock=f"run:{run_id}")
    # Being queued already shows as a failed statement, which must not spoil the caller's transaction.
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(run_id=run_id, username=actor.username)
