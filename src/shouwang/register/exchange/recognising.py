"""Which sheet is this, and what stands in its rows (识别表样): told by the headers, wherever their row lies."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shouwang.kernel.errors import InputError
from shouwang.kernel.sheets.cells import ERROR, FORMULA, NUMBER
from shouwang.kernel.sheets.opening import open_file
from shouwang.kernel.sheets.raw import RawTable, normalise_header
from shouwang.register.exchange.layouts import LAYOUTS, VILLAGE_MARKS, Column, Layout
from shouwang.register.exchange.templates import TEMPLATES

SEARCHED_ROWS = 10
ENOUGH = 3
MARK_WEIGHS = 3
OWN_COLUMNS = {"错误说明", "原表行号"}
"""Written by our own error sheets; left aside when they come back."""


@dataclass(frozen=True)
class Cell:
    """The text of a cell, or why it cannot be used."""

    text: str
    fault: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in Excel and its cells by the place of their column in the layout."""

    number: int
    cells: dict[int, Cell]

    def text(self, place: int | None) -> str:
        """The text of one cell, empty where there is none."""
        cell = self.cells.get(place) if place is not None else None
        return cell.text.strip() if cell else ""


@dataclass
class Sheet:
    """A sheet that was recognised: its layout, which columns are there, its rows and what else stands in it."""

    layout: Layout
    present: dict[int, int]
    """Place of a column in the layout → place in the file."""
    rows: list[SheetRow]
    header: list[str]
    unknown: list[str]
    raw: RawTable
    start: int

    def place_of(self, holds: str, of: str = "") -> int | None:
        """The place of the column that holds something, None when the sheet lacks it."""
        for place, column in enumerate(self.layout.columns):
            if column.holds == holds and column.of == of and place in self.present:
                return place
        return None


def read_sheet(path: Path, *, layouts: Iterable[Layout] = (*LAYOUTS.values(), *TEMPLATES.values())) -> Sheet:
    """Read a file and recognise its layout. Raises InputError for what is no sheet or none of these layouts."""
    candidates = tuple(layouts)
    words = frozenset(name for layout in candidates for name in layout.places())
    raw = open_file(path, words=words)
    return recognise(raw, candidates)


def recognise(raw: RawTable, candidates: tuple[Layout, ...]) -> Sheet:
    """The layout whose headers fit best, in the row where they fit best."""
    best: tuple[int, int, Layout | None] = (0, 0, None)
    for row in range(min(SEARCHED_ROWS, len(raw))):
        names = {normalise_header(text) for text in raw.row_texts(row) if text}
        for layout in candidates:
            score = len(names & set(layout.places())) + MARK_WEIGHS * len(names & layout.marks)
            fits = len(names & layout.marks) and len(names & set(layout.places())) >= ENOUGH
            if fits and score > best[0]:
                best = (score, row, layout)
    if best[2] is None:
        raise _strange(raw)
    return _sheet(raw, best[2], best[1])


def _strange(raw: RawTable) -> InputError:
    seen = {normalise_header(text) for row in range(min(SEARCHED_ROWS, len(raw))) for text in raw.row_texts(row)}
    if len(seen & VILLAGE_MARKS) >= 2:
        return InputError("这是行政村信息表，登记里没有可以比对的内容。", "请导入户或人员的表。")
    return InputError("认不出这是哪一种表：表头和已知的表样都对不上。", "请用系统导出的原表，不要改动表头。")


def _sheet(raw: RawTable, layout: Layout, row: int) -> Sheet:
    header, named = raw.row_texts(row), layout.places()
    order = {column: place for place, column in enumerate(layout.columns)}
    present: dict[int, int] = {}
    unknown = []
    for at, text in enumerate(header):
        column = named.get(normalise_header(text)) if text else None
        if column is not None:
            present.setdefault(order[column], at)
        elif text and text.strip() not in OWN_COLUMNS:
            unknown.append(text.strip()[:40])
    body = raw.since(row + 1)
    return Sheet(layout, present, _rows(body, layout.columns, present), header, unknown, body, row)


def _rows(body: RawTable, columns: tuple[Column, ...], present: dict[int, int]) -> list[SheetRow]:
    texts = {place: body.texts[at].to_pylist() for place, at in present.items()}
    kinds = {place: body.kinds[at].tolist() for place, at in present.items()}
    rows = []
    for at, number in enumerate(body.rows.tolist()):
        cells = {}
        for place, column_texts in texts.items():
            text = column_texts[at] or ""
            fault = _fault(text, kinds[place][at], columns[place])
            if text.strip() or fault:
                cells[place] = Cell(text, fault)
        if cells:
            rows.append(SheetRow(number, cells))
    return rows


def _fault(text: str, kind: int, column: Column) -> str:
    if kind == FORMULA and not text:
        return "是公式，没有算出的结果"
    if kind == ERROR:
        return "单元格里是错误值"
    if kind == NUMBER and column.holds == "id_number" and len(text) > 15:
        return "以数字格式存放，末尾几位已失真，请设为文本格式"
    return ""
