"""Signed requests (签名请求): the texts that are signed, as RFC 9421 writes them, and what a signed manifest says.

One form only is taken, so that nobody can leave out of the signature what matters: method, host, path, query and the
digest of the body, with time, key and nonce. A push signs its manifest instead, which names the hash of the file.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from shouwang.kernel.errors import Refusal

NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
KEY_ID = re.compile(r"[0-9a-f]{16}\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")
FILE_NAME = re.compile(r"[^/\\:\x00-\x1f\x7f]{1,120}\.(?:xlsx|csv|parquet|txt|tsv)\Z", re.IGNORECASE)
COVERED = '("@method" "@authority" "@path" "@query" "content-digest")'
INPUT = re.compile(
    r"sig1=" + re.escape(COVERED) + r';created=(?P<created>\d{1,12});keyid="(?P<key>[0-9a-f]{16})"'
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{16,64})";alg="ed25519"\Z'
)
SIGNATURE = re.compile(r"sig1=:(?P<value>[A-Za-z0-9+/]{86}==):\Z")
LONGEST_MANIFEST = 4096
MOST_ROWS = 10_000_000


class NotSigned(Refusal):
    """No signature that could be looked at (没有有效签名)."""


@dataclass(frozen=True)
class Signed:
    """Who says to have signed what, when; nothing of it is proved yet."""

    key_id: str
    at: datetime
    nonce: str
    text: bytes
    signature: bytes


@dataclass(frozen=True)
class ManifestText:
    """What a department says about a file (报送清单), with its exact text and signature."""

    machine: str
    feed: str
    period_from: date | None
    period_until: date | None
    rows: int
    sha256: str
    file_name: str
    sent_by: str
    corrects: int | None
    signed: Signed


def digest_header(body: bytes) -> str:
    """The Content-Digest of a body (RFC 9530)."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def read_request(*, method: str, authority: str, path: str, query: str, body: bytes, headers: Any) -> Signed:
    """The signature of a request without a manifest. Raises NotSigned."""
    given = INPUT.match(headers.get("Signature-Input", ""))
    value = SIGNATURE.match(headers.get("Signature", ""))
    if given is None or value is None:
        raise NotSigned("请求没有签名，或签名的写法不对。", "请按接口说明写 Signature-Input 和 Signature 两个请求头。")
    digest = digest_header(body)
    if headers.get("Content-Digest", "") != digest:
        raise NotSigned("请求内容与 Content-Digest 不符。", "请重新计算内容的 SHA-256 后再签名。")
    covered = {
        "@method": method,
        "@authority": authority.lower(),
        "@path": path,
        "@query": f"?{query}",
        "content-digest": digest,
    }
    lines = [f'"{name}": {text}' for name, text in covered.items()]
    lines.append(f'"@signature-params": {headers["Signature-Input"].removeprefix("sig1=")}')
    at = datetime.fromtimestamp(int(given["created"]), UTC)
    return Signed(given["key"], at, given["nonce"], "\n".join(lines).encode(), b64decode(value["value"]))


def read_manifest(packed: str, signature: str) -> ManifestText:
    """The manifest of a push, from its two headers. Raises NotSigned with what is wrong in it."""
    try:
        text, proof = b64decode(packed, validate=True), b64decode(signature, validate=True)
        if len(text) > LONGEST_MANIFEST or len(proof) != 64:
            raise ValueError
        said = json.loads(text.decode())
    except (Error, ValueError, RecursionError):
        raise NotSigned("清单或签名读不出来。", "两者都要用 base64 写在请求头里，清单是 UTF-8 的 JSON。") from None
    if not isinstance(said, dict) or set(said) - ALLOWED or REQUIRED - set(said):
        missing = "、".join(sorted(REQUIRED - set(said))) if isinstance(said, dict) else ""
        raise NotSigned("清单的项目不对。", f"缺少：{missing}。" if missing else "请只写接口说明里列出的项目。")
    try:
        return _manifest(said, text, proof)
    except (TypeError, ValueError, KeyError, OverflowError) as wrong:
        raise NotSigned(f"清单里有一项写得不对：{wrong}。", "请对照接口说明改正后重新签名。") from None


REQUIRED = {"machine", "key_id", "feed", "rows", "sha256", "file_name", "sent_by", "time", "nonce"}
ALLOWED = REQUIRED | {"period_from", "period_until", "corrects"}


def _manifest(said: dict[str, Any], text: bytes, proof: bytes) -> ManifestText:
    at = datetime.fromisoformat(_text(said, "time", 40))
    if at.tzinfo is None:
        raise ValueError("time 要带时区")
    signed = Signed(_fits(said, "key_id", KEY_ID), at, _fits(said, "nonce", NONCE), text, proof)
    found = ManifestText(
        machine=_text(said, "machine", 40),
        feed=_text(said, "feed", 40),
        period_from=_day(said, "period_from"),
        period_until=_day(said, "period_until"),
        rows=_number(said, "rows", 0, MOST_ROWS),
        sha256=_fits(said, "sha256", HASH),
        file_name=_fits(said, "file_name", FILE_NAME),
        sent_by=_text(said, "sent_by", 30),
        corrects=_number(said, "corrects", 1, 2**62) if said.get("corrects") is not None else None,
        signed=signed,
    )
    if found.period_from and found.period_until and found.period_from >= found.period_until:
        raise ValueError("period_until 要晚于 period_from")
    return found


def _text(said: dict[str, Any], name: str, longest: int) -> str:
    value = said[name]
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise ValueError(name)
    return value


def _fits(said: dict[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = said[name]
    if not isinstance(value, str) or not value.isprintable() or not form.match(value):
        raise ValueError(name)
    return value


def _number(said: dict[str, Any], name: str, least: int, most: int) -> int:
    value = said[name]
    if type(value) is not int or not least <= value <= most:
        raise ValueError(name)
    return value


def _day(said: dict[str, Any], name: str) -> date | None:
    value = said.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError(name)
    return date.fromisoformat(value)
