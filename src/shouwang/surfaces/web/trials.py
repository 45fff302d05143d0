"""Trials of drafts on the page (试算结果): who would be newly warned, where, at what cost; to look at and to download."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.engine.model import LEVEL_TITLES
from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import households
from shouwang.register.ledger.actions import note
from shouwang.register.places.queries import place_names
from shouwang.register.staff.choices import Permission
from shouwang.stream.rules.queries import pack_as_written
from shouwang.stream.screening.actions import queue_trial
from shouwang.stream.screening.choices import TrialStatus
from shouwang.stream.screening.jobs import defer_trial
from shouwang.stream.screening.queries import changes_of, trial_of
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.sheets import sheet_response

HOUSEHOLDS = 20
"""Households shown on the page, those newly warned first; all are in the workbook."""
VILLAGES = 15
"""Villages shown on the page; all are in the workbook."""


@page(Permission.SEE_HOUSEHOLDS)
@require_POST
def try_out(request: StaffRequest, amendment_id: int) -> HttpResponse:
    """Ask for a trial; the answer is its place on the page, which asks again until it is done."""
    try:
        made = queue_trial(amendment_id=amendment_id, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        return render(request, "web/parts/trial.html", {"trial_wrong": str(refusal)})
    defer_trial(trial_id=made.pk, actor=request.actor)
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/trial.html", trial_context(request, made))
    return redirect("amendment", amendment_id)


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def trial(request: StaffRequest, trial_id: int) -> HttpResponse:
    """The state of a trial, as a part of the page."""
    found = trial_of(request.actor, trial_id)
    if found is None:
        raise Http404
    return render(request, "web/parts/trial.html", trial_context(request, found))


@page(Permission.DRAFT_RULES)
@require_GET
@fresh_factor_for(must=False)
def trial_sheet(request: StaffRequest, trial_id: int) -> HttpResponse:
    """The whole result as a workbook, household by household, noted in the ledger."""
    from shouwang.stream.screening.simulation import Simulation
    from shouwang.stream.screening.simulation_workbook import workbook

    found = trial_of(request.actor, trial_id)
    if found is None or found.status != TrialStatus.DONE:
        raise Http404
    changes = changes_of(found)
    names = _place_names(changes["place_code"].unique().to_pylist())
    content = workbook(Simulation(changes, found.summary), pack_as_written(settings.PACK), names)
    rows_leave(request, "试算结果", [f"trial:{found.pk}:{row}" for row in range(changes.num_rows)])
    details = {"households": changes.num_rows}
    note(act="export_trial", subject=f"trial:{found.pk}", actor=request.actor, at=timezone.now(), details=details)
    return sheet_response(content, f"{found.amendment.title}试算.xlsx")


def trial_context(request: StaffRequest, found: Any) -> dict[str, Any]:
    """What the part shows of a trial."""
    if found.status != TrialStatus.DONE:
        return {"trial": found}
    told = found.summary
    villages = list(told["by_place"].items())
    names = _place_names(code for code, _ in villages[:VILLAGES])
    pack = pack_as_written(settings.PACK)
    return {
        "trial": found,
        "told": told,
        "levels": _bars(told),
        "villages": [{"title": names.get(code, code), **_moved(counts)} for code, counts in villages[:VILLAGES]],
        "more_villages": len(villages) - VILLAGES if len(villages) > VILLAGES else 0,
        "classes": _classes(pack, told),
        "rules": _pairs(told["rules"], {name: rule.title for name, rule in pack.rules.items()}),
        "benefits": _pairs(told["benefits"], {name: one.title for name, one in pack.benefits.items()}),
        "households": _households(request, found),
        "households_shown": HOUSEHOLDS,
        "may_export": request.actor.may(Permission.DRAFT_RULES),
    }


def _households(request: StaffRequest, found: Any) -> list[dict[str, Any]]:
    """The first households whose level changes, as far as the actor may see households at all."""
    changes = changes_of(found).to_pylist() if found.changes_path else []
    first = sorted(changes, key=lambda row: row["before"] is not None)[:HOUSEHOLDS]
    seen = households(request.actor).in_bulk([row["household_id"] for row in first])
    look_list(request, request.actor.place_code, len(seen), f"试算 {found.pk}")
    return [{**row, "home": seen[row["household_id"]]} for row in first if row["household_id"] in seen]


def _place_names(codes: Iterable[str]) -> dict[str, str]:
    return {str(number): name for number, name in place_names(int(code) for code in codes if code).items()}


def _bars(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Before and after per level, with the width of each bar in hundredths of the longest."""
    longest = max((max(count.values()) for count in told["levels"].values()), default=0) or 1
    return [
        {
            "level": level,
            "title": LEVEL_TITLES[level],
            **count,
            "before_width": round(100 * count["before"] / longest, 1),
            "after_width": round(100 * count["after"] / longest, 1),
            "change": count["after"] - count["before"],
        }
        for level, count in told["levels"].items()
        if level != "review" or any(count.values())
    ]


def _pairs(pairs: dict[str, Any], titles: dict[str, str]) -> list[dict[str, Any]]:
    return [{"title": titles.get(name, name), **pair} for name, pair in pairs.items()]


def _classes(pack: Any, told: dict[str, Any]) -> list[dict[str, Any]]:
    columns = pack.sources["households"].columns.values()
    titles = {code: labels[0] for column in columns for code, labels in column.codes.items() if labels}
    return [{"title": titles.get(name, "未登记类别"), **_moved(counts)} for name, counts in told["by_class"].items()]


def _moved(counts: dict[str, int]) -> dict[str, int]:
    words = {"gained": "newly_warned", "lost": "no_longer_warned", "changed": "level_changed"}
    return {name: counts.get(word, 0) for name, word in words.items()}
