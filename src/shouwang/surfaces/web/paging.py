"""Lists in pages (分页)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

PER_PAGE = 20
PER_SHEET = 500
"""Rows of a list that leave as one sheet."""


def wants_sheet(request: HttpRequest) -> bool:
    """Whether the address asks for the tables of the page as a workbook (导出表格)."""
    return request.GET.get("sheet") == "1"


def paged(request: HttpRequest, rows: Any, *, per_page: int = PER_PAGE) -> dict[str, Any]:
    """The page that the address asks for, and the page numbers to offer; a number out of range is the nearest one.

    A sheet begins at the first row and holds more of them.
    """
    per_page = PER_SHEET if wants_sheet(request) else per_page
    page = Paginator(rows, per_page).get_page(1 if wants_sheet(request) else request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {"page": page, "page_numbers": list(numbers)}
