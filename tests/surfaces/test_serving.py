"""Parts of a running platform: one that dies is started again, one that dies over and over is given up."""

import os
import signal
import sys
from itertools import count
from typing import Any

from shouwang.surfaces.cli import serve

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
CORPSE = [sys.executable, "-c", ""]


def test_a_part_that_was_killed_is_started_again(monkeypatch: Any) -> None:
    part = serve.Part(SLEEPER, "system")
    first = part.process
    assert part.kept_alive()
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    hours = count(1000, 60)
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(hours))

    assert [part.kept_alive() for _ in range(3)] == [True] * 3
    assert part.process.pid != first.pid
    assert part.process.poll() is None
    part.process.kill()
    part.process.wait()


def test_a_part_that_dies_over_and_over_is_given_up(monkeypatch: Any) -> None:
    part = serve.Part(CORPSE, "system")
    seconds = count(1000, 1)
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(seconds))
    starts = set()
    for _ in range(500):
        part.process.wait()
        starts.add(part.process.pid)
        if not part.kept_alive():
            break

    assert len(starts) == serve.MOST_DEATHS + 1


def test_deaths_of_long_ago_do_not_count(monkeypatch: Any) -> None:
    part = serve.Part(CORPSE, "system")
    minutes = count(1000, 200)
    monkeypatch.setattr(serve.time, "monotonic", lambda: next(minutes))
    alive = []
    for _ in range(40):
        part.process.wait()
        alive.append(part.kept_alive())

    part.process.wait()
    assert all(alive)


def test_a_part_that_gives_way_stands_behind_the_others(monkeypatch: Any) -> None:
    behind: list[int] = []
    monkeypatch.setattr(serve, "give_way", behind.append)
    parts = [serve.Part(SLEEPER, "system", gives_way=True), serve.Part(SLEEPER, "requests")]
    for part in parts:
        part.process.kill()
        part.process.wait()

    assert behind == [parts[0].process.pid]
