"""The notice as a workbook (公示表): made of the same rows as page and paper, with nothing behind them."""

import io
from datetime import datetime

import xlsxwriter

from shouwang.register.papers.publicity.notice import Notice
from shouwang.register.papers.publicity.wording import foot_lines, period_line

# One fixed time: who made the file and when is on record here and not in the file.
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a constant, not a reading of the clock
WIDTHS = (6, 16, 16, 18, 28)


def notice_workbook(notice: Notice) -> bytes:
    """One sheet of strings: heading, period, table, how to object; no formulas, links, comments or hidden parts."""
    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"title": notice.title, "author": "", "company": "", "comments": "", "created": MADE})
        sheet = book.add_worksheet("公示")
        heading = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        # The quote prefix keeps a text a text when somebody clicks into the cell and presses enter.
        cell = book.add_format({"border": 1, "num_format": "@", "quote_prefix": True})
        head = book.add_format({"border": 1, "num_format": "@", "bold": True})
        plain = book.add_format({"num_format": "@", "quote_prefix": True})
        sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, "")
        sheet.write_string(0, 0, f"{notice.place_name}{notice.title}", heading)
        sheet.write_string(1, 0, period_line(notice), plain)
        for line, row in enumerate(notice.table(), start=2):
            for column, text in enumerate(row):
                sheet.write_string(line, column, text, head if line == 2 else cell)
        for line, text in enumerate(foot_lines(notice), start=len(notice.rows) + 4):
            sheet.write_string(line, 0, text, plain)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return sink.getvalue()
