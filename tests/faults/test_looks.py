"""Looks under load with a web process killed: nobody sees a household without a record of it."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Count

from shouwang.register.households.actions import import_register
from shouwang.register.ledger.actions import seal_entries
from shouwang.register.ledger.models import Entry
from shouwang.register.ledger.verifying import verify_ledger
from shouwang.register.staff.models import User
from shouwang.register.staff.queries import SYSTEM
from tests.cast import AT, VILLAGE
from tests.faults.conftest import FULL, Town

THREADS = 64
PAGES_EACH = 40 if FULL else 3
"""Pages per reader: each is drawn in full, which two cores do some thirty times a second."""
LOOKS_EACH = 500 if FULL else 5
PROCESSES = 4
CONNECTIONS = 12
"""Per process: a server of our own takes sixty."""
HOMES = [f"F{number:03}" for number in range(THREADS)]


@pytest.fixture
def homes(town: Town) -> None:
    """A household for every thread, so that whose look is missing can be said."""
    tables = {
        "households": pa.table({"household_id": HOMES, "place_code": [VILLAGE] * THREADS}),
        "residents": pa.table({
            "resident_id": [f"{home}-1" for home in HOMES],
            "household_id": HOMES,
            "name": ["李四"] * THREADS,
            "relation": ["head"] * THREADS,
        }),
    }  # fmt: skip
    import_register(tables=tables, actor=SYSTEM, at=AT)


@pytest.fixture
def cookie(town: Town) -> str:
    """小王 has signed in, as the session table says."""
    user = User.objects.get(username="xiaowang")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"shouwang={session.session_key}"


@pytest.fixture
def servers(town: Town, homes: None) -> Iterator[dict[int, subprocess.Popen[bytes]]]:
    """Four web processes as the platform starts them, by port; all gone at the end."""
    started = {}
    for _ in range(PROCESSES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "critical"]
        command += ["shouwang.surfaces.web.wsgi:application"]
        started[port] = subprocess.Popen(command, env=town.environment("requests"), start_new_session=True)
    for port in started:
        _wait_for(port)
    yield started
    for server in started.values():
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


class Readers:
    """Sixty-four people who open their household's file over and over, on whichever process answers."""

    def __init__(self, ports: list[int], cookie: str) -> None:
        self.ports, self.cookie, self.lock = ports, cookie, threading.Lock()
        self.answered: Counter[str] = Counter()
        self.unanswered: Counter[str] = Counter()
        self.odd: list[tuple[int, bytes]] = []

    def read(self, home: str) -> None:
        while self.answered[home] < PAGES_EACH and not self.odd:
            port = random.choice(self.ports)
            try:
                status, body = self._open(port, home)
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.unanswered[home] += 1
                time.sleep(0.05)
                continue
            with self.lock:
                self.answered[home] += 1
                if status != 200 or home.encode() not in body:
                    self.odd.append((status, body[:300]))

    def _open(self, port: int, home: str) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            line.request("GET", f"/households/{home}/looks/", headers={"Cookie": self.cookie})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()


def test_every_look_that_was_answered_is_recorded_though_a_process_is_killed(
    town: Town, servers: dict[int, Any], cookie: str
) -> None:
    readers = Readers(list(servers), cookie)
    threads = [threading.Thread(target=readers.read, args=(home,)) for home in HOMES]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    while sum(readers.answered.values()) < THREADS * PAGES_EACH / 3 and not readers.odd:
        time.sleep(0.02)
    port = random.choice(list(servers))
    os.killpg(servers[port].pid, signal.SIGKILL)
    time.sleep(0.5)  # those who were being answered are cut off, others still knock at the door
    readers.ports.remove(port)
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started

    recorded = records_by_home()
    cut_off = sum(readers.unanswered.values())
    sys.stdout.write(
        f"\n{THREADS} readers × {PAGES_EACH} pages, 1 of {PROCESSES} processes killed: {sum(readers.answered.values()):,} answered, "
        f"{sum(recorded.values()):,} recorded, {cut_off} cut off or refused, {took:.0f} s\n"
    )
    assert readers.odd == []
    assert {home: readers.answered[home] for home in HOMES} == dict.fromkeys(HOMES, PAGES_EACH)
    assert [home for home in HOMES if recorded[home] < readers.answered[home]] == [], "seen without a record"
    # A look may be recorded whose answer was cut off on its way: never more of them than were cut off.
    assert [home for home in HOMES if recorded[home] > readers.answered[home] + readers.unanswered[home]] == []
    seal_entries(at=AT + timedelta(seconds=30))
    assert verify_ledger().sound


