"""The quarterly round (季度动态管理): opened by the county, progress per village, one tap per household."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.procedure.choices import LEVEL_OF_ROLE
from shouwang.register.staff.choices import Permission
from shouwang.stream.clearance.actions import judge_effect, open_round, take_back_update, update_row
from shouwang.stream.clearance.choices import Effect, RowState
from shouwang.stream.clearance.queries import round_lines, round_of, round_progress, round_rows, rounds
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import address, chosen_place

TITLE = "季度动态管理"
STYLES = {"waiting": "tag-late", "unchanged": "tag-good", "updated": "tag-good", "left": ""}


@page(Permission.SEE_CASES)
@require_http_methods(["GET", "POST"])
def round_list(request: StaffRequest) -> HttpResponse:
    """Rounds of the area, the newest first, and for the county the form that opens one."""
    if request.method == "POST":
        return _open(request)
    on = timezone.localdate()
    quarter = (on.month + 2) // 3
    context = {
        "crumbs": [{"title": TITLE, "address": ""}],
        "may_open": request.actor.may(Permission.ACCEPT_CASE) and LEVEL_OF_ROLE.get(request.actor.role) == "county",
        "year": on.year,
        "quarter": quarter,
        "quarters": (1, 2, 3, 4),
        "until_on": date(on.year + quarter // 4, quarter % 4 * 3 + 1, 1),
        "today": on,
        **paged(request, rounds(request.actor)),
    }
    return render(request, "web/rounds.html", context)


def _open(request: StaffRequest) -> HttpResponse:
    given = request.POST
    try:
        made = open_round(
            year=_number(given.get("year", "")),
            quarter=_number(given.get("quarter", "")),
            until_on=_day(given.get("until_on", "")),
            actor=request.actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("round_list")
    messages.success(request, f"已发起{made}动态管理，{made.rows.count()} 户监测对象待更新。")
    return redirect("round", made.pk)


@page(Permission.SEE_CASES)
@require_GET
def round_page(request: StaffRequest, round_id: int) -> HttpResponse:
    """How far each village is; what is left comes first."""
    found, places = _found(request, round_id), chosen_place(request.actor, request.GET)
    progress = round_progress(request.actor, round_id, range_low=places.range_low, range_high=places.range_high)
    rows = [
        {"village": one, "address": address_of(found, one.place_number, "waiting" if one.waiting else "")}
        for one in progress
    ]
    total = sum(one.total for one in progress)
    done = sum(one.done for one in progress)
    context = {
        "crumbs": [{"title": TITLE, "address": reverse("round_list")}, {"title": str(found), "address": ""}],
        "round": found,
        "places": places,
        "total": total,
        "done": done,
        "judged": sum(one.judged for one in progress),
        "unstable": sum(one.unstable for one in progress),
        "over": timezone.localdate() >= found.until_on,
        "all_rows": reverse("round_rows", args=[round_id]),
        **paged(request, rows, per_page=50),
    }
    return render(request, "web/round.html", context)


@page(Permission.SEE_CASES)
@require_GET
def row_list(request: StaffRequest, round_id: int) -> HttpResponse:
    """Households of a round in a place: updated with one tap, and what help has done."""
    found, places = _found(request, round_id), chosen_place(request.actor, request.GET)
    state, effect = request.GET.get("state", ""), request.GET.get("effect", "")
    rows = round_rows(
        request.actor,
        round_id,
        state=state if state in RowState.values else "",
        effect=effect if effect in (*Effect.values, "none") else "",
        range_low=places.range_low,
        range_high=places.range_high,
    )
    context = paged(request, rows)
    lines = round_lines(request.actor, list(context["page"].object_list))
    context["page"].object_list = [{"line": one, "style": STYLES[one.row.state]} for one in lines]
    look_list(request, places.place.code, len(lines), TITLE)
    context |= {
        "crumbs": [
            {"title": TITLE, "address": reverse("round_list")},
            {"title": str(found), "address": reverse("round", args=[round_id])},
            {"title": "逐户更新", "address": ""},
        ],
        "round": found,
        "places": places,
        "states": RowState.choices,
        "effects": Effect.choices,
        "chosen": {"state": state, "effect": effect},
        "may_update": request.actor.may(Permission.VERIFY_CASE) and timezone.localdate() < found.until_on,
        "here": request.get_full_path(),
    }
    return render(request, "web/round_rows.html", context)


@page(Permission.VERIFY_CASE)
@require_POST
def change_row(request: StaffRequest, row_id: int, what: str) -> HttpResponse:
    """One household: nothing changed, brought up to date, taken back, or what help has done."""
    given, at = request.POST, timezone.now()
    try:
        if what in (RowState.UNCHANGED, RowState.UPDATED):
            update_row(row_id=row_id, state=what, actor=request.actor, at=at)
        elif what == "undo":
            take_back_update(row_id=row_id, actor=request.actor, at=at)
        elif what == "effect":
            judge_effect(
                row_id=row_id,
                effect=given.get("effect", ""),
                words=given.get("words", ""),
                actor=request.actor,
                at=at,
            )
        else:
            raise Http404
        messages.success(request, "已登记。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    back = given.get("back", "")
    safe = back.startswith("/rounds/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "round_list")


def address_of(found: Any, place_number: int, state: str) -> str:
    """The households of a village in a round, by state."""
    query = address("round_list", f"{place_number:012d}", state=state).partition("?")[2]
    return f"{reverse('round_rows', args=[found.pk])}?{query}"


def _found(request: StaffRequest, round_id: int) -> Any:
    found = round_of(request.actor, round_id)
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= len("2026") else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("没有写截止日期。", "请选择一天。") from None
