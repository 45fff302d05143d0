"""The ledger by itself: sealed every half minute, verified every night, its finished jobs cleared away."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.models import Entry, Seal
from shouwang.register.staff.queries import SYSTEM
from shouwang.schedule.daily.ledger import forget_sealing_jobs, verify_tonight
from shouwang.schedule.half_minutely.sealing import seal_new
from shouwang.schedule.jobs import half_minutely
from tests.cast import AT, Cast


@pytest.fixture(autouse=True)
def _own_chain(settings: Any, tmp_path: Path) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "ledger.json"
    settings.LEDGER_HEAD_FILE = tmp_path / "ledger-head.json"


def test_what_was_written_is_sealed_by_the_next_half_minute(cast: Cast) -> None:
    note(act="try", subject="thing:1", actor=SYSTEM, at=AT)

    assert seal_new(at=AT + timedelta(seconds=30)) == Entry.objects.count()
    assert seal_new(at=AT + timedelta(seconds=60)) == 0


def test_the_night_verifies_and_notes_how_the_ledger_stood(cast: Cast) -> None:
    assert verify_tonight(at=AT) == 0
    details = Entry.objects.get(act="verify_ledger").details
    assert (details["faults"], details["waiting"], details["seals"]) == (0, 0, 1)


def test_the_night_names_the_rows_at_fault(cast: Cast) -> None:
    seal_new(at=AT)
    row = Entry.objects.latest("id").pk
    with rows_within(*EVERYWHERE, role="none"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [row])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert verify_tonight(at=AT) == 1
    assert Entry.objects.get(act="verify_ledger").details["first"] == [{"kind": "removed", "entry": row, "seal": None}]


def test_sealing_is_a_queue_of_its_own_and_is_never_queued_twice() -> None:
    assert (half_minutely.queue, half_minutely.queueing_lock) == ("ledger", "seal_ledger")


def test_finished_sealing_jobs_are_cleared_away_and_seals_stay(cast: Cast) -> None:
    seal_new(at=AT)
    with connection.cursor() as cursor:
        for queue in ("ledger", "schedule"):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES (%s, 't', '{}', 'succeeded')",
                [queue],
            )
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) "
            "SELECT id, 'succeeded', now() - interval '3 days' FROM procrastinate_jobs"
        )
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '3 days'")
    async_to_sync(forget_sealing_jobs)()

    assert list(ProcrastinateJob.objects.values_list("queue_name", flat=True)) == ["schedule"]
    assert Seal.objects.count() == 1
