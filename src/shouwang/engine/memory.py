"""Memory of a run (运算内存): what one column gave back the next is given, and the system need not clear pages again.

A run makes thousands of columns of a few megabytes and drops each soon. Left to themselves, allocators give each back
to the system, which clears every page before it lends it again.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from shouwang.engine.cores import CORES

TRIM_THRESHOLD, TOP_PAD, MMAP_THRESHOLD, ARENA_MAX = -1, -2, -3, -8  # as malloc.h numbers them
KEPT, USUAL = 1 << 30, 128 << 10  # bytes that are not given back at once, during a run and otherwise
AT_ONCE = 64 << 20  # bytes that a run asks the system for together: each time, threads wait for one another


@contextmanager
def reused_memory() -> Iterator[None]:
    """Freed memory stays with the process inside, and is given back to the system at the end; only with glibc."""
    allocator = ctypes.CDLL(None) if sys.platform == "linux" else None
    if allocator is None or not (hasattr(allocator, "mallopt") and hasattr(allocator, "malloc_trim")):
        yield
        return
    before = pa.default_memory_pool()
    # Arrays of numpy and columns of Arrow from one place: else each keeps what the other could use.
    pa.set_memory_pool(pa.system_memory_pool())
    for setting, value in ((ARENA_MAX, CORES), (MMAP_THRESHOLD, KEPT), (TRIM_THRESHOLD, KEPT), (TOP_PAD, AT_ONCE)):
        allocator.mallopt(setting, value)
    try:
        yield
    finally:
        pa.set_memory_pool(before)
        for setting in (MMAP_THRESHOLD, TRIM_THRESHOLD, TOP_PAD):
            allocator.mallopt(setting, USUAL)
        allocator.malloc_trim(0)
