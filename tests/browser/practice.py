"""A practice county that is really served (练习县): its own database, worker and web server, as `shouwang demo --training` starts them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 900
START = "from shouwang.surfaces.cli.main import main; main()"


@dataclass(frozen=True)
class Practice:
    """Where the county is served, the common password, and what the start told."""

    address: str
    password: str
    told: str

    def portal(self, what: str) -> str:
        """An address of the portal out of what the start told: the village's page or its board."""
        found = re.search(rf"{re.escape(self.address)}({what}\S+)", self.told)
        assert found, self.told
        return found[1]


@contextmanager
def served() -> Iterator[Practice]:
    """Start the county in a folder of its own, and stop everything at the end."""
    home = Path(tempfile.mkdtemp(prefix="shouwang-practice-", dir="/var/tmp"))
    home.chmod(0o755)  # the database's own user must be able to walk in
    port, log = _free_port(), home / "told"
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SHOUWANG_", "DATABASE_"))}
    given = kept | {"SHOUWANG_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", START, "demo", "--training", "--port", str(port)]
    with log.open("w") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, env=given, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _until_it_answers(process, f"http://127.0.0.1:{port}", log)
        password = (home / "training" / "keys" / "demo.password").read_text().strip()
        yield Practice(f"http://127.0.0.1:{port}", password, log.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        finally:
            shutil.rmtree(home, ignore_errors=True)


def _until_it_answers(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            with urlopen(f"{address}/sign-in/", timeout=5) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise AssertionError(log.read_text())


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
