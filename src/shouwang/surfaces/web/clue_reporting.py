"""Taking in a clue (登记线索): four fields, for oneself or another, at a counter or on a phone; and what one has reported."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_of
from shouwang.register.staff.choices import Permission, Role
from shouwang.stream.clues.actions import Report, report_clue
from shouwang.stream.clues.limits import channels, titles
from shouwang.stream.clues.queries import reported
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import chosen_place

USUAL = {
    Role.COLLECTOR: "grid_report",
    Role.VILLAGE_CADRE: "village_reports_need",
    Role.HELPER: "cadre_screening",
    Role.LIAISON: "department_warning",
}
"""The channel that a post mostly reports by; at a counter it is an application for somebody."""


@page(Permission.REPORT_CLUE)
@require_http_methods(["GET", "POST"])
def new_clue(request: StaffRequest) -> HttpResponse:
    """The form; a changed place brings the villages below it."""
    given = request.POST if request.method == "POST" else request.GET
    places = chosen_place(request.actor, given)
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/places.html", {"places": places})
    wrong = ""
    if request.method == "POST":
        try:
            made = report_clue(report=_report(request, places), actor=request.actor, at=timezone.now())
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            said = f"已收到，编号 {made.pk}。" + (
                f"乡镇要在 {made.due_on:%Y-%m-%d} 前受理，必有答复。" if made.is_application else "乡镇会安排核实。"
            )
            messages.success(request, said)
            return redirect("clue", made.pk) if request.actor.may(Permission.SEE_CLUES) else redirect("reported_clues")
    context = _context(request, places, given) | {"wrong": wrong}
    return render(request, "web/clue_form.html", context, status=422 if wrong else 200)


@page(Permission.REPORT_CLUE, scope=Scope.SELF)
@require_GET
def reported_clues(request: StaffRequest) -> HttpResponse:
    """What one has reported oneself and what became of it; of the household nothing that one did not write."""
    context = paged(request, reported(request.actor))
    context["page"].object_list = [{"source": one, "clue": _goes_on(one.clue)} for one in context["page"].object_list]
    context |= {"crumbs": [{"title": "我登记的线索", "address": ""}]}
    return render(request, "web/reported_clues.html", context)


def _goes_on(clue: Any) -> Any:
    """The clue that carries on what was reported."""
    while clue.carried_by is not None:
        clue = clue.carried_by
    return clue


def _report(request: StaffRequest, places: Any) -> Report:
    given = request.POST
    if len(places.village) != 12:
        raise Refusal("没有选村。", "请选到村（社区）。")
    return Report(
        channel=given.get("channel", ""),
        place_number=int(places.village),
        name=given.get("name", ""),
        what=given.get("what", ""),
        where=given.get("where", ""),
        phone=given.get("phone", ""),
        by=given.get("by", ""),
        on_behalf=given.get("on_behalf") == "1",
        household_id=given.get("household", ""),
        id_number=given.get("id_number", ""),
    )


def _context(request: StaffRequest, places: Any, given: Any) -> dict[str, Any]:
    home = household_of(request.actor, given.get("household", "")) if given.get("household") else None
    return {
        "crumbs": [{"title": "线索", "address": reverse("clue_list")}, {"title": "登记线索", "address": ""}]
        if request.actor.may(Permission.SEE_CLUES)
        else [{"title": "登记线索", "address": ""}],
        "places": places,
        "given": given,
        "home": home,
        "name": given.get("name") or (home.head_name if home else ""),
        "channel": given.get("channel") or USUAL.get(Role(request.actor.role), "proxy_application"),
        "channel_choices": titles(channels(timezone.localdate())),
        "asks_id_number": request.actor.role == Role.LIAISON,
    }
