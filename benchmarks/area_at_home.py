"""A county or a prefecture at home in a folder: its database, and the web server that `shouwang serve` starts."""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.pages_area import Area, ready  # noqa: E402
from shouwang.conf import env  # noqa: E402

PROCESSES, PORT = 2, 8765


def asked_of(parser: argparse.ArgumentParser) -> None:
    """Which area it is, how large, and where it is kept."""
    parser.add_argument("--area", default="4310", help="code of a prefecture, or of a county: 431003")
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".shouwang/bench")
    parser.add_argument("--fresh", action="store_true", help="make it anew")


@contextmanager
def area_at_home(given: argparse.Namespace) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The home of the area, made once and copied for every run, and its size; its database ends with the block."""
    area = Area(given.area, given.households, given.cases)
    home = given.folder / f"pages-{area.code}-{area.households}-{area.cases}"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    env.provide("SHOUWANG_HOME", str(home))
    env.provide("SHOUWANG_HTTPS", "no")
    from shouwang.surfaces.cli import serve

    serve.prepare()
    try:
        yield home, ready(home, area, fresh=given.fresh)
    finally:
        serve.stop_own_database()


@contextmanager
def web_server(home: Path) -> Iterator[None]:
    """Pages with a clock around them (pages_server.py), answering on PORT."""
    from shouwang.surfaces.web.assets import publish_static

    publish_static(home)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
    command += ["--workers", str(PROCESSES), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"]
    command += ["benchmarks.pages_server:application"]
    web = subprocess.Popen(command, env=env.for_child(works_for="requests"), start_new_session=True, cwd=ROOT)
    try:
        _wait()
        yield
    finally:
        web.terminate()
        web.wait(timeout=60)


def _wait() -> None:
    for _ in range(300):
        try:
            link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            link.request("GET", "/sign-in/")
            link.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the web server did not start")
