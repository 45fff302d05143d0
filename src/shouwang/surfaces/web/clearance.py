"""Can the risk be cleared (能否消除风险): gates of a household, opening a clearance or a revert, visits, periods."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.households.choices import ClearanceManner
from shouwang.register.households.queries import household_of, monitoring_periods
from shouwang.register.procedure.choices import Matter
from shouwang.register.procedure.queries import cases_of_household
from shouwang.register.staff.choices import Permission
from shouwang.stream.clearance.actions import (
    confirm_gate,
    name_contact,
    open_clearance,
    open_revert,
    record_follow_up,
)
from shouwang.stream.clearance.choices import VisitFinding
from shouwang.stream.clearance.queries import (
    contact_of,
    follow_up_interval,
    gate_readings,
    natural_reasons,
    needed_gates,
    unmet,
    untold,
    visits,
)
from shouwang.stream.rules.queries import pack_in_force
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.cases import found_case
from shouwang.surfaces.web.looks import look

MATTERS = (Matter.CLEARANCE, Matter.NATURAL_CLEARANCE, Matter.REVERT)


@page(Permission.SEE_CASES)
@require_GET
def household_clearance(request: StaffRequest, household_id: str) -> HttpResponse:
    """One household: what would have to hold before its risk is cleared, and everything since it was first monitored."""
    household = _found(request, household_id)
    look(request, household_id, "能否消除风险")
    actor, on = request.actor, timezone.localdate()
    pack = pack_in_force(settings.PACK, on=on)
    monitored = household.monitored_class is not None and household.cleared_on is None
    names = needed_gates(pack, Matter.CLEARANCE, on=on) if monitored else []
    gates = gate_readings(actor, household_id, names, on=on) or []
    running = [one for one in cases_of_household(actor, household_id) if one.matter in MATTERS]
    may_open = actor.may(Permission.OPEN_CASE)
    context = {
        "crumbs": [
            {"title": "农户查询", "address": reverse("household_list")},
            {"title": f"{household.head_name or '未知'}户", "address": reverse("household_file", args=[household_id])},
            {"title": "消除与回访", "address": ""},
        ],
        "household": household,
        "monitored": monitored,
        "gates": gates,
        "unmet": unmet(gates),
        "untold": untold(gates),
        "cases": running,
        "may_open": may_open and monitored and not any(one.state in ("open", "decided") for one in running),
        "may_revert": may_open and household.cleared_on is not None,
        "may_visit": actor.may(Permission.VERIFY_CASE),
        "reasons": [(code, item.title) for code, item in natural_reasons(pack, on=on).items()],
        "periods": list(monitoring_periods(actor, household_id)),
        "visits": visits(actor, household_id),
        "contact": contact_of(household),
        "interval": follow_up_interval(household.place_number, on=on),
        "findings": VisitFinding.choices,
        "today": on,
    }
    return render(request, "web/household_clearance.html", context)


@page(Permission.OPEN_CASE)
@require_POST
def begin_clearance(request: StaffRequest, household_id: str) -> HttpResponse:
    """Open a clearance by help or for a reason, or a revert, and go to it."""
    _found(request, household_id)
    given, at = request.POST, timezone.now()
    try:
        if given.get("manner") == "revert":
            made = open_revert(household_id=household_id, actor=request.actor, at=at)
        else:
            reason = given.get("reason", "") if given.get("manner") == ClearanceManner.NATURALLY else ""
            made = open_clearance(
                household_id=household_id,
                manner=given.get("manner", ""),
                reason_code=reason,
                actor=request.actor,
                at=at,
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("household_clearance", household_id)
    messages.success(request, f"已开办{made.get_matter_display()} {made.number}。")
    return redirect("case", made.number)


@page(Permission.VERIFY_CASE)
@require_POST
def confirm(request: StaffRequest, number: str) -> HttpResponse:
    """Say with evidence whether a gate holds that nobody can tell."""
    case, given = found_case(request, number), request.POST
    try:
        if given.get("holds") not in ("yes", "no"):
            raise Refusal("没有选择满足还是不满足。")
        confirm_gate(
            number=case.number,
            gate=given.get("gate", ""),
            holds=given["holds"] == "yes",
            sha256=given.get("evidence", ""),
            words=given.get("words", ""),
            actor=request.actor,
            at=timezone.now(),
        )
        messages.success(request, "核实情况已登记，由审定人逐项看。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('case', args=[number])}#gates")


@page(Permission.VERIFY_CASE)
@require_POST
def visit(request: StaffRequest, household_id: str) -> HttpResponse:
    """Enter a look-back visit, or who stays in touch from now on."""
    _found(request, household_id)
    given, at = request.POST, timezone.now()
    try:
        if "contact" in given:
            name_contact(household_id=household_id, name=given["contact"], actor=request.actor, at=at)
            messages.success(request, "监测联系人已登记。")
        else:
            made = record_follow_up(
                household_id=household_id,
                visited_on=_day(given.get("visited_on", "")),
                found=given.get("found", ""),
                words=given.get("words", ""),
                actor=request.actor,
                at=at,
            )
            more = f"已转为线索 {made.clue_id}，由乡镇接着核实。" if made.clue_id else ""
            messages.success(request, f"回访已登记。{more}")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('household_clearance', args=[household_id])}#visits")


def _found(request: StaffRequest, household_id: str) -> Any:
    found = household_of(request.actor, household_id)
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("没有写回访日期。", "请选择一天。") from None
