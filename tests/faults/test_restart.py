"""The database is stopped at once and started again while people work: they are told to wait, and nothing is lost or doubled.

Writers send forms to two web processes and, as the page asks them to, send the same form again until it is answered.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from tests.cast import VILLAGE
from tests.faults.conftest import FULL, Town
from tests.faults.driving import Browser, Server, serving

WRITERS, EACH = (16, 60) if FULL else (4, 6)
RESTARTS = 12 if FULL else 2
AWAY = 1.0
"""Seconds for which the database is gone each time, besides what it takes to start."""


class Cluster:
    """The tests' own PostgreSQL server, stopped and started on the port that it has."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            self.data = Path(cursor.fetchone()[0])
            # A database copied from another one gives numbers out twice if it dies before its first checkpoint: the
            # copy holds numbers that the other one's log has set aside. No county's database is such a copy.
            cursor.execute("CHECKPOINT")
        connection.close()
        self.command = shlex.split((self.data / "postmaster.opts").read_text())

    def stop(self) -> None:
        """As `pg_ctl stop -m immediate` does: no connection is waited for, nothing is written down."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        for _ in range(600):
            try:
                os.waitpid(pid, os.WNOHANG)
                os.kill(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                return
            time.sleep(0.02)

    def start(self) -> float:
        """Start it and wait until it answers; gives back how long its recovery took."""
        from shouwang.kernel.postgres import _drop

        began = time.perf_counter()
        server = subprocess.Popen(self.command, cwd="/", start_new_session=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_drop())  # type: ignore[call-overload]  # fmt: skip
        server.returncode = 0  # it outlives this object, which would complain of that
        for _ in range(3000):
            lines = (
                (self.data / "postmaster.pid").read_text().splitlines()
                if (self.data / "postmaster.pid").exists()
                else []
            )
            if len(lines) >= 8 and lines[7].strip() == "ready":
                return time.perf_counter() - began
            time.sleep(0.02)
        raise TimeoutError("PostgreSQL did not come back")


@pytest.fixture
def cluster(town: Town) -> Cluster:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the server of DATABASE_URL is not ours to stop")
    return Cluster()


@pytest.fixture
def session(town: Town) -> str:
    """小王 has signed in."""
    from shouwang.register.staff.models import User

    user = User.objects.get(username="xiaowang")
    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(user.pk)
    made[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    made.save()
    return str(made.session_key)


@pytest.fixture
def servers(town: Town) -> Iterator[list[Server]]:
    """Two web processes, which nobody starts again."""
    environment = town.environment("requests")
    with serving(environment) as one, serving(environment) as other:
        yield [one, other]


class Writers:
    """People who report what they hear, each under a name of its own, and keep trying until they are answered."""

    def __init__(self, servers: list[Server], session: str) -> None:
        self.ports, self.session = [one.port for one in servers], session
        self.answered: list[str] = []
        self.answers: Counter[str] = Counter()
        self.odd: list[str] = []
        self.times: list[tuple[float, float]] = []
        self.lock = threading.Lock()

    def write(self, who: int) -> None:
        browser = Browser(self.session)
        for number in range(EACH):
            name = f"写{who:02}{number:03}"
            began = time.perf_counter()
            form = self._form(browser, who)
            form |= {
                "channel": ["grid_report"], "county": [VILLAGE[:6]], "township": [VILLAGE[:9]], "village": [VILLAGE],
                "name": [name], "what": ["家里的房顶漏雨，没有钱修"],
            }  # fmt: skip
            while not self._sent(browser, form, name):
                time.sleep(0.2)
            with self.lock:
                self.answered.append(name)
                self.times.append((began, time.perf_counter() - began))

    def _form(self, browser: Browser, who: int) -> dict[str, list[str]]:
        for at in range(600):
            try:
                return browser.form(self.ports[(who + at) % 2], "/clues/new/", "/clues/new/")
            except AssertionError as page:  # 503 for a page that is only looked at
                self._judge(page.args[0][1], page.args[0][2], "")
            except OSError:
                self.answers["no answer"] += 1
            time.sleep(0.2)
        raise TimeoutError

    def _sent(self, browser: Browser, form: dict[str, list[str]], name: str) -> bool:
        port = self.ports[hash(name) % 2]
        answer = browser.post(port, "/clues/new/", form)
        if answer is None:
            self.answers["no answer"] += 1
            return False
        if answer[0] == 302:
            self.answers["done"] += 1
            return True
        self._judge(answer[0], answer[2], name)
        return False

    def _judge(self, status: int, body: str, name: str) -> None:
        with self.lock:
            self.answers[str(status)] += 1
            hinted = status == 503 and (
                "再交一次" in body and name in body if name else "数据库正在重新启动" in body or "alone" in body
            )
            if not hinted:
                self.odd.append(f"{status} {re.sub(r'<[^>]+>', ' ', body)[:200]}")


def test_what_was_answered_is_there_once_though_the_database_was_stopped_at_once(
    town: Town, cluster: Cluster, session: str, servers: list[Server]
) -> None:
    from django.db import connection

    from shouwang.register.ledger.verifying import verify_ledger
    from shouwang.stream.clues.models import ClueSource
    from shouwang.watch.integrity.queries import check_data

    connection.close()
    writers = Writers(servers, session)
    threads = [threading.Thread(target=writers.write, args=(who,)) for who in range(WRITERS)]
    for thread in threads:
        thread.start()
    stops: list[tuple[float, float, float]] = []
    for _ in range(RESTARTS):
        _wait_until(writers, (len(stops) + 1) * WRITERS * EACH / (RESTARTS + 1))
        stopped = time.perf_counter()
        cluster.stop()
        time.sleep(AWAY)
        recovery = cluster.start()
        stops.append((stopped, time.perf_counter(), recovery))
    for thread in threads:
        thread.join()

    there = Counter(ClueSource.objects.filter(told_name__startswith="写").values_list("told_name", flat=True))
    back = [
        min((began + took for began, took in writers.times if began + took > up), default=up) - up for _, up, _ in stops
    ]
    sys.stdout.write(
        f"\n{WRITERS} writers × {EACH} forms, database stopped {RESTARTS} times: {len(writers.answered)} acknowledged, "
        f"{sum(there.values())} there, answers {dict(writers.answers)}; recovery {max(one[2] for one in stops):.1f} s, "
        f"first form done at most {max(back):.1f} s after it was back\n"
    )
    assert writers.odd == []
    assert [name for name in writers.answered if not there[name]] == [], "acknowledged and lost"
    assert [name for name, times in there.items() if times > 1] == [], "done twice"
    assert len(there) == WRITERS * EACH
    assert writers.answers["503"] > 0, "nobody noticed"
    assert all(server.process.poll() is None for server in servers), "a web process died of it"
    assert verify_ledger().sound
    assert [one.sentence for one in check_data().broken] == []


def _wait_until(writers: Writers, acknowledged: float) -> None:
    for _ in range(6000):
        if len(writers.answered) >= acknowledged or writers.odd:
            return
        time.sleep(0.02)
    raise TimeoutError(len(writers.answered))
