"""The river (全流程): every stage from warning to clearance with what stands there and what is late, each a way in."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.register.staff.choices import Permission
from shouwang.stream.screening.queries import last_run
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.factors import factor_bars, stack_bar
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.place_choice import PlaceChoice, address, chosen_place, place_crumbs
from shouwang.surfaces.web.place_parts import place_parts
from shouwang.surfaces.web.trend import trend
from shouwang.watch.flow.actions import issue_monthly_report
from shouwang.watch.flow.queries import (
    Area,
    months,
    place_loads,
    rule_shares,
    spans,
    stacked_duties,
    stages,
    stuck_at,
)

TITLE = "全流程成效"
ROUTES = {
    "warnings": "warning_list",
    "clues": "clue_list",
    "cases": "case_list",
    "plans": "plan_list",
    "follow_ups": "follow_up_list",
}
LOAD_DAYS = 30
"""So many days back the forms and visits of a village are counted."""
SHOWN = 50


def river(request: StaffRequest, places: PlaceChoice) -> dict[str, Any]:
    """What the picture of the river shows of a place."""
    on = timezone.localdate()
    found = stages(request.actor, on=on, range_low=places.range_low, range_high=places.range_high)
    stuck = stuck_at(found)
    return {
        "river": [
            {
                "stage": one,
                "stuck": one is stuck,
                "address": _address(one.kind, one.filters, places),
                "late_address": _address(one.late_kind, one.late_filters, places),
            }
            for one in found
        ],
        "stuck": stuck,
    }


def _address(kind: str, filters: dict[str, str], places: PlaceChoice) -> str:
    return address(ROUTES[kind], places.place.code, **filters) if kind else ""


@page(Permission.SEE_DASHBOARD)
@require_GET
def insight(request: StaffRequest) -> HttpResponse:
    """How the river ran: by month, how long help took, how often rules were right, what is asked of the villages."""
    actor, places, on = request.actor, chosen_place(request.actor, request.GET), timezone.localdate()
    area = Area(range_low=places.range_low, range_high=places.range_high)
    past = months(actor, on=on, **area)
    shares = [{"title": title, "found": found} for title, found in rule_shares(actor, since=past[0].first, **area)]
    stacked = stacked_duties(actor, on=on, **area) if actor.may(Permission.SEE_CASES) else []
    look_list(request, places.place.code, len(stacked[:SHOWN]), TITLE)
    context = {
        "crumbs": [*place_crumbs(actor, places.place, "insight")[:-1], {"title": TITLE, "address": ""}],
        "places": places,
        "place": places.place,
        "months": past,
        "trend": trend(past),
        "spans": spans(actor, since=past[0].first, **area),
        "shares": shares,
        "loads": place_loads(actor, since=on - timedelta(days=LOAD_DAYS), **area),
        "load_days": LOAD_DAYS,
        "stacked": stacked[:SHOWN],
        "stacked_count": len(stacked),
        "may_report": actor.may(Permission.ISSUE_PAPER),
        **river(request, places),
    }
    return render(request, "web/insight.html", context)


@page(Permission.SEE_DASHBOARD)
@require_GET
def screen(request: StaffRequest) -> HttpResponse:
    """One dark page for the wall of a meeting room: counts only, nobody's name, drawn again every five minutes."""
    actor = request.actor
    places = chosen_place(actor, request.GET)
    past = months(actor, on=timezone.localdate(), range_low=places.range_low, range_high=places.range_high)
    context = {
        "place": places.place,
        "run": last_run(actor),
        "now": timezone.now(),
        "trend": trend(past),
        "spans": spans(actor, since=past[0].first, range_low=places.range_low, range_high=places.range_high),
        "factors": factor_bars(actor, places.place)[:8],
        "parts": _parts(request, places),
        **river(request, places),
    }
    return render(request, "web/screen.html", context)


def _parts(request: StaffRequest, places: PlaceChoice) -> list[dict[str, Any]]:
    rows = sorted(place_parts(request.actor, places), key=lambda row: -row["warned"])[:12]
    most = max((row["warned"] for row in rows), default=1)
    return [{**row, "bar": stack_bar(row["red"], row["orange"], row["yellow"], most)} for row in rows]


@page(Permission.ISSUE_PAPER)
@require_POST
def report(request: StaffRequest) -> HttpResponse:
    """Issue last month's report of the chosen place and show it among the papers."""
    places = chosen_place(request.actor, request.GET)
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    issue_monthly_report(place=places.place, month=last, actor=request.actor, at=timezone.now())
    messages.success(request, f"{last.year}年{last.month}月的月报已生成，点名称下载 PDF 或 Word。")
    about = {"about": f"place:{places.place.code}", "kind": "monthly_report"}
    return redirect(f"{reverse('paper_list')}?{urlencode(about)}")
