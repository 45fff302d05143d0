"""A real Chromium before the real pages, inside the test's own transaction.

The ledger cannot be emptied, not even by a test, so that nothing may be committed: the server's threads work on the
connection of the test, one request after the other, and everything is rolled back at the end.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.phones import pocket  # noqa: F401  a fixture for every test here

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Site:
    """The address of the served pages, and the lock that a test holds while it works on the database itself."""

    address: str
    lock: threading.Lock


@pytest.fixture(autouse=True)
def _for_tests(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME = "shouwang"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Per module: while it is open its event loop stands in this thread, and tests of jobs elsewhere need their own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    """Playwright, for any browser: the one way of starting it in these tests."""
    from django.db import connections
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; Django would take every query for one inside it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connections.close_all()  # inside that loop Django has another one, which tests of faults may have ended
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Any]:
    """The system's browser where there is one, else Playwright's own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def village(cast: Any) -> Any:
    """The cast's village with a published screening."""
    from tests.surfaces.web import screened

    return screened.publish()


@pytest.fixture
def site(db: None, settings: Any) -> Iterator[Site]:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.signals import request_finished, request_started
    from django.core.wsgi import get_wsgi_application
    from django.db import close_old_connections, connections

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadedWSGIServer):
        daemon_threads = True

        def _close_connections(self) -> None:
            """The connection is the test's."""

    lock, shared = threading.Lock(), connections["default"]
    application = get_wsgi_application()
    shared.inc_thread_sharing()
    # At the edges of a request Django closes a connection that is inside a transaction; ours must outlive it.
    for edge in (request_started, request_finished):
        edge.disconnect(close_old_connections)

    ended = threading.Event()

    def one_at_a_time(environ: Any, start: Any) -> list[bytes]:
        with lock:
            if ended.is_set():  # a page that asked once more while it closed: the test's transaction is over
                start("503 Service Unavailable", [])
                return []
            answer = application(environ, start)
            body = [b"".join(answer)]
            answer.close()
            return body

    server = Server(("127.0.0.1", 0), Quiet, connections_override={"default": shared})
    server.set_app(one_at_a_time)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", lock)
    with lock:
        ended.set()
    server.shutdown()
    server.server_close()
    thread.join()
    for edge in (request_started, request_finished):
        edge.connect(close_old_connections)
    shared.dec_thread_sharing()


@pytest.fixture
def open_as(chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """A page in which one of the cast has signed in; every complaint of the browser fails the test."""
    from tests.cast import PASSWORD

    contexts, complaints = [], []

    def sign_in(username: str, *, width: int = 1280, height: int = 900) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=site.address)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto("/sign-in/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        page.click("form.plain button")
        page.wait_for_selector("#content")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the pages: it stands at a day of autumn and moves when the story says so."""
    from tests.browser.desk import Days

    clock = Days()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def desk(open_as: Callable[..., Any], site: Site, cast: Any, days: Any) -> Any:
    """One case on the screens of those who handle it."""
    from tests.browser.desk import Desk

    return Desk(open_as, site, cast, days)
