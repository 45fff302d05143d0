"""Large files encrypted piece by piece (分段加密): a delivery of any size passes through in little memory.

A file begins with ``v2`` and a line end; then come pieces, each its length in four bytes and a sealed text as of
``Keyring.seal_file``. The number of a piece and whether it is the last are bound into it, so that a file which was cut,
or whose pieces were moved, does not open.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from shouwang.kernel.secrets import Keyring, Tampered

HEAD = b"v2\n"
PIECE = 1024 * 1024
LENGTH = 4
MOST = 2 * PIECE


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file piece by piece; an empty one is one empty piece."""
    yield file.read(PIECE)
    while piece := file.read(PIECE):
        yield piece


def sealed_pieces(keyring: Keyring, place: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What is to be written for a file that comes in pieces, bound to its place."""
    yield HEAD
    number, held = 0, None
    for piece in pieces:
        if held is not None:
            yield _sealed(keyring, place, number, held, last=False)
            number += 1
        held = piece
    yield _sealed(keyring, place, number, held or b"", last=True)


def opened_pieces(keyring: Keyring, place: str, file: IO[bytes]) -> Iterator[bytes]:
    """The pieces of a kept file. Raises Tampered when it was altered, cut or renamed, KeyMissing without its key."""
    if file.read(len(HEAD)) != HEAD:
        raise Tampered(f"文件 {place} 打不开。")
    number, length = 0, _length(file, place)
    while length is not None:
        sealed = file.read(length)
        following = _length(file, place)
        yield keyring.open_file(_bound(place, number, last=following is None), sealed)
        number, length = number + 1, following
    if number == 0:
        raise Tampered(f"文件 {place} 打不开。")


def _sealed(keyring: Keyring, place: str, number: int, piece: bytes, *, last: bool) -> bytes:
    sealed = keyring.seal_file(_bound(place, number, last=last), piece)
    return len(sealed).to_bytes(LENGTH, "big") + sealed


def _length(file: IO[bytes], place: str) -> int | None:
    read = file.read(LENGTH)
    if not read:
        return None
    length = int.from_bytes(read, "big")
    if len(read) < LENGTH or not 0 < length <= MOST:
        raise Tampered(f"文件 {place} 打不开。")
    return length


def _bound(place: str, number: int, *, last: bool) -> str:
    return f"{place}#{number}{'.' if last else ''}"
