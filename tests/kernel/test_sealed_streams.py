"""Files encrypted piece by piece open whole or not at all."""

import io

import pytest

from shouwang.kernel.sealed_streams import HEAD, LENGTH, PIECE, opened_pieces, pieces_of, sealed_pieces
from shouwang.kernel.secrets import KeyMissing, Tampered, make_keyring

PROFILES = ("intl", "gm")


def sealed(content: bytes, place: str = "originals/x", profile: str = "intl"):
    keyring = make_keyring(profile)
    return keyring, b"".join(sealed_pieces(keyring, place, pieces_of(io.BytesIO(content))))


def opened(keyring, kept: bytes, place: str = "originals/x") -> bytes:
    return b"".join(opened_pieces(keyring, place, io.BytesIO(kept)))


def cut(kept: bytes) -> list[bytes]:
    """The pieces as they stand in the file, each with its length."""
    at, found = len(HEAD), []
    while at < len(kept):
        length = LENGTH + int.from_bytes(kept[at : at + LENGTH], "big")
        found.append(kept[at : at + length])
        at += length
    return found


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_opens_again(profile: str, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    keyring, kept = sealed(content, profile=profile)

    assert opened(keyring, kept) == content
    assert size < 16 or content[:16] not in kept


def test_a_file_cut_at_a_piece_does_not_open() -> None:
    keyring, kept = sealed(b"x" * (2 * PIECE + 5))
    pieces = cut(kept)

    with pytest.raises(Tampered):
        opened(keyring, HEAD + b"".join(pieces[:-1]))


def test_pieces_that_changed_places_do_not_open() -> None:
    keyring, kept = sealed(b"x" * (2 * PIECE + 5))
    first, second, last = cut(kept)

    with pytest.raises(Tampered):
        opened(keyring, HEAD + second + first + last)


@pytest.mark.parametrize("kept", [b"", HEAD, HEAD + b"\x00\x00", HEAD + b"\xff\xff\xff\xff", b"v1|k1|xxxx"])
def test_what_is_no_such_file_does_not_open(kept: bytes) -> None:
    with pytest.raises(Tampered):
        opened(make_keyring("intl"), kept)


def test_a_changed_byte_or_another_place_does_not_open() -> None:
    keyring, kept = sealed(b"hello")

    with pytest.raises(Tampered):
        opened(keyring, kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(Tampered):
        opened(keyring, kept, place="originals/y")


def test_without_its_key_a_file_says_which_is_missing() -> None:
    _, kept = sealed(b"hello")
    other = make_keyring("intl")

    with pytest.raises((KeyMissing, Tampered)):
        opened(other, kept)
