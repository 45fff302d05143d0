"""The second factor (动态验证码): switching it on, giving a code at sign-in, and again before a decision."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.actions import (
    WrongCode,
    accept_code,
    count_attempt,
    enrol_second_factor,
    factor_address,
    new_factor_key,
)
from shouwang.register.staff.queries import active_account, has_second_factor, is_locked
from shouwang.surfaces.web.access import StaffRequest, open_page, own_page
from shouwang.surfaces.web.preferences import safe_target
from shouwang.surfaces.web.sessions import FACTOR, MUST, address_of, begin_session, renew_key

FRESH = 5 * 60
"""Seconds for which a code given once counts for decisions."""
PENDING, KEY = "pending_sign_in", "factor_key"
WRONG = "验证码不对，或者已经用过。连续输错五次，要等十五分钟再试。"


def fresh_second_factor(request: HttpRequest) -> bool:
    """Whether a code was given within the last five minutes (验证码是否仍有效); always where none is asked for."""
    if not settings.SECOND_FACTOR:
        return True
    return int(timezone.now().timestamp()) - request.session.get(FACTOR, 0) <= FRESH


def with_fresh_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that decides: whoever gave no code lately gives one first and comes back. Stands below `@page`."""

    @wraps(view)
    def asked(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if fresh_second_factor(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else _page_before(request)
        messages.warning(request, "这一步要先输入动态验证码，然后请再点一次。")
        target = f"{reverse('step_up')}?{urlencode({'next': back})}"
        return HttpResponseClientRedirect(target) if request.headers.get("HX-Request") else redirect(target)

    return asked


@open_page
@require_http_methods(["GET", "POST"])
def give_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in; without the first there is nothing to give a code for."""
    pending = request.session.get(PENDING, {})
    user = active_account(pending.get("user"))
    if user is None or int(timezone.now().timestamp()) - pending["at"] > FRESH:
        request.session.pop(PENDING, None)
        return redirect("sign_in")
    if request.method == "POST":
        if _accepted(request, user):
            begin_session(request, user, factor=True)
            request.session.pop(PENDING, None)
            return HttpResponseRedirect(safe_target(request, pending["next"]))
        return _code_page(request, wrong=WRONG)
    return _code_page(request)


@own_page
@require_http_methods(["GET", "POST"])
def step_up(request: StaffRequest) -> HttpResponse:
    """A code once more, before something that decides; then back to where one was."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if request.method == "POST":
        if _accepted(request, request.user):
            renew_key(request)
            request.session[FACTOR] = int(timezone.now().timestamp())
            return HttpResponseRedirect(safe_target(request, target))
        return _code_page(request, wrong=WRONG, target=target)
    return _code_page(request, target=target)


@own_page
@require_http_methods(["GET", "POST"])
def enrol_factor(request: StaffRequest) -> HttpResponse:
    """Switch the second factor on: a QR code and the key beside it, confirmed by a first code."""
    user = request.user
    if has_second_factor(user):  # type: ignore[arg-type]
        messages.success(request, "动态验证码已经启用。换手机请找系统管理员重发口令。")
        return redirect("home")
    key = request.session.setdefault(KEY, new_factor_key())
    wrong = ""
    if request.method == "POST":
        now = timezone.now()
        try:
            enrol_second_factor(user=user, key=key, code=request.POST.get("code", ""), ring=keyring(), at=now)  # type: ignore[arg-type]
        except WrongCode as refusal:
            wrong = str(refusal)
        else:
            note(act="enrol_second_factor", subject=f"account:{user.username}", actor=request.actor, at=now)  # type: ignore[union-attr]
            for name in (KEY, MUST):
                request.session.pop(name, None)
            renew_key(request)
            request.session[FACTOR] = int(now.timestamp())
            messages.success(request, "动态验证码已启用，以后登录时要输入手机上的六位数。")
            return redirect("home")
    address = factor_address(user=user, key=key)  # type: ignore[arg-type]
    import segno

    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    spaced = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    context = {"picture": picture, "key": spaced, "wrong": wrong}
    return render(request, "web/enrol_factor.html", context, status=422 if wrong else 200)


def _accepted(request: HttpRequest, user: Any) -> bool:
    """Whether the posted code counts; a wrong one is counted with the failed sign-ins."""
    now, address = timezone.now(), address_of(request)
    if is_locked(user.username, address, at=now):
        return False
    try:
        accept_code(user=user, code=request.POST.get("code", ""), ring=keyring(), at=now)
    except WrongCode:
        count_attempt(username=user.username, address=address, at=now)
        return False
    return True


def _code_page(request: HttpRequest, *, wrong: str = "", target: str = "") -> HttpResponse:
    context = {"wrong": wrong, "next": target}
    return render(request, "web/give_code.html", context, status=422 if wrong else 200)


def _page_before(request: HttpRequest) -> str:
    """The page that a form stood on; only our own addresses are gone back to."""
    return safe_target(request, request.headers.get("Referer", "/"))
