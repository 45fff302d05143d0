"""Writing tables for people (导出): text stays text. Every export of the system goes through this writer.

A villager may be named ``=HYPERLINK(…)``. In a workbook every cell is written as a string and, where it begins like a
formula, marked with Excel's own quote prefix; in CSV, which has no types, an apostrophe goes before it.
依据: ASVS V1.2.10.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

LONGEST_CELL = 32_000
# After any run of BOM, blanks and control characters: = + - @ in both widths; or a tab, CR or LF at the very start.
INVISIBLE = r"[\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060\ufeff]*"
DANGEROUS = re.compile(rf"^{INVISIBLE}[=+\-@＝＋－﹣−＠|%]|^[\t\r\n\x00-\x1f]")
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def begins_like_formula(text: str) -> bool:
    """Whether a spreadsheet program might take the text for a formula or a command; plain numbers are none."""
    return bool(DANGEROUS.match(text)) and not PLAIN_NUMBER.match(text)


def printable(text: str) -> str:
    """The text without characters that no spreadsheet can hold; line ends become LF, very long texts are cut."""
    plain = UNWRITABLE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
    return plain if len(plain) <= LONGEST_CELL else plain[: LONGEST_CELL - 1] + "…"


def neutral(text: str) -> str:
    """The text for CSV: an apostrophe before anything that begins like a formula."""
    plain = printable(text)
    return f"'{plain}" if begins_like_formula(text) or begins_like_formula(plain) else plain


def write_sheet(
    path: Path | BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "数据",
    mark: str = "",
    above: Sequence[str] = (),
) -> None:
    """Write a workbook of strings: one header row, the rows, no formulas, links or numbers.

    A `mark` (水印) says who took it out and when: on every printed page and in the file's own properties. `above` are
    lines over the header.
    """
    with _workbook(path, mark) as book:
        _fill(book, title, header, rows, mark, above)


def write_sheets(
    path: Path | BinaryIO,
    sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[object]]]],
    *,
    mark: str = "",
    above: Sequence[str] = (),
) -> None:
    """Write a workbook of several sheets, each a title, a header row and rows; otherwise as `write_sheet`."""
    with _workbook(path, mark) as book:
        for number, (title, header, rows) in enumerate(sheets, start=1):
            taken = {sheet.get_name().lower() for sheet in book.worksheets()}
            name = _sheet_name(title)
            _fill(book, f"{name[:27]} {number}" if name.lower() in taken else name, header, rows, mark, above)


def _workbook(path: Path | BinaryIO, mark: str) -> Any:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path) if isinstance(path, Path) else path, options)
    if mark:
        book.set_properties({"comments": mark, "author": mark})
    return book


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", "", title)[:31] or "数据"


def _fill(
    book: Any, title: str, header: Sequence[str], rows: Iterable[Sequence[object]], mark: str, above: Sequence[str]
) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    if mark:
        sheet.set_header(f"&C{mark.replace('&', '&&')[:200]}")
        sheet.set_footer(f"&C{mark.replace('&', '&&')[:200]}")
    quoted = book.add_format({"quote_prefix": True, "num_format": "@"})
    strong = book.add_format({"bold": True, "num_format": "@"})
    text_format = book.add_format({"num_format": "@"})
    for number, line in enumerate(above):
        sheet.write_string(number, 0, printable(line), quoted if begins_like_formula(line) else text_format)
    for column, text in enumerate(header):
        sheet.write_string(len(above), column, printable(str(text)), strong)
    for number, row in enumerate(rows, start=len(above) + 1):
        for column, value in enumerate(row):
            text = printable(_shown(value))
            sheet.write_string(number, column, text, quoted if begins_like_formula(text) else text_format)
    sheet.freeze_panes(len(above) + 1, 0)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV that Excel opens as UTF-8, every field quoted and neutral."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([neutral(str(text)) for text in header])
        writer.writerows([neutral(_shown(value)) for value in row] for row in rows)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