def records_by_home() -> Counter[str]:
    """How many looks at each household stand in the ledger."""
    found = Entry.objects.filter(act="look_household", actor="xiaowang").values("subject").annotate(count=Count("id"))
    return Counter({row["subject"].removeprefix("household:"): row["count"] for row in found})


WORKER = """
import django, os, threading
django.setup()
from datetime import UTC, date, datetime
from django.db import connection, transaction
from shouwang.kernel.row_security import rows_within
from shouwang.register.households.queries import household_file
from shouwang.register.ledger.actions import record_look
from shouwang.register.staff.queries import actor_named
actor, at = actor_named("xiaowang", on=date(2026, 11, 22)), datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

work = iter({homes!r} * {each})
lock = threading.Lock()

def read():
    while True:
        with lock:
            home = next(work, None)
        if home is None:
            break
        with transaction.atomic(), rows_within(*actor.row_range):
            assert household_file(actor, home).household.household_id == home
            record_look(subjects=["household:" + home], purpose="一户一档", actor=actor, at=at)
        os.write(1, (home + "\\n").encode())
    connection.close()

threads = [threading.Thread(target=read) for _ in range({connections})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def start_worker(town: Town, homes: list[str], answers: Path) -> subprocess.Popen[bytes]:
    """A process that looks at its households in turns and says after each look that it has seen it."""
    program = WORKER.format(each=LOOKS_EACH, homes=homes, connections=CONNECTIONS)
    with answers.open("ab") as out:
        return subprocess.Popen([sys.executable, "-c", program], env=town.environment("requests"), stdout=out)


def test_every_look_by_many_connections_is_recorded_though_a_process_is_killed(town: Town, homes: None) -> None:
    """Four processes of twelve connections; what a process has said that it saw must stand in the ledger."""
    parts = [HOMES[number::PROCESSES] for number in range(PROCESSES)]
    answers = [town.folder / f"answers{number}" for number in range(PROCESSES)]
    started = time.perf_counter()
    workers = [start_worker(town, part, path) for part, path in zip(parts, answers, strict=True)]
    while answers[0].stat().st_size < len(parts[0]) * LOOKS_EACH * 5 / 3 and workers[0].poll() is None:
        time.sleep(0.005)
    workers[0].kill()
    for worker in workers:
        worker.wait()
    took = time.perf_counter() - started
    answered: Counter[str] = Counter()
    for path in answers:
        answered.update(path.read_text().splitlines())

    recorded = records_by_home()
    sys.stdout.write(
        f"\n{THREADS} households × {LOOKS_EACH} looks by {PROCESSES * CONNECTIONS} connections, 1 of {PROCESSES} processes killed: "
        f"{answered.total():,} seen, {recorded.total():,} recorded, {took:.0f} s\n"
    )
    assert all(answered[home] == LOOKS_EACH for part in parts[1:] for home in part)
    assert 0 < sum(answered[home] for home in parts[0]) < len(parts[0]) * LOOKS_EACH, "killed in the middle"
    assert [home for home in HOMES if recorded[home] < answered[home]] == [], "seen without a record"
    assert recorded.total() - answered.total() <= CONNECTIONS, "only those under way in the killed process"
