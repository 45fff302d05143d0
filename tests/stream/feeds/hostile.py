"""The hostile corpus: every file that must be refused whole, with a phrase that its refusal must contain."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from functools import partial

from tests.stream.feeds.making import HEADER, MAIN, ROWS, csv_text, pack_zip, parts, sheet_xml

Maker = Callable[[], bytes]
DTD = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def _with(name: str, data: bytes) -> Maker:
    return lambda: pack_zip(parts() | {name: data})


def _sheet(data: bytes) -> Maker:
    return lambda: pack_zip(parts(data))


def _bomb(size: int) -> bytes:
    return pack_zip(parts(b"<worksheet><sheetData>" + b" " * size + b"</sheetData></worksheet>"))


def _many_entries(count: int) -> bytes:
    return pack_zip(parts() | {f"xl/media/{i}.bin": b"" for i in range(count)})


def _symlink(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _flags(data: bytes, bits: int) -> bytes:
    """Set flag bits in every central directory entry."""
    at, out = 0, bytearray(data)
    while (at := out.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<H", out, at + 8, struct.unpack_from("<H", out, at + 8)[0] | bits)
        at += 4
    return bytes(out)


def _lying_size(data: bytes) -> bytes:
    """Declare a smaller inflated size than the sheet has."""
    out = bytearray(data)
    at = out.rfind(b"PK\x01\x02")
    struct.pack_into("<L", out, at + 24, 100)
    return bytes(out)


def _wrong_crc(data: bytes) -> bytes:
    out = bytearray(data)
    at = out.rfind(b"PK\x01\x02")
    struct.pack_into("<L", out, at + 16, 12345)
    return bytes(out)


def _zip_damage(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 40 + data[middle + 40 :]


def _cells(body: str) -> Maker:
    return _sheet(f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'.encode())


def _workbook(text: str) -> Maker:
    return _with("xl/workbook.xml", text.encode())


GOOD = pack_zip(parts())
CSV = csv_text()
WIDE = "".join(f'<c r="{chr(65 + i // 26)}{chr(65 + i % 26)}1"><v>1</v></c>' for i in range(26 * 26))

REFUSED: dict[str, tuple[Maker, str]] = {
    "zip bomb of 30 MB": (partial(_bomb, 30_000_000), "压缩炸弹"),
    "zip bomb of 250 MB": (partial(_bomb, 250_000_000), "压缩炸弹"),
    "bomb in a part that is not read": (_with("xl/media/image1.png", b"\0" * 40_000_000), "压缩炸弹"),
    "201 entries": (partial(_many_entries, 201), "个部分"),
    "3000 entries": (partial(_many_entries, 3000), "个部分"),
    "symbolic link": (lambda: pack_zip(parts(), change=_symlink), "符号链接"),
    "path that climbs": (_with("../../etc/cron.d/x", b"x"), "指向外面"),
    "absolute path": (_with("/etc/cron.d/x", b"x"), "指向外面"),
    "windows path": (_with("xl\\..\\..\\x", b"x"), "指向外面"),
    "drive letter": (_with("C:/x", b"x"), "指向外面"),
    "external entity in the sheet": (_sheet(sheet_xml([HEADER, *ROWS], head=DTD)), "DTD"),
    "external entity in the workbook": (_workbook(f"{DTD}<workbook/>"), "DTD"),
    "external entity in the styles": (_with("xl/styles.xml", f"{DTD}<styleSheet/>".encode()), "DTD"),
    "external entity in the properties": (_with("docProps/core.xml", f"{DTD}<x>&a;</x>".encode()), "DTD"),
    "billion laughs in shared strings": (_with("xl/sharedStrings.xml", f"{LAUGHS}<sst>&b;</sst>".encode()), "DTD"),
    "DTD hidden in UTF-16": (_with("xl/styles.xml", (DTD + "<styleSheet/>").encode("utf-16")), "DTD"),
    "declaration after a row": (_cells('<row r="1"><c r="A1"><v>1</v></c></row><!DOCTYPE x><row r="2"/>'), "DTD"),
    "comment among the rows": (_cells('<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>'), "损坏"),
    "CDATA among the cells": (_cells('<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'), "损坏"),
    "macro": (_with("xl/vbaProject.bin", b"x"), "宏"),
    "macro sheet": (_with("xl/macrosheets/sheet1.xml", b"<x/>"), "宏"),
    "ActiveX control": (_with("xl/activeX/activeX1.xml", b"<x/>"), "宏"),
    "external link": (_with("xl/externalLinks/externalLink1.xml", b"<x/>"), "外部链接"),
    "encrypted entries": (partial(_flags, GOOD, 1), "密码"),
    "lying about its size": (partial(_lying_size, GOOD), "不完整"),
    "wrong checksum": (partial(_wrong_crc, GOOD), "不完整"),
    "damaged in the middle": (partial(_zip_damage, GOOD), "损坏"),
    "half of a workbook": (lambda: GOOD[: len(GOOD) // 2], "不完整"),
    "zeros at the end": (lambda: GOOD + b"\0" * 512, "不完整"),
    "junk at the end": (lambda: GOOD + b"<script>", "不完整"),
    "only the zip mark": (lambda: b"PK\x03\x04", "不完整"),
    "Word document": (lambda: pack_zip({"word/document.xml": b"<x/>"}), "没有 Excel 工作簿"),
    "zip of a csv": (lambda: pack_zip({"data.csv": CSV.encode()}), "没有 Excel 工作簿"),
    "binary workbook": (lambda: pack_zip({"xl/workbook.bin": b"x"}), "xlsb"),
    "workbook without sheets": (_workbook(f'<workbook xmlns="{MAIN}"><sheets/></workbook>'), "损坏"),
    "sheet that is missing": (lambda: pack_zip({k: v for k, v in parts().items() if "sheet1" not in k}), "不完整"),
    "sheet cut inside": (_sheet(sheet_xml([HEADER, *ROWS])[:-200]), "损坏"),
    "shared string that is not there": (_cells('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "损坏"),
    "shared string of minus one": (_cells('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "损坏"),
    "shared string that is no number": (_cells('<row r="1"><c r="A1" t="s"><v>abc</v></c></row>'), "损坏"),
    "cells outside rows": (_cells('<c r="A1"><v>1</v></c><row r="2"/>'), "没有任何内容"),
    "more columns than any table": (_cells(f'<row r="1">{WIDE}</row>'), "列"),
    "cell in the last column of Excel": (_cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "列"),
    "sheet that is not UTF-8": (
        _sheet(sheet_xml([HEADER, *ROWS]).replace("李".encode(), b"\xc0\xee\xff")),
        "损坏",
    ),
    "declaration far inside the sheet": (
        _cells("<row r='1'><c r='A1'><v>1</v></c></row>" + " " * 70_000 + "<!ENTITY x><row r='2'></row>"),
        "损坏",
    ),
    "sheet without cells": (_cells(""), "没有任何内容"),
    "header only": (_sheet(sheet_xml([HEADER])), "没有数据行"),
    "header twice": (_sheet(sheet_xml([[*HEADER, "姓名"], [*ROWS[0], "x"]])), "两列"),
    "empty file": (lambda: b"", "空的"),
    "file of zeros": (lambda: b"\0" * 4096, "空的"),
    "blank lines": (lambda: b"\r\n\r\n  \r\n", "空的"),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
    "workbook with a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "密码",
    ),
    "web page named xls": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "web page with BOM": (lambda: b"\xef\xbb\xbf\r\n<!DOCTYPE html><html/>", "网页"),
    "XML spreadsheet of 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "网页"),
    "PDF": (lambda: b"%PDF-1.7\n%x", "PDF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
    "program": (lambda: b"MZ\x90" + b"\0" * 50, "程序"),
    "RAR archive": (lambda: b"Rar!\x1a\x07" + b"x" * 50, "RAR"),
    "csv with binary content": (lambda: CSV.encode() + b"\x00\x01\x02,,,,,\r\n", "二进制"),
    "csv cut in the middle of a line": (lambda: CSV.encode()[:-25], "截断"),
    "csv cut inside a character": (lambda: (CSV + "李").encode()[:-1], "截断"),
    "csv cut inside quotes": ((CSV + '"李大').encode, "截断"),
    "csv of one column": ("姓名\r\n李大娘\r\n".encode, "只有一列"),
    "csv of no known encoding": (lambda: b"\xff\x80,\xff\xff\r\n" * 40, "编码"),
    "csv of 2000 columns": (lambda: (",".join(f"c{i}" for i in range(2000)) + "\r\n").encode() * 3, "列数超过"),
    "csv without a header": (csv_text()[csv_text().index("李") :].encode, "找不到"),
    "parquet cut off": (lambda: b"PAR1" + b"\x15\x04" * 200, "Parquet"),
    "parquet with a wild footer": (lambda: b"PAR1" + b"\xff" * 64 + b"\xff\xff\xff\x7fPAR1", "Parquet"),
}
