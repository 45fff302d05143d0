"""Trying a draft out (试算): the rules in force and the draft over the frozen inputs of the last screening."""

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import SYSTEM, Actor
from shouwang.stream.feeds.storage import put_table
from shouwang.stream.rules.actions import record_shadow
from shouwang.stream.rules.queries import amendment_of, change_of, in_shadow, pack_in_force, pack_with
from shouwang.stream.screening.choices import RunStatus, TrialKind, TrialStatus
from shouwang.stream.screening.models import Run, Trial
from shouwang.stream.screening.queries.inputs import frozen_inputs


@transaction.atomic
def queue_trial(*, amendment_id: int, actor: Actor, at: datetime) -> Trial:
    """Ask for a trial over the actor's own place (申请试算); a job carries it out.

    Raises NotAllowed, Refusal where there is no such amendment or was no screening yet.
    """
    actor.require(Permission.SEE_HOUSEHOLDS)
    amendment = amendment_of(actor, amendment_id)
    if amendment is None:
        raise Refusal("没有这份修订。")
    run = Run.objects.filter(pack=amendment.pack, status=RunStatus.PUBLISHED).order_by("-pk").first()
    if run is None:
        raise Refusal("还没有筛查过，没有可以试算的数据。", "请先开展一次筛查。")
    low, high = max(actor.range_low, run.range_low), min(actor.range_high, run.range_high)
    if low >= high:
        raise Refusal("最近一次筛查不包括您的辖区。")
    return _queued(amendment, TrialKind.SIMULATION, run, (low, high), actor, at)


@transaction.atomic
def queue_shadows(*, run: Run, at: datetime) -> list[Trial]:
    """Ask for a shadow run of every draft that is in the shadow, over the place to which it would apply."""
    found = []
    for one in in_shadow(run.pack):
        low, high = max(one.range_low, run.range_low), min(one.range_high, run.range_high)
        if low < high:
            found.append(_queued(one, TrialKind.SHADOW, run, (low, high), SYSTEM, at))
    return found


def _queued(amendment: Any, kind: TrialKind, run: Run, within: tuple[int, int], actor: Actor, at: datetime) -> Trial:
    made = Trial.objects.create(
        amendment=amendment,
        version=amendment.version,
        kind=kind,
        run=run,
        range_low=within[0],
        range_high=within[1],
        asked_by=actor.username,
        asked_at=at,
    )
    details = {"amendment": amendment.pk, "version": amendment.version, "kind": str(kind)}
    note(act="queue_trial", subject=f"trial:{made.pk}", actor=actor, at=at, details=details)
    return made


def prepare_trials(*, pack: str) -> None:
    """Have the rules in force ready over the last screening's inputs, so that the first trial answers at once."""
    run = Run.objects.filter(pack=pack, status=RunStatus.PUBLISHED).order_by("-pk").first()
    if run is not None:
        from shouwang.stream.screening.standing import stand

        baseline = pack_in_force(pack, on=run.as_of)
        frozen = frozen_inputs(run, baseline)
        stand(baseline.program(run.as_of), frozen, settings.HOME / "cache")
        # What no rule has read is frozen now: pages about one household look into all of it.
        frozen.complete()


def execute_trial(*, trial_id: int, actor: Actor, at: datetime) -> Trial:
    """Carry out a queued trial (执行试算); done twice, it changes nothing. What is wrong is put on the trial."""
    trial = Trial.objects.select_related("amendment", "run").get(pk=trial_id)
    if trial.status != TrialStatus.QUEUED:
        return trial
    started = time.perf_counter()
    try:
        if trial.version != trial.amendment.version:
            raise InputError("这一稿已经改过，不再试算。", "请对新的一稿试算。")
        summary, path = _compared(trial)
    except InputError as wrong:
        Trial.objects.filter(pk=trial.pk).update(status=TrialStatus.FAILED, problem=str(wrong)[:500], finished_at=at)
        raise
    with transaction.atomic():
        trial.summary, trial.changes_path = summary, path
        trial.status, trial.finished_at, trial.seconds = TrialStatus.DONE, at, time.perf_counter() - started
        trial.save()
        if trial.kind == TrialKind.SHADOW:
            record_shadow(amendment_id=trial.amendment_id, version=trial.version, actor=actor, at=at)
    return trial


def _compared(trial: Trial) -> tuple[dict[str, object], str]:
    from shouwang.engine.values import plain
    from shouwang.stream.screening.simulation import compare

    day = trial.run.as_of
    baseline = pack_in_force(trial.amendment.pack, on=day)
    draft = pack_with(change_of(trial.amendment), trial.amendment.pack, on=day)
    hours = baseline.program(day).parameters.get("hours_per_visit")
    found = compare(
        baseline=baseline,
        draft=draft,
        frozen=frozen_inputs(trial.run, baseline),
        as_of=day,
        cache=settings.HOME / "cache",
        hours_per_visit=None if hours is None else plain(hours.value, hours.parameter.kind),
        within=(trial.range_low, trial.range_high),
    )
    return found.summary, put_table("trials", found.changes)[0]
