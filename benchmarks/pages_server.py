"""The web application with a clock around it: every answer says how long the server took for it, and how much CPU.

What is counted begins when a thread of the server takes the request up and ends when the answer stands whole, with
every statement of the database in it; waiting for a free thread and the way to the browser are not.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from shouwang.surfaces.web.wsgi import application as pages

__all__ = ["application"]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The page, with Server-Timing in milliseconds."""
    began, worked = time.perf_counter(), time.thread_time()

    def timed(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        spent, cpu = 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - worked)
        return start_response(status, [*headers, ("Server-Timing", f"all;dur={spent:.2f}, cpu;dur={cpu:.2f}")], *more)

    return pages(environ, timed)
