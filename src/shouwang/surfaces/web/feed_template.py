"""Filling-in template of a feed (填报模板): an xlsx with the 中文 headers, drop-downs and a note on each column."""

import io
from typing import Any

import xlsxwriter

from shouwang.engine.model import Column, Source

ROWS = 20_000
"""Rows that the drop-downs reach; more rows may be filled in, without drop-downs."""

IDENTITY_KEYS = ("resident_id", "household_id")
"""Columns that only machines fill; people give the ID number and the name."""

HINTS = {
    "date": "日期，例如 2026-05-01",
    "money": "金额，单位元，不要写“万”",
    "quantity": "数字，可带两位小数",
    "integer": "整数",
    "ratio": "比例，0.35 或 35%",
    "bool": "是 或 否",
    "id_number": "18 位身份证号，整列为文本格式",
    "phone": "电话号码，整列为文本格式",
}
WIDTHS = {"id_number": 22, "name": 12, "date": 14, "text": 18}
AS_TEXT = {"id_number", "phone", "text", "name"}


def feed_template(source: Source) -> bytes:
    """The workbook for one feed: a sheet to fill in and a sheet that explains every column."""
    sink = io.BytesIO()
    columns = [column for name, column in source.columns.items() if name not in IDENTITY_KEYS]
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        _fill_in(book, source, columns)
        _explain(book, columns)
    return sink.getvalue()


def _fill_in(book: Any, source: Source, columns: list[Column]) -> None:
    sheet = book.add_worksheet(source.title[:31])
    needed = book.add_format({"bold": True, "bg_color": "#DCE9F7", "border": 1, "text_wrap": True, "valign": "top"})
    free = book.add_format({"bg_color": "#F3F5F8", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        shape = text if column.type in AS_TEXT else None
        sheet.set_column(number, number, WIDTHS.get(column.type, 14), shape)
        sheet.write_string(0, number, column.title, needed if column.required else free)
        choices = _choices(column)
        if choices and sum(map(len, choices)) + len(choices) <= 255:
            sheet.data_validation(1, number, ROWS, number, {"validate": "list", "source": choices})


def _explain(book: Any, columns: list[Column]) -> None:
    sheet = book.add_worksheet("填写说明")
    head = book.add_format({"bold": True, "bg_color": "#DCE9F7", "border": 1})
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 70)
    sheet.write_row(0, 0, ("列", "必填", "怎么填"), head)
    for line, column in enumerate(columns, start=1):
        sheet.write_string(line, 0, column.title)
        sheet.write_string(line, 1, "是" if column.required else "")
        sheet.write_string(line, 2, "、".join(_choices(column)) or HINTS.get(column.type, "文字"))


def _choices(column: Column) -> list[str]:
    """What a drop-down offers: the first 中文 label of each code."""
    if column.type == "bool":
        return ["是", "否"]
    return [labels[0] for labels in (column.codes or {}).values() if labels]
