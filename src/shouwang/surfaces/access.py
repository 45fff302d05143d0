"""Who may open which page (页面权限): every view declares it; an undeclared route is refused.

The declaration says only whether the post may do this kind of thing. Which households it may do it to is decided by
`visible_to(actor)` in the query, so that a row of another place is not found rather than forbidden; and once more by the
database, which shows a request no row outside its actor's range (see kernel/row_security.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import NOWHERE
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import rules_read_once

View = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD")
"""Methods of requests that only read: the rules cannot change under them."""


class Scope(StrEnum):
    """What narrows the rows of a page (范围)."""

    NOBODY = "nobody"
    PLACE = "place"
    UNIT = "unit"
    SELF = "self"


@dataclass(frozen=True)
class Access:
    """A view's declaration: the permission it needs (None = any account with a post) and what narrows its rows."""

    permission: Permission | None
    scope: Scope
    signed_in: bool = True


class StaffRequest(HttpRequest):
    """A request behind which an actor stands."""

    actor: Actor


def page(permission: Permission, *, scope: Scope = Scope.PLACE) -> Callable[[View], View]:
    """Declare the permission that a page needs and what narrows its rows."""
    return _declare(Access(permission, scope))


def own_page(view: View) -> View:
    """Declare a page that every account with a post may open and that shows nobody's data but one's own."""
    return _declare(Access(None, Scope.SELF))(view)


def open_page(view: View) -> View:
    """Declare a page that needs no account: signing in, and what the browser asks for before."""
    return _declare(Access(None, Scope.NOBODY, signed_in=False))(view)


def declared_access(view: Any) -> Access | None:
    """The declaration of a view, None when there is none."""
    return getattr(view, "access", None)


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        @wraps(view)
        def bounded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            # Here and not in middleware: the range lasts as long as the transaction, which begins with the view.
            # Pages of errors stand outside every transaction and ask the database for nothing.
            if not access.signed_in and not connection.in_atomic_block:
                return view(request, *args, **kwargs)
            low, high = request.actor.row_range if access.signed_in else NOWHERE
            area = request.actor.area if access.signed_in else NOWHERE
            with rows_within(low, high, area=area, to_the_end=True), rules_read_once(request.method in SAFE):
                return view(request, *args, **kwargs)

        bounded.access = access  # type: ignore[attr-defined]
        return bounded

    return mark
