"""Warning list (预警名单): one row per household, narrowed by level, factor, rule, place and name."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.kernel.sheets.writing import write_sheet
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.stream.screening.choices import Factor
from shouwang.stream.screening.queries import last_run, rule_titles, warnings
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import PlaceChoice, chosen_place
from shouwang.surfaces.web.sheets import sheet_response
from shouwang.surfaces.web.templatetags.pages import LEVELS
from shouwang.surfaces.web.warned_households import by_household, shown_households

EXPORT_LIMIT = 500
"""Names with health data beside them: a file holds fewer than the law counts as grave."""
EXPORT_HEADERS = ("级别", "户主", "人口", "所在村", "预警", "为什么", "另有几条")


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def warning_list(request: StaffRequest) -> HttpResponse:
    """The list; a changed filter asks for its rows only, and the address keeps every filter."""
    places = chosen_place(request.actor, request.GET)
    chosen = _chosen(request)
    found = _found(request, places, chosen)
    context = paged(request, by_household(found, levels=chosen["level"]))
    context["page"].object_list = shown_households(request.actor, found, context["page"].object_list)
    look_list(request, places.place.code, len(context["page"].object_list), "预警名单")
    context |= _words(request, places, chosen)
    context["too_many"] = context["page"].paginator.cut_short or context["page"].paginator.count > EXPORT_LIMIT
    template = "web/parts/warning_rows.html" if request.headers.get("HX-Request") else "web/warnings.html"
    return render(request, template, context)


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
@fresh_factor_for(must=False)
@transaction.atomic
def warning_sheet(request: StaffRequest) -> HttpResponse:
    """The list as xlsx with the filters of the address, at most 500 households, noted in the ledger."""
    places = chosen_place(request.actor, request.GET)
    chosen = _chosen(request)
    found = _found(request, places, chosen)
    groups = by_household(found, levels=chosen["level"])[:EXPORT_LIMIT]
    rows = shown_households(request.actor, found, groups)
    rows_leave(request, "预警名单", [one.household_id for one in rows])
    filters = {name: value for name, value in chosen.items() if value and name != "q"}
    note(
        act="export_warnings",
        subject=f"place:{places.place.code}",
        actor=request.actor,
        at=timezone.now(),
        details={"rows": len(rows), "filters": filters},
    )
    return sheet_response(_workbook(rows), f"预警名单{timezone.localdate():%Y%m%d}.xlsx")


def _chosen(request: StaffRequest) -> dict[str, Any]:
    """The filters of the address; values outside the vocabularies are dropped."""
    factor, rule = request.GET.get("factor", ""), request.GET.get("rule", "")
    return {
        "level": [level for level in request.GET.getlist("level") if level in LEVELS],
        "factor": factor if factor in Factor.values else "",
        "rule": rule if rule in rule_titles() else "",
        "q": request.GET.get("q", "").strip()[:40],
        "new": request.GET.get("new") == "1",
    }


def _found(request: StaffRequest, places: PlaceChoice, chosen: dict[str, Any]) -> Any:
    return warnings(
        request.actor,
        factor=chosen["factor"],
        rule=chosen["rule"],
        state="new" if chosen["new"] else "",
        text=chosen["q"],
        range_low=places.range_low,
        range_high=places.range_high,
    )


def _words(request: StaffRequest, places: PlaceChoice, chosen: dict[str, Any]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "crumbs": [{"title": "预警名单", "address": ""}],
        "places": places,
        "chosen": chosen,
        "run": last_run(request.actor),
        "factor_choices": Factor.choices,
        "rule_choices": sorted(rule_titles().items(), key=lambda one: one[1]),
        "level_choices": LEVELS.items(),
        "export_address": f"{reverse('warning_sheet')}?{query.urlencode()}",
        "export_limit": EXPORT_LIMIT,
        "clear_address": reverse("warning_list"),
    }


def _workbook(rows: list[Any]) -> bytes:
    lines = [
        (LEVELS.get(one.level, ""), one.head_name, one.members, one.place_name, one.title, one.because, one.others)
        for one in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warnings.xlsx"
        write_sheet(path, EXPORT_HEADERS, lines, title="预警名单")
        return path.read_bytes()
