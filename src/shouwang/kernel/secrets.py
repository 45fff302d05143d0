"""Secrets in columns (字段加密): values encrypted and bound to their place, looked up by keyed hash, masked on screens.

A ciphertext reads `v1|key id|nonce|text|tag` (base64url); table, column and row are bound in as associated data, so
that a value copied to another row does not open. Profile `intl` is AES-256-GCM with HMAC-SHA256, `gm` is SM4-GCM with
HMAC-SM3. Keys live in a file outside the database, never in it.
"""

import hmac
import json
import logging
import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shouwang.kernel.errors import InputError

Profile = Literal["intl", "gm"]
NONCE, TAG = 12, 16
KEY_BYTES = {"intl": 32, "gm": 16}


class KeyMissing(InputError):
    """The key that a value was encrypted with is not in the key file (缺少密钥)."""


class Tampered(Exception):
    """A ciphertext does not belong to this table, column and row, or was altered (密文与位置不符)."""


@dataclass(frozen=True)
class Keyring:
    """The keys of an installation (密钥): the active one encrypts, every one decrypts, one of its own looks up."""

    profile: Profile
    active: str
    keys: dict[str, bytes]
    lookup_key: bytes

    @property
    def fingerprints(self) -> dict[str, str]:
        """Key id → fingerprint, for noticing an exchanged key file; tells nothing about the key."""
        named = {**self.keys, "lookup": self.lookup_key}
        return {name: sha256(b"shouwang key fingerprint" + key).hexdigest() for name, key in named.items()}

    def encrypt(self, place: str, row: str, text: str) -> str:
        """One value of `place` ("table.column") in the row with this id."""
        return self.encrypt_all(place, [row], [text])[0] or ""

    def decrypt(self, place: str, row: str, sealed: str) -> str:
        """Raises Tampered when the value belongs elsewhere, KeyMissing when its key is not in the file."""
        return self.decrypt_all(place, [row], [sealed])[0] or ""

    def encrypt_all(self, place: str, rows: Sequence[str], texts: Iterable[str | None]) -> list[str | None]:
        """Many values of one column; null stays null. About half a million values a second and core."""
        seal, head = self._seal(self.keys[self.active]), f"v1|{self.active}|"
        noise = secrets.token_bytes(NONCE * len(rows))
        out: list[str | None] = []
        for number, (row, text) in enumerate(zip(rows, texts, strict=True)):
            if text is None:
                out.append(None)
                continue
            nonce = noise[number * NONCE : (number + 1) * NONCE]
            body = seal(nonce, text.encode(), f"{place}.{row}".encode())
            out.append(f"{head}{_text(nonce)}|{_text(body[:-TAG])}|{_text(body[-TAG:])}")
        return out

    def decrypt_all(self, place: str, rows: Sequence[str], sealed: Iterable[str | None]) -> list[str | None]:
        """Many values of one column. Raises Tampered or KeyMissing, as `decrypt`."""
        openers = {name: self._open(key) for name, key in self.keys.items()}
        out: list[str | None] = []
        for row, value in zip(rows, sealed, strict=True):
            if value is None:
                out.append(None)
                continue
            _, name, nonce, body, tag = value.split("|")
            if name not in openers:
                raise KeyMissing(f"密钥 {name} 不在密钥文件里。", "请放回原来的密钥文件。")
            try:
                plain = openers[name](_bytes(nonce), _bytes(body) + _bytes(tag), f"{place}.{row}".encode())
            except InvalidTag as wrong:
                raise Tampered(f"{place} 第 {row} 行的密文打不开。") from wrong
            out.append(plain.decode())
        return out

    def seal_file(self, place: str, content: bytes) -> bytes:
        """A whole file encrypted, bound to its name: `v1|key id|` + nonce + text + tag."""
        nonce = secrets.token_bytes(NONCE)
        body = self._seal(self.keys[self.active])(nonce, content, place.encode())
        return f"v1|{self.active}|".encode() + nonce + body

    def open_file(self, place: str, sealed: bytes) -> bytes:
        """Raises Tampered when the file was altered or renamed, KeyMissing when its key is not there."""
        _, name, body = sealed.split(b"|", 2)
        key = self.keys.get(name.decode())
        if key is None:
            raise KeyMissing(f"密钥 {name.decode()} 不在密钥文件里。", "请放回原来的密钥文件。")
        try:
            return self._open(key)(body[:NONCE], body[NONCE:], place.encode())
        except InvalidTag as wrong:
            raise Tampered(f"文件 {place} 打不开。") from wrong

    def lookup(self, purpose: str, text: str) -> str:
        """The keyed hash by which a value is found; different purposes give different hashes."""
        return self.lookup_all(purpose, [text])[0] or ""

    def lookup_all(self, purpose: str, texts: Iterable[str | None]) -> list[str | None]:
        """Many keyed hashes, in hex; null stays null."""
        head = purpose.encode() + b"|"
        if self.profile == "gm":
            return [None if text is None else _sm3(self.lookup_key, head + text.encode()) for text in texts]
        base = hmac.new(self.lookup_key, head, sha256)
        out: list[str | None] = []
        for text in texts:
            if text is None:
                out.append(None)
                continue
            one = base.copy()
            one.update(text.encode())
            out.append(one.hexdigest())
        return out

    def _seal(self, key: bytes):  # type: ignore[no-untyped-def]
        return AESGCM(key).encrypt if self.profile == "intl" else lambda *parts: _sm4_seal(key, *parts)

    def _open(self, key: bytes):  # type: ignore[no-untyped-def]
        return AESGCM(key).decrypt if self.profile == "intl" else lambda *parts: _sm4_open(key, *parts)


