"""The embedded server: starts, keeps its data, knows Chinese, asks for a password, survives a crash."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shouwang.kernel import postgres
from shouwang.kernel.errors import InputError


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shouwang-db-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder / "home"
    postgres.stop_server(folder / "home")
    shutil.rmtree(folder)


def test_server_keeps_data_over_a_stop(home: Path) -> None:
    with psycopg.connect(postgres.ensure_server(home)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT '老李' AS name")
    postgres.stop_server(home)
    assert postgres.running_url(home) is None

    with psycopg.connect(postgres.ensure_server(home)) as database:
        assert database.execute("SELECT name FROM kept").fetchone() == ("老李",)


def test_running_server_is_not_started_twice(home: Path) -> None:
    assert postgres.ensure_server(home) == postgres.ensure_server(home)


def test_chinese_names_have_trigrams(home: Path) -> None:
    with psycopg.connect(postgres.ensure_server(home)) as database:
        row = database.execute("SELECT similarity('王小明', '王小民')").fetchone()

    assert row is not None
    assert row[0] > 0


def test_server_asks_for_the_password_and_listens_on_loopback_only(home: Path) -> None:
    url = postgres.ensure_server(home)
    with psycopg.connect(url) as database:
        assert database.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)

    wrong = url.replace(url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)


def test_server_does_not_run_as_root(home: Path) -> None:
    with psycopg.connect(postgres.ensure_server(home)) as database:
        row = database.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        # Closed, the session's process is gone before it can be looked at.
        assert Path(f"/proc/{row[0]}").stat().st_uid != 0


def test_stale_pid_file_after_a_crash_does_not_hinder_the_next_start(home: Path) -> None:
    url = postgres.ensure_server(home)
    with psycopg.connect(url) as database:
        database.execute("CREATE TABLE IF NOT EXISTS survived AS SELECT 1 AS one")
    pid_file = next(home.rglob("postmaster.pid"))
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert postgres.running_url(home) is None

    time.sleep(0.5)  # its children notice that it is gone and leave the shared memory
    with psycopg.connect(postgres.ensure_server(home)) as database:
        assert database.execute("SELECT one FROM survived").fetchone() == (1,)


def test_values_of_a_failed_statement_do_not_reach_the_server_log(home: Path) -> None:
    with psycopg.connect(postgres.ensure_server(home)) as database, pytest.raises(psycopg.errors.DivisionByZero):
        database.execute("SELECT 1/0 WHERE '991003195503124219' <> ''")

    logs = [path.read_text(errors="replace") for path in home.rglob("*.log")]
    assert logs
    assert not any("991003195503124219" in text for text in logs)


def test_database_that_does_not_know_chinese_is_refused_with_the_remedy(home: Path) -> None:
    url = postgres.ensure_server(home)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP DATABASE IF EXISTS plain")
        database.execute("CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    with (
        psycopg.connect(url.rsplit("/", 1)[0] + "/plain", autocommit=True) as database,
        pytest.raises(InputError, match="LC_CTYPE"),
    ):
        postgres.check_database(database)
