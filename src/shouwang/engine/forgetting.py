"""Frozen tables that nobody uses any more (清理): a day after their last use they go, and are made again if asked for.

Every delivery makes its feed another table, so that a cache that forgot nothing would fill the disk within weeks. A day
is longer than any run, trial or open page keeps to its inputs.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

KEPT_FOR = 24 * 60 * 60
"""Seconds after the last use; our own choice."""
TOLD, KEYS = "*-*.json", "*_keys-*.arrow"


def note_use(path: Path) -> None:
    """Remember that something of a cache was used just now; where it is gone, there is nothing to remember."""
    with suppress(FileNotFoundError):
        os.utime(path)


def forget_unused(folder: Path) -> None:
    """Take away what nobody has used for long: tables by what tells of them, keys of people, and lists of inputs."""
    limit = time.time() - KEPT_FOR
    for pattern in (TOLD, KEYS):
        for path in folder.glob(pattern):
            if path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)  # first, so that nobody finds a table that is going
                shutil.rmtree(path.with_suffix(""), ignore_errors=True)
                path.with_suffix(".parquet").unlink(missing_ok=True)
