"""The door for a WSGI server (网站入口)."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.conf.settings")
application = get_wsgi_application()


def _read_rules() -> None:
    """Read the policy pack while nobody waits for it yet."""
    from shouwang.stream.feeds.contracts import active_pack

    active_pack()


Thread(target=_read_rules, daemon=True).start()
