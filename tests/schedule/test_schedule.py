"""What happens by itself: the nightly screening, and jobs whose worker died."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwang.register.households.models import Household, IncomeEntry, Resident, StatusTag
from shouwang.register.staff.queries import SYSTEM
from shouwang.schedule.daily.clues import look_after_clues
from shouwang.schedule.daily.river import screen_tonight
from shouwang.schedule.minutely.stalled_jobs import LEASE_SECONDS, sweep
from shouwang.stream.clues.jobs import take_up
from shouwang.stream.clues.models import Clue
from shouwang.stream.linkage.jobs import accept, defer_acceptance
from shouwang.stream.screening.choices import RunStatus
from shouwang.stream.screening.jobs import carry_out, defer_run
from shouwang.stream.screening.models import Run
from tests.cast import AT, TODAY, Cast
from tests.stream.clues.telling import on_day, screen
from tests.stream.files import LI, send


def jobs(name: str) -> list[tuple[str, dict[str, Any]]]:
    return list(ProcrastinateJob.objects.filter(task_name=name).values_list("status", "args"))


def test_night_queues_a_screening_of_the_day_in_the_systems_name(cast: Cast) -> None:
    run = Run.objects.get(pk=screen_tonight(at=AT))

    assert (run.as_of, run.started_by, run.status) == (TODAY, "system", RunStatus.QUEUED)
    assert jobs("run_screening") == [("todo", {"run_id": run.pk, "username": "system"})]


def test_night_leaves_an_empty_register_alone(cast: Cast) -> None:
    for model in (IncomeEntry, StatusTag, Resident, Household):
        model.objects.all().delete()

    assert screen_tonight(at=AT) is None
    assert jobs("run_screening") == []


def test_work_asked_for_twice_is_queued_once(cast: Cast) -> None:
    delivery = send(cast, LI).delivery
    defer_acceptance(delivery_id=delivery.pk, actor=cast.xiaosun)
    defer_acceptance(delivery_id=delivery.pk, actor=cast.xiaosun)
    defer_run(run_id=7, actor=SYSTEM)
    defer_run(run_id=7, actor=SYSTEM)

    assert len(jobs("accept_delivery")) == 1
    assert len(jobs("run_screening")) == 1


def test_job_accepts_the_delivery_in_the_name_of_its_sender(cast: Cast) -> None:
    delivery = send(cast, LI).delivery

    accept(delivery_id=delivery.pk, username="xiaosun")
    accept(delivery_id=delivery.pk, username="xiaosun")

    delivery.refresh_from_db()
    assert (delivery.status, delivery.rows_accepted) == ("accepted", 1)


def test_job_of_somebody_without_a_post_does_nothing(cast: Cast) -> None:
    delivery = send(cast, LI).delivery

    accept(delivery_id=delivery.pk, username="nobody")
    carry_out(run_id=99, username="nobody")

    delivery.refresh_from_db()
    assert delivery.status == "received"


@pytest.mark.parametrize(("silent_for", "status"), [(LEASE_SECONDS + 5, "todo"), (LEASE_SECONDS - 30, "doing")])
def test_job_of_a_dead_worker_goes_back_into_the_queue(cast: Cast, silent_for: int, status: str) -> None:
    defer_run(run_id=7, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [silent_for],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", cursor.fetchone())

    async_to_sync(sweep)()

    assert [state for state, _ in jobs("run_screening")] == [status]


def test_what_a_screening_found_becomes_clues_and_late_ones_go_up(cast: Cast) -> None:
    run = screen(("H1", "illness", "yellow"))
    take_up(run_id=run.pk)
    clue = Clue.objects.get()

    passed = [look_after_clues(at=on_day(TODAY + timedelta(days=days))) for days in (1, 3, 4)]
    clue.refresh_from_db()
    assert passed == [0, 1, 0]
    assert clue.escalation == 2


def test_a_lost_job_is_made_up_for_at_night(cast: Cast) -> None:
    screen(("H1", "illness", "yellow"))
    look_after_clues(at=AT)
    look_after_clues(at=AT)

    assert Clue.objects.count() == 1


def test_every_job_that_follows_a_screening_exists(cast: Cast, settings: Any) -> None:
    from procrastinate.contrib.django import app

    assert settings.JOBS_AFTER_SCREENING
    assert set(settings.JOBS_AFTER_SCREENING) <= set(app.tasks)


def test_a_screening_carried_out_sets_the_clues_going(cast: Cast, monkeypatch: Any) -> None:
    from shouwang.stream.screening import jobs as screening_jobs

    run = screen(("H1", "illness", "yellow"))
    monkeypatch.setattr(screening_jobs, "execute_run", lambda **_: run)
    carry_out(run_id=run.pk, username="system")

    assert jobs("take_up_warnings") == [("todo", {"run_id": run.pk})]
