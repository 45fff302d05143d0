"""Sealing to the server's key (封装): what a phone seals it cannot open again, nor can who steals the phone.

ECDH on P-256 with a key made for this one message, HKDF-SHA-256, AES-256-GCM: what the WebCrypto of a five-year-old
phone can do. The message's number, phone and sequence are bound in, so that none of them can be exchanged.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INFO = b"shouwang field v1"
NONCE, POINT = 12, 65


class Unreadable(Exception):
    """What was sealed does not open: another key, another number, or altered on the way (打不开)."""


@dataclass(frozen=True)
class Envelope:
    """A sealed form on its way (封好的表); `body` is point, nonce and text with tag, one after the other."""

    id: str
    phone: str
    sequence: int
    key_id: str
    body: bytes

    @property
    def bound(self) -> bytes:
        """What is bound into the text."""
        return f"{INFO.decode()}|{self.key_id}|{self.phone}|{self.sequence}|{self.id}".encode()


def make_key() -> tuple[str, str]:
    """A new pair: the private half as PEM, the public half as phones read it."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode(), as_text(_point(private.public_key()))


def key_id_of(public: str) -> str:
    """A short name of a public key, the same wherever it is worked out."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(as_bytes(public))
    return digest.finalize().hex()[:16]


def seal(*, id: str, phone: str, sequence: int, public: str, plain: bytes) -> Envelope:  # noqa: A002
    """Seal a form as a phone does (see static/field/sealing.js)."""
    import os

    point = as_bytes(public)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    own = ec.generate_private_key(ec.SECP256R1())
    mine = _point(own.public_key())
    nonce = os.urandom(NONCE)
    empty = Envelope(id, phone, sequence, key_id_of(public), b"")
    text = AESGCM(_key(own.exchange(ec.ECDH(), theirs), mine, point)).encrypt(nonce, plain, empty.bound)
    return Envelope(id, phone, sequence, empty.key_id, mine + nonce + text)


def unseal(envelope: Envelope, *, private: str, public: str) -> bytes:
    """The form in clear. Raises Unreadable."""
    point, nonce, text = (
        envelope.body[:POINT],
        envelope.body[POINT : POINT + NONCE],
        envelope.body[POINT + NONCE :],
    )
    own = serialization.load_pem_private_key(private.encode(), None)
    if not isinstance(own, ec.EllipticCurvePrivateKey):
        raise Unreadable
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key = _key(own.exchange(ec.ECDH(), theirs), point, as_bytes(public))
        return AESGCM(key).decrypt(nonce, text, envelope.bound)
    except (InvalidTag, ValueError) as wrong:
        raise Unreadable from wrong


def as_text(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def as_bytes(text: str) -> bytes:
    """The bytes of a base64url text. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _key(shared: bytes, sender: bytes, receiver: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=sender + receiver, info=INFO).derive(shared)
