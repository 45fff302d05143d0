"""Printing a document as PDF (排版): Chinese fonts embedded, page numbers, a code to check it by; same input, same bytes.

The words of a paper reach the typesetter as data and are never read as its language (SAFETY T-14).
"""

import io
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import segno
import typst

from shouwang.register.papers.documents.reading import blocks_of

LAYOUT = Path(__file__).with_name("paper.typ")
STANDARD: Literal["a-2b"] = "a-2b"  # PDF/A for keeping; it also refuses to print a sign that the fonts do not have
NO_GLYPH = "〓"
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
MOST_MISSING = 50


def printed(document: bytes, *, title: str, on: date, foot: str, address: str = "", specimen: bool = False) -> bytes:
    """The PDF of a filled document, dated `on`, with lines at its foot and an address to check it under as a QR code.

    A sign that the fonts do not have is printed as 〓 and named at the end, to be written in by hand.
    """
    given: dict[str, Any] = {
        **blocks_of(document),
        "title": title,
        "on": [on.year, on.month, on.day],
        "foot": foot,
        "code": _code(address) if address else "",
        "specimen": specimen,
        "missing": [],
    }
    for _ in range(MOST_MISSING):
        try:
            return _compiled(given)
        except typst.TypstError as wrong:
            signs = {sign for text in MISSING.findall(f"{wrong.message}\n{wrong.diagnostic}") for sign in text}
            if not signs - set(given["missing"]):
                raise
            given = _replaced(given, signs)
            given["missing"] = sorted({*given["missing"], *(f"U+{ord(sign):04X}" for sign in signs)})
    raise ValueError("too many signs without a glyph")


def _compiled(given: dict[str, Any]) -> bytes:
    text = json.dumps(given, ensure_ascii=False, sort_keys=True)
    made = typst.compile(
        LAYOUT.read_bytes(), font_paths=_fonts(), sys_inputs={"paper": text}, pdf_standards=STANDARD, timestamp=0
    )
    assert isinstance(made, bytes)  # noqa: S101 - one file, because no other form is asked for
    return made


@cache
def _fonts() -> typst.Fonts:
    """Only our two fonts: nothing of the machine, so that every machine prints the same."""
    folder = pylopdf_fonts_zh_cn.serif_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _code(address: str) -> str:
    sink = io.BytesIO()
    segno.make(address, error="m", micro=False).save(sink, kind="svg", border=0, xmldecl=False)
    return sink.getvalue().decode()


def _replaced(value: Any, signs: set[str]) -> Any:
    """The same data with the signs replaced, wherever they stand."""
    if isinstance(value, str):
        return value.translate(dict.fromkeys(map(ord, signs), NO_GLYPH))
    if isinstance(value, list):
        return [_replaced(one, signs) for one in value]
    return {key: _replaced(one, signs) for key, one in value.items()} if isinstance(value, dict) else value
