"""What households send in by themselves (网上来件): requests to correct, and holders of codes whom somebody has met."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.places.queries import place_names
from shouwang.register.staff.choices import Permission
from shouwang.stream.clues.queries import sources_by_clue
from shouwang.stream.self_service.actions import answer_correction, confirm_holder
from shouwang.stream.self_service.queries import corrections, opened, unconfirmed_applications
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged

TITLE = "网上来件"
SHOWN = 30


@page(Permission.SEE_CLUES)
@require_GET
def self_service(request: StaffRequest) -> HttpResponse:
    """Requests to correct, those that wait first; below them applications whose holder nobody has met yet."""
    shown = paged(request, corrections(request.actor))
    asked = opened(list(shown["page"].object_list))
    waiting = list(unconfirmed_applications(request.actor)[:SHOWN])
    look_list(request, request.actor.place_code, len(asked) + len(waiting), TITLE)
    numbers = [one.request.place_number for one in asked] + [one.place_number for one in waiting]
    names, day = place_names(numbers), timezone.localdate()
    context = {
        "crumbs": [{"title": TITLE, "address": ""}],
        "asked": [_asked(one, names, day) for one in asked],
        "waiting": _waiting(request, waiting, names),
        "may_answer": request.actor.may(Permission.CHECK_CLUE),
        **shown,
    }
    return render(request, "web/self_service.html", context)


@page(Permission.CHECK_CLUE)
@require_POST
def answer(request: StaffRequest, correction_id: int) -> HttpResponse:
    """Corrected or not, the same number of clicks, each with a sentence that the household reads."""
    given = request.POST
    try:
        if given.get("made") not in ("yes", "no"):
            raise Refusal("没有选改了还是不改。")
        answer_correction(
            correction_id=correction_id, made=given["made"] == "yes", reason=given.get("reason", ""),
            actor=request.actor, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, "已答复，农户凭编号能看到。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("self_service")


@page(Permission.CHECK_CLUE)
@require_POST
def confirm(request: StaffRequest, application_id: int) -> HttpResponse:
    """Somebody has met whoever holds the code: from now on it opens the household's own papers."""
    try:
        confirm_holder(application_id=application_id, actor=request.actor, at=timezone.now())
        messages.success(request, "已记下当面核对。持编号的人现在能看本户的文书、理由和查看记录。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("self_service")


def _asked(one: Any, names: dict[int, str], day: Any) -> dict[str, Any]:
    request = one.request
    return {
        "one": request,
        "words": one.words,
        "place": names.get(request.place_number, ""),
        "late": request.state == "open" and request.due_on < day,
    }


def _waiting(request: StaffRequest, rows: list[Any], names: dict[int, str]) -> list[dict[str, Any]]:
    told = sources_by_clue(request.actor, [one.clue for one in rows])
    return [
        {
            "one": one,
            "name": next((source.told_name for source in told.get(one.clue_id, []) if source.told_name), ""),
            "place": names.get(one.place_number, ""),
            "known": bool(one.clue.household_id or one.clue.carried_by_id),
        }
        for one in rows
    ]
