"""Answering in bulk (批量答复): what waits at the own unit as a sheet, filled in and brought back, for both kinds of requests."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions import download_returned_replies
from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.exchange.queries import reply_sheets
from shouwang.register.procedure.actions import answer_enquiries, enquiry_sheet
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.assistance.actions import answer_measures, measure_sheet
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.sheets import sheet_response


def bulk_context(actor: Actor, of: str, sheet: str, bring: str, returned: str) -> dict[str, Any]:
    """What the part of a page shows that answers in bulk: where to get the sheet, where to bring it, what came before."""
    return {
        "bulk": {
            "sheet": reverse(sheet),
            "bring": reverse(bring),
            "before": [{"one": one, "returned": reverse(returned, args=[one.pk])} for one in reply_sheets(actor, of)],
        }
    }


@page(Permission.ANSWER_COMPARISON, scope=Scope.UNIT)
@require_GET
def enquiry_reply_sheet(request: StaffRequest) -> HttpResponse:
    """The open questions to the own unit, to be filled in."""
    return _sheet(request, enquiry_sheet, "比对请求答复表.xlsx", "enquiry_list")


@page(Permission.ANSWER_COMPARISON, scope=Scope.UNIT)
@require_POST
def bring_enquiry_replies(request: StaffRequest) -> HttpResponse:
    """Take a filled sheet of answers."""
    return _bring(request, answer_enquiries, "enquiry_list")


@page(Permission.ANSWER_COMPARISON, scope=Scope.UNIT)
@require_GET
def returned_enquiry_replies(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """The rows of an own sheet that went back."""
    return _returned(request, sheet_id, ReplyTo.ENQUIRIES)


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_GET
def measure_reply_sheet(request: StaffRequest) -> HttpResponse:
    """The measures that the own unit was asked for, to be filled in."""
    return _sheet(request, measure_sheet, "帮扶办理单答复表.xlsx", "request_list")


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_POST
def bring_measure_replies(request: StaffRequest) -> HttpResponse:
    """Take a filled sheet of answers."""
    return _bring(request, answer_measures, "request_list")


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_GET
def returned_measure_replies(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """The rows of an own sheet that went back."""
    return _returned(request, sheet_id, ReplyTo.MEASURES)


def _sheet(request: StaffRequest, made: Callable[..., bytes], name: str, back: str) -> HttpResponse:
    try:
        return sheet_response(made(actor=request.actor, at=timezone.now()), name)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back)


def _bring(request: StaffRequest, take: Callable[..., Any], back: str) -> HttpResponse:
    given = request.FILES.get("file")
    try:
        if given is None:
            raise Refusal("没有选择文件。")
        done = take(file_name=given.name or "", content=given.read(), actor=request.actor, at=timezone.now())
        said = f"已答复 {done.rows_taken} 条，没有填的 {done.rows_empty} 条不动。"
        if done.rows_returned:
            messages.warning(request, f"{said}退回 {done.rows_returned} 行：请下载退回表，看“错误说明”，改好再传。")
        else:
            messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _returned(request: StaffRequest, sheet_id: int, of: str) -> HttpResponse:
    try:
        content = download_returned_replies(sheet_id=sheet_id, of=of, actor=request.actor, at=timezone.now())
    except Refusal:
        raise Http404 from None
    return sheet_response(content, "退回表.xlsx")
