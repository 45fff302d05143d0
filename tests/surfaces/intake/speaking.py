"""A department's system as the tests play it: it signs with its own key and speaks to the interface."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from shouwang.client import is_genuine, manifest_headers, request_headers
from shouwang.register.staff.queries import Actor
from shouwang.stream.linkage.actions import accept_delivery
from tests.cast import AT
from tests.register.machines.registering import new_key, register

API = "/api/v1"
HOST = "testserver"


def now() -> datetime:
    """The time of day: the interface compares what was signed with the real clock."""
    return datetime.now(UTC)


@dataclass
class System:
    """One registered system and its key."""

    name: str
    key: Ed25519PrivateKey
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def registered(cls, admin: Actor, username: str, **how: Any) -> Self:
        register(admin, username, **how)
        return cls(username, new_key(admin, username))

    def manifest(self, content: bytes, **changes: Any) -> dict[str, Any]:
        """What is said about a file of settlements."""
        said = {
            "machine": self.name,
            "feed": "medical_settlements",
            "rows": max(content.decode(errors="replace").count("\n") - 1, 0),
            "sha256": sha256(content).hexdigest(),
            "file_name": "医保结算.csv",
            "sent_by": "小孙",
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def signed(self, content: bytes, *, at: datetime | None = None, nonce: str = "", **changes: Any) -> dict[str, str]:
        """The two headers of a push."""
        return manifest_headers(self.key, self.manifest(content, **changes), at=at or now(), nonce=nonce)

    def push(self, content: bytes, *, headers: dict[str, str] | None = None, key: str = "", **changes: Any) -> Any:
        """Send a file."""
        given = dict(headers or self.signed(content, **changes))
        if key:
            given["Idempotency-Key"] = key
        return self.client.post(
            f"{API}/deliveries", content, content_type="application/octet-stream", headers=given, secure=False
        )

    def ask(self, method: str, path: str, query: dict[str, Any] | None = None, *, said: Any = None, **how: Any) -> Any:
        """Any other request, signed."""
        import json

        body = json.dumps(said).encode() if said is not None else b""
        asked = urlencode(query or {})
        headers = request_headers(
            self.key,
            method=method,
            authority=HOST,
            path=API + path,
            query=asked,
            body=body,
            at=how.pop("at", None) or now(),
            nonce=how.pop("nonce", ""),
        )
        headers |= how.pop("headers", {})
        if key := how.pop("key", ""):
            headers["Idempotency-Key"] = key
        target = f"{API}{path}?{asked}" if asked else API + path
        return self.client.generic(method, target, body, content_type="application/json", headers=headers)

    def get(self, path: str, query: dict[str, Any] | None = None, **how: Any) -> Any:
        return self.ask("GET", path, query, **how)


def accepted(delivery_id: int, actor: Actor) -> Any:
    """What the worker does with a received file."""
    return accept_delivery(delivery_id=delivery_id, actor=actor, at=AT)


def genuine(said: dict[str, str], name: str, keys: list[dict[str, Any]]) -> bool:
    """Whether a signed text is the server's, by the public keys alone."""
    public = {one["key_id"]: one["public"] for one in keys}
    return is_genuine(said[name], said["signature"], public[said["key_id"]])


def nonce() -> str:
    return secrets.token_urlsafe(18)
