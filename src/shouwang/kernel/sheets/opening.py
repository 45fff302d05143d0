"""Opening a delivered file (打开文件): told by its content, not its name; parsed in a child process with limits."""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import pyarrow as pa

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.archives import check_openings, open_archive
from shouwang.kernel.sheets.raw import RawTable, read_raw
from shouwang.kernel.sheets.unpacking import unpack

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MAX_FILE = 200 * 1024 * 1024
SECONDS = 60
PIPE_BYTES = 1024 * 1024
SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新提交。"
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from shouwang.kernel.sheets.unpacking import main; main()"
# One thread and one memory arena: address space is limited, and threads reserve much of it.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"\x7fELF", "程序"),
    (b"MZ", "程序"),
    (b"SQLite format 3", "数据库文件"),
    (b"{\\rtf", "RTF 文档"),
)


def open_file(path: Path, *, words: frozenset[str] = frozenset(), isolated: bool = True) -> RawTable:
    """Open any of xlsx, csv and parquet. Raises InputError with the reason and what to do instead.

    ``words`` are normalised headers that help to choose among sheets. ``isolated=False`` is only for files that this
    system wrote itself.
    """
    form = sniff(path)
    if not isolated:
        return unpack(path, form, words)
    if path.stat().st_size > MAX_FILE:
        raise InputError(f"文件超过 {MAX_FILE // 1_048_576} MB。", "请分成几个文件提交。", file=path)
    if form == "xlsx":
        open_archive(path).close()
    return _in_child(path, form, words)


def refuse_hostile(path: Path) -> str:
    """Judge a file at the door, before anything of it is kept, without reading it through; gives back its form.

    What this cannot see yet (a sheet that lies about its size, say) is refused when the file is read.
    """
    form = sniff(path)
    if path.stat().st_size > MAX_FILE:
        raise InputError(f"文件超过 {MAX_FILE // 1_048_576} MB。", "请分成几个文件提交。", file=path)
    if form == "xlsx":
        with open_archive(path) as archive:
            check_openings(archive, path)
    return form


def sniff(path: Path) -> str:
    """Tell the form from the content: xlsx, parquet or csv. Raises InputError for everything else."""
    try:
        with path.open("rb") as file:
            head = file.read(65_536)
    except OSError:
        raise InputError("文件打不开。", "请检查路径和权限。", file=path) from None
    if not head.strip(b"\x00 \t\r\n"):
        raise InputError("文件是空的，没有任何内容。", "请重新导出后提交。", file=path)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    _refuse_foreign(head, path)
    return "csv"


def _refuse_foreign(head: bytes, path: Path) -> None:
    if head.startswith(OLD_OFFICE):
        if _holds_encrypted_package(path):
            raise InputError("文件有打开密码，读不了。", "请去掉密码，另存为 .xlsx 后重新提交。", file=path)
        raise InputError("这是旧版 .xls 文件，读不了。", SAVE_AS, file=path)
    for mark, title in FOREIGN:
        if head.startswith(mark):
            raise InputError(f"这是{title}，不是表格。", "请提交 .xlsx、.csv 或 .parquet 文件。", file=path)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"<style", b"<body")):
        raise InputError("这是网页（HTML/XML）冒充的表格。", SAVE_AS, file=path)


def _holds_encrypted_package(path: Path) -> bool:
    """Whether an old container is a new workbook behind a password; its directory names the package in UTF-16."""
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(MAX_FILE)


def _in_child(path: Path, form: str, words: frozenset[str]) -> RawTable:
    root = str(Path(__file__).resolve().parents[3])
    command = [sys.executable, "-I", "-c", START, root, str(path.resolve()), form, json.dumps(sorted(words))]
    answer, code, timed_out = _run(command)
    if timed_out:
        raise InputError("读这个文件用时过长，已停止。", "请分成几个文件，或另存为 .xlsx 后提交。", file=path)
    if len(answer) < 4:
        raise _died(path)
    (length,) = struct.unpack_from("<I", answer)
    verdict = json.loads(answer[4 : 4 + length])
    if verdict:
        raise InputError(verdict["message"], verdict["remedy"], file=path)
    if code:
        raise _died(path)
    return read_raw(pa.py_buffer(answer).slice(4 + length))


def _run(command: list[str]) -> tuple[bytes, int, bool]:
    """Run the child: (what it answered, its exit code, whether it had to be stopped for taking too long)."""
    # Nothing of our own environment (addresses, keys) reaches the room where strangers' files are opened.
    quiet = None if sys.platform == "win32" else QUIET
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0, env=quiet)
    with child:
        clock = threading.Timer(SECONDS, child.kill)
        start = time.monotonic()
        clock.start()
        try:
            answer = _read_all(child.stdout)
            code = child.wait()
        finally:
            clock.cancel()
            child.kill()
    return answer, code, code != 0 and time.monotonic() - start >= SECONDS


def _read_all(pipe: IO[bytes] | None) -> bytes:
    """Read to the end, through a pipe made wide: on a busy machine every filled pipe waits for a turn."""
    if pipe is None:
        return b""
    if fcntl is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return pipe.read()


def _died(path: Path) -> InputError:
    return InputError(
        "读这个文件占用的内存或时间超出限度，已停止。", "请分成几个文件，或另存为 .xlsx 后提交。", file=path
    )
