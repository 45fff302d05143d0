"""How the pages look for one person (显示偏好): large type, and Chinese or English."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shouwang.surfaces.web.access import open_page
from shouwang.surfaces.web.language import COOKIE, ENGLISH

A_YEAR = 365 * 24 * 3600


@open_page
@require_POST
def set_type(request: HttpRequest) -> HttpResponse:
    """Switch between ordinary and large type (大字版); the choice stays in this browser for a year."""
    response = HttpResponseRedirect(safe_target(request, request.POST.get("back", "/")))
    if request.COOKIES.get("type") == "large":
        response.delete_cookie("type")
    else:
        response.set_cookie("type", "large", max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return response


@open_page
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English (中文 / English); the choice stays in this browser for a year.

    Its cookie is open to scripts: the phone's page switches without a signal, where no server could set it.
    """
    response = HttpResponseRedirect(safe_target(request, request.POST.get("back", "/")))
    if request.POST.get("language") == ENGLISH:
        response.set_cookie(COOKIE, ENGLISH, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(COOKIE)
    return response


def safe_target(request: HttpRequest, target: str) -> str:
    """An address of our own to go back to; anything else becomes the first page."""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else "/"
