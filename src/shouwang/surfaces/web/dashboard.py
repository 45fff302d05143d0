"""Dashboard (监测总览): the figures of a place, where they lie and come from; each leads to the rows behind it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.places.choices import Level
from shouwang.register.places.queries import child_level
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.feeds.queries import freshness
from shouwang.stream.screening.queries import last_run, totals, warnings
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.area_chart import areas, county_map
from shouwang.surfaces.web.boundaries import boundary_file, counties_of
from shouwang.surfaces.web.deliveries import feed_row
from shouwang.surfaces.web.factors import factor_bars
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.place_choice import PlaceChoice, address, chosen_place, place_crumbs
from shouwang.surfaces.web.place_parts import place_parts
from shouwang.surfaces.web.river import river
from shouwang.surfaces.web.warned_households import by_household, shown_households

NEWEST = 6
PARTS_TITLES = {Level.COUNTY: "县（市、区）", Level.TOWNSHIP: "乡镇", Level.VILLAGE: "村"}


@page(Permission.SEE_DASHBOARD)
@require_GET
def dashboard(request: StaffRequest) -> HttpResponse:
    """The actor's own area, or a place inside it."""
    actor, places = request.actor, chosen_place(request.actor, request.GET)
    parts, newest = place_parts(actor, places), _newest(actor, places)
    look_list(request, places.place.code, len(newest), "监测总览")
    level = child_level(places.place.level)
    context = {
        "crumbs": [{"title": "监测总览", "address": ""}]
        if places.place.code == actor.place_code
        else place_crumbs(actor, places.place, "dashboard"),
        "place": places.place,
        "run": last_run(actor),
        "sees_households": actor.may(Permission.SEE_HOUSEHOLDS),
        "figures": _figures(actor, places),
        "parts": parts,
        "parts_title": PARTS_TITLES.get(Level(level), "地区"),
        "drills": level != places.place.level,
        "factors": factor_bars(actor, places.place),
        "newest": newest,
        "feeds": [feed_row(one) for one in freshness(actor, on=timezone.localdate())]
        if actor.may(Permission.SEE_DELIVERIES)
        else [],
        **_chart(places, level, parts),
        **river(request, places),
        "addresses": {
            "warnings": address("warning_list", places.place.code),
            "red": address("warning_list", places.place.code, level="red"),
        },
    }
    return render(request, "web/dashboard.html", context)


def _figures(actor: Actor, places: PlaceChoice) -> list[dict[str, Any]]:
    code = places.place.code
    sums = totals(actor, range_low=places.range_low, range_high=places.range_high)
    levels = [
        ("red", "红色预警", sums.red, sums.new_red),
        ("orange", "橙色预警", sums.orange, sums.new_orange),
        ("yellow", "黄色预警", sums.yellow, sums.new_yellow),
    ]
    return [
        {
            "name": name,
            "value": value,
            "unit": "户",
            "note": f"本次新增 {new:,} 户",
            "style": f"figure-{level}",
            "shape": level,
            "address": address("warning_list", code, level=level),
        }
        for level, name, value, new in levels
    ] + [
        _minor("筛查农户", sums.households, "户", f"{sums.residents:,} 人", address("household_list", code)),
        _minor("疑点数据", sums.doubts, "条", "前后矛盾", address("doubt_list", code)),
        _minor("未能判断", sums.gaps, "户", "缺数据，待补齐", address("gap_list", code)),
    ]


def _minor(name: str, value: int, unit: str, note: str, where: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "note": note, "style": "figure-minor", "address": where}


def _newest(actor: Actor, places: PlaceChoice) -> list[Any]:
    found = warnings(actor, level="red", range_low=places.range_low, range_high=places.range_high)
    groups = found.order_by("-first_seen_run", "place_number", "household_id").values_list("household_id", flat=True)
    chosen = list(dict.fromkeys(groups[: NEWEST * 4]))[:NEWEST]
    rows = shown_households(actor, found, by_household(found.filter(household_id__in=chosen)))
    return sorted(rows, key=lambda row: chosen.index(row.household_id))


def _chart(places: PlaceChoice, level: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The picture of the parts: a map of counties where an outline and its review number are installed, else areas."""
    path = boundary_file() if level == Level.COUNTY and settings.MAP_APPROVAL else None
    drawn = county_map(counties_of(path, places.place.code), parts) if path else {"shapes": []}
    return {"areas": areas(parts), "map": drawn, "approval": settings.MAP_APPROVAL}
