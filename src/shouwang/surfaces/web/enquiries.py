"""Questions to a department (部门比对请求): its liaison sees those to the own unit, and only what is needed to answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.places.queries import place_names
from shouwang.register.procedure.actions import answer_enquiry
from shouwang.register.procedure.actions.enquire import RESULTS
from shouwang.register.procedure.queries import enquiries, enquiry_of
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.replies import bulk_context

TITLE = "比对请求"


@page(Permission.ANSWER_COMPARISON, scope=Scope.UNIT)
@require_GET
def enquiry_list(request: StaffRequest) -> HttpResponse:
    """Questions to the own unit, those that wait first."""
    context = paged(request, enquiries(request.actor))
    rows = list(context["page"].object_list)
    names = place_names({row.place_number for row in rows})
    day = timezone.localdate()
    context["page"].object_list = [
        {
            "enquiry": row,
            "place_name": names.get(row.place_number, ""),
            "late": row.answered_at is None and row.due_on is not None and row.due_on < day,
        }
        for row in rows
    ]
    look_list(request, request.actor.place_code, len(rows), "比对请求")
    context |= {"crumbs": [{"title": TITLE, "address": ""}], "results": RESULTS.items()}
    context |= bulk_context(
        request.actor, ReplyTo.ENQUIRIES, "enquiry_reply_sheet", "bring_enquiry_replies", "returned_enquiry_replies"
    )
    return render(request, "web/enquiries.html", context)


@page(Permission.ANSWER_COMPARISON, scope=Scope.UNIT)
@require_POST
def answer(request: StaffRequest, enquiry_id: int) -> HttpResponse:
    """Answer one question to the own unit."""
    if enquiry_of(request.actor, enquiry_id) is None:
        raise Http404
    result, words = request.POST.get("result", ""), request.POST.get("words", "")
    try:
        answer_enquiry(enquiry_id=enquiry_id, result=result, words=words, actor=request.actor, at=timezone.now())
        messages.success(request, "已答复。结果只请农户说明，不会直接影响认定。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("enquiry_list")
