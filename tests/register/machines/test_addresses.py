"""Where messages may go: nobody makes us call our own house or the government's inner network."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from shouwang.register.machines.addresses import AddressRefused, post, refuse_address

GOOD = ["https://hooks.example.cn/x", "https://hooks.example.cn:8443/x?y=1", "https://1.1.1.1/"]
BAD = [
    "http://hooks.example.cn/",
    "ftp://hooks.example.cn/",
    "file:///etc/passwd",
    "https://",
    "https://user:secret@hooks.example.cn/",
    "https://hooks.example.cn/#x",
    "https://hooks.example.cn:0/",
    "https://hooks.example.cn:99999/",
    "https://hooks.example.cn/a b",
    "https://hooks.example.cn/\r\nX: y",
    "https://例子.cn/",
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0.0.0.0/",
    "https://" + "x" * 300 + ".cn/",
]


@pytest.mark.parametrize("address", GOOD)
def test_a_public_https_address_may_be_called(address: str) -> None:
    assert refuse_address(address).hostname


@pytest.mark.parametrize("address", BAD)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        refuse_address(address)


@pytest.mark.parametrize("found", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "100.64.0.1"])
def test_a_public_name_that_leads_inside_is_refused_when_it_is_called(monkeypatch: Any, found: str) -> None:
    family = socket.AF_INET6 if ":" in found else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(family, socket.SOCK_STREAM, 6, "", (found, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it was called"))

    with pytest.raises(AddressRefused, match="内网"):
        post("https://hooks.example.cn/", b"{}", {})


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch: Any) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    with pytest.raises(AddressRefused):
        post("https://hooks.example.cn/", b"{}", {})


@pytest.fixture
def receiver() -> Any:
    """A server of the inner network, on plain http."""
    came: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/")
            else:
                self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", came
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("named", ["127.0.0.1", "127.0.0.0/8"])
def test_an_inner_server_is_called_when_the_settings_name_it(receiver: Any, settings: Any, named: str) -> None:
    address, came = receiver
    settings.WEBHOOK_HOSTS = (named,)

    assert post(f"{address}/x?y=1", b"{}", {"Content-Type": "application/json"}) == 204
    assert came == [("/x?y=1", b"{}")]


def test_a_server_that_sends_us_elsewhere_is_not_followed(receiver: Any, settings: Any) -> None:
    address, came = receiver
    settings.WEBHOOK_HOSTS = ("127.0.0.1",)

    assert post(f"{address}/away", b"{}", {}) == 302
    assert len(came) == 1


def test_naming_one_host_opens_no_other(settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ("10.1.2.3", "10.9.0.0/16", "hooks.inner")

    refuse_address("http://10.1.2.3/")
    refuse_address("http://10.9.8.7/")
    refuse_address("http://hooks.inner/")
    for other in ("http://10.1.2.4/", "https://10.8.0.1/", "http://other.inner/"):
        with pytest.raises(AddressRefused):
            refuse_address(other)
