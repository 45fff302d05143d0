"""Undisturbed work (不被打断): while whole columns are computed, Python does not look for rubbish among a million other
objects, and memory goes from one column to the next.

What is no longer used is freed at once all the same; only cycles wait until the work is done. A pack and a server's
models are many objects that live long, and going through them again and again finds nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from shouwang.engine.memory import reused_memory

_lock = Lock()
_at_work: list[bool] = []  # one for each piece of work, of several threads: whether it was the one that switched off
_memory = ExitStack()  # held from the first of several at once to the last


@contextmanager
def undisturbed() -> Iterator[None]:
    """No search for cycles inside, and memory is reused; after the last of several at once it is as it was."""
    with _lock:
        if not _at_work:
            _memory.enter_context(reused_memory())
        _at_work.append(any(_at_work) or gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_on = _at_work.pop()
            if was_on and not _at_work:
                gc.enable()
            if not _at_work:
                _memory.close()
