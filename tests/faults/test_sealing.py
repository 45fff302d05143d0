"""Sealing while others write, are slow, give up, or the sealer itself is killed: nothing is lost, nothing sealed twice."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction

from shouwang.register.ledger.actions import note, record_look, seal_entries
from shouwang.register.ledger.models import Entry, Seal
from shouwang.register.ledger.verifying import verify_ledger
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT
from tests.faults.conftest import FULL, Town

WRITERS, EACH = (32, 400) if FULL else (8, 40)
KILLS = 100 if FULL else 4
SEALER = """
import django, itertools, datetime
django.setup()
from django.conf import settings
from pathlib import Path
from django.db import transaction
from shouwang.register.ledger.actions import record_look, seal_entries
from shouwang.register.staff.queries import SYSTEM
at = datetime.datetime(2026, 11, 22, 2, 1, tzinfo=datetime.UTC)
settings.LEDGER_KEY_FILE, settings.LEDGER_HEAD_FILE = Path({folder!r}) / "ledger.json", Path({folder!r}) / "ledger-head.json"
for _ in itertools.count():
    with transaction.atomic():
        record_look(subjects=["household:H1"] * 50, purpose="试", actor=SYSTEM, at=at)
    print(flush=True)
    seal_entries(at=at, batch=7)
"""


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Start a thread with a connection of its own that is closed at its end."""

    def whole() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=whole)
    thread.start()
    return thread


def test_an_entry_that_commits_after_its_successor_was_sealed_is_not_lost(town: Town) -> None:
    written, sealed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            note(act="slow", subject="thing:1", actor=SYSTEM, at=AT)
            written.set()
            sealed.wait(20)

    thread = in_thread(slow)
    assert written.wait(20)
    with transaction.atomic():
        note(act="quick", subject="thing:2", actor=SYSTEM, at=AT)
    seal_entries(at=AT)
    sealed.set()
    thread.join()
    late, quick = Entry.objects.get(act="slow").pk, Entry.objects.get(act="quick").pk
    assert verify_ledger().waiting == 1
    seal_entries(at=AT)

    found = verify_ledger()
    assert late < quick
    assert (found.sound, found.waiting, Seal.objects.get(number=2).ids) == (True, 0, f"{late}-{late}")


def test_whatever_many_writers_committed_is_sealed_exactly_once(town: Town) -> None:
    def write() -> None:
        for _ in range(EACH):
            try:
                with transaction.atomic():
                    record_look(subjects=["household:H1"] * random.randint(1, 3), purpose="试", actor=SYSTEM, at=AT)
                    time.sleep(random.random() / 50)
                    if random.random() < 0.2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    threads = [in_thread(write) for _ in range(WRITERS)]
    while any(thread.is_alive() for thread in threads):
        seal_entries(at=AT + timedelta(seconds=30))
    seal_entries(at=AT + timedelta(seconds=30))

    found = verify_ledger()
    assert (found.sound, found.waiting, found.sealed) == (True, 0, Entry.objects.count())
    assert sum(Seal.objects.values_list("entries", flat=True)) == Entry.objects.count()


def test_a_sealer_that_is_killed_over_and_over_leaves_a_whole_chain(town: Town) -> None:
    seal_entries(at=AT)
    for _ in range(KILLS):
        sealer = subprocess.Popen(
            [sys.executable, "-c", SEALER.format(folder=str(town.folder))],
            env=town.environment("system"),
            stdout=subprocess.PIPE,
        )
        assert sealer.stdout
        sealer.stdout.readline()
        time.sleep(random.random() / 2)
        os.kill(sealer.pid, signal.SIGKILL)
        sealer.wait()
        sealer.stdout.close()
    seal_entries(at=AT)

    found = verify_ledger()
    assert (found.sound, found.waiting, found.sealed) == (True, 0, Entry.objects.count())


def test_two_sealers_at_once_make_one_chain(town: Town) -> None:
    with transaction.atomic():
        record_look(subjects=["household:H1"] * 500, purpose="试", actor=SYSTEM, at=AT)
    threads = [in_thread(lambda: seal_entries(at=AT, batch=10) and None) for _ in range(4)]
    for thread in threads:
        thread.join()
    seal_entries(at=AT)

    assert verify_ledger().sound
    assert verify_ledger().waiting == 0
