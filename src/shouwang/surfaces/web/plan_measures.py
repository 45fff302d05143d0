"""One measure of a plan (措施办理): progress with photos, given or not, ended; and what a department is asked for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.choices import ReplyTo
from shouwang.register.staff.choices import Permission
from shouwang.stream.assistance import actions as do
from shouwang.stream.assistance.queries import (
    feedback_file,
    feedback_of,
    measure_of,
    measure_view,
    own_replies,
    unit_request,
    unit_requests,
)
from shouwang.stream.rules.queries import pack_in_force
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.looks import look, look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.plan_acts import amount, day
from shouwang.surfaces.web.replies import bulk_context

REQUESTS = "帮扶办理单"


@page(Permission.SEE_PLANS)
@require_GET
def measure(request: StaffRequest, measure_id: int) -> HttpResponse:
    """One measure: why it was chosen, what came of it, and the forms that may be used now."""
    found = _found(request, measure_id)
    on = timezone.localdate()
    look(request, found.household_id, "帮扶措施", task=f"plan:{found.plan_id}")
    pack = pack_in_force(settings.PACK, on=on)
    waiting = found.state in ("planned", "under_way") and found.withdrawn_at is None
    held = found.plan.held_since is not None and found.planned_at <= found.plan.held_since
    context = {
        "crumbs": [
            {"title": "帮扶方案", "address": reverse("plan_list")},
            {"title": f"{found.plan.masked_name}户", "address": reverse("plan", args=[found.plan_id])},
            {"title": found.title},
        ],
        "view": measure_view(found, pack, feedback_of(found), on=on),
        "measure": found,
        "today": on,
        "reasons": [(name, item.title) for name, item in pack.lists["undelivered_reasons"].on(on).items()],
        "may_record": request.actor.may(Permission.RECORD_MEASURE) and waiting and (held or found.plan.green_channel),
        "may_end": request.actor.may(Permission.RECORD_MEASURE) and found.state == "delivered" and not found.ended_on,
        "may_withdraw": request.actor.may(Permission.DRAFT_PLAN) and waiting and found.plan.state == "draft",
        "waits_for_approval": waiting and not held and not found.plan.green_channel,
    }
    return render(request, "web/plan_measure.html", context)


@page(Permission.SEE_PLANS)
@require_POST
def measure_step(request: StaffRequest, measure_id: int, what: str) -> HttpResponse:
    """One entry on a measure; who may not, or not now, is told so and nothing is changed."""
    found = _found(request, measure_id)
    if what not in STEPS:
        raise Http404
    _take(request, found.pk, what)
    if what == "withdraw":
        return redirect("plan", found.plan_id)
    return redirect("plan_measure", found.pk)


@page(Permission.SEE_PLANS)
@require_GET
def measure_file(request: StaffRequest, feedback_id: UUID) -> HttpResponse:
    """A photo or scan of the feedback."""
    return _file(request, feedback_id)


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_GET
def request_list(request: StaffRequest) -> HttpResponse:
    """What the own unit is asked for, those that wait first; nothing of other units."""
    on = timezone.localdate()
    shown = paged(request, unit_requests(request.actor, on=on))
    rows = list(shown["page"].object_list)
    shown["page"].object_list = [
        {"one": row, "said": own_replies(request.actor, row.measure_id) if row.replied or not row.waiting else []}
        for row in rows
    ]
    look_list(request, request.actor.place_code, len(rows), REQUESTS)
    pack = pack_in_force(settings.PACK, on=on)
    context = {
        "crumbs": [{"title": REQUESTS}],
        "today": on,
        "reasons": [(name, item.title) for name, item in pack.lists["undelivered_reasons"].on(on).items()],
        **shown,
        **bulk_context(
            request.actor, ReplyTo.MEASURES, "measure_reply_sheet", "bring_measure_replies", "returned_measure_replies"
        ),
    }
    return render(request, "web/unit_requests.html", context)


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_POST
def request_step(request: StaffRequest, measure_id: int, what: str) -> HttpResponse:
    """The own unit answers: when it will be done, that it was given, or why it cannot be."""
    if what not in UNIT_STEPS or unit_request(request.actor, measure_id, on=timezone.localdate()) is None:
        raise Http404
    _take(request, measure_id, what)
    return redirect("request_list")


@page(Permission.REPLY_MEASURE, scope=Scope.UNIT)
@require_GET
def request_file(request: StaffRequest, feedback_id: UUID) -> HttpResponse:
    """A photo or scan of the own unit's measure."""
    return _file(request, feedback_id)


def _found(request: StaffRequest, measure_id: int) -> Any:
    found = measure_of(request.actor, measure_id)
    if found is None:
        raise Http404
    return found


def _file(request: StaffRequest, feedback_id: UUID) -> HttpResponse:
    kept = feedback_file(request.actor, str(feedback_id))
    if kept is None:
        raise Http404
    answer = HttpResponse(kept[1], content_type=kept[0])
    answer["Content-Disposition"] = "inline"
    return answer


def _take(request: StaffRequest, measure_id: int, what: str) -> None:
    step, said = STEPS[what]
    try:
        step(request, {"measure_id": measure_id, "actor": request.actor, "at": timezone.now()})
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))


def _content(request: StaffRequest) -> bytes | None:
    given = request.FILES.get("file")
    return given.read() if given else None  # the form's own limit refuses big ones before they are read


def _progress(request: StaffRequest, who: dict[str, Any]) -> Any:
    on = day(request.POST.get("happened_on"), "日期")
    return do.give_feedback(words=request.POST.get("words", ""), happened_on=on, content=_content(request), **who)


def _reply(request: StaffRequest, who: dict[str, Any]) -> Any:
    due = request.POST.get("due_on")
    return do.reply_measure(
        words=request.POST.get("words", ""),
        due_on=day(due, "预计办结日期") if due else None,
        content=_content(request),
        **who,
    )


def _deliver(request: StaffRequest, who: dict[str, Any]) -> Any:
    given = request.POST
    return do.deliver_measure(
        delivered_on=day(given.get("delivered_on"), "落实日期"),
        words=given.get("words", ""),
        amount=amount(given.get("amount")),
        content=_content(request),
        no_file_reason=given.get("no_file_reason", ""),
        **who,
    )


def _give_up(request: StaffRequest, who: dict[str, Any]) -> Any:
    return do.give_up_measure(reason=request.POST.get("reason", ""), words=request.POST.get("words", ""), **who)


def _end(request: StaffRequest, who: dict[str, Any]) -> Any:
    on = day(request.POST.get("ended_on"), "结束日期")
    return do.end_measure(ended_on=on, words=request.POST.get("words", ""), **who)


def _withdraw(request: StaffRequest, who: dict[str, Any]) -> Any:
    return do.withdraw_measure(**who)


STEPS: dict[str, tuple[Callable[[StaffRequest, dict[str, Any]], Any], str]] = {
    "progress": (_progress, "已记下进展。"),
    "reply": (_reply, "已答复，村里和乡镇看得到。"),
    "deliver": (_deliver, "已记为落实，并写入农户登记。"),
    "give_up": (_give_up, "已记下没有落实的原因。"),
    "end": (_end, "已记下措施结束。"),
    "withdraw": (_withdraw, "已撤下，记录保留。"),
}
UNIT_STEPS = ("reply", "deliver", "give_up")
