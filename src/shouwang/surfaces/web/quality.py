"""Doubts and gaps (疑点数据、未能判断): where the data contradict themselves, and where they are missing."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwang.register.households.queries import households
from shouwang.register.staff.choices import Permission
from shouwang.stream.screening.queries import doubts, gaps, last_run, words_of
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import chosen_place

LISTED = 6
"""Missing things named per household; the rest is counted."""


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def doubt_list(request: StaffRequest) -> HttpResponse:
    """Contradictions in the data of a place."""
    places = chosen_place(request.actor, request.GET)
    run = last_run(request.actor)
    checks = {name: one["title"] for name, one in words_of(run.pk if run else None).get("checks", {}).items()}
    kind = request.GET.get("kind", "")
    kind = kind if kind in checks else ""
    found = doubts(request.actor, check=kind, range_low=places.range_low, range_high=places.range_high)
    context = _rows(
        request,
        found,
        lambda one: (checks.get(one.check_name, one.check_name), one.message),
        where=places.place.code,
        purpose="疑点数据",
    )
    context |= {
        "title": "疑点数据",
        "lead": "登记与部门数据前后矛盾的地方，先核实、再改正；疑点不影响任何待遇。",
        "kind_title": "疑点",
        "what_title": "说明",
        "kind_choices": sorted(checks.items(), key=lambda one: one[1]),
        "chosen": {"kind": kind},
        "empty_title": "没有疑点数据",
        "empty_sentence": "最近一次筛查没有发现前后矛盾的记录。",
    }
    return render(request, "web/rows.html", {**context, "crumbs": [{"title": "疑点数据"}], "places": places})


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def gap_list(request: StaffRequest) -> HttpResponse:
    """Households for which rules could not be decided, and what is missing."""
    places = chosen_place(request.actor, request.GET)
    found = gaps(request.actor, range_low=places.range_low, range_high=places.range_high)
    titles = _titles(last_run(request.actor))
    context = _rows(request, found, lambda one: _missing(one, titles), where=places.place.code, purpose="未能判断")
    context |= {
        "title": "未能判断",
        "lead": "缺少数据、规则没法下结论的户。缺数据是“未知”，既不算有风险，也不算没有风险。",
        "kind_title": "未能判断的规则",
        "what_title": "缺少",
        "empty_title": "没有未能判断的户",
        "empty_sentence": "最近一次筛查的数据是齐的。",
    }
    return render(request, "web/rows.html", {**context, "crumbs": [{"title": "未能判断"}], "places": places})


def _missing(gap: Any, titles: dict[str, str]) -> tuple[str, str]:
    """How many rules could not be decided for a household, and what they lack."""
    missing = sorted({titles.get(name, name) for row in gap.rules for name in row["missing"] if name})
    more = f" 等 {len(missing)} 项" if len(missing) > LISTED else ""
    return f"{len(gap.rules)} 条", "、".join(missing[:LISTED]) + more


def _titles(run: Any) -> dict[str, str]:
    """Titles of what a rule may lack: standards, values, feeds."""
    words = words_of(run.pk if run else None)
    parts = (words.get(part, {}) for part in ("thresholds", "values", "feeds"))
    return {name: one["title"] for part in parts for name, one in part.items()}


def _rows(request: StaffRequest, found: QuerySet[Any], words: Any, *, where: str, purpose: str) -> dict[str, Any]:
    context = paged(request, found)
    shown = list(context["page"].object_list)
    look_list(request, where, len(shown), purpose)
    homes = households(request.actor).filter(household_id__in={one.household_id for one in shown}).in_bulk()
    context["page"].object_list = [_row(one, homes.get(one.household_id), *words(one)) for one in shown]
    return context


def _row(one: Any, home: Any, kind: str, what: str) -> dict[str, Any]:
    return {
        "head_name": home.head_name if home else "",
        "place_name": home.place.full_name if home else "",
        "kind": kind,
        "what": what,
        "household_address": reverse("household_file", args=[one.household_id]),
    }
