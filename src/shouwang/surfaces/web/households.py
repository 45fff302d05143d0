"""Households (农户): finding one, and its file (一户一档)."""

from typing import Any

from django.db.models import Min
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.households.queries import HouseholdFile, household_file, households, monitoring_periods
from shouwang.register.procedure.choices import RUNNING
from shouwang.register.procedure.queries import cases_of_household
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.visits.queries import visits_of_household
from shouwang.stream.clues.queries import open_clue_of_household
from shouwang.stream.screening.queries import (
    doubts,
    gap_of,
    household_warnings,
    last_run,
    rule_titles,
    warnings,
    words_of,
)
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.evidence import evidence_of
from shouwang.surfaces.web.incomes import income_years
from shouwang.surfaces.web.living import age_on, doing_words, health_words, living_conditions
from shouwang.surfaces.web.looks import look, look_list, look_rows, looks_of
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import address, chosen_place
from shouwang.surfaces.web.timeline import timeline_of
from shouwang.surfaces.web.warned_households import LEVEL_OF

LOOKS_SHOWN = 8
VISITS_SHOWN = 10
"""Looks shown in the file itself; all of three years are on a page of their own, for printing."""
LOOKS_PRINTED = 200


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def household_list(request: StaffRequest) -> HttpResponse:
    """Households of a place, found by name, pinyin, household number or a member's whole ID number."""
    places = chosen_place(request.actor, request.GET)
    text = request.GET.get("q", "").strip()[:40]
    found = households(request.actor, text=text, range_low=places.range_low, range_high=places.range_high)
    context = paged(request, found.order_by("place_number", "household_id"))
    rows = list(context["page"].object_list)
    gravest = _gravest(request.actor, [row.household_id for row in rows])
    for row in rows:
        row.level = gravest.get(row.household_id)
    context["page"].object_list = rows
    look_list(request, places.place.code, len(rows), "农户查询")
    context |= {"crumbs": [{"title": "农户查询", "address": ""}], "places": places, "chosen": {"q": text}}
    template = "web/parts/household_rows.html" if request.headers.get("HX-Request") else "web/households.html"
    return render(request, template, context)


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def household(request: StaffRequest, household_id: str) -> HttpResponse:
    """Everything known of one household, masked; another place's household is not found."""
    file = household_file(request.actor, household_id)
    if file is None:
        raise Http404
    look(request, household_id, "一户一档")
    return render(
        request, "web/household.html", _file(request.actor, file) | {"opened_for": request.GET.get("for", "")}
    )


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def household_looks(request: StaffRequest, household_id: str) -> HttpResponse:
    """Who looked at a household's data in the last three years (谁看过我家的信息), to print for the household."""
    file = household_file(request.actor, household_id)
    if file is None:
        raise Http404
    look(request, household_id, "谁看过我家的信息")
    context = paged(request, looks_of(file), per_page=LOOKS_PRINTED)
    context["rows"] = look_rows(context["page"].object_list)
    own = {
        "title": f"{file.household.head_name or '未知'}户",
        "address": reverse("household_file", args=[household_id]),
    }
    crumbs = [{"title": "农户查询", "address": reverse("household_list")}, own, {"title": "谁看过"}]
    return render(request, "web/household_looks.html", context | {"crumbs": crumbs, "file": file, "on": timezone.now()})


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def household_evidence(request: StaffRequest, household_id: str) -> HttpResponse:
    """What departments delivered about a household (部门数据), opened when it is needed and recorded as a look of its own."""
    file = household_file(request.actor, household_id)
    if file is None:
        raise Http404
    look(request, household_id, "部门数据")
    context = {"file": file, "evidence": evidence_of(file, last_run(request.actor))}
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/household_evidence.html", context)
    own = {
        "title": f"{file.household.head_name or '未知'}户",
        "address": reverse("household_file", args=[household_id]),
    }
    crumbs = [{"title": "农户查询", "address": reverse("household_list")}, own, {"title": "部门数据", "address": ""}]
    return render(request, "web/household_evidence.html", context | {"crumbs": crumbs})


def _file(actor: Actor, file: HouseholdFile) -> dict[str, Any]:
    found = list(household_warnings(actor, file.household.household_id))
    gaps = gap_of(actor, file.household.household_id)
    names = {one.resident.resident_id: one.resident.name for one in file.members}
    run = last_run(actor)
    day = run.as_of if run else timezone.localdate()
    seen = looks_of(file)
    current = [one for one in found if one.state != "gone"]
    titles = rule_titles()
    return {
        "crumbs": _crumbs(file),
        "file": file,
        "cases": (opened := list(cases_of_household(actor, file.household.household_id))),
        "may_determine": actor.may(Permission.OPEN_CASE)
        and (file.household.monitored_class is None or file.household.cleared_on is not None)
        and not any(one.matter == "determination" and one.state in RUNNING for one in opened),
        "periods": list(monitoring_periods(actor, file.household.household_id)),
        "level_now": current[0].level if current else None,
        "warnings": [_warning(one, titles) for one in current],
        "gone": [_warning(one, titles) for one in found if one.state == "gone"],
        "gaps": gaps,
        "missing": sorted({name for gap in gaps for name in gap["missing"]}),
        "doubts": _doubts(actor, file.household.household_id, run),
        "members": [_member(one, day) for one in file.members],
        "living": living_conditions(file.household),
        "years": income_years(file.incomes, names=names, heads=len(file.members)),
        "timeline": timeline_of(file, found, titles),
        "visits": visits_of_household(actor, file.household.household_id)[:VISITS_SHOWN],
        "looks": look_rows(seen[:LOOKS_SHOWN]),
        "looks_count": seen.count(),
        "open_clue": open_clue_of_household(actor, file.household.household_id),
        "may_report": actor.may(Permission.REPORT_CLUE),
        "may_reveal": actor.may(Permission.REVEAL_IDENTITY),
    }


def _crumbs(file: HouseholdFile) -> list[dict[str, str]]:
    place = file.household.place
    return [
        {"title": "农户查询", "address": reverse("household_list")},
        {"title": place.full_name, "address": address("household_list", place.code)},
        {"title": f"{file.household.head_name or '未知'}户", "address": ""},
    ]


def _warning(one: Any, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "level": one.level,
        "title": titles.get(one.rule, one.rule),
        "because": one.because,
        "is_new": one.state == "new",
        "address": reverse("why", args=[one.pk]),
    }


def _member(one: Any, day: Any) -> dict[str, Any]:
    return {
        "resident": one.resident,
        "id_number": one.id_number,
        "phone": one.phone,
        "age": age_on(one.resident.birth_on, day),
        "health": health_words(one.resident),
        "doing": doing_words(one.resident),
    }


def _doubts(actor: Actor, household_id: str, run: Any) -> list[dict[str, str]]:
    checks = words_of(run.pk if run else None).get("checks", {})
    found = doubts(actor, household_id=household_id)
    return [
        {"title": checks.get(one.check_name, {}).get("title", one.check_name), "message": one.message} for one in found
    ]


def _gravest(actor: Actor, ids: list[str]) -> dict[str, str]:
    rows = (
        warnings(actor).filter(household_id__in=ids).order_by().values("household_id").annotate(least=Min("severity"))
    )
    return {row["household_id"]: LEVEL_OF[row["least"]] for row in rows}
