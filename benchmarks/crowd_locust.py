"""The people of the crowd, for locust: each opens pages of the own post, or of the portal, and reads for a while.

Started by crowd.py, which writes whom there is into a file; where that file is, and where the answers go, stands in the
environment. Every request is noted with what locust waited and what the server said it took.
"""

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, events, task

CROWD = json.loads(Path(os.environ["CROWD_FILE"]).read_text(encoding="utf-8"))
TIMING = re.compile(r"all;dur=([\d.]+)")
PEOPLE = enumerate(CROWD["people"])
answers: list[dict[str, Any]] = []


class Person(HttpUser):
    """Somebody with an open session, or a household without one."""

    def on_start(self) -> None:
        number, self.me = next(PEOPLE)
        self.chance = random.Random(number)  # each their own, or all would ask for the same page at the same moment
        self.client.headers.update({"Accept-Encoding": "gzip"})
        if self.me["cookie"]:
            self.client.headers.update({"Cookie": self.me["cookie"]})
        time.sleep(self.chance.uniform(0, CROWD["think"]))  # nobody begins at the same moment

    def wait_time(self) -> float:
        """An exponential time of reading, cut at six times its mean."""
        return min(self.chance.expovariate(1 / CROWD["think"]), 6 * CROWD["think"])

    @task
    def open_page(self) -> None:
        """One page of this person."""
        name, addresses = self.chance.choice(self.me["pages"])
        with self.client.get(
            self.chance.choice(addresses), name=name, allow_redirects=False, catch_response=True
        ) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")


@events.test_start.add_listener
def timed(environment: Any, **_: Any) -> None:
    """Go home when the time is over. locust's own clock begins before it is loaded, which a busy machine makes long."""
    gevent.spawn(_end, environment.runner)


def _end(runner: Any) -> None:
    until = time.monotonic() + CROWD["seconds"]
    while time.monotonic() < until:
        gevent.sleep(0.5)
    runner.quit()


@events.request.add_listener
def noted(name: str, response_time: float, response: Any, exception: Any, **_: Any) -> None:
    """Keep what one request took."""
    told = TIMING.match(response.headers.get("Server-Timing", "")) if response is not None else None
    answers.append({
        "at": time.time(), "page": name, "waited_ms": response_time, "served_ms": float(told[1]) if told else None,
        "failed": str(exception) if exception else "",
    })  # fmt: skip


@events.quitting.add_listener
def written(**_: Any) -> None:
    """Hand the answers over."""
    Path(os.environ["CROWD_ANSWERS"]).write_text(json.dumps(answers), encoding="utf-8")
