"""Files for the tests: honest tables, drifted tables and hostile ones, all made here from parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter

from shouwang.policy.sources import Source, load_sources

NATIONAL = Path(__file__).resolve().parents[3] / "packs" / "national"
HEADER = ["姓名", "身份证号", "结算编号", "结算日期", "总费用(元)", "个人自付(元)"]
ROWS = [
    ["李大娘", "999003196001011234", "S1", "2026-01-02", "1200.50", "300"],
    ["王小明", "999003199002022345", "S2", "2026-01-03", "88", "12.30"],
    ["陈阿婆", "999003194803033456", "S3", "2026-02-01", "45600", "20000"],
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def contract(name: str = "medical_settlements") -> Source:
    """A contract of the national pack."""
    return load_sources(NATIONAL)[name]


def contracts() -> dict[str, Source]:
    """All contracts of the national pack."""
    return load_sources(NATIONAL)


def write_xlsx(path: Path, rows: Sequence[Sequence[object]], *, header: Sequence[str] = HEADER) -> Path:
    """An honest workbook: texts as texts, numbers as numbers."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("结算")
        for number, row in enumerate([header, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, str(value))
    return path


def csv_text(
    rows: Sequence[Sequence[str]] = ROWS, *, header: Sequence[str] = HEADER, separator: str = ",", end: str = "\r\n"
) -> str:
    """CSV text without quoting."""
    return "".join(separator.join(row) + end for row in [header, *rows])


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file in an encoding."""
    path.write_bytes(text.encode(encoding))
    return path


def column_of(letter_place: int) -> str:
    """Spreadsheet letters of a column number."""
    name = ""
    place = letter_place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_xml(rows: Sequence[Sequence[str]], *, head: str = "", after: str = "", prefix: str = "") -> bytes:
    """A worksheet of inline strings."""
    p = prefix + ":" if prefix else ""
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<{p}c r="{column_of(place)}{number}" t="inlineStr"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>'
            for place, text in enumerate(row)
        )
        lines.append(f'<{p}row r="{number}">{cells}</{p}row>')
    body = "".join(lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{head}<{p}worksheet {name}="{MAIN}">'
        f"<{p}sheetData>{body}</{p}sheetData>{after}</{p}worksheet>"
    ).encode()


def parts(sheet: bytes | None = None) -> dict[str, bytes]:
    """The parts of a minimal workbook with one sheet."""
    sheet = sheet_xml([HEADER, *ROWS]) if sheet is None else sheet
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="结算" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet,
    }


def pack_zip(files: dict[str, bytes], *, change: Callable[[zipfile.ZipFile], None] | None = None) -> bytes:
    """Zip the parts; ``change`` may add odd entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if change:
            change(archive)
    return out.getvalue()


def write_bytes(path: Path, data: bytes) -> Path:
    """A file of these bytes."""
    path.write_bytes(data)
    return path
