"""The room where strangers' files are opened (隔离读取): a child process with limits on memory and time.

Run by ``opening``; it is given a path and a format and answers on standard output: four bytes of length, a JSON
verdict, and an Arrow stream if the verdict is good. Whatever happens here, the calling process lives on.
"""

from __future__ import annotations

import json
import struct
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.delimited import read_delimited
from shouwang.kernel.sheets.raw import RawTable, write_raw
from shouwang.kernel.sheets.stored import read_stored
from shouwang.kernel.sheets.workbooks import read_workbook

MEMORY = 1024 * 1024 * 1024
MEMORY_PER_BYTE = 24
CPU_SECONDS = 30


def limit(size: int) -> None:
    """Bound memory (1 GiB, more only for an honestly large file) and CPU time; without effect on Windows."""
    try:
        import resource
    except ImportError:  # Windows has no rlimits; the time limit of the caller remains
        return
    memory = max(MEMORY, size * MEMORY_PER_BYTE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class WithoutPandas(MetaPathFinder):
    """Says that there is no pandas: Arrow would load it to ask whether a list is one of its own, half a second a file."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Nothing is found by this; pandas is refused."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname, name=fullname)


def unpack(path: Path, form: str, words: frozenset[str]) -> RawTable:
    """Read one file of a known form: xlsx, csv or parquet."""
    if form == "xlsx":
        return read_workbook(path, words=words)
    return read_stored(path) if form == "parquet" else read_delimited(path)


def main() -> None:
    """Answer for one file; only an InputError is a message for people."""
    path, form, words = Path(sys.argv[1]), sys.argv[2], frozenset(json.loads(sys.argv[3]))
    limit(path.stat().st_size)
    sys.meta_path.insert(0, WithoutPandas())
    try:
        table = unpack(path, form, words)
    except InputError as error:
        _answer({"message": error.message, "remedy": error.remedy})
        return
    _answer({})
    write_raw(table, sys.stdout.buffer)


def _answer(verdict: dict[str, str]) -> None:
    data = json.dumps(verdict).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)


if __name__ == "__main__":
    main()
