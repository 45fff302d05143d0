"""All cores (多核): the same work over many parts, answered in their order, while those that answered are used up."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

CORES = os.cpu_count() or 1
AHEAD = 4  # results per core that may wait to be used


def in_order(work: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """``work`` done on every part by threads; what is not yet asked for is not computed far ahead."""
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(CORES) as workers:
        for part in parts:
            waiting.append(workers.submit(work, part))
            if len(waiting) > CORES * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def at_once(work: Callable[[Part], Result], parts: Mapping[str, Part]) -> Iterator[Callable[[str], Result]]:
    """``work`` begun on every part, in their order, while something else goes on; what is yielded waits for one by name."""
    with ThreadPoolExecutor(CORES) as workers:
        begun = {name: workers.submit(work, part) for name, part in parts.items()}
        try:
            yield lambda name: begun[name].result()
        finally:
            workers.shutdown(cancel_futures=True)
