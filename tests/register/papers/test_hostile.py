"""P-01: ten thousand hostile households, and nothing of theirs in any form of the notice."""

import zipfile
from collections import Counter
from io import BytesIO

import pytest

from shouwang.register.papers.publicity import preview
from shouwang.register.papers.publicity.sheets import notice_workbook
from tests.cast import TODAY, VILLAGE
from tests.register.papers.hostile import hits, households
from tests.register.papers.notices import FROM, LINE, TERMS, UNTIL

COUNT = 10_000


@pytest.fixture(scope="module")
def notice():
    """All of them on one notice: the generator withholds, the second net must have nothing left to find."""
    return preview(
        kind="determination",
        place_number=int(VILLAGE),
        place_name="苏仙区 白露塘镇 金田村",
        listed=households(COUNT),
        terms=TERMS,
        from_on=FROM,
        until_on=UNTIL,
        phone=LINE,
        as_of=TODAY,
    ).notice


def test_no_cell_holds_anything_forbidden(notice):
    found = Counter(kind for row in notice.table()[1:] for kind in hits("|".join(row[1:])))

    assert found == Counter()
    assert len(notice.rows) == COUNT


def test_honest_households_are_still_named(notice):
    named = sum(not row.name.startswith("（") for row in notice.rows)

    assert named > COUNT / 20


def test_the_oracle_itself_finds_what_the_households_carry():
    found = Counter(kind for one in households(2_000) for kind in hits(f"{one.head_name}|{one.group_name}"))

    assert set(found) >= {"ID number", "phone", "account", "health", "minor", "markup", "address", "direction"}
    assert sum(found.values()) > 1_000


def test_page_and_preview_hold_nothing_forbidden(notice):
    from django.template.loader import render_to_string

    from shouwang.register.papers.publicity.wording import foot_lines, period_line

    context = {"notice": notice, "period": period_line(notice), "foot": foot_lines(notice)}
    html = render_to_string("web/parts/notice_sheet.html", context)

    assert hits(html, but=[LINE]) == {}
    assert html.count("<tr>") == COUNT + 1


def test_the_workbook_holds_nothing_forbidden_in_any_of_its_parts(notice):
    content = notice_workbook(notice)

    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    texts = {name: text for name, text in parts.items() if "sharedStrings" in name or "docProps" in name}
    assert {name: hits(text, but=[LINE]) for name, text in texts.items() if hits(text, but=[LINE])} == {}
    assert not any('state="hidden"' in text or 'hidden="1"' in text for text in parts.values())
    assert not any("<f>" in text for text in parts.values())
    assert not [name for name in parts if "comment" in name or "external" in name]


def test_a_spreadsheet_program_reads_texts_only(notice):
    import openpyxl

    sheet = openpyxl.load_workbook(BytesIO(notice_workbook(notice))).active

    kinds = {cell.data_type for line in sheet.iter_rows(min_row=4) for cell in line if cell.value is not None}
    assert kinds == {"s"}


def sheet(notice, rows):
    """The Word paper of some rows, made as a posting's paper is made."""
    from dataclasses import replace

    from shouwang.register.papers.actions.notice_papers import notice_fields
    from shouwang.register.papers.documents.building import shipped_template
    from shouwang.register.papers.documents.filling import filled
    from shouwang.register.papers.kinds import KINDS, checked

    kind = KINDS["publicity_notice"]
    texts = checked(kind, notice_fields(replace(notice, rows=tuple(rows))))
    return filled(shipped_template(kind.name), texts, {})


def test_the_word_files_hold_nothing_forbidden_in_any_of_their_parts(notice):
    import re

    rows = 0
    for start in range(0, COUNT, 2000):
        with zipfile.ZipFile(BytesIO(sheet(notice, notice.rows[start : start + 2000]))) as word:
            document = word.read("word/document.xml").decode()
            about = "".join(word.read(name).decode() for name in word.namelist() if name.startswith("docProps"))
        texts = "|".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", document))
        assert hits(texts, but=[LINE]) == {}
        assert hits(about) == {}
        rows += len(re.findall(r"<w:tr[ >]", document)) - 1
    assert rows == COUNT


def test_the_pdf_files_hold_nothing_forbidden_in_text_or_metadata(notice):
    """Each row that differs from the others is printed once: the same cells give the same text."""
    from pypdf import PdfReader

    from shouwang.register.papers.documents.printing import printed

    different = list(dict.fromkeys(notice.rows))
    listed = 0
    for start in range(0, len(different), 2000):
        content = sheet(notice, different[start : start + 2000])
        reader = PdfReader(BytesIO(printed(content, title="公示", on=TODAY, foot="公示")))
        text = "\n".join(page.extract_text() for page in reader.pages)
        about = f"{dict(reader.metadata or {})} {reader.xmp_metadata.rdf_root.toxml() if reader.xmp_metadata else ''}"
        assert hits(text, but=[LINE]) == {}
        # The identifiers of the file itself are long numbers by chance; no text of ours stands beside them.
        assert {kind: found for kind, found in hits(about).items() if kind not in ("ID number", "account")} == {}
        assert not [row.name for row in different if row.name[0] != "（" and row.name in about]
        assert not list(reader.attachments)
        assert not [page for page in reader.pages if page.get("/Annots")]
        listed += sum(text.count(word) for word in ("不稳定户", "易致贫户", "困难户", "消除"))
    assert listed >= len(different) > 1_000
