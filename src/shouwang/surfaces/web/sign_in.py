"""Signing in and out (登录): an account, a password, and in a demo the cast to choose from."""

from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shouwang.surfaces.web.access import StaffRequest, open_page, own_page
from shouwang.surfaces.web.demo_cast import demo_cast
from shouwang.surfaces.web.errors import refused
from shouwang.surfaces.web.navigation import first_page
from shouwang.surfaces.web.preferences import safe_target

WRONG = "账号或密码不对。"


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a wrong account and a wrong password get the same sentence."""
    form = AuthenticationForm(request, data=request.POST or None)
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(safe_target(request, target))
    wrong = WRONG if request.method == "POST" else ""
    context = {
        "wrong": wrong,
        "next": target,
        "username": request.POST.get("username", ""),
        **demo_cast(on=timezone.localdate()),
    }
    return render(request, "web/sign_in.html", context, status=422 if wrong else 200)


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("sign_in")


@own_page
def home(request: StaffRequest) -> HttpResponse:
    """The first page that the post may open."""
    route = first_page(request.actor)
    return redirect(route) if route else refused(request, "您的岗位目前没有可打开的页面。")
