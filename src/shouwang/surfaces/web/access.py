"""Who may open which page (页面权限), as all surfaces declare it (surfaces/access.py).

Here a form is done once (see once.py), and every table is a sheet as well.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from shouwang.register.staff.choices import Permission
from shouwang.surfaces import access
from shouwang.surfaces.access import Access, Scope, StaffRequest, View, declared_access, open_page
from shouwang.surfaces.web.leaving import stopped_at_the_line
from shouwang.surfaces.web.once import done_once
from shouwang.surfaces.web.paging import wants_sheet
from shouwang.surfaces.web.table_sheets import tables_as_sheet

__all__ = ["Access", "Scope", "StaffRequest", "View", "declared_access", "open_page", "own_page", "page"]


def page(permission: Permission, *, scope: Scope = Scope.PLACE) -> Callable[[View], View]:
    """Declare the permission that a page needs and what narrows its rows; a form sent to it is done once."""
    declare = access.page(permission, scope=scope)
    return lambda view: declare(stopped_at_the_line(_with_sheets(_once(stopped_at_the_line(view)))))


def own_page(view: View) -> View:
    """Declare a page that every account with a post may open and that shows nobody's data but one's own."""
    return access.own_page(stopped_at_the_line(_with_sheets(view)))


def _once(view: View) -> View:
    @wraps(view)
    def done(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return done_once(request, lambda: view(request, *args, **kwargs))

    return done


def _with_sheets(view: View) -> View:
    @wraps(view)
    def shown(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        return tables_as_sheet(request, answer) if wants_sheet(request) else answer

    return shown
