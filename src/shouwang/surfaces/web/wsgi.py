"""The door for a WSGI server (网站入口) that reads the rules while nobody waits for them yet."""

import gc
from threading import Thread

from shouwang.conf.wsgi import application
from shouwang.stream.feeds.contracts import active_pack

__all__ = ["application"]


def _be_ready() -> None:
    active_pack()
    # Code and rules stay for good: a full search for cycles among them would hold one page up for a quarter of a second.
    gc.collect()
    gc.freeze()


Thread(target=_be_ready, daemon=True).start()
