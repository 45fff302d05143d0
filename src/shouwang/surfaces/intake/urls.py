"""Addresses of the machine interface (接口地址), below /api/v1/.

The interface opens its transactions itself, when the request is known to be good and its file is there; and it is bound
to no cookie, so that no page of a browser can speak for a machine.
"""

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, path, re_path

from shouwang.surfaces.intake import pages
from shouwang.surfaces.intake.api import api
from shouwang.surfaces.intake.problems import answer


def _own_transactions(pattern: URLPattern) -> URLPattern:
    inner = pattern.callback

    def view(request, *args, **kwargs):  # type: ignore[no-untyped-def]
        response = inner(request, *args, **kwargs)
        if response.status_code == 405 and not response.get("Content-Type", "").startswith("application/problem"):
            return _not_this_way(request, response)
        return response

    view.csrf_exempt = True  # type: ignore[attr-defined]
    view.access = pages.OPEN  # type: ignore[attr-defined]
    pattern.callback = transaction.non_atomic_requests(view)
    return pattern


def _not_this_way(request, refused: HttpResponse) -> HttpResponse:  # type: ignore[no-untyped-def]
    said = answer(request, 405, "not-this-way", "方法不对", "这个地址不能这样用。", "请看 /api/v1/ 的接口说明。")
    said["Allow"] = refused["Allow"]
    return said


urlpatterns = [
    path("", pages.page, name="interface"),
    path("openapi.json", pages.openapi, name="interface_openapi"),
    *(_own_transactions(one) for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"),
    re_path(r"[\s\S]*", pages.nothing_here, name="interface_nothing"),  # also what has a line end in it
]
