"""Sheets that a department fills in (部门答复表样): our own columns to know the row by, then the columns to fill."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.opening import open_file
from shouwang.kernel.sheets.raw import normalise_header
from shouwang.kernel.sheets.writing import begins_like_formula, printable

KEY = "编号"
REASON = "错误说明"
SEARCHED_ROWS = 10
DROP_DOWN_MOST = 255


@dataclass(frozen=True)
class ReplyLayout:
    """One sheet of replies (表样): `known` columns are ours, `asked` are filled in, some from a list of words."""

    of: str
    title: str
    known: tuple[str, ...]
    asked: tuple[str, ...]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def header(self) -> tuple[str, ...]:
        """All columns in their order; the first one tells which row it is."""
        return (KEY, *self.known, *self.asked)


@dataclass(frozen=True)
class ReplyRow:
    """One row as it came: its number in Excel, and its cells by their column."""

    number: int
    cells: dict[str, str]

    def filled(self, layout: ReplyLayout) -> bool:
        """Whether anything was filled in."""
        return any(self.cells.get(name) for name in layout.asked)


def reply_workbook(layout: ReplyLayout, rows: Iterable[Sequence[str]], *, mark: str, reasons: bool = False) -> bytes:
    """The sheet to fill in, or the rows that go back with why; every cell is a text, choices drop down."""
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    header = (*layout.header, REASON) if reasons else layout.header
    with xlsxwriter.Workbook(sink, options) as book:
        sheet = book.add_worksheet(layout.title[:31])
        sheet.set_footer(f"&C{mark.replace('&', '&&')[:200]}")
        text, quoted = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "quote_prefix": True})
        ours = book.add_format({"bold": True, "bg_color": "#F3F5F8", "border": 1})
        theirs = book.add_format({"bold": True, "bg_color": "#DCE9F7", "border": 1})
        last = 0
        for at, title in enumerate(header):
            sheet.set_column(at, at, 30 if title in ("说明", REASON) else 16, text)
            sheet.write_string(0, at, title, theirs if title in layout.asked else ours)
        for last, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                shown = printable(cell)
                sheet.write_string(last, at, shown, quoted if begins_like_formula(shown) else text)
        for title, words in layout.words.items():
            at = header.index(title)
            if last and sum(map(len, words)) + len(words) <= DROP_DOWN_MOST:
                sheet.data_validation(1, at, last, at, {"validate": "list", "source": list(words)})
        sheet.freeze_panes(1, 1)
    return sink.getvalue()


def read_replies(layout: ReplyLayout, path: Path) -> list[ReplyRow]:
    """The rows of a filled sheet, wherever its header lies. Raises InputError for another sheet."""
    wanted = {normalise_header(title): title for title in layout.header}
    raw = open_file(path, words=frozenset(wanted))
    for at in range(min(SEARCHED_ROWS, len(raw))):
        names = [wanted.get(normalise_header(text), "") for text in raw.row_texts(at)]
        if KEY in names and any(title in names for title in layout.asked):
            numbers = raw.rows.tolist()
            return [
                ReplyRow(int(numbers[place]), _cells(names, raw.row_texts(place))) for place in range(at + 1, len(raw))
            ]
    raise InputError(f"这不是“{layout.title}”：没有“{KEY}”和要填的列。", "请下载表格，填好再传回来，不要改表头。")


def _cells(names: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    return {name: text.strip() for name, text in zip(names, texts, strict=True) if name}
