"""Where the data live (数据存放): PostgreSQL by address, files under the home folder."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from shouwang.conf import env
from shouwang.kernel import postgres
from shouwang.kernel.run_time_role import ROLE, everywhere_options
from shouwang.kernel.secrets import Profile

HOME: Path = env.value("SHOUWANG_HOME")
KEY_FILE: Path = HOME / "keys" / "fields.json"
LEDGER_KEY_FILE: Path = HOME / "keys" / "ledger.json"
LEDGER_HEAD_FILE: Path = HOME / "keys" / "ledger-head.json"
MACHINE_KEY_FILE: Path = HOME / "keys" / "machines.json"
STORE: Path = HOME / "store"
CIPHER_PROFILE: Profile = env.value("SHOUWANG_CIPHER")

FOR_PAGES = "-c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
"""A query of milliseconds must not start processes, and what pages ask lies in memory or on a fast disk.

As if every leap cost four pages in a row, the planner reads a whole table where an index holds all that is counted.
"""


def database_settings(url: str, *, role: str = "", everywhere: bool = True) -> dict[str, Any]:
    """Django's settings for the database at an address, for a login that steps down to a role where one is named.

    A process that works for the system sees every place; one that serves pages sees none until a request says whose.
    """
    parts = urlsplit(url)
    options = {"assume_role": role} if role else {}
    options["options"] = everywhere_options() if everywhere else FOR_PAGES
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


# Without DATABASE_URL the server in the home is used when it runs; nothing is started by importing settings.
DATABASES = {
    "default": database_settings(
        env.value("DATABASE_URL") or postgres.run_time_url(HOME) or postgres.NOT_RUNNING,
        role=ROLE,
        everywhere=env.value("SHOUWANG_WORKS_FOR") == "system",
    )
}
