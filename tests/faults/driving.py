"""Processes as the platform starts them, a browser that sends forms as a person would, and a worker that comes back."""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

WEB = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--workers", "1",
       "--blocking-threads", "4", "--no-access-log", "--log-level", "critical", "shouwang.surfaces.web.wsgi:application"]  # fmt: skip
Environment = dict[str, str]


def armed(environment: Environment, point: str) -> Environment:
    """The environment of a process that dies at a point."""
    return environment | {"SHOUWANG_FAULT_POINT": point, "SHOUWANG_DEBUG": "yes"}


class Server:
    """One web process on a port of its own."""

    def __init__(self, environment: Environment) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = subprocess.Popen([*WEB, "--port", str(self.port)], env=environment, start_new_session=True)

    def wait(self) -> "Server":
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise TimeoutError(self.port)

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(environment: Environment) -> Iterator[Server]:
    """A web process that answers, gone at the end."""
    server = Server(environment)
    try:
        yield server.wait()
    finally:
        server.stop()


class Forms(HTMLParser):
    """Every form of a page with what a browser would send of it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.text = self.choice = ""
        self.outer: dict[str, dict[str, list[str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif not self.forms or (not name and tag != "option"):
            return
        elif tag == "textarea":
            self.text = name
            self.put(name, "")
        elif tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and ("selected" in given or self.choice not in self.forms[-1][1]):
            self.forms[-1][1][self.choice] = [given.get("value", "")]
        elif tag == "input" and (
            given.get("type") not in ("checkbox", "radio", "file", "submit") or "checked" in given
        ):
            self.put(name, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.text = "" if tag == "textarea" else self.text
        self.choice = "" if tag == "select" else self.choice

    def handle_data(self, data: str) -> None:
        if self.text:
            self.forms[-1][1][self.text][-1] += data

    def put(self, name: str, value: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(value)


class Browser:
    """One person, signed in; pages from any of the servers."""

    def __init__(self, session: str) -> None:
        self.cookies = {"shouwang": session, "csrftoken": secrets.token_hex(16)}

    def get(self, port: int, path: str) -> tuple[int, str]:
        status, _, body = self._ask(port, "GET", path, None, {})
        return status, body.decode(errors="replace")

    def form(self, port: int, page: str, to: str) -> dict[str, list[str]]:
        """The fields of the form that leads to an address, as they stand on a page."""
        status, body = self.get(port, page)
        assert status == 200, (page, status, body[-600:])
        seen = Forms()
        seen.feed(body)
        here = urlsplit(page).path
        for action, fields in seen.forms:
            if (action or page) == to or (not action and here == to) or urlsplit(action).path == to:
                return fields
        raise AssertionError((page, to, [action for action, _ in seen.forms]))

    def post(
        self, port: int, to: str, fields: dict[str, list[str]], file: tuple[str, str, bytes] | None = None
    ) -> tuple[int, str, str] | None:
        """Status, where it leads, and the page; None when no answer came."""
        pairs = [(name, value) for name, values in fields.items() for value in values]
        if file is None:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(pairs, file)
        try:
            status, led_to, answer = self._ask(port, "POST", to, body, {"Content-Type": kind})
        except (OSError, http.client.HTTPException):
            return None
        return status, led_to, answer.decode(errors="replace")

    def _ask(
        self, port: int, method: str, path: str, body: bytes | None, more: dict[str, str]
    ) -> tuple[int, str, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, path, body=body, headers={"Cookie": cookies, **more})
            answer = line.getresponse()
            for header in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = header.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location") or "", answer.read()
        finally:
            line.close()


def _multipart(pairs: list[tuple[str, str]], file: tuple[str, str, bytes]) -> tuple[bytes, str]:
    mark = secrets.token_hex(12)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{file[0]}"; filename="{file[1]}"\r\n'
    parts += [head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file[2] + b"\r\n"]
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


PROGRAMS = """
import django, sys
django.setup()
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

app.perform_import_paths()
app.periodic_registry.periodic_tasks.clear()  # at three in the morning the timetable would do more than the test asked for

def import_():
    import pyarrow as pa
    from shouwang.register.households.actions import import_register
    from shouwang.register.staff.queries import SYSTEM
    homes = pa.table({"household_id": ["N1"], "place_code": ["431003101202"]})
    people = pa.table({"resident_id": ["N1-1"], "household_id": ["N1"], "name": ["李四"], "relation": ["head"]})
    import_register(tables={"households": homes, "residents": people}, actor=SYSTEM, at=timezone.now())

def screen():
    from django.db import transaction
    from shouwang.schedule.daily.river import screen_tonight
    with transaction.atomic():
        screen_tonight(at=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0))

def escalate():
    from shouwang.schedule.daily.clues import look_after_clues
    look_after_clues(at=timezone.now())

def seal():
    from shouwang.register.ledger.actions import seal_entries
    seal_entries(at=timezone.now())

def work():
    from django.core.management import call_command
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1", *sys.argv[2:])

def drain():
    import asyncio
    from shouwang.schedule.minutely import stalled_jobs
    lease = stalled_jobs.LEASE_SECONDS
    async def work():
        async with app.open_async():
            stalled_jobs.LEASE_SECONDS = 0  # whoever was killed is not waited for; ourselves we take for alive
            await stalled_jobs.sweep()
            stalled_jobs.LEASE_SECONDS = lease
            await app.run_worker_async(wait=False, install_signal_handlers=False)
    with app.replace_connector(app.connector.get_worker_connector()):
        asyncio.run(work())

RUN = {"import": import_, "screen": screen, "escalate": escalate, "seal": seal, "work": work, "drain": drain}
"""

ONCE = PROGRAMS + "RUN[sys.argv[1]]()\n"
"""One program, once; as a command or a job would be a process of its own."""
WORKER = [sys.executable, "-c", ONCE, "work"]
"""A worker that does what is queued and goes."""
LASTING = (
    PROGRAMS
    + """
from django.db import connections
for line in sys.stdin:
    try:
        connections.close_all()
        RUN[line.strip()]()
        said = "done"
    except Exception as wrong:
        import traceback
        traceback.print_exc()
        said = f"failed {wrong!r}"
    connections.close_all()
    print(said, flush=True)
"""
)
"""A worker that nobody kills: it does what it is told, line by line."""


class Colleague:
    """The process that goes on with the work of one that died."""

    def __init__(self, environment: Environment) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", LASTING], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip

    def do(self, program: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{program}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def died(command: list[str], environment: Environment) -> int:
    """Run a process to its end; gives back how it ended (-9 for a killed one)."""
    done: subprocess.CompletedProcess[Any] = subprocess.run(command, env=environment, check=False, capture_output=True)
    return done.returncode
