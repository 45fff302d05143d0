"""The village's board (村公示栏): what hangs there today, masked, gone by itself; anybody may object, without a name.

Everything shown comes from the one generator of published lists, as it was signed. The board's address carries a mark
that nobody can make up: it stands on the village's own QR sheet, and no search engine is let in.
"""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.publicity.wording import foot_lines, period_line
from shouwang.register.papers.queries import (
    board_key,
    notice_of,
    posting_behind,
    posting_on_board,
    standing_in_village,
    village_of_board,
)
from shouwang.register.places.queries import place_names
from shouwang.stream.self_service.actions import TooMany, object_to_notice
from shouwang.stream.self_service.queries import open_cases_of
from shouwang.surfaces.portal.pages import portal_page, said, show, within_village
from shouwang.surfaces.portal.remembering import address_of

OVER = "公示期到了，这份公示已经撤下，网上不再能看。还有意见的，请找村民委员会或者乡镇人民政府。"
THANKS = (
    "您的意见已经收到，送到了乡镇。由没有参加原来核实的人去查；查清楚之前，这件事不往下办。"
    "谁提的意见，村里看不到，也不会公开。"
)


@portal_page
@require_safe
def board(request: HttpRequest, key: str) -> HttpResponse:
    """What hangs in a village today."""
    number = village_of_board(key)
    name = place_names([number]).get(number, "") if number else ""
    if not number or not name:
        raise Http404
    rows = [_row(one) for one in standing_in_village(number, on=timezone.localdate())]
    return show(request, "board.html", {"place_name": name, "rows": rows, "code": f"{number:012d}"})


@portal_page
@require_safe
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """One notice as it was signed; after its last day it is gone for good (410)."""
    found = posting_on_board(token, on=timezone.localdate())
    return _over(request, token) if found is None else _notice(request, found)


@csrf_exempt  # nobody is signed in here: there is no right of anybody that a foreign page could use
@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def object_form(request: HttpRequest, token: str) -> HttpResponse:
    """Objecting to a notice: in one's own words, with a name or without."""
    found = posting_on_board(token, on=timezone.localdate())
    if found is None:
        return _over(request, token)
    if request.method != "POST":
        return _objecting(request, found, {}, "")
    given = request.POST
    try:
        with within_village(found.place_number) as actor:
            object_to_notice(
                posting=found, words=given.get("words", ""), who=given.get("who", ""),
                form_key=given.get("form_key", ""), address=address_of(request), actor=actor, at=timezone.now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _objecting(request, found, given, str(refusal), status=429 if isinstance(refusal, TooMany) else 422)
    return said(request, "收到了", THANKS)


@portal_page
@require_safe
def old_address(request: HttpRequest, token: str) -> HttpResponse:
    """The address that notices had before there was a board per village."""
    return redirect("notice", token)


def _notice(request: HttpRequest, found: Any) -> HttpResponse:
    shown = notice_of(found)
    with within_village(found.place_number) as actor:
        takes_objections = bool(open_cases_of(found, actor))
    context = {
        "posting": found,
        "notice": shown,
        "period": period_line(shown),
        "foot": foot_lines(shown),
        "takes_objections": takes_objections,
        "board": board_key(found.place_number),
        "place_code": f"{found.place_number:012d}",
    }
    return show(request, "notice.html", context)


def _objecting(request: HttpRequest, found: Any, given: Any, wrong: str, *, status: int = 200) -> HttpResponse:
    context = {
        "posting": found,
        "given": given,
        "wrong": wrong,
        "form_key": given.get("form_key") or secrets.token_urlsafe(16),
    }
    return show(request, "object.html", context, status=status)


def _over(request: HttpRequest, token: str) -> HttpResponse:
    if posting_behind(token) is None:
        raise Http404
    return said(request, "这份公示已经结束", OVER, status=410)


def _row(posting: Any) -> dict[str, Any]:
    return {"posting": posting, "period": period_line(notice_of(posting)), "count": len(posting.rows)}
