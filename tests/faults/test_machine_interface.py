"""A department's system against a server of its own: curl and openssl, a killed server, a killed messenger."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from shouwang.client import Machine as Department
from shouwang.client import Refused, is_genuine
from shouwang.register.machines.actions import add_key, subscribe
from shouwang.register.machines.choices import MessageState
from shouwang.register.machines.models import Machine, Message
from shouwang.register.machines.queries import known_machine
from shouwang.stream.feeds.models import Delivery, Manifest
from tests.cast import AT
from tests.faults.conftest import Town
from tests.faults.driving import WORKER
from tests.register.machines.registering import NEXT_YEAR, YESTERDAY, register, security_admin
from tests.stream.files import BROKEN, LI, WANG, settlements

EXAMPLE = Path(__file__).parents[2] / "examples/machine_interface"
NAME = "yibao"
SENDER = """
import django
django.setup()
from django.utils import timezone
from shouwang.register.machines.actions import deliver_messages
deliver_messages(at=timezone.now())
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A real web server in a process of its own."""

    def __init__(self, town: Town) -> None:
        self.town, self.port = town, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += [
            "--port",
            str(self.port),
            "--no-access-log",
            "--log-level",
            "warning",
            "shouwang.conf.wsgi:application",
        ]
        self.process = subprocess.Popen(command, env=self.town.environment("requests"), start_new_session=True)
        until = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < until, "the server did not start"
            assert self.process.poll() is None
            time.sleep(0.1)

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/api/v1/keys")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(town: Town) -> Iterator[Server]:
    one = Server(town)
    yield one
    one.kill()


@pytest.fixture
def key(town: Town, tmp_path: Path) -> Path:
    """Made by openssl at the department, registered at the county."""
    file, public = tmp_path / "yibao.pem", tmp_path / "yibao.pub"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(file)], check=True)
    subprocess.run(["openssl", "pkey", "-in", str(file), "-pubout", "-out", str(public)], check=True)
    admin = security_admin()
    register(admin, NAME)
    text = public.read_text()
    add_key(username=NAME, public=text, valid_from=YESTERDAY, valid_until=NEXT_YEAR, actor=admin, at=AT)
    return file


def run(folder: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(EXAMPLE / script), *arguments]
    given = os.environ | {"PYTHON": sys.executable, **environment}
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True)


def work(town: Town) -> None:
    subprocess.run([*WORKER, "--queues", "stream"], env=town.environment("system"), check=True, capture_output=True)


needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="a department's machine has curl and openssl"
)


@needs_curl
def test_a_department_sends_a_file_by_curl_and_gets_a_signed_receipt(
    town: Town, server: Server, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "settlements.csv").write_bytes(settlements(LI, WANG, BROKEN))
    given = (server.address, NAME, str(key), "settlements.csv", "medical_settlements", "3", "小孙")

    sent = run(tmp_path, "send_file.sh", *given, IDEMPOTENCY_KEY="settlements-of-may-2026")
    assert sent.returncode == 0, sent.stderr
    assert "Signature Verified Successfully" in sent.stdout
    receipt = (tmp_path / "receipt.json").read_bytes()

    server.kill()  # right after the answer; and the department, which is not sure, sends it again
    server.start()
    again = run(tmp_path, "send_file.sh", *given, IDEMPOTENCY_KEY="settlements-of-may-2026")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "receipt.json").read_bytes() == receipt
    assert Delivery.objects.count() == Manifest.objects.count() == 1

    work(town)
    number = json.loads(receipt)["delivery"]
    asked = run(tmp_path, "ask.sh", server.address, str(key), f"/api/v1/deliveries/{number}")
    assert asked.returncode == 0, asked.stderr
    status = json.loads(asked.stdout)
    assert (status["stage"], status["rows_good"], status["rows_bad"]) == ("linked", 2, 1)

    bad = run(tmp_path, "ask.sh", server.address, str(key), f"/api/v1/deliveries/{number}/rejects", "form=csv")
    (tmp_path / "mended.csv").write_text(bad.stdout.replace("不详", "120"), "utf-8")
    mended = (server.address, NAME, str(key), "mended.csv", "medical_settlements", "1", "小孙", str(number))
    corrected = run(tmp_path, "send_file.sh", *mended)
    assert corrected.returncode == 0, corrected.stderr
    work(town)
    assert list(Delivery.objects.order_by("id").values_list("rows_accepted", flat=True)) == [2, 1]


@needs_curl
def test_a_forged_file_is_refused_by_the_script_too(server: Server, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(other)], check=True)
    (tmp_path / "settlements.csv").write_bytes(settlements(LI))

    sent = run(
        tmp_path,
        "send_file.sh",
        server.address,
        NAME,
        str(other),
        "settlements.csv",
        "medical_settlements",
        "1",
        "小孙",
    )

    assert sent.returncode == 1
    assert "签名无效" in sent.stderr
    assert not Delivery.objects.exists()


def test_the_client_speaks_to_a_real_server(town: Town, server: Server, key: Path, tmp_path: Path) -> None:
    file = tmp_path / "settlements.csv"
    file.write_bytes(settlements(LI, BROKEN))
    department = Department(server.address, NAME, key)

    receipt = department.send_file(file, feed="medical_settlements", rows=2, sent_by="小孙")
    work(town)
    public = department.public_keys()[receipt["key_id"]]
    assert is_genuine(receipt["receipt"], receipt["signature"], public)
    assert department.status(receipt["delivery"])["rows_bad"] == 1
    assert [row["cells"]["结算编号"] for row in department.rejects(receipt["delivery"])["rows"]] == ["S4"]
    assert department.rejects(receipt["delivery"], form="xlsx").startswith(b"PK")
    assert list(department.determinations()) == []
    assert department.enquiries() == []
    with pytest.raises(Refused, match="内网") as refused:
        department.subscribe("https://127.0.0.1/", ["delivery_processed"])
    assert refused.value.status == 422


def test_the_client_needs_nothing_of_the_house() -> None:
    program = "import sys, shouwang.client; print(sorted(m for m in sys.modules if 'django' in m or 'shouwang.' in m))"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "django" not in done.stdout
    assert set(eval(done.stdout)) == {"shouwang.client", "shouwang.client.machine", "shouwang.client.signing"}  # noqa: S307


def test_systems_are_registered_and_shut_out_from_the_command_line(town: Town, tmp_path: Path) -> None:
    def command(*arguments: str) -> Any:
        program = [sys.executable, "-c", "from shouwang.surfaces.cli.main import main; main()", "machine"]
        done = subprocess.run(
            [*program, *arguments], env=town.environment("system"), capture_output=True, text=True, check=True
        )
        return done.stdout

    public = command("key", str(tmp_path / "yibao.pem"))
    (tmp_path / "yibao.pub").write_text(public)
    assert (tmp_path / "yibao.pem").stat().st_mode & 0o077 == 0
    registered = ("--place", "431003", "--unit", "医保局", "--feed", "medical_settlements")
    command("register", "yibao", "--title", "医保结算系统", *registered)
    made = json.loads(command("add-key", "yibao", str(tmp_path / "yibao.pub"), "--json"))

    (row,) = json.loads(command("list", "--json"))["machines"]
    assert (row["machine"], row["unit"], row["feeds"]) == ("yibao", "医保局", ["medical_settlements"])
    assert [one["key_id"] for one in row["keys"]] == [made["key_id"]]
    command("revoke-key", "yibao", made["key_id"], "--reason", "电脑失窃")
    command("revoke", "yibao", "--reason", "系统下线")
    (row,) = json.loads(command("list", "--json"))["machines"]
    assert (row["revoked"], row["keys"]) == (True, [])


@contextmanager
def receiver(seconds: float) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A department's server that takes its time to answer."""
    came: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(seconds)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/", came
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def test_a_messenger_killed_while_it_sends_loses_nothing(town: Town, key: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings, "WEBHOOK_HOSTS", ("127.0.0.1",))
    environment = town.environment("system") | {"SHOUWANG_WEBHOOK_HOSTS": "127.0.0.1"}
    now = timezone.now()
    with receiver(3) as (address, came):
        known = known_machine(Machine.objects.get(), on=timezone.localdate(now))
        assert known is not None
        subscription = subscribe(known=known, address=address, events=["delivery_processed"], at=now)
        body = json.dumps({"message": "1"})
        Message.objects.create(
            subscription=subscription,
            key="00000000-0000-4000-8000-000000000001",
            event="delivery_processed",
            body=body,
            next_at=now - timedelta(seconds=1),
            made_at=now,
        )
        killed = subprocess.Popen([sys.executable, "-c", SENDER], env=environment)
        until = time.monotonic() + 60
        while not came:
            assert time.monotonic() < until
            time.sleep(0.05)
        killed.kill()
        killed.wait()
        assert Message.objects.get().state == MessageState.WAITING

        subprocess.run([sys.executable, "-c", SENDER], env=environment, check=True)

    assert Message.objects.get().state == MessageState.SENT
    assert came == [{"message": "1"}, {"message": "1"}]
