"""What all tests stand on: a real PostgreSQL in a folder of its own, started by the first test that needs it.

Where DATABASE_URL is given, that server is used instead. Tests without a database start nothing.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOME = Path(tempfile.mkdtemp(prefix="shouwang-tests-", dir="/var/tmp"))
HOME.chmod(0o755)  # the database's own user must be able to walk in
os.environ["SHOUWANG_HOME"] = str(HOME / "home")
os.environ["SHOUWANG_HTTPS"] = "no"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.conf.settings")
# A test must not depend on what lies in the developer's environment.
for name in ("SHOUWANG_SECRET_KEY", "SHOUWANG_CIPHER", "SHOUWANG_PACK", "SHOUWANG_DEBUG", "SHOUWANG_ALLOWED_HOSTS"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the server for the first test that wants a database, stop it after the last."""
    from django.db import connections

    from shouwang.conf import env
    from shouwang.conf.settings.database import database_settings
    from shouwang.kernel import postgres

    given = env.value("DATABASE_URL")
    url = given or postgres.ensure_server(HOME / "home")
    connections["default"].settings_dict.update(database_settings(url))
    yield
    if not given:
        connections.close_all()
        postgres.stop_server(HOME / "home")


@pytest.fixture(scope="session", autouse=True)
def _clean_home() -> Iterator[None]:
    """Clear away one's own folder at the end, and at the start those of runs that were killed."""
    (HOME / "pid").write_text(str(os.getpid()))
    for mark in HOME.parent.glob("shouwang-tests-*/pid"):
        if not Path(f"/proc/{mark.read_text()}").exists() and Path("/proc").exists():
            _clear_away(mark.parent)
    yield
    shutil.rmtree(HOME, ignore_errors=True)


def _clear_away(folder: Path) -> None:
    from shouwang.kernel import postgres

    postgres.stop_server(folder / "home")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real places, keys and the cast are there for every test with a database; a test's own changes are rolled back."""
    from django.conf import settings

    from tests import cast

    # The real hashing is slow on purpose; eight accounts of it would be waited for by every run.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        cast.lay_ground()
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()


def _end_other_sessions() -> None:
    # Threads of live servers leave their connections open, and a database in use cannot be dropped.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _run_time_role(request: pytest.FixtureRequest) -> None:
    """Tests work under the run-time role, as everything does but migrations, and see every place as the system does."""
    if "db" not in request.fixturenames and "cast" not in request.fixturenames:
        return
    request.getfixturevalue("db")
    request.getfixturevalue("settings").SECOND_FACTOR = False  # its own tests switch it on
    from shouwang.kernel.row_security import rows_within
    from shouwang.kernel.run_time_role import EVERYWHERE

    rows_within(*EVERYWHERE).__enter__()  # the test's transaction is rolled back, and with it this


@pytest.fixture
def cast(db: None) -> Any:
    """The fixed cast in their posts, and the village that they are about (see tests/cast.py)."""
    from tests import cast

    return cast.enter()
