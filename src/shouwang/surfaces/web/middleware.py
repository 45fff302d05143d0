"""What holds for every page (页面共同约束): a declared permission, an actor, and headers that keep foreign code out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from shouwang.kernel.errors import Refusal
from shouwang.kernel.faults import fault_point
from shouwang.register.staff.queries import Actor, actor_of
from shouwang.surfaces.web.access import declared_access
from shouwang.surfaces.web.errors import refused
from shouwang.surfaces.web.fresh_factor import code_first
from shouwang.surfaces.web.paging import wants_sheet

Next = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ContentPolicy:
    """Adds the content policy (CSP), and keeps pages with personal data out of every cache."""

    def __init__(self, following: Next) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with its headers."""
        response = self.following(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class DeclaredAccess:
    """Denies by default: a view without a declaration, an account without a post, a post without the permission."""

    def __init__(self, following: Next) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes on; the decision falls when the view is known."""
        response = self.following(request)
        fault_point("form.committed")
        return response

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        """The refusal, or None when the view may run; sets `request.actor`."""
        access = declared_access(view)
        if access is None:
            return refused(request, "这个页面没有声明权限，不能打开。")
        if not access.signed_in:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        actor = _actor(request)
        if actor is None:
            return refused(request, "您的账号目前没有在任岗位，请联系县级管理员。")
        if access.permission is not None and not actor.may(access.permission):
            return refused(request, "您的岗位没有打开这个页面的权限。")
        request.actor = actor  # type: ignore[attr-defined]
        if wants_sheet(request):
            return code_first(request, must=False)  # type: ignore[arg-type]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal by the house becomes a page with its sentence instead of an error."""
        return refused(request, str(exception)) if isinstance(exception, Refusal) else None


def _actor(request: HttpRequest) -> Actor | None:
    """Whoever acts, asked anew for every request: a post that ended allows nothing more, not even within a session."""
    on, chosen = timezone.localdate(), request.session.get("post")
    actor = actor_of(request.user, on=on, post_id=chosen)  # type: ignore[arg-type]
    if actor is None and chosen is not None:
        del request.session["post"]
        return actor_of(request.user, on=on)  # type: ignore[arg-type]
    return actor


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(settings.LOGIN_URL)
    return HttpResponseRedirect(target)
