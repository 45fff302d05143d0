"""Tables of a page as a workbook (导出表格): what the page shows, no more; who took it out is noted and printed on it."""

from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from lxml import html

from shouwang.kernel.sheets.writing import write_sheets
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.paging import PER_SHEET
from shouwang.surfaces.web.sheets import sheet_response

Table = tuple[str, list[str], list[list[str]]]


def tables_as_sheet(request: HttpRequest, shown: HttpResponse) -> HttpResponse:
    """The page's tables as xlsx, each a sheet; a page without any table, or that is none, stays what it is.

    Rows count as people who leave (名单导出), but for tables that hold counts of places alone and say so: `data-counts`.
    """
    if shown.status_code != 200 or not shown.get("Content-Type", "").startswith("text/html"):
        return shown
    page = html.document_fromstring(shown.content.decode())
    named, tables = [], []
    for one in page.iter("table"):
        if found := _table(one):
            tables.append(found)
            named += [] if "data-counts" in one.attrib else found[2]
    if not tables:
        return shown
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at, title = timezone.now(), _words(page.find(".//title")).partition(" · ")[0] or "表格"
    count = sum(len(rows) for _, _, rows in tables)
    rows_leave(request, title, ["|".join(row) for row in named])
    note(
        act="export_tables",
        subject=f"place:{actor.place_code}",
        actor=actor,
        at=at,
        reason=title,
        details={"rows": count, "page": request.path},
    )
    mark = f"{actor.place_name}{actor.unit} {actor.name} {timezone.localtime(at):%Y-%m-%d %H:%M} 导出"
    above = [f"{title}　{mark}"]
    if any(len(rows) >= PER_SHEET for _, _, rows in tables):
        above.append(f"只导出前 {PER_SHEET} 行，请先用筛选条件缩小范围。")
    out = BytesIO()
    write_sheets(out, tables, mark=mark, above=above)
    return sheet_response(out.getvalue(), f"{title}{timezone.localtime(at):%Y%m%d}.xlsx")


def _table(table: Any) -> Table | None:
    """Title, header and rows; columns without a heading hold buttons and stay behind."""
    heads = table.xpath("./thead/tr[last()]/th")
    header = [_words(one) for one in heads]
    kept = [number for number, text in enumerate(header) if text]
    if not kept:
        return None
    rows = []
    for row in table.xpath("./tbody/tr | ./tfoot/tr"):
        cells = [_words(one) for one in row.xpath("./th | ./td")]
        rows.append([cells[number] if number < len(cells) else "" for number in kept])
    above = table.xpath(
        "(ancestor::section | preceding::h2 | preceding::h1)[last()]/descendant-or-self::*[self::h1 or self::h2][1]"
    )
    caption = _words(above[0]) if above else _words(table.find("caption"))
    return caption or "表格", [header[number] for number in kept], rows


def _words(node: Any) -> str:
    """What a reader sees of a node: no text that is there for screen readers alone."""
    if node is None:
        return ""
    for hidden in node.xpath(".//*[contains(concat(' ', @class, ' '), ' unseen ')]"):
        hidden.drop_tree()
    return " ".join(node.text_content().split())
