"""A process dies at every named point of every act: what was acknowledged is there, nothing is there twice, all is sound.

By default a sample of points is visited; SHOUWANG_FAULTS=full visits all of them (see README.md).
"""

import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import override_settings

from tests.faults.acts import ACTS, Act
from tests.faults.conftest import FULL, _on_server
from tests.faults.driving import ONCE, WORKER, Browser, Colleague, Server, armed, died, serving

BASE, TOWN = "shouwang_faults_base", "shouwang_faults_town"
SOURCES = Path(__file__).parents[2] / "src"
POINTS = [(point, name, False) for name, act in ACTS.items() for point in act.points]
POINTS += [(point, name, True) for name, act in ACTS.items() for point in act.worker]
SAMPLE = {"form.committed report", "case.decide.recorded", "delivery.accept.committed", "screening.run.published"}
"""Visited in every run: an answer that was lost, a decision half done, two jobs that died after what they did was in force."""
CHOSEN = [one for one in POINTS if FULL or {one[0], f"{one[0]} {one[1]}"} & SAMPLE]


def named_points() -> Counter[str]:
    """The fault points that stand in the code."""
    found = (re.findall(r'fault_point\("([^"]+)"\)', path.read_text()) for path in SOURCES.rglob("*.py"))
    return Counter(name for names in found for name in names)


def test_every_fault_point_of_the_code_is_visited_by_an_act() -> None:
    written, visited = named_points(), {point.split(":")[0] for point, _, _ in POINTS}

    assert set(written) == visited
    assert [name for name, times in written.items() if times > 1] == [], "a name stands for one place"
    assert len(written) >= 60


@dataclass
class Ground:
    """A county to destroy: the database that each visit begins with, its files, and who is signed in."""

    home: Path
    facts: dict[str, Any]
    sessions: dict[str, str]
    environment: dict[str, str]

    def renewed(self) -> None:
        """As it was before anybody did anything: rows, kept files, the head of the ledger."""
        _copy(BASE, TOWN)
        for name in ("store", "keys"):
            shutil.rmtree(self.home / name, ignore_errors=True)
            shutil.copytree(self.home / f"{name}-at-first", self.home / name)

    def filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: str(self.facts[found[1]]), text)


