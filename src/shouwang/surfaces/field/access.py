"""Who may open what of the phone's page (页面权限): declared like the staff pages, and refused by the same middleware."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import NOWHERE
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

View = Callable[..., HttpResponse]
PLACE, SELF, NOBODY = "place", "self", "nobody"
"""What narrows the rows of an answer."""


@dataclass(frozen=True)
class Access:
    """A view's declaration: the permission it needs and what narrows its rows."""

    permission: Permission | None
    scope: str
    signed_in: bool = True


class StaffRequest(HttpRequest):
    """A request behind which an actor stands."""

    actor: Actor


def page(permission: Permission, *, scope: str = PLACE) -> Callable[[View], View]:
    """Declare the permission that an answer needs; the database shows it the actor's own rows only."""
    return _declare(Access(permission, scope))


def open_page(view: View) -> View:
    """Declare an answer that needs no account and is shown no row at all."""
    return _declare(Access(None, NOBODY, signed_in=False))(view)


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        @wraps(view)
        def bounded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not access.signed_in and not connection.in_atomic_block:
                return view(request, *args, **kwargs)
            with rows_within(*(request.actor.row_range if access.signed_in else NOWHERE)):
                return view(request, *args, **kwargs)

        bounded.access = access  # type: ignore[attr-defined]
        return bounded

    return mark
