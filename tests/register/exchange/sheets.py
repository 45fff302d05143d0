"""Sheets for the tests, as the national system writes them: titles above, all cells text."""

import io
from collections.abc import Sequence

import xlsxwriter

from tests.cast import LI_ID

HEADER = [
    "县", "乡", "村", "户编号", "人编号", "户类型", "监测对象类别", "户联系电话", "姓名", "性别", "证件号码", "与户主关系", "文化程度",
    "健康状况",
    "是否解决安全饮用水", "是否危房户", "住房面积", "工资性收入", "致贫/返贫风险1", "致贫/返贫风险2", "识别监测时间", "信息采集人",
]  # fmt: skip
LI = {
    "县": "苏仙区", "乡": "白露塘镇", "户编号": "H1", "人编号": "R1", "户类型": "脱贫户", "姓名": "李大山", "性别": "男", "证件号码": LI_ID,
    "与户主关系": "户主", "文化程度": "小学",
}  # fmt: skip
WIFE = {"户编号": "H1", "人编号": "R2", "姓名": "王桂花", "性别": "女", "与户主关系": "配偶"}


def workbook(
    rows: Sequence[dict[str, str]], *, header: Sequence[str] = HEADER, above: Sequence[Sequence[str]] = ()
) -> bytes:
    """A workbook with rows given by header; `above` stands over the header."""
    grid = [list(line) for line in above] + [list(header)] + [[row.get(name, "") for name in header] for row in rows]
    return grid_workbook(grid)


def grid_workbook(grid: Sequence[Sequence[str]], *, merged: bool = False) -> bytes:
    """A workbook of texts; `merged` spreads the first row over all columns."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, line in enumerate(grid):
            for column, text in enumerate(line):
                if text:
                    sheet.write_string(number, column, text)
        if merged:
            sheet.merge_range(0, 0, 0, len(grid[-1]) - 1, grid[0][0])
    return sink.getvalue()


NATIONAL = (["监测对象信息"], ["导出时间：2026-11-20"])
"""The two lines that the national system writes above the header."""


def national(*rows: dict[str, str]) -> bytes:
    """An export of monitored households: the header on the third row."""
    return workbook(rows, above=NATIONAL)