def _copy(original: str, name: str) -> None:
    def copy(cursor: Any) -> None:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [original])
        cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{original}"')

    _on_server(copy)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Ground]:
    """The county of ``world.py``, made once."""
    from django.db import connection, connections

    from tests.faults import world

    home = tmp_path_factory.mktemp("home")
    shutil.copytree(settings.HOME / "keys", home / "keys", ignore=shutil.ignore_patterns("ledger*"))
    keys = home / "keys"
    changed = {"HOME": home, "STORE": home / "store", "LEDGER_KEY_FILE": keys / "ledger.json",
               "LEDGER_HEAD_FILE": keys / "ledger-head.json", "SECOND_FACTOR": False}  # fmt: skip
    with django_db_blocker.unblock(), override_settings(**changed):
        given = connection.settings_dict
        original = given["NAME"]
        _copy(original, BASE)
        try:
            given["NAME"] = BASE
            facts = world.build(whole=FULL)
            sessions = _signed_in()
            connections.close_all()
            given["NAME"] = TOWN
            (home / "store").mkdir(exist_ok=True)
            for name in ("store", "keys"):
                shutil.copytree(home / name, home / f"{name}-at-first")
            login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@{given['HOST']}:{given['PORT']}"
            yield Ground(home, facts, sessions, _environment(home, f"postgresql://{login}/{TOWN}"))
        finally:
            connections.close_all()
            given["NAME"] = original
            for name in (TOWN, BASE):
                _on_server(lambda cursor, name=name: cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _environment(home: Path, url: str) -> dict[str, str]:
    import os

    return os.environ | {
        "SHOUWANG_HOME": str(home), "SHOUWANG_HTTPS": "no", "SHOUWANG_SECOND_FACTOR": "no", "DATABASE_URL": url,
        "DATABASE_OWNER_URL": "", "SHOUWANG_WORKS_FOR": "requests", "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip


def _signed_in() -> dict[str, str]:
    from shouwang.register.staff.models import User

    keys = {}
    for user in User.objects.all():
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        keys[user.username] = session.session_key
    return keys


@pytest.fixture(scope="module")
def healthy(ground: Ground) -> Iterator[tuple[Server, Colleague]]:
    """A web process and a worker that nobody kills."""
    colleague = Colleague(ground.environment | {"SHOUWANG_WORKS_FOR": "system"})
    with serving(ground.environment) as server:
        yield server, colleague
    colleague.stop()


class Visit:
    """One act at one point: done, killed, gone on with, done again."""

    def __init__(self, ground: Ground, act: Act, server: Server, colleague: Colleague) -> None:
        self.ground, self.server, self.colleague = ground, server, colleague
        self.act = replace(
            act, effect=ground.filled(act.effect), page=ground.filled(act.page), to=ground.filled(act.to)
        )
        self.browser = Browser(ground.sessions.get(act.who, ""))
        self.form: dict[str, list[str]] = {}
        self.working = ground.environment | {"SHOUWANG_WORKS_FOR": "system"}

    def effects(self) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.act.effect}")
            counted = int(cursor.fetchone()[0])
        connection.close()
        return counted

    def opened(self) -> None:
        """The person has the page before her and fills the form in."""
        if self.act.page:
            self.form = self.browser.form(self.server.port, self.act.page, self.act.to)
            for name, value in self.act.fields.items():
                values = value if isinstance(value, list) else [value]
                self.form[name] = [self.ground.filled(one) for one in values]

    def done(self, environment: dict[str, str] | None = None, port: int = 0) -> bool:
        """The act; whether the person was told that it is done."""
        if self.act.program:
            if environment:
                return died([sys.executable, "-c", ONCE, self.act.program], environment) == 0
            return self.colleague.do(self.act.program) == "done"
        answer = self.browser.post(port or self.server.port, self.act.to, self.form, self.act.file)
        return answer is not None and answer[0] in (200, 302)

    def drained(self) -> None:
        """The worker is back, and does what was left lying or queued."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))")
            (queued,) = cursor.fetchone()
        connection.close()
        assert not queued or self.colleague.do("drain") == "done"


@pytest.fixture
def database(transactional_db: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize(("point", "name", "by_worker"), CHOSEN, ids=[f"{one[0]}-{one[1]}" for one in CHOSEN])
def test_nothing_is_lost_and_nothing_doubled_when_a_process_dies(
    database: None, ground: Ground, healthy: Any, point: str, name: str, by_worker: bool
) -> None:
    ground.renewed()
    visit = Visit(ground, ACTS[name], *healthy)
    before = visit.effects()
    visit.opened()
    began = time.perf_counter()
    told = _killed_on_the_way(visit, point, by_worker)
    visit.drained()
    afterwards = visit.effects()
    visit.done()  # whoever got no answer does it again, and so does who is not sure
    visit.drained()

    finally_there = visit.effects()
    sys.stdout.write(
        f"\n{point} ({name}): acknowledged {told}, {afterwards - before} there after the restart, {finally_there - before} in the end, "
        f"{time.perf_counter() - began:.1f} s"
    )
    assert not told or afterwards == before + 1, "acknowledged and lost"
    assert finally_there == before + 1
    assert unsound() == []


def _killed_on_the_way(visit: Visit, point: str, by_worker: bool) -> bool:
    """Do the act with a process that dies at the point; whether it was acknowledged. Fails where nothing died."""
    if by_worker:
        assert visit.done()
        assert died(WORKER, armed(visit.working, point)) == -9, "the point was not passed"
        return True
    if visit.act.program:
        told = visit.done(armed(visit.working, point))
        assert not told, "the point was not passed"
        return told
    with serving(armed(visit.ground.environment, point)) as doomed:
        told = visit.done(port=doomed.port)
        assert not told, "the point was not passed"
    return told


def unsound() -> list[str]:
    """What the platform's own check finds broken."""
    from django.db import connection

    from shouwang.watch.integrity.queries import check_data

    found = [one.sentence for one in check_data().broken]
    connection.close()
    return found
