"""The running parts (服务进程): database, worker and web server, started and stopped together or one by one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from shouwang.conf import env
from shouwang.kernel.errors import InputError
from shouwang.kernel.priority import give_way

SETTINGS = "shouwang.conf.settings"
WORKER = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "1"]
MOST_DEATHS, WATCHED_SECONDS = 10, 300
"""A part that dies more often than this within this time is not started again."""
SEALER = [*WORKER, "--queues", "ledger"]
"""A worker that only seals the ledger: it waits for no screening."""
MESSENGER = [*WORKER, "--queues", "messages"]
"""A worker that only tells departments' systems: nobody waits for one that does not answer."""


def serve(
    port: Annotated[int, typer.Option(help="网页端口，只在本机 127.0.0.1 上")] = 8000,
    workers: Annotated[int, typer.Option(help="网页进程数")] = 1,
) -> int:
    """启动数据库（没有 DATABASE_URL 时）、后台任务和网页，按 Ctrl-C 一起停下。"""
    prepare()
    migrate()
    return run_together(port, workers)


def worker(
    queue: Annotated[
        str, typer.Option(help="只办这一类任务；ledger 是封存台账，messages 是发通知，各另开一个进程")
    ] = "",
) -> int:
    """启动后台任务进程。"""
    prepare()
    command = [*WORKER, "--queues", queue] if queue else WORKER
    if not queue:  # screenings are behind whoever waits at a page; seals and messages are small
        give_way(os.getpid())
    return subprocess.call(command, env=env.for_child(works_for="system"))


def db(what: Annotated[str, typer.Argument(help="start、stop、url 或 migrate")] = "url") -> int:
    """内置数据库：启动、停止、显示地址、升级表结构。"""
    from shouwang.kernel import postgres

    home: Path = env.value("SHOUWANG_HOME")
    if what == "stop":
        postgres.stop_server(home)
    elif what == "start":
        typer.echo(ensure_database())
    elif what == "migrate":
        prepare()
        migrate()
    elif what == "url":
        typer.echo(env.value("DATABASE_URL") or postgres.running_url(home) or "没有运行")
    else:
        raise InputError(f"不认识“{what}”。", "可用：start、stop、url、migrate。")
    return 0


def ensure_database() -> str:
    """The owner's address on the county's own server where one is given, else on ours, started where needed; checked."""
    import psycopg

    from shouwang.kernel import postgres

    given = env.value("DATABASE_OWNER_URL") or env.value("DATABASE_URL")
    if not given:
        return postgres.ensure_server(env.value("SHOUWANG_HOME"))
    try:
        with psycopg.connect(given, autocommit=True, connect_timeout=10) as database:
            postgres.check_database(database)
    except psycopg.OperationalError as wrong:
        raise InputError("DATABASE_URL 所指的数据库连不上。", str(wrong).splitlines()[0]) from None
    return str(given)


def prepare() -> None:
    """Bring up the database, and Django under the run-time role with every place in sight."""
    from shouwang.kernel import postgres

    owner, home = ensure_database(), env.value("SHOUWANG_HOME")
    if not env.value("DATABASE_URL"):
        env.provide("DATABASE_URL", postgres.run_time_url(home) or postgres.NOT_RUNNING)
    env.provide("DATABASE_OWNER_URL", owner)
    env.provide("SHOUWANG_WORKS_FOR", "system")
    env.provide("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def migrate() -> None:
    """Bring the tables up to date as their owner, and open the keys; quick when nothing is to do."""
    from django.core.management import call_command
    from django.utils import timezone

    from shouwang.register.ledger.keys import open_keys

    with as_owner():
        call_command("migrate", verbosity=0, interactive=False)
    open_keys(at=timezone.now())


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the owner of the tables for a while; everything else runs under the run-time role."""
    from django.db import connection

    from shouwang.conf.settings.database import database_settings

    connection.close()
    kept = dict(connection.settings_dict)
    connection.settings_dict.update(database_settings(env.value("DATABASE_OWNER_URL")))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)


def run_together(port: int, workers: int = 1) -> int:
    """Run workers and web server until Ctrl-C; one that dies is started again. Then stop all, and our own database.

    A part that dies over and over is at fault for good: then everything stops, with code 1, for whoever watches over us.
    """
    from django.conf import settings

    from shouwang.stream.screening.jobs import defer_preparation

    defer_preparation(pack=settings.PACK)
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"]
    web += ["--respawn-failed-workers", "--respawn-interval", "1"]
    web += ["shouwang.surfaces.web.wsgi:application"]
    parts = [
        Part(WORKER, "system", gives_way=True),
        Part(SEALER, "system"),
        Part(MESSENGER, "system"),
        Part(web, "requests"),
    ]
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have started us with Ctrl-C switched off
        signal.signal(number, _as_interrupt)
    try:
        while all(part.kept_alive() for part in parts):
            time.sleep(0.3)
        code = 1
    except KeyboardInterrupt:
        code = 0
    finally:
        stop_all([part.process for part in parts])
    return code


class Part:
    """A process that is started again when it dies (服务进程), but not for ever."""

    def __init__(self, command: list[str], works_for: str, *, gives_way: bool = False) -> None:
        self.command, self.works_for, self.gives_way = command, works_for, gives_way
        self.deaths: list[float] = []
        self.due = 0.0
        self.process = self._start()

    def kept_alive(self) -> bool:
        """Start it again when it has died, a little later each time; no when it has died too often."""
        now = time.monotonic()
        if self.process.poll() is None:
            return True
        if not self.due:
            self.deaths = [one for one in self.deaths if now - one < WATCHED_SECONDS] + [now]
            self.due = now + len(self.deaths)  # its database may be starting, too
            typer.secho(f"进程意外结束（{self.command[2]}），正在重新启动。", fg="yellow", err=True)
        if len(self.deaths) > MOST_DEATHS:
            return False
        if now >= self.due:
            self.due, self.process = 0.0, self._start()
        return True

    def _start(self) -> "subprocess.Popen[bytes]":
        # A web worker that dies alone is replaced by its own parent; see respawn in the command.
        started = subprocess.Popen(self.command, env=env.for_child(works_for=self.works_for), start_new_session=True)
        if self.gives_way:
            give_way(started.pid)
        return started


def stop_all(parts: list["subprocess.Popen[bytes]"]) -> None:
    """Ask every process to end, wait, and insist after twenty seconds; then stop our own database."""
    for part in parts:
        with suppress(ProcessLookupError):
            os.kill(part.pid, signal.SIGTERM)
    for part in parts:
        try:
            part.wait(timeout=20)
        except subprocess.TimeoutExpired:
            part.kill()
    stop_own_database()


def stop_own_database() -> None:
    """Stop the server of this home when we run on it; a county's own server is left alone."""
    from shouwang.kernel import postgres

    home: Path = env.value("SHOUWANG_HOME")
    if env.value("DATABASE_OWNER_URL") == postgres.running_url(home):
        postgres.stop_server(home)


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def as_json(value: object) -> str:
    """A result as commands print it with --json."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
