"""Notices on the boards (公示管理): what stands in which village until when, to print, and to take down with a reason."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions import issue_notice_paper, open_paper, take_down_posting
from shouwang.register.papers.choices import TakeDownReason
from shouwang.register.papers.publicity.sheets import notice_workbook
from shouwang.register.papers.publicity.wording import foot_lines, period_line
from shouwang.register.papers.queries import notice_of, posting_of, postings, state_of
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.files import TYPES, file_response
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import chosen_place
from shouwang.surfaces.web.sheets import sheet_response

TITLE = "公示管理"
STATES = {
    "ending": ("今天到期", "tag-late"),
    "running": ("公示中", "tag-good"),
    "coming": ("未到公示期", "tag-brand"),
    "ended": ("已期满", ""),
    "taken_down": ("已撤下", "tag-bad"),
}


@page(Permission.ISSUE_PAPER)
@require_GET
def posting_list(request: StaffRequest) -> HttpResponse:
    """Notices of the area, those that stand first; narrowed to a village and a state."""
    places, on = chosen_place(request.actor, request.GET), timezone.localdate()
    found = postings(request.actor, range_low=places.range_low, range_high=places.range_high)
    order = list(STATES)
    rows = [_row(one, state_of(one, on=on)) for one in found]
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    chosen = request.GET.get("state", "")
    rows = [row for row in rows if chosen in ("", row["state"])] if chosen in STATES else rows
    rows.sort(key=lambda row: order.index(row["state"]))
    context = {
        "crumbs": [{"title": TITLE}],
        "places": places,
        "states": [{"name": name, "word": word, "count": counts[name]} for name, (word, _) in STATES.items()],
        "chosen": chosen if chosen in STATES else "",
        **paged(request, rows),
    }
    return render(request, "web/postings.html", context)


@page(Permission.ISSUE_PAPER)
@require_GET
def posting(request: StaffRequest, posting_id: int) -> HttpResponse:
    """One notice as it hangs there, its address for the village, and the form for taking it down."""
    found = _found(request, posting_id)
    notice, on = notice_of(found), timezone.localdate()
    state = state_of(found, on=on)
    context = {
        "crumbs": [{"title": TITLE, "address": reverse("posting_list")}, {"title": found.get_kind_display()}],
        "posting": found,
        "notice": notice,
        "period": period_line(notice),
        "foot": foot_lines(notice),
        "address": request.build_absolute_uri(reverse("notice", args=[found.token])),
        "reasons": TakeDownReason.choices,
        "stands": state in ("running", "ending"),
        "may_take_down": state not in ("taken_down", "ended"),
        **_row(found, state),
    }
    return render(request, "web/posting.html", context)


@page(Permission.ISSUE_PAPER)
@require_GET
def posting_sheet(request: StaffRequest, posting_id: int) -> HttpResponse:
    """The notice as a workbook, from the same rows as the page."""
    notice = notice_of(_found(request, posting_id))
    return sheet_response(notice_workbook(notice), f"{notice.place_name}{notice.title}.xlsx")


@page(Permission.ISSUE_PAPER)
@require_GET
def posting_paper(request: StaffRequest, posting_id: int, form: str) -> HttpResponse:
    """The notice as a paper for the board, PDF or Word; the first time it is issued, then the same bytes again."""
    if form not in TYPES:
        raise Http404
    found, at = _found(request, posting_id), timezone.now()
    paper = issue_notice_paper(posting_id=found.pk, actor=request.actor, at=at)
    opened = open_paper(paper_id=paper.pk, form=form, actor=request.actor, at=at)
    if opened is None:
        raise Http404
    return file_response(opened[1], f"{found.place_name}{found.get_kind_display()}", form)


@page(Permission.ISSUE_PAPER)
@require_POST
def take_down(request: StaffRequest, posting_id: int) -> HttpResponse:
    """Take a notice off the board; nothing happens without a reason."""
    found = _found(request, posting_id)
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    try:
        take_down_posting(posting_id=found.pk, reason=reason, words=words, actor=request.actor, at=timezone.now())
        messages.success(request, "已撤下，网页上的公示立刻打不开了；请把村里张贴的纸也取下来。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("posting", found.pk)


def _found(request: StaffRequest, posting_id: int) -> Any:
    found = posting_of(request.actor, posting_id)
    if found is None:
        raise Http404
    return found


def _row(found: Any, state: str) -> dict[str, Any]:
    word, style = STATES[state]
    return {"posting": found, "state": state, "word": word, "style": style}
