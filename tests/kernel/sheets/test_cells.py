"""Cells (单元格): our reader against two others, on workbooks from two writers and on sheets of every odd shape."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import python_calamine
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.kernel.sheets import archives
from shouwang.kernel.sheets.cells import BOOL, DATE, ERROR, NUMBER, TEXT
from shouwang.kernel.sheets.workbooks import read_workbook
from shouwang.stream.feeds.reading import read_delivery
from tests.stream.feeds.making import HEADER, MAIN, ROWS, contract, pack_zip, parts, write_bytes

CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"])
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12)
VALUES = st.one_of(st.none(), TEXTS, st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6, width=32), st.booleans())
GRIDS = st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=8)


def write_with_openpyxl(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = book.active.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # else openpyxl would take a leading = for a formula
    book.save(path)


def write_with_xlsxwriter(path: Path, rows: list[list[object]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        writers = {str: sheet.write_string, bool: sheet.write_boolean}
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    writers.get(type(value), sheet.write_number)(number, place, value)


def ours(path: Path) -> dict[tuple[int, int], object]:
    """Our reading as {(row, column): value}, in the types that calamine gives."""
    raw = read_workbook(path)
    found: dict[tuple[int, int], object] = {}
    for place, (texts, kinds) in enumerate(zip(raw.texts, raw.kinds, strict=True)):
        for row, text, kind in zip(raw.rows.tolist(), texts.to_pylist(), kinds.tolist(), strict=True):
            if text is not None:
                found[row - 1, place] = {NUMBER: float, BOOL: lambda t: t == "1"}.get(kind, str)(text)
    return found


def theirs(path: Path) -> dict[tuple[int, int], object]:
    """What calamine reads, in the same form."""
    rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return {(r, c): value for r, row in enumerate(rows) for c, value in enumerate(row) if value != "" or value is False}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=GRIDS)
def test_any_grid_of_either_writer_reads_as_calamine_reads_it(rows: list[list[object]], tmp_path: Path) -> None:
    for write in (write_with_openpyxl, write_with_xlsxwriter):
        path = tmp_path / "grid.xlsx"
        write(path, rows)
        assert ours(path) == theirs(path)


def test_small_chunks_give_the_same_table(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "grid.xlsx"
    write_with_xlsxwriter(path, [[f"甲{i}", i, "x" * (i % 7) or None, i % 2 == 0] for i in range(500)])
    whole = ours(path)

    monkeypatch.setattr(archives, "CHUNK", 700)

    assert ours(path) == whole
    assert len(whole) == 500 * 4 - 72


def sheet(folder: Path, body: str, **extra: bytes) -> Path:
    data = f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'.encode()
    named = {name.replace("__", "/") + ".xml": part for name, part in extra.items()}
    return write_bytes(folder / "sheet.xlsx", pack_zip(parts(data) | named))


def test_escapes_phonetics_and_rich_text_become_plain_text(tmp_path: Path) -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>a&amp;b &lt;c&gt; &#20013;&#x6587;_x000A_</t></si>'
        '<si><r><rPr><b/></rPr><t>李</t></r><r><t xml:space="preserve"> 大娘</t></r></si>'
        '<si><t>重庆</t><rPh sb="0" eb="2"><t>chongqing</t></rPh><phoneticPr fontId="1"/></si><si/></sst>'
    )
    body = '<row r="1">' + "".join(f'<c r="{"ABCD"[i]}1" t="s"><v>{i}</v></c>' for i in range(4)) + "</row>"

    raw = read_workbook(sheet(tmp_path, body, xl__sharedStrings=strings.encode()))

    assert raw.row_texts(0)[:3] == ["a&b <c> 中文\n", "李 大娘", "重庆"]


def test_attributes_in_any_order_and_quotes_and_missing_references_are_read(tmp_path: Path) -> None:
    body = (
        "<row ht='15' r='3'><c t='str' s='0' r='B3'><v>甲</v></c><c r='AA3'><v>2.5</v></c><c r='AB3' t='b'><v>1</v></c>"
        "<c r='AC3' t='e'><v>#N/A</v></c></row>"
    )

    raw = read_workbook(sheet(tmp_path, body))

    assert raw.rows.tolist() == [3]
    filled = {place: text for place, text in enumerate(raw.row_texts(0)) if text}
    assert filled == {1: "甲", 26: "2.5", 27: "1", 28: "#N/A"}
    assert [raw.kinds[place][0] for place in (1, 26, 27, 28)] == [TEXT, NUMBER, BOOL, ERROR]
    unnumbered = read_workbook(sheet(tmp_path, "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"))
    assert [unnumbered.row_texts(place) for place in range(2)] == [["1", "2"], ["3", ""]]
    assert unnumbered.rows.tolist() == [1, 2]


def test_serials_are_dates_where_the_style_says_so(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    days = [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2026, 1, 2)]
    with xlsxwriter.Workbook(str(path)) as book:
        style = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        plain = book.add_format({"num_format": '0.00"d"'})
        one = book.add_worksheet()
        for number, day in enumerate(days):
            one.write_datetime(number, 0, day, style)
            one.write_number(number, 1, 46024, plain)

    raw = read_workbook(path)

    assert raw.texts[0].to_pylist() == [day.isoformat() for day in days]
    assert set(raw.kinds[0]) == {DATE}
    assert raw.texts[1].to_pylist() == ["46024"] * 4


def test_sheet_with_the_headers_is_chosen_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "three.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("填表说明").write_string(0, 0, "请按说明填写")
        data, hidden = book.add_worksheet("明细"), book.add_worksheet("旧数据")
        for one in (data, hidden):
            for number, row in enumerate([HEADER, *ROWS]):
                one.write_row(number, 0, row)
        hidden.hide()

    delivery = read_delivery(path, contract(), isolated=False)

    assert delivery.about["sheet"] == "明细"
    assert delivery.accepted == 3
    assert any("填表说明" in warning and "旧数据" in warning for warning in delivery.warnings)
