"""Clues (线索): the list with quick closing, its sheet, what is late where, and warnings that are held back."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.households.queries import households
from shouwang.register.ledger.actions import note
from shouwang.register.places.queries import places_at
from shouwang.register.staff.choices import Permission
from shouwang.stream.clues.actions import close_clues, dispatch_clues, see_notes, take_clues
from shouwang.stream.clues.choices import ClueState, Escalation, Grade, HeldBecause, OwnerLevel
from shouwang.stream.clues.limits import channels, closing_reasons, quarter_ends, titles
from shouwang.stream.clues.queries import Wanted, clues, counts, held_warnings, overdue_ladder, workload
from shouwang.stream.screening.queries import rule_titles
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.clue_rows import clue_rows
from shouwang.surfaces.web.clue_words import closing_of, offered_reasons, usual_quarter_end
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import PlaceChoice, address, chosen_place
from shouwang.surfaces.web.sheets import sheet_response
from shouwang.surfaces.web.templatetags.pages import LEVELS

TITLE = "线索"
EXPORT_LIMIT = 500
HEADERS = ("等级", "谁", "所在村", "来由", "状态", "轮到谁", "到期", "是否逾期", "是否申请")
FLAGS = ("overdue", "escalated", "mine", "applications")


@page(Permission.SEE_CLUES)
@require_GET
def clue_list(request: StaffRequest) -> HttpResponse:
    """The list; a changed filter asks for its rows only."""
    places, day = chosen_place(request.actor, request.GET), timezone.localdate()
    wanted = _wanted(request, places)
    context = paged(request, clues(request.actor, wanted, on=day))
    rows = clue_rows(request.actor, context["page"].object_list, on=day)
    context["page"].object_list = rows
    look_list(request, places.place.code, len(rows), "线索列表")
    context |= _words(request, places, wanted)
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/clue_rows.html", context)
    context["figures"] = found = counts(request.actor, on=day)
    context["held_total"] = sum(number for name, number in found.items() if name.startswith("held_"))
    return render(request, "web/clues.html", context)


@page(Permission.SEE_CLUES)
@require_GET
@fresh_factor_for(must=False)
@transaction.atomic
def clue_sheet(request: StaffRequest) -> HttpResponse:
    """The list as xlsx with the filters of the address, at most 500 clues, noted in the ledger."""
    places, day = chosen_place(request.actor, request.GET), timezone.localdate()
    found = clues(request.actor, _wanted(request, places), on=day)[:EXPORT_LIMIT]
    rows = clue_rows(request.actor, found, on=day)
    rows_leave(request, "线索", [str(one.household_id or f"clue:{one.pk}") for one in found])
    note(
        act="export_clues",
        subject=f"place:{places.place.code}",
        actor=request.actor,
        at=timezone.now(),
        details={"rows": len(rows)},
    )
    return sheet_response(_workbook(rows), f"线索{day:%Y%m%d}.xlsx")


@page(Permission.SEE_CLUES)
@require_POST
def clue_bulk(request: StaffRequest) -> HttpResponse:
    """The ticked clues handed on, taken or closed at once; what may not be is left alone and said."""
    ids = [int(one) for one in request.POST.getlist("clue") if one.isdigit()]
    what, back = request.POST.get("what", ""), request.POST.get("back", "")
    try:
        if not ids:
            raise Refusal("没有选线索。", "请先在左边打勾。")
        done, said = _bulk(request, what, ids)
        left = len(set(ids)) - done
        messages.success(request, f"已{said} {done} 条。" + (f"另有 {left} 条不符合条件，没有动。" if left else ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('clue_list')}?{back}" if back else "clue_list")


def _bulk(request: StaffRequest, what: str, ids: list[int]) -> tuple[int, str]:
    given: dict[str, Any] = {"clue_ids": ids, "actor": request.actor, "at": timezone.now()}
    if what == "dispatch":
        return dispatch_clues(**given), "交办"
    if what == "take":
        return take_clues(**given), "开始核实"
    if what == "close":
        return close_clues(**given, closing=closing_of(request)), "办结黄色线索"
    raise Http404


@page(Permission.SEE_CLUES)
@require_GET
def clue_ladder(request: StaffRequest) -> HttpResponse:
    """What is late, by level and by place: places are listed in the order of their codes and never ranked."""
    actor, day = request.actor, timezone.localdate()
    digits = 12 if len(actor.place_code) >= 9 else 9 if len(actor.place_code) == 6 else 6
    level = {12: "village", 9: "township", 6: "county"}[digits]
    places = {one.range_low: one for one in places_at(level, range_low=actor.range_low, range_high=actor.range_high)}
    rows = [
        {**row, "title": places[row["place"]].name, "address": address("clue_list", places[row["place"]].code)}
        for row in workload(actor, on=day, digits=digits)
        if row["place"] in places
    ]
    context = {
        "crumbs": [{"title": TITLE, "address": reverse("clue_list")}, {"title": "逾期阶梯", "address": ""}],
        "rows": rows,
        "steps": [
            {**row, "owner": OwnerLevel(str(row["owner_level"])).label, "up": Escalation(int(row["escalation"])).label}
            for row in overdue_ladder(actor, on=day)
        ],
        "day": day,
    }
    return render(request, "web/clue_ladder.html", context)


@page(Permission.SEE_CLUES)
@require_http_methods(["GET", "POST"])
def held_list(request: StaffRequest) -> HttpResponse:
    """Warnings that stand and lead to no new clue, and why; posted, notes of monitored households are marked as seen."""
    if request.method == "POST":
        try:
            ids = request.POST.getlist("household")
            seen = see_notes(household_ids=ids, actor=request.actor, at=timezone.now())
            messages.success(request, f"已知悉 {seen} 条。")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{reverse('held_warnings')}?because=monitored")
    places, because = chosen_place(request.actor, request.GET), request.GET.get("because", "")
    because = because if because in HeldBecause.values else ""
    found = held_warnings(request.actor, because=because, range_low=places.range_low, range_high=places.range_high)
    context = paged(request, found)
    rows = list(context["page"].object_list)
    homes = households(request.actor).filter(household_id__in={one.household_id for one in rows}).in_bulk()
    names = rule_titles()
    context["page"].object_list = [
        {
            "held": one,
            "home": homes.get(one.household_id),
            "title": names.get(one.rule, one.rule),
            "level": list(LEVELS)[one.severity - 1],
        }
        for one in rows
    ]
    look_list(request, places.place.code, len(rows), "暂不立线索的预警")
    context |= {
        "crumbs": [{"title": TITLE, "address": reverse("clue_list")}, {"title": "暂不立线索的预警", "address": ""}],
        "places": places,
        "reasons": HeldBecause.choices,
        "chosen": because,
        "may_see": request.actor.may(Permission.CHECK_CLUE),
    }
    return render(request, "web/held_warnings.html", context)


def _wanted(request: StaffRequest, places: PlaceChoice) -> Wanted:
    """The filters of the address; values outside the vocabularies are dropped."""
    given = request.GET
    state, level, channel = given.get("state", ""), given.get("owner", ""), given.get("channel", "")
    return Wanted(
        grades=tuple(one for one in given.getlist("grade") if one in Grade.values),
        channel=channel if channel.replace("_", "").isalnum() else "",
        state=state if state in ClueState.values else "",
        owner_level=level if level in OwnerLevel.values else "",
        text=given.get("q", "").strip()[:40],
        range_low=places.range_low,
        range_high=places.range_high,
        **{name: given.get(name) == "1" for name in FLAGS},
    )


def _words(request: StaffRequest, places: PlaceChoice, wanted: Wanted) -> dict[str, Any]:
    day = timezone.localdate()
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "crumbs": [{"title": TITLE, "address": ""}],
        "places": places,
        "wanted": wanted,
        "grades": Grade.choices,
        "states": ClueState.choices,
        "owner_levels": OwnerLevel.choices,
        "channel_choices": [*titles(channels(day)), ("platform_screening", "平台规则筛查")],
        "query": query.urlencode(),
        "export_address": f"{reverse('clue_sheet')}?{query.urlencode()}",
        "export_limit": EXPORT_LIMIT,
        "may_check": request.actor.may(Permission.CHECK_CLUE),
        "may_dispatch": request.actor.may(Permission.DISPATCH_CLUE),
        "may_report": request.actor.may(Permission.REPORT_CLUE),
        "reasons": offered_reasons(closing_reasons(day)),
        "quarters": quarter_ends(day),
        "until": usual_quarter_end(day),
        "clear_address": reverse("clue_list"),
    }


def _workbook(rows: list[dict[str, Any]]) -> bytes:
    lines = [
        (
            row["clue"].get_grade_display(), row["who"], row["place_name"], "、".join(row["reasons"]),
            row["clue"].get_state_display(), row["owner"], row["clue"].due_on.isoformat(), "是" if row["late"] else "否",
            "是" if row["clue"].is_application else "否",
        )
        for row in rows
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clues.xlsx"
        write_sheet(path, HEADERS, lines, title=TITLE)
        return path.read_bytes()
