"""Lists in pages (分页)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 20
PER_SHEET = 500
"""Rows of a list that leave as one sheet."""
MOST_PAGES = 100
"""Nobody turns over so many pages: beyond them a list is narrowed by place or name, and its end is not counted out."""


def wants_sheet(request: HttpRequest) -> bool:
    """Whether the address asks for the tables of the page as a workbook (导出表格)."""
    return request.GET.get("sheet") == "1"


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages of a list; of one too long to be read through the count stops where its last page ends."""

    def __init__(self, rows: Any, per_page: int) -> None:
        self.most = MOST_PAGES * per_page
        self.cut_short = False
        if isinstance(rows, QuerySet):
            # To count is to read everything that is counted, and a county has hundreds of thousands of households.
            found = rows.order_by()[: self.most + 1].count() if not rows.query.is_sliced else rows.count()
            self.cut_short = found > self.most
            rows, self.found = rows[: self.most], min(found, self.most)
        super().__init__(rows, per_page)

    @property
    def count(self) -> int:  # type: ignore[override]
        """Rows on all pages."""
        return self.found if isinstance(self.object_list, QuerySet) else len(self.object_list)


def paged(request: HttpRequest, rows: Any, *, per_page: int = PER_PAGE) -> dict[str, Any]:
    """The page that the address asks for, and the page numbers to offer; a number out of range is the nearest one.

    A sheet begins at the first row and holds more of them.
    """
    per_page = PER_SHEET if wants_sheet(request) else per_page
    page = Pages(rows, per_page).get_page(1 if wants_sheet(request) else request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "page_numbers": list(numbers)}
