"""Content of files (内容指纹), remembered: a file that has not been touched since is not read again to be recognised."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from shouwang.engine.frozen_table import File

# A file that was written a moment ago may be written again within the same tick of its clock.
SETTLED = 2 * 10**9
LENGTH = 24


class Digests:
    """Digests of files; with a folder, those of untouched files are taken from the last time."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "digests.json" if folder else None
        known = json.loads(self._file.read_text(encoding="utf-8")) if self._file and self._file.exists() else []
        self._known = {File(*of): digest for *of, digest in known}
        self._learnt: set[File] = set()
        self._unsettled: set[File] = set()

    def of(self, paths: Sequence[Path]) -> str:
        """What several files hold together, whatever order they are named in."""
        found = hashlib.blake2b(digest_size=32)
        for path in sorted(paths):
            found.update(bytes.fromhex(self._of(File.at(path.absolute()))))
        return found.hexdigest()[:LENGTH]

    def _of(self, file: File) -> str:
        found = self._known.get(file)
        if found is None:
            now = time.time_ns()
            # As strong as SHA-256 and faster where the processor has no instructions for that.
            with Path(file.path).open("rb") as content:
                found = hashlib.file_digest(content, hashlib.blake2b).hexdigest()
            self._known[file] = found
            (self._learnt if now - file.changed > SETTLED else self._unsettled).add(file)
        return found

    def keep(self) -> None:
        """Remember what was learnt; files that are there no more, or were changed, are forgotten."""
        if not self._file or not self._learnt:
            return
        kept = {file: digest for file, digest in self._known.items() if file not in self._unsettled and file.is_there}
        partial = self._file.with_name(f"{self._file.name}.{uuid4().hex}.partial")
        told = [[file.path, file.size, file.changed, digest] for file, digest in kept.items()]
        partial.write_text(json.dumps(told), encoding="utf-8")
        partial.replace(self._file)
