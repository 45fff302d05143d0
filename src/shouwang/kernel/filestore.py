"""The file store (文件库): files addressed by the hash of their content, complete or absent, never overwritten."""

import os
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from shouwang.kernel.faults import fault_point


def put(store: Path, kind: str, content: bytes, suffix: str) -> tuple[str, str]:
    """Keep a file and give back its path inside the store and the SHA-256 of the content.

    Written aside, flushed and renamed, so that a power cut leaves either the whole file or none.
    """
    digest = sha256(content).hexdigest()
    inside = f"{kind}/{digest[:2]}/{digest}{suffix}"
    path = store / inside
    if path.exists():
        return inside, digest
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _put_in_place(aside, path)
    return inside, digest


def put_pieces(store: Path, kind: str, pieces: Iterable[bytes], suffix: str) -> tuple[str, str]:
    """Keep a file that comes in pieces and is never whole in memory; its path and the SHA-256 of the content.

    Whole or absent like ``put``; what a killed process leaves aside begins with a dot and is never read.
    """
    folder = store / kind
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = sha256()
    handle, aside = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        inside = f"{kind}/{digest.hexdigest()[:2]}/{digest.hexdigest()}{suffix}"
        path = store / inside
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _put_in_place(Path(aside), path)
    finally:
        Path(aside).unlink(missing_ok=True)
    return inside, digest.hexdigest()


def get(store: Path, inside: str) -> bytes:
    """The content of a kept file. Raises ValueError when it no longer fits its name (bit rot)."""
    content = (store / inside).read_bytes()
    if sha256(content).hexdigest() != Path(inside).name.split(".")[0]:
        raise ValueError(f"{inside} 的内容与指纹不符")
    return content


def _put_in_place(aside: Path, path: Path) -> None:
    fault_point("file.written")
    aside.rename(path)
    fault_point("file.renamed")
    handle = os.open(path.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
