"""What a household may be given (待遇测算): every benefit with the steps that lead to yes, no or cannot tell."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from shouwang.policy.book import PERIODS
from shouwang.register.households.queries import HouseholdFile, household_file
from shouwang.register.staff.choices import Permission
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.screening.queries import benefits_of, last_run
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look

GROUPS = (
    (True, "按现有数据符合条件", "还要由主管部门按程序核定，这里不是决定。"),
    (None, "未能判断", "缺的数据补上以后会再算；缺数据不算不符合。"),
    (False, "按现有数据不符合", "如果情况与数据不一样，请先改正数据。"),
)


@page(Permission.SEE_HOUSEHOLDS)
@require_GET
def household_benefits(request: StaffRequest, household_id: str) -> HttpResponse:
    """All benefits of one household; another place's household is not found."""
    file = household_file(request.actor, household_id)
    if file is None:
        raise Http404
    look(request, household_id, "待遇测算")
    run = last_run(request.actor)
    reports = benefits_of(request.actor, household_id, run) if run else []
    names = {one.resident.resident_id: one.resident.name for one in file.members}
    for report in reports:
        report["who"] = names.get(str(report.get("resident_id")), "")
        report["period_word"] = PERIODS.get(report["period"], report["period"])
    groups = [
        {"title": title, "lead": lead, "reports": held, "open": verdict is True}
        for verdict, title, lead in GROUPS
        if (held := [report for report in reports if report["eligible"] is verdict])
    ]
    context = {
        "crumbs": _crumbs(file),
        "file": file,
        "run": run,
        "groups": groups,
        "ended": _ended(run.pack, run.as_of) if run else [],
    }
    return render(request, "web/household_benefits.html", context)


def _ended(pack_name: str, on: date) -> list[dict[str, Any]]:
    """Benefits whose time was over on a day: they are not worked out, and can be read."""
    found = pack_in_force(pack_name, on=on).benefits.values()
    over = [one for one in found if one.valid_until is not None and one.valid_until <= on]
    return [{"benefit": one, "last_day": one.valid_until - timedelta(days=1)} for one in over if one.valid_until]


def _crumbs(file: HouseholdFile) -> list[dict[str, Any]]:
    household = file.household
    return [
        {"title": "农户查询", "address": reverse("household_list")},
        {
            "title": f"{household.head_name or '未知'}户",
            "address": reverse("household_file", args=[household.household_id]),
        },
        {"title": "待遇测算"},
    ]
