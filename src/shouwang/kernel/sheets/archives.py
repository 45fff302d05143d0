"""The zip container of a workbook (压缩包检查): judged by its directory before a byte of it is inflated.

Limits follow ASVS V5.2.3: ratio, size and number of entries; a workbook of 300,000 × 20 stays below each of them.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path

from shouwang.kernel.errors import InputError

MAX_INFLATED = 300 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_DIRECTORY = 1024 * 1024
RATIO_MATTERS_FROM = 1024 * 1024
CHUNK = 2 * 1024 * 1024
RESAVE = "请用 Excel 或 WPS 打开原表，另存为 .xlsx 后重新提交。"
END_RECORD = struct.Struct("<4s4H2LH")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the zip container after judging its directory. Raises InputError for bombs, links, macros, halves."""
    _check_end_record(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        raise _broken(path) from None
    try:
        _check_entries(archive.infolist(), path)
    except InputError:
        archive.close()
        raise
    return archive


def _check_end_record(path: Path) -> None:
    """The end record must close the file: a half-written or padded file has it elsewhere or not at all."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + END_RECORD.size > len(tail):
        raise _broken(path)
    _, disk, _, _, entries, directory, _, comment = END_RECORD.unpack_from(tail, at)
    if disk or at + END_RECORD.size + comment != len(tail):
        raise _broken(path)
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        raise InputError(f"压缩包里有 {entries} 个部分，不像一张普通的表。", RESAVE, file=path)


def _check_entries(entries: list[zipfile.ZipInfo], path: Path) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or len(names) > MAX_ENTRIES:
        raise InputError("压缩包里有重名或过多的部分，拒绝打开。", RESAVE, file=path)
    for entry in entries:
        _check_entry(entry, path)
    inflated, stored = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if inflated > MAX_INFLATED or _suspicious(inflated, stored):
        raise _bomb(path, inflated)


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    name = entry.filename
    if entry.flag_bits & 1:
        raise InputError("文件有打开密码，读不了。", "请去掉密码，另存为 .xlsx 后重新提交。", file=path)
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise InputError("压缩包里有指向外面的路径，拒绝打开。", RESAVE, file=path)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError("压缩包里有符号链接，拒绝打开。", RESAVE, file=path)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _broken(path)
    if _suspicious(entry.file_size, entry.compress_size):
        raise _bomb(path, entry.file_size)
    _check_active_content(name.lower(), path)


def _check_active_content(name: str, path: Path) -> None:
    if "vbaproject" in name or name.startswith(("xl/activex", "xl/macrosheets")):
        raise InputError("表里带有宏程序，不接收。", "请另存为不带宏的 .xlsx 后重新提交。", file=path)
    if name.startswith("xl/externallinks"):
        raise InputError("表里有指向其他文件的外部链接，不接收。", "请断开链接后另存为 .xlsx。", file=path)


def _suspicious(inflated: int, stored: int) -> bool:
    return inflated > RATIO_MATTERS_FROM and inflated > MAX_RATIO * max(stored, 1)


def part_names(archive: zipfile.ZipFile) -> set[str]:
    """Names of the parts in the container."""
    return set(archive.namelist())


def stream_part(archive: zipfile.ZipFile, name: str, path: Path) -> Generator[bytes]:
    """Inflate one part chunk by chunk; the declared size bounds it and the CRC is checked at its end."""
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, struct.error):
        raise _broken(path) from None


def read_part(archive: zipfile.ZipFile, name: str, path: Path, *, limit: int = 4 * 1024 * 1024) -> bytes:
    """Inflate one small part whole. Raises InputError above ``limit`` bytes, and for DTDs (XXE, entity bombs)."""
    if name not in part_names(archive):
        raise _broken(path)
    if archive.getinfo(name).file_size > limit:
        raise InputError(f"压缩包里的 {name} 大得不正常，拒绝打开。", RESAVE, file=path)
    data = b"".join(stream_part(archive, name, path))
    refuse_declarations(data, path)
    return data


def check_openings(archive: zipfile.ZipFile, path: Path) -> None:
    """Look at the first kilobyte of every XML part, also of parts that are never read, for a DTD."""
    for name in archive.namelist():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            try:
                with archive.open(name) as part:
                    head = part.read(1024)
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error):
                raise _broken(path) from None
            refuse_declarations(head, path)


def refuse_declarations(data: bytes, path: Path) -> None:
    """Refuse XML that declares entities, or hides from this look behind UTF-16."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:64]:
        raise InputError("表的内部文件含有外部实体声明（DTD），拒绝打开。", RESAVE, file=path)


def _bomb(path: Path, inflated: int) -> InputError:
    size = f"{inflated / 1_048_576:.0f} MB"
    return InputError(
        f"文件展开后有 {size}，大得不正常（疑似压缩炸弹），拒绝打开。",
        "请删去空白行列和图片后另存，或分成几个文件提交。",
        file=path,
    )


def _broken(path: Path) -> InputError:
    return InputError("文件不完整或已损坏（可能没有传完）。", "请重新导出或重新上传整个文件。", file=path)


def broken_workbook(path: Path) -> InputError:
    """The error for a container whose parts do not fit together (工作簿损坏)."""
    return _broken(path)
