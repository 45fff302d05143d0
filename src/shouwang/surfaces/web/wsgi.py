"""The door for a WSGI server (网站入口) that reads the rules while nobody waits for them yet."""

from threading import Thread

from shouwang.conf.wsgi import application
from shouwang.stream.feeds.contracts import active_pack

__all__ = ["application"]

Thread(target=active_pack, daemon=True).start()
