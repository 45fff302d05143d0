"""Signing in and out (登录): an account, a password, and in a demo the cast to choose from."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.actions import count_attempt, replace_password
from shouwang.register.staff.queries import has_second_factor, is_approver, is_locked, posts_of
from shouwang.surfaces.web.access import StaffRequest, open_page, own_page
from shouwang.surfaces.web.demo_cast import demo_cast
from shouwang.surfaces.web.errors import refused
from shouwang.surfaces.web.helping import guide
from shouwang.surfaces.web.navigation import first_page
from shouwang.surfaces.web.preferences import safe_target
from shouwang.surfaces.web.second_factor import PENDING
from shouwang.surfaces.web.sessions import MUST, address_of, begin_session, renew_key

WRONG = "账号或密码不对。连续输错五次，要等十五分钟再试。"


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a wrong account, a wrong password and one try too many get the same sentence."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    user = _recognised(request) if request.method == "POST" else None
    if user is not None:
        return _enter(request, user, target)
    wrong = WRONG if request.method == "POST" else ""
    context = {
        "wrong": wrong,
        "next": target,
        "username": request.POST.get("username", ""),
        **demo_cast(on=timezone.localdate()),
    }
    return render(request, "web/sign_in.html", context, status=422 if wrong else 200)


def _recognised(request: HttpRequest) -> Any:
    """The account of the posted name and password, None when they are wrong or were tried too often."""
    now, address = timezone.now(), address_of(request)
    username = request.POST.get("username", "")
    if is_locked(username, address, at=now):
        return None
    form = AuthenticationForm(request, data=request.POST)
    user = form.get_user() if form.is_valid() else None
    if user is not None and (user.secret_until is None or user.secret_until > now):
        return user
    count_attempt(username=username, address=address, at=now)
    return None


def _enter(request: HttpRequest, user: Any, target: str) -> HttpResponse:
    """Whoever decides gives a code first, or switches the second factor on before anything else."""
    now = timezone.now()
    asked = settings.SECOND_FACTOR and is_approver(user, on=timezone.localdate(now))
    if asked and has_second_factor(user):
        request.session.cycle_key()
        request.session[PENDING] = {"user": user.pk, "at": int(now.timestamp()), "next": target}
        return redirect("give_code")
    begin_session(request, user, factor=False)
    if asked:
        request.session[MUST] = "enrol"
    return HttpResponseRedirect(safe_target(request, target))


@own_page
@require_http_methods(["GET", "POST"])
def change_password(request: StaffRequest) -> HttpResponse:
    """A password of one's own in place of the one-time secret or of the former one."""
    wrong = ""
    if request.method == "POST":
        try:
            replace_password(
                user=request.user,  # type: ignore[arg-type]
                password=request.POST.get("password", ""),
                repeated=request.POST.get("repeated", ""),
            )
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            subject = f"account:{request.actor.username}"
            note(act="replace_password", subject=subject, actor=request.actor, at=timezone.now())
            update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
            renew_key(request)
            messages.success(request, "密码已更换，只有您自己知道。")
            return redirect("home")
    return render(request, "web/change_password.html", {"wrong": wrong}, status=422 if wrong else 200)


@own_page
@require_http_methods(["GET", "POST"])
def choose_post(request: StaffRequest) -> HttpResponse:
    """Which of one's posts to work in; the rights and the area change with it."""
    held = posts_of(request.user, on=timezone.localdate())  # type: ignore[arg-type]
    chosen = request.POST.get("post", "")
    if request.method == "POST":
        if chosen not in {str(post.pk) for post in held}:
            raise Http404
        request.session["post"] = int(chosen)
        return redirect("home")
    return render(request, "web/choose_post.html", {"posts": held, "crumbs": [{"title": "选择岗位", "address": ""}]})


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("sign_in")


@own_page
def home(request: StaffRequest) -> HttpResponse:
    """The first page that the post may open; as long as somebody is new in it, the one with the first day."""
    route = "inbox" if guide(request.actor) else first_page(request.actor)
    return redirect(route) if route else refused(request, "您的岗位目前没有可打开的页面。")
