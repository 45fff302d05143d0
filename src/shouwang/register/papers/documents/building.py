"""Building the shipped templates (自带模板): from a kind's layout to a Word file that looks like an official form.

Page and type sizes follow the habit of 公文 (GB/T 9704): A4, heading 小标宋 22 pt, text 仿宋 16 pt; forms are set smaller.
The Word file names the usual Chinese fonts, which the county's machines have; the PDF brings its own.
"""

import io
from functools import cache

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from shouwang.register.papers.documents.archive import opened, packed
from shouwang.register.papers.kinds import Kind, kind_named
from shouwang.register.papers.kinds.layout import FOOT, Head, Line, Pairs, Rows, Signs, Title, Words

HEADING, BODY, STRONG = "方正小标宋简体", "仿宋_GB2312", "黑体"
WIDTH_CM = 15.6
ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
TEXT_PT, FORM_PT, HEADING_PT, FOOT_PT, SIGN_PT = 14, 12, 22, 9, 28


@cache
def shipped_template(name: str) -> bytes:
    """The default template of a kind; always the same bytes."""
    kind = kind_named(name)
    document = Document()
    _page(document)
    for piece in kind.layout:
        _ADD[type(piece)](document, piece)
    _foot(document, kind)
    sink = io.BytesIO()
    document.save(sink)
    return packed(opened(sink.getvalue()))


def _page(document):  # type: ignore[no-untyped-def]
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(25), Mm(32)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = Pt(TEXT_PT)
    _font(style.element.get_or_add_rPr(), BODY)
    style.paragraph_format.line_spacing = 1.5
    style.paragraph_format.space_after = Pt(0)


def _font(properties, name):  # type: ignore[no-untyped-def]
    fonts = properties.get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(slot), "Times New Roman")
    fonts.set(qn("w:eastAsia"), name)


def _run(paragraph, text, *, size=None, font=None):  # type: ignore[no-untyped-def]
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    if font:
        _font(run._element.get_or_add_rPr(), font)
    return run


def _title(document, piece):  # type: ignore[no-untyped-def]
    for text in piece.text.split("\n"):
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN["center"]
        _run(paragraph, text, size=HEADING_PT, font=HEADING)
    paragraph.paragraph_format.space_after = Pt(14)


def _head(document, piece):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, piece.text, font=STRONG)


def _words(document, piece):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Pt(2 * TEXT_PT)
    _run(paragraph, piece.text)


def _line(document, piece):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN[piece.align]
    _run(paragraph, piece.text)


def _pairs(document, piece):  # type: ignore[no-untyped-def]
    table = _table(document, rows=len(piece.rows), widths=(5, 8, 5, 8))
    for cells, row in zip((line.cells for line in table.rows), piece.rows, strict=True):
        if len(row) == 1:
            cells[1].merge(cells[3])
        for at, (label, value) in enumerate(row):
            _cell(cells[2 * at], label, font=STRONG)
            _cell(cells[2 * at + 1], value)
    _gap(document)


def _rows(document, piece):  # type: ignore[no-untyped-def]
    table = _table(document, rows=2, widths=piece.widths)
    for at, (head, text) in enumerate(zip(piece.heads, piece.cells, strict=True)):
        _cell(table.rows[0].cells[at], head, font=STRONG, align="center")
        _cell(table.rows[1].cells[at], text, align="center")
    table.rows[0]._tr.get_or_add_trPr().append(table.rows[0]._tr.makeelement(qn("w:tblHeader")))
    _gap(document)


def _signs(document, piece):  # type: ignore[no-untyped-def]
    """A table with room for a name, a fingerprint and a date beside every one who signs."""
    table = _table(document, rows=len(piece.people), widths=(4, 5, 3) if piece.dated else (4, 8))
    for row, person in zip(table.rows, piece.people, strict=True):
        row.height = Pt(SIGN_PT)
        _cell(row.cells[0], person)
        if piece.dated:
            _cell(row.cells[2], "    年    月    日", align="right")
    _gap(document)


def _foot(document, kind: Kind) -> None:  # type: ignore[no-untyped-def]
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = ALIGN["center"]
    _run(paragraph, FOOT, size=FOOT_PT)


def _gap(document):  # type: ignore[no-untyped-def]
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.0
    _run(paragraph, "", size=6)


def _table(document, *, rows, widths):  # type: ignore[no-untyped-def]
    table = document.add_table(rows=rows, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, share in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Cm(WIDTH_CM * share / sum(widths))
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        column.width = Cm(WIDTH_CM * share / sum(widths))
    return table


def _cell(cell, text, *, font=None, align="left"):  # type: ignore[no-untyped-def]
    paragraph = cell.paragraphs[0]
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.line_spacing = 1.2
    _run(paragraph, text, size=FORM_PT, font=font)


_ADD = {Title: _title, Head: _head, Words: _words, Line: _line, Pairs: _pairs, Rows: _rows, Signs: _signs}
