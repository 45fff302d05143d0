"""Sealed files in the store (加密存放的文件): originals and sheets about people, opened only by their kind and name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from shouwang.kernel import filestore
from shouwang.kernel.sealed_streams import HEAD, opened_pieces, pieces_of, sealed_pieces
from shouwang.register.ledger.keys import keyring


def put_sealed(kind: str, name: str, content: bytes) -> str:
    """Keep a file encrypted; `name` (its fingerprint, say) is bound in and needed to open it."""
    sealed = keyring().seal_file(f"{kind}/{name}", content)
    return filestore.put(settings.STORE, kind, sealed, ".sealed")[0]


def put_sealed_file(kind: str, name: str, file: IO[bytes]) -> str:
    """Keep an open file encrypted as `put_sealed` does, piece by piece and never whole in memory."""
    pieces = sealed_pieces(keyring(), f"{kind}/{name}", pieces_of(file))
    return filestore.put_pieces(settings.STORE, kind, pieces, ".sealed")[0]


def open_sealed(kind: str, name: str, path: str) -> bytes:
    """The content of an encrypted file. Raises Tampered when it was altered."""
    return b"".join(_opened(kind, name, path))


def _opened(kind: str, name: str, path: str) -> Iterator[bytes]:
    with (settings.STORE / path).open("rb") as file:
        if file.read(len(HEAD)) == HEAD:
            file.seek(0)
            yield from opened_pieces(keyring(), f"{kind}/{name}", file)
            return
    yield keyring().open_file(f"{kind}/{name}", filestore.get(settings.STORE, path))


def own_folder() -> Path:
    """A folder for passing files, closed to others."""
    folder: Path = settings.HOME / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def opened_for_reading(kind: str, name: str, path: str, suffix: str) -> Iterator[Path]:
    """A plain copy of a sealed file for the reader, in a folder of our own, gone afterwards."""
    handle, plain = tempfile.mkstemp(dir=own_folder(), suffix=suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in _opened(kind, name, path):
                file.write(piece)
        yield Path(plain)
    finally:
        Path(plain).unlink(missing_ok=True)
