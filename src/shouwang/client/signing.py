"""Signing by the department's own key (签名), and verifying what comes back; the key never leaves this machine."""

import json
import os
import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

COVERED = '("@method" "@authority" "@path" "@query" "content-digest")'


def make_key(path: Path | str) -> str:
    """A new key in a file that only we may read (生成密钥); gives back the public half as PEM, to be registered.

    An existing file is never overwritten (FileExistsError).
    """
    key = Ed25519PrivateKey.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def load_key(path: Path | str) -> Ed25519PrivateKey:
    """The key of a file. Raises ValueError when it is of another kind."""
    key = load_pem_private_key(Path(path).read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("这不是 Ed25519 私钥")
    return key


def key_id(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The name of a key (密钥编号): the first sixteen signs of the SHA-256 of its public half."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def manifest_headers(key: Ed25519PrivateKey, said: dict[str, Any], *, at: datetime, nonce: str = "") -> dict[str, str]:
    """The headers of a push (报送请求头): the manifest with key, time and nonce added, and its signature."""
    whole = {**said, "key_id": key_id(key), "time": at.isoformat(), "nonce": nonce or secrets.token_urlsafe(18)}
    text = json.dumps(whole, ensure_ascii=False).encode()
    return {"Shouwang-Manifest": _text(text), "Shouwang-Signature": _text(key.sign(text))}


def request_headers(
    key: Ed25519PrivateKey,
    *,
    method: str,
    authority: str,
    path: str,
    query: str = "",
    body: bytes = b"",
    at: datetime,
    nonce: str = "",
) -> dict[str, str]:
    """The headers of any other request (请求签名), as RFC 9421 and RFC 9530 write them."""
    digest = f"sha-256=:{_text(sha256(body).digest())}:"
    given = f'{COVERED};created={int(at.timestamp())};keyid="{key_id(key)}"'
    given += f';nonce="{nonce or secrets.token_urlsafe(18)}";alg="ed25519"'
    lines = [
        f'"@method": {method}',
        f'"@authority": {authority.lower()}',
        f'"@path": {path}',
        f'"@query": ?{query}',
        f'"content-digest": {digest}',
        f'"@signature-params": {given}',
    ]
    proof = key.sign("\n".join(lines).encode())
    return {"Content-Digest": digest, "Signature-Input": f"sig1={given}", "Signature": f"sig1=:{_text(proof)}:"}


def is_genuine(text: str, signature: str, public: str) -> bool:
    """Whether a receipt, an account or a message is the server's (验签): `public` is the base64 key of `/keys`."""
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(public)).verify(b64decode(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
