"""The second factor (动态验证码): switching it on, giving a code at sign-in, and again before a decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.actions import (
    WrongCode,
    enrol_second_factor,
    factor_address,
    new_factor_key,
)
from shouwang.register.staff.queries import active_account, has_second_factor
from shouwang.surfaces.web.access import StaffRequest, open_page, own_page
from shouwang.surfaces.web.fresh_factor import WRONG, accepted, refresh
from shouwang.surfaces.web.preferences import safe_target
from shouwang.surfaces.web.sessions import MUST, begin_session

WAITS = 5 * 60
"""Seconds for which the first step of signing in waits for the second."""
PENDING, KEY = "pending_sign_in", "factor_key"


@open_page
@require_http_methods(["GET", "POST"])
def give_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in; without the first there is nothing to give a code for."""
    pending = request.session.get(PENDING, {})
    user = active_account(pending.get("user"))
    if user is None or int(timezone.now().timestamp()) - pending["at"] > WAITS:
        request.session.pop(PENDING, None)
        return redirect("sign_in")
    if request.method == "POST":
        if accepted(request, user, request.POST.get("code", "")):
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
        if accepted(request, request.user, request.POST.get("code", "")):
            refresh(request)
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
            refresh(request)
            messages.success(request, "动态验证码已启用，以后登录时要输入手机上的六位数。")
            return redirect("home")
    address = factor_address(user=user, key=key)  # type: ignore[arg-type]
    import segno

    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    spaced = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    context = {"picture": picture, "key": spaced, "wrong": wrong}
    return render(request, "web/enrol_factor.html", context, status=422 if wrong else 200)


def _code_page(request: HttpRequest, *, wrong: str = "", target: str = "") -> HttpResponse:
    context = {"wrong": wrong, "next": target}
    return render(request, "web/give_code.html", context, status=422 if wrong else 200)
