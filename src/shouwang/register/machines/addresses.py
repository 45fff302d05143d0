"""Addresses that we call (外呼地址): https to public hosts; hosts of the government network only when the settings name them.

A name is looked up once and the connection goes to that very address, so that a name which answers differently the
second time leads nowhere. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from shouwang.kernel.errors import Refusal

SECONDS = 10
ALLOWED = "请用 https 地址；政务内网的地址请管理员写进 SHOUWANG_WEBHOOK_HOSTS。"


class AddressRefused(Refusal):
    """An address that we do not call (不能外呼的地址)."""


def refuse_address(address: str) -> SplitResult:
    """The parts of an address that may be called, as far as its text tells. Raises AddressRefused."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("接收地址写得不对。", ALLOWED) from None
    if not host or parts.username or parts.password or parts.fragment or len(address) > 300 or not address.isascii():
        raise AddressRefused("接收地址写得不对。", ALLOWED)
    if any(ord(sign) <= 32 for sign in address) or port == 0:
        raise AddressRefused("接收地址写得不对。", ALLOWED)
    if parts.scheme != "https" and not (parts.scheme == "http" and _named(host, ())):
        raise AddressRefused("接收地址不是 https。", ALLOWED)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts
    _refuse_private(host, (host,))
    return parts


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a body and give back the status. Raises AddressRefused, OSError or http.client.HTTPException."""
    parts = refuse_address(address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    _refuse_private(host, tuple(found))
    reached = socket.create_connection((min(found), port), timeout=SECONDS)
    try:
        if secure:
            reached = ssl.create_default_context().wrap_socket(reached, server_hostname=host)
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
        connection.sock = reached
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    finally:
        reached.close()


def _refuse_private(host: str, found: tuple[str, ...]) -> None:
    for one in found:
        if not ipaddress.ip_address(one.partition("%")[0]).is_global and not _named(host, (one,)):
            raise AddressRefused("接收地址在内网或本机，没有列入许可。", ALLOWED)


def _named(host: str, found: tuple[str, ...]) -> bool:
    """Whether the settings name this host, or a network that all its addresses lie in."""
    for entry in settings.WEBHOOK_HOSTS:
        if entry.lower() == host.lower():
            return True
        try:
            network = ipaddress.ip_network(entry)
            if all(ipaddress.ip_address(one) in network for one in (found or (host,))):
                return True
        except ValueError:
            continue
    return False
