"""Work that gives way stands behind, takes a session of its own along, and touches nobody else's."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shouwang.kernel.priority import BEHIND, give_way

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def started() -> Iterator[Any]:
    begun: list[Any] = []

    def start(*, own_session: bool) -> Any:
        begun.append(subprocess.Popen(SLEEPER, start_new_session=own_session))
        return begun[-1]

    yield start
    for one in begun:
        one.kill()
        one.wait()


def standing(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def test_a_process_gives_way(started: Any) -> None:
    process = started(own_session=True)
    give_way(process.pid)
    assert standing(process.pid) == max(BEHIND, standing(os.getpid()))


def test_one_that_stands_further_back_stays_there(started: Any) -> None:
    process = started(own_session=True)
    os.setpriority(os.PRIO_PROCESS, process.pid, BEHIND + 5)
    give_way(process.pid)
    assert standing(process.pid) == BEHIND + 5


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system does not group sessions")
def test_a_session_of_its_own_goes_along(started: Any) -> None:
    process = started(own_session=True)
    give_way(process.pid)
    assert Path(f"/proc/{process.pid}/autogroup").read_text().split()[-1] == str(BEHIND)


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system does not group sessions")
def test_the_session_of_somebody_else_is_left_alone(started: Any) -> None:
    process = started(own_session=False)
    before = Path("/proc/self/autogroup").read_text()
    give_way(process.pid)
    assert Path("/proc/self/autogroup").read_text() == before
