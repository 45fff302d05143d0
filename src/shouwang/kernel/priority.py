"""Giving way (让路): work that nobody sits waiting for leaves the processors to pages for which somebody does."""

import os
from contextlib import suppress
from pathlib import Path

BEHIND = 10
"""The priority (nice) of such work: a tenth of a core beside somebody who waits, all of one that is idle."""


def give_way(pid: int) -> None:
    """Put a process behind the others of this machine; never further forward than it stands.

    Linux shares the processors among sessions first and looks at priorities within a session only (autogroup): a process
    that leads a session of its own takes the session along. A session of somebody's shell is left as it is.
    """
    os.setpriority(os.PRIO_PROCESS, pid, max(BEHIND, os.getpriority(os.PRIO_PROCESS, pid)))
    if os.getsid(pid) == pid:
        with suppress(OSError):  # no Linux, or one that does not group
            Path(f"/proc/{pid}/autogroup").write_text(str(BEHIND))
