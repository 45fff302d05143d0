"""Asking and agreeing that a list may leave (导出审批): one's own requests, and those that wait for one's word."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.releases.actions import answer_request, ask_to_release
from shouwang.register.releases.choices import RequestState, Sensitivity
from shouwang.register.releases.queries import request_rows
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, own_page, page
from shouwang.surfaces.web.fresh_factor import code_first, with_fresh_factor
from shouwang.surfaces.web.leaving import asked_for
from shouwang.surfaces.web.once import done_once

STYLES = {RequestState.ALLOWED: "tag-good", RequestState.REFUSED: "tag-bad", RequestState.WAITING: "tag-brand"}


@own_page
@require_GET
def release_list(request: StaffRequest) -> HttpResponse:
    """Requests and where they stand, those that wait for this person first."""
    kinds = dict(Sensitivity.choices)
    rows: list[dict[str, Any]] = [
        {"row": row, "kind": kinds[row.request.kind], "style": STYLES.get(row.state, ""), "back": _way_back(row)}
        for row in request_rows(request.actor, at=timezone.now())
    ]
    rows.sort(key=lambda one: not one["row"].may_answer)
    context = {"crumbs": [{"title": "导出审批", "address": ""}], "rows": rows}
    return render(request, "web/releases.html", context)


@own_page
@require_POST
def ask_release(request: StaffRequest) -> HttpResponse:
    """Put the request on record; a fresh code first, for whoever has one."""
    asked = asked_for(request.POST, request.actor)
    if asked is None:
        messages.error(request, "这份申请已经过时，请回到名单再点一次导出。")
        return redirect("release_list")
    if question := code_first(request, must=False):
        return question

    def ask() -> HttpResponse:
        try:
            reason = request.POST.get("reason", "")
            ask_to_release(**asked, reason=reason, actor=request.actor, at=timezone.now())
            messages.success(request, "已提交，等负责人同意。同意以后在这里打开名单，再点一次导出。")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("release_list")

    return done_once(request, ask)


@page(Permission.APPROVE_EXPORT)
@require_POST
@with_fresh_factor
def answer_release(request: StaffRequest, request_id: int) -> HttpResponse:
    """Yes or no, each with a sentence and a fresh code."""
    says = request.POST.get("says", "")
    if says not in ("yes", "no"):
        raise Http404
    try:
        words = request.POST.get("words", "")
        answer_request(request_id=request_id, agrees=says == "yes", words=words, actor=request.actor, at=timezone.now())
        messages.success(request, "已记下您的意见。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("release_list")


def _way_back(row) -> str:  # type: ignore[no-untyped-def]
    """Where the allowed list is taken out: its own address."""
    if not row.mine or row.state != RequestState.ALLOWED:
        return ""
    begins, _, rest = row.request.page.partition("?")
    if begins == "template":
        return reverse("exchange_templates")
    return f"{reverse(begins)}?{rest}" if begins == "outgoing" else row.request.page
