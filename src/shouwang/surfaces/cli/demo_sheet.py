"""The demo's national sheet (演示用对接表): monitored households as the national system has them, a few things said otherwise."""

import io

from django.utils import timezone

from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.exchange.actions import compare_sheet, receive_sheet
from shouwang.register.exchange.layouts import LAYOUTS
from shouwang.register.exchange.outgoing import sheet_rows
from shouwang.register.exchange.queries import incoming_sheets
from shouwang.register.households.queries import household_records, watched_households
from shouwang.register.staff.queries import SYSTEM, actor_named

HOUSEHOLDS = 40
OTHERWISE = {
    "是否解决安全饮用水": "否",
    "文化程度": "小学",
    "住房面积(㎡)": "88",
    "劳动技能": "弱劳动力或半劳动力",
    "户类型": "特困户",
}
"""Column → what the planted rows say; the last one is a label that nobody knows."""
EVERY = 7


def has_sheets() -> bool:
    """Whether a sheet was brought already."""
    return incoming_sheets(SYSTEM).exists()


def bring_sheet() -> None:
    """Bring the sheet in the county officer's name and compare it."""
    officer, at = actor_named("xiaozhou", on=timezone.localdate()), timezone.now()
    if officer is None:
        return
    ids = list(watched_households(officer).order_by("place_number", "pk").values_list("pk", flat=True)[:HOUSEHOLDS])
    if not ids:
        return
    sheet = receive_sheet(file_name="监测对象信息导出.xlsx", content=_workbook(officer, ids), actor=officer, at=at)
    compare_sheet(sheet_id=sheet.pk, actor=officer, at=at)


def _workbook(officer, ids: list[str]) -> bytes:  # type: ignore[no-untyped-def]
    layout, sink = LAYOUTS["monitored"], io.BytesIO()
    header = [column.title for column in layout.columns]
    rows = list(sheet_rows(layout, household_records(officer, ids).values(), in_full=True))
    for place, (column, text) in enumerate(OTHERWISE.items()):
        for row in rows[place :: EVERY * len(OTHERWISE)]:
            row[header.index(column)] = text
    strange = [""] * len(header)
    strange[header.index("户编号")], strange[header.index("姓名")] = "000000", "不在本县的人"
    write_sheet(sink, header, [*rows, strange], title=layout.title, above=[layout.title, "演示数据"])
    return sink.getvalue()
