"""Signing keys (签名密钥): the installation's own signature, its key in a file outside the database.

Signatures name their algorithm and, as key id, the fingerprint of the public key, so that nobody can pass one key off
as another. Both cipher profiles sign with Ed25519: SM2 is not in the library, and a module that has it adds an entry.
"""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shouwang.kernel.errors import InputError
from shouwang.kernel.secrets import KeyMissing

ALGORITHM = "ed25519"


@dataclass(frozen=True)
class SigningKeys:
    """The keys of an installation (签名密钥): the active one signs, the public halves of all verify."""

    active: str
    private: dict[str, Ed25519PrivateKey]

    @property
    def public(self) -> dict[str, bytes]:
        """Key id → public key, raw."""
        return {name: key.public_key().public_bytes_raw() for name, key in self.private.items()}

    def sign(self, text: bytes) -> bytes:
        """The signature of a text by the active key."""
        return self.private[self.active].sign(text)


def key_id(public: bytes) -> str:
    """The name of a public key: the beginning of its fingerprint."""
    return sha256(public).hexdigest()[:16]


def is_signed(text: bytes, signature: bytes, public: bytes) -> bool:
    """Whether this key signed this text."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_signing_keys(path: Path) -> SigningKeys:
    """A new key in a file that is readable by us alone; an existing file is never overwritten (FileExistsError)."""
    key = Ed25519PrivateKey.generate()
    name = key_id(key.public_key().public_bytes_raw())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {"active": name, "keys": {name: {"algorithm": ALGORITHM, "private": _text(key.private_bytes_raw())}}}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return SigningKeys(name, {name: key})


def load_signing_keys(path: Path) -> SigningKeys:
    """Read the key file. Raises KeyMissing when it is not there, InputError when others may read it."""
    if not path.exists():
        raise KeyMissing(f"签名密钥文件 {path} 不存在。", "请放回原来的密钥文件；没有它，不能继续封存台账。")
    if path.stat().st_mode & 0o077:
        raise InputError(f"签名密钥文件 {path} 其他人也能读。", f"请运行 chmod 600 {path}。")
    content = json.loads(path.read_text())
    keys = {
        name: Ed25519PrivateKey.from_private_bytes(b64decode(one["private"])) for name, one in content["keys"].items()
    }
    return SigningKeys(content["active"], keys)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
