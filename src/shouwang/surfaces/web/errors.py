"""Pages that say what went wrong (出错页面): refused, not found, our fault."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shouwang.surfaces.web.access import open_page

NOT_FOUND = "没有这个页面，或者它不在您的辖区内。"
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
    """The page for an error of ours (500); it needs neither database nor account."""
    return _page(request, 500, "出错了", OUR_FAULT)


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    context = {"status": status, "title": title, "sentence": sentence}
    return render(request, "web/error.html", context, status=status)
