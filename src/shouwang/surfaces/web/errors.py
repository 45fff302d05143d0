"""Pages that say what went wrong (出错页面): refused, not found, the database away for a moment, our fault."""

import sys
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shouwang.surfaces.web.access import open_page

NOT_FOUND = "没有这个页面，或者它不在您的辖区内。"
AWAY = "数据库正在重新启动或暂时连不上，一般一两分钟就好。"
GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_SECONDS = 10
SECRETS = ("/sign-in/", "/accounts/")
"""Pages on which passwords and codes are typed: these are never written back."""
OUR_FAULT = "系统出了问题，已经记录。您填写的内容没有保存，请稍后再试。"


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page for something that the post does not allow (403)."""
    return _page(request, 403, "不能打开", sentence)


@open_page
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The page for what does not exist or lies in another place (404): the answer does not tell which."""
    return _page(request, 404, "没有找到", NOT_FOUND)


@open_page
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The page for a refusal that Django itself raised (403)."""
    return _page(request, 403, "不能打开", "您的岗位没有办理这件事的权限。")


@open_page
def our_fault(request: HttpRequest) -> HttpResponse:
    """The page for an error of ours (500), or for a database that is away (503); it needs neither of them nor an account."""
    if isinstance(sys.exc_info()[1], GONE):
        return back_soon(request)
    return _page(request, 500, "出错了", OUR_FAULT)


def back_soon(request: HttpRequest) -> HttpResponse:
    """The page while the database is away (503): what was typed stands in it, ready to be sent again."""
    context: dict[str, Any] = {"status": 503, "title": "服务马上恢复", "sentence": AWAY, "retry": RETRY_SECONDS}
    if request.method == "POST":
        kept = not request.path.startswith(SECRETS)
        context |= {
            "kept": [(name, text) for name, texts in request.POST.lists() for text in texts] if kept else [],
            "action": request.get_full_path(),
            "files": bool(request.FILES),
        }
    response = render(request, "web/back_soon.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    context = {"status": status, "title": title, "sentence": sentence}
    return render(request, "web/error.html", context, status=status)
