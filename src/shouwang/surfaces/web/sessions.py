"""How long somebody stays signed in (会话): thirty minutes without a click, twelve hours in all, one place for approvers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from shouwang.register.staff.actions import clear_attempts, hold_session, remember_sign_in
from shouwang.register.staff.queries import is_approver

STARTED, SEEN, MUST, FACTOR = "signed_in_at", "seen_at", "must", "factor_at"
ALWAYS_OPEN = ("sign_out", "set_type")
IDLE, WHOLE, MINUTE = 30 * 60, 12 * 3600, 60


def begin_session(request: HttpRequest, user: Any, *, factor: bool) -> None:
    """Sign somebody in: a new session key, the clock starts, an approver's other sessions end."""
    now = timezone.now()
    login(request, user)
    request.session[STARTED] = request.session[SEEN] = int(now.timestamp())
    if factor:
        request.session[FACTOR] = int(now.timestamp())
    if is_approver(user, on=timezone.localdate(now)):
        hold_session(user=user, key=request.session.session_key or "")
    remember_sign_in(user=user, at=now)
    clear_attempts(username=user.username, address=address_of(request))


def renew_key(request: HttpRequest) -> None:
    """A new session key after something more was proved; an approver's one session goes on under it."""
    request.session.cycle_key()
    if request.user.session_key:  # type: ignore[union-attr]
        hold_session(user=request.user, key=request.session.session_key or "")  # type: ignore[arg-type]


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy that is the proxy, which keeps its own count."""
    return str(request.META.get("REMOTE_ADDR", ""))


class SessionRules:
    """Ends sessions that are idle, old, replaced by another, and leads to what must be done before anything else."""

    def __init__(self, following: Callable[[HttpRequest], HttpResponse]) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to what comes first."""
        if not request.path.startswith(settings.STATIC_URL) and request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            if _is_over(request, now):
                logout(request)
            else:
                _touch(request, now)
                first = _first_duty(request)
                if first:
                    return HttpResponseRedirect(reverse(first))
        return self.following(request)


def _is_over(request: HttpRequest, now: int) -> bool:
    held, key = request.user.session_key, request.session.session_key  # type: ignore[union-attr]
    replaced = bool(held) and STARTED in request.session and held != key
    idle = now - request.session.get(SEEN, now) > IDLE
    return replaced or idle or now - request.session.get(STARTED, now) > WHOLE


def _touch(request: HttpRequest, now: int) -> None:
    """Once a minute is enough: not every page writes its session."""
    if now - request.session.get(SEEN, 0) >= MINUTE:
        request.session[SEEN] = now


def _first_duty(request: HttpRequest) -> str:
    """The route that comes before every other: one's own password, then the second factor."""
    duty = ""
    if request.user.secret_until is not None:  # type: ignore[union-attr]
        duty = "replace_password"
    elif request.session.get(MUST) == "enrol":
        duty = "enrol_factor"
    if not duty:
        return ""
    return duty if request.path not in {reverse(route) for route in (*ALWAYS_OPEN, duty)} else ""