def make_keyring(profile: Profile) -> Keyring:
    """New random keys."""
    return Keyring(profile, "k1", {"k1": secrets.token_bytes(KEY_BYTES[profile])}, secrets.token_bytes(32))


def save_keyring(path: Path, keyring: Keyring) -> None:
    """Write the key file once, readable by us alone; an existing one is never overwritten (FileExistsError)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    named = {name: _text(key) for name, key in keyring.keys.items()}
    content = {"profile": keyring.profile, "active": keyring.active, "keys": named, "lookup": _text(keyring.lookup_key)}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def load_keyring(path: Path) -> Keyring:
    """Read the key file. Raises KeyMissing when it is not there, InputError when others may read it."""
    if not path.exists():
        raise KeyMissing(f"密钥文件 {path} 不存在。", "请放回原来的密钥文件；没有它，已加密的数据打不开。")
    if path.stat().st_mode & 0o077:
        raise InputError(f"密钥文件 {path} 其他人也能读。", f"请运行 chmod 600 {path}。")
    content = json.loads(path.read_text())
    keys = {name: _bytes(key) for name, key in content["keys"].items()}
    return Keyring(content["profile"], content["active"], keys, _bytes(content["lookup"]))


def mask_phone(phone: str | None) -> str:
    """138****1234; an empty text when there is none."""
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 8 else "****" if phone else ""


def mask_name(name: str | None) -> str:
    """王** for 王小明; an empty text when there is none."""
    return name[0] + "*" * (len(name) - 1) if name else ""


IDENTITY = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")


class IdentityFilter(logging.Filter):
    """Strikes ID and phone numbers out of log lines (日志脱敏), whatever wrote them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the line through, with the numbers replaced."""
        message = record.getMessage()
        if IDENTITY.search(message):
            record.msg, record.args = IDENTITY.sub("［已隐去］", message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = IDENTITY.sub("［已隐去］", record.exc_text)
        return True


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text)


def _sm3(key: bytes, message: bytes) -> str:
    one = keyed.HMAC(key, hashes.SM3())
    one.update(message)
    return one.finalize().hex()


def _sm4_seal(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    machine = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    machine.authenticate_additional_data(bound)
    return machine.update(plain) + machine.finalize() + machine.tag


def _sm4_open(key: bytes, nonce: bytes, body: bytes, bound: bytes) -> bytes:
    machine = Cipher(algorithms.SM4(key), modes.GCM(nonce, body[-TAG:])).decryptor()
    machine.authenticate_additional_data(bound)
    return machine.update(body[:-TAG]) + machine.finalize()
