"""The workbook of a template (填报模板工作簿): headers that cannot be overwritten, drop-downs that follow each other, examples.

County, township, village and group are chosen one after the other: the list of each is a named range whose name is made
of codes (names of places hold characters that Excel forbids), found by the path that was chosen so far.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from shouwang.kernel.sheets.writing import begins_like_formula, printable
from shouwang.register.exchange.layouts import Column, Layout
from shouwang.register.exchange.templates import example_of, is_needed, kind_of
from shouwang.register.exchange.values import Codes

ROWS = 2_000
"""Rows that the drop-downs reach; more rows may be filled in, without drop-downs."""
LISTS, GUIDE = "选项", "填写说明"
CASCADE = ("county", "township", "village", "group_name")
TITLE = "填报模板"
INLINE = 250


@dataclass
class PlaceList:
    """Places to choose from (可选地区): path of names → the names below it, each under a name that Excel allows."""

    below: dict[tuple[str, ...], tuple[str, list[str]]] = field(default_factory=dict)

    def add(self, path: Sequence[str], code: str, names: Iterable[str]) -> None:
        """Offer names below a path; nothing is offered where there are none."""
        offered = list(dict.fromkeys(filter(None, names)))
        if offered:
            self.below[tuple(path)] = (f"L_{code}", offered)


def template_workbook(template: Layout, places: PlaceList, rows: Sequence[dict[str, str]] = ()) -> bytes:
    """The workbook of one template, with rows that are filled in already (by what their columns hold)."""
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sink, options) as book:
        _Writer(book, template, places).write(rows)
    return sink.getvalue()


class _Writer:
    def __init__(self, book: Any, template: Layout, places: PlaceList) -> None:
        self.book, self.template, self.places = book, template, places
        edge = {"border": 1, "text_wrap": True, "valign": "top", "num_format": "@", "locked": True}
        self.needed = book.add_format({**edge, "bold": True, "bg_color": "#DCE9F7"})
        self.free = book.add_format({**edge, "bg_color": "#F3F5F8"})
        self.title = book.add_format({"bold": True, "locked": True})
        self.open = book.add_format({"num_format": "@", "locked": False})
        self.quoted = book.add_format({"num_format": "@", "locked": False, "quote_prefix": True})

    def write(self, rows: Sequence[dict[str, str]]) -> None:
        """Sheet to fill in, guide, and the hidden lists."""
        sheet = self.book.add_worksheet(self.template.title[:31])
        guide = self.book.add_worksheet(GUIDE)
        self.lists = self.book.add_worksheet(LISTS)
        self.lists.hide()
        self.used = 0
        line = (
            f"{TITLE}：{self.template.title}。蓝色列必填；有下拉的请从下拉中选；表头不要改。填好后在“对接表格”里导入。"
        )
        for number, column in enumerate(self.template.columns):
            sheet.set_column(number, number, max(12, min(24, 2 * len(column.title) + 2)), self.open)
            style = self.needed if is_needed(self.template, column) else self.free
            sheet.write_string(self.template.header_row, number, column.title, style)
            self._offer(sheet, number, column)
        sheet.write_string(0, 0, line, self.title)
        for below, row in enumerate(rows, start=self.template.header_row + 1):
            for number, column in enumerate(self.template.columns):
                text = printable(row.get(column.holds, ""))
                if text:
                    sheet.write_string(below, number, text, self.quoted if begins_like_formula(text) else self.open)
        sheet.freeze_panes(self.template.header_row + 1, 0)
        may = {"insert_rows": True, "delete_rows": True, "sort": True, "format_columns": True, "format_rows": True}
        sheet.protect("", may)
        self._explain(guide)

    def _offer(self, sheet: Any, number: int, column: Column) -> None:
        first, last = self.template.header_row + 1, ROWS
        rule: dict[str, Any] = {"validate": "any"}
        kind = kind_of(self.template, column)
        if column.holds in CASCADE and self._cascades():
            rule = {"validate": "list", "source": self._places_of(number, column.holds), "error_type": "warning"}
        elif kind is not None and kind.labels and not isinstance(kind, Codes):
            rule = {"validate": "list", "source": self._choices(kind.labels)}
        hint = kind.hint if kind is not None else ""
        # Excel takes 32 characters of a title and 255 of a message.
        rule |= {"input_title": column.title[:32], "input_message": (hint or example_of(self.template, column))[:255]}
        if rule["validate"] == "any" and not rule["input_message"]:
            return
        sheet.data_validation(first, number, last, number, rule)

    def _cascades(self) -> bool:
        held = [column.holds for column in self.template.columns]
        return all(level in held for level in CASCADE[:3]) and bool(self.places.below)

    def _choices(self, labels: Sequence[str]) -> Any:
        return list(labels) if sum(map(len, labels)) + len(labels) < INLINE else self._list(labels)

    def _list(self, labels: Sequence[str], name: str = "") -> str:
        """Write a list on the hidden sheet; its address, or its name if it has one."""
        at = self.used
        self.used += 1
        for row, label in enumerate(labels):
            self.lists.write_string(row, at, label)
        letters = xl_col_to_name(at)
        area = f"='{LISTS}'!${letters}$1:${letters}${len(labels)}"
        if name:
            self.book.define_name(name, area)
        return area

    def _places_of(self, number: int, level: str) -> str:
        """The drop-down of one level: all counties, or what lies below the path in the cells of this row."""
        if not hasattr(self, "index"):
            self._write_places()
        depth = CASCADE.index(level)
        if depth == 0:
            return '=INDIRECT("L_0")'
        held = [column.holds for column in self.template.columns]
        above = [
            xl_rowcol_to_cell(self.template.header_row + 1, held.index(one), col_abs=True) for one in CASCADE[:depth]
        ]
        path = '&"/"&'.join(above)
        return f"=INDIRECT(VLOOKUP({path},{self.index},2,FALSE))"

    def _write_places(self) -> None:
        """The named lists, and the table from a path of names to the name of its list."""
        paths = [("/".join(path), name) for path, (name, _) in self.places.below.items()]
        left, right = self.used, self.used + 1
        self.used += 2
        for row, (path, name) in enumerate(paths):
            self.lists.write_string(row, left, path)
            self.lists.write_string(row, right, name)
        first, last = xl_col_to_name(left), xl_col_to_name(right)
        self.index = f"'{LISTS}'!${first}$1:${last}${max(1, len(paths))}"
        for name, names in self.places.below.values():
            self._list(names, name)

    def _explain(self, guide: Any) -> None:
        for place, width in enumerate((24, 8, 60, 26)):
            guide.set_column(place, place, width)
        for place, text in enumerate(("列", "必填", "怎么填", "示例")):
            guide.write_string(0, place, text, self.needed)
        for line, column in enumerate(self.template.columns, start=1):
            kind = kind_of(self.template, column)
            texts = (
                column.title,
                "是" if is_needed(self.template, column) else "",
                kind.hint if kind is not None else "从下拉中选" if column.holds in CASCADE else "照登记填写",
                example_of(self.template, column),
            )
            for place, text in enumerate(texts):
                guide.write_string(line, place, printable(text))
        guide.protect("")
