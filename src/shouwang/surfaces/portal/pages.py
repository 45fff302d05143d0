"""What holds for every page of the portal (门户页面): open to all, one village in reach, a kind word where nothing is found."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shouwang.kernel.row_security import rows_within
from shouwang.register.places.choices import Level
from shouwang.register.places.queries import Place, place_of
from shouwang.register.staff.queries import Actor, villager
from shouwang.stream.self_service.queries import hotline
from shouwang.surfaces.access import open_page

View = Callable[..., HttpResponse]
OUT_OF_SEARCH = "noindex, nofollow, noarchive, nosnippet"


def portal_page(view: View) -> View:
    """Declare a page of the portal: no account, no row in sight until the view says which village, nothing kept."""

    @open_page
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = said(request, "没有这个页面", "网址可能抄错了。请重新扫一下村里的二维码。", status=404)
        response["X-Robots-Tag"] = OUT_OF_SEARCH
        return response

    return shown


@contextmanager
def within_village(place_number: int) -> Iterator[Actor]:
    """Within this block the database shows this one village, to somebody who can do no more than a villager.

    After a refusal everything in it is taken back, the reach too.
    """
    with transaction.atomic(), rows_within(place_number, place_number + 1):
        yield villager(place_number)


def village_named(code: str) -> Place:
    """The village (or community) with this code. Raises Http404."""
    found = place_of(code) if len(code) == 12 and code.isascii() and code.isdecimal() else None
    if found is None or found.level != Level.VILLAGE:
        raise Http404
    return found


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the portal with what each of them shows."""
    return render(request, f"portal/{template}", _always(request) | context, status=status)


def said(request: HttpRequest, title: str, sentence: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page that says one thing."""
    return show(request, "said.html", {"title": title, "sentence": sentence, **more}, status=status)


def _always(request: HttpRequest) -> dict[str, Any]:
    return {"large": request.COOKIES.get("type") == "large", "hotline": hotline(on=timezone.localdate())}
