"""A town of its own: a copy of the tests' database in which things are committed and other processes work."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

FULL = os.environ.get("SHOUWANG_FAULTS") == "full"
"""Whether the numbers of the goals are wanted instead of those that fit into every run."""
NAME = "shouwang_faults"


@dataclass(frozen=True)
class Town:
    """The database by its address, and the environment of a process that works in it."""

    url: str
    folder: Path

    def environment(self, works_for: str) -> dict[str, str]:
        """What a started process needs: this database, the tests' keys, a place for the head of its chain."""
        from django.conf import settings

        return os.environ | {
            "SHOUWANG_HOME": str(settings.HOME),  # where this process has its keys
            "SHOUWANG_HTTPS": "no",
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": "",
            "SHOUWANG_WORKS_FOR": works_for,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }


@pytest.fixture
def transactional_db(django_db_setup: None) -> None:
    """Under this name the plugin knows that a database is wanted; it opens no transaction, we work in a copy."""


@pytest.fixture
def town(transactional_db: None, django_db_blocker: Any, tmp_path: Path, settings: Any) -> Iterator[Town]:
    """A fresh copy; this process works in it too, for as long as the test lasts."""
    from django.db import connection, connections

    with django_db_blocker.unblock():
        given = connection.settings_dict
        original = given["NAME"]
        settings.LEDGER_KEY_FILE = tmp_path / "ledger.json"
        settings.LEDGER_HEAD_FILE = tmp_path / "ledger-head.json"
        _make(original)
        given["NAME"] = NAME
        login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@{given['HOST']}:{given['PORT']}"
        try:
            yield Town(f"postgresql://{login}/{NAME}", tmp_path)
        finally:
            connections.close_all()
            given["NAME"] = original
            _on_server(lambda cursor: cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"))


def _make(original: str) -> None:
    def copy(cursor: Any) -> None:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [original])
        cursor.execute(f'CREATE DATABASE {NAME} TEMPLATE "{original}"')

    _on_server(copy)


def _on_server(work: Callable[[Any], Any]) -> None:
    """Outside of either database: nobody may be connected to one that is copied or dropped."""
    import psycopg
    from django.db import connection

    given = connection.get_connection_params()
    connection.close()
    login = {name: given[name] for name in ("user", "password", "host", "port")}
    with psycopg.connect(**login, dbname="postgres", autocommit=True) as server, server.cursor() as cursor:
        work(cursor)
