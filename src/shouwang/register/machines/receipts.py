"""The installation's own signature for machines (本机签名): receipts and messages that can be verified offline."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from shouwang.kernel.signing import ALGORITHM, SigningKeys, load_signing_keys, make_signing_keys


@dataclass(frozen=True)
class SignedText:
    """A text and our signature under exactly these characters."""

    text: str
    key_id: str
    signature: str

    def told(self, name: str) -> dict[str, str]:
        """As it goes out: the text under its name, algorithm, key and signature beside."""
        return {name: self.text, "algorithm": ALGORITHM, "key_id": self.key_id, "signature": self.signature}


def signing_keys() -> SigningKeys:
    """The keys that sign what machines receive; made at the first need. Raises KeyMissing, InputError."""
    path = Path(settings.MACHINE_KEY_FILE)
    if not path.exists():
        with transaction.atomic(), connection.cursor() as cursor:  # two processes may need it at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shouwang machine key'))")
            if not path.exists():
                return make_signing_keys(path)
    return load_signing_keys(path)


def signed_text(text: str) -> SignedText:
    """A text under our signature; signed twice it is the same."""
    keys = signing_keys()
    return SignedText(text, keys.active, b64encode(keys.sign(text.encode())).decode())


def public_keys() -> list[dict[str, Any]]:
    """What anybody needs to verify a receipt, the key in use first."""
    keys = signing_keys()
    found = sorted(keys.public.items(), key=lambda item: item[0] != keys.active)
    return [
        {
            "key_id": name,
            "algorithm": ALGORITHM,
            "public": b64encode(raw).decode(),
            "pem": _pem(raw),
            "active": name == keys.active,
        }
        for name, raw in found
    ]


ED25519_HEAD = bytes.fromhex("302a300506032b6570032100")
"""What stands before the raw key in a SubjectPublicKeyInfo of Ed25519 (RFC 8410)."""


def _pem(raw: bytes) -> str:
    return f"-----BEGIN PUBLIC KEY-----\n{b64encode(ED25519_HEAD + raw).decode()}\n-----END PUBLIC KEY-----\n"
