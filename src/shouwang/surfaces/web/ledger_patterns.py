"""Unusual looks and exports (查看与导出情况): facts per account and day, for people to ask about; no scores, no ranks."""

from datetime import timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.ledger.queries import look_counts
from shouwang.register.places.queries import full_names
from shouwang.register.releases.queries import held_back
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.queries import names_of
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.paging import paged

PERIODS = {"1": "今天", "7": "最近 7 天", "30": "最近 30 天"}


@page(Permission.SEE_LEDGER, scope=Scope.NOBODY)
@require_GET
def look_patterns(request: StaffRequest) -> HttpResponse:
    """What every account looked at and took out per day, beside the middle of its role; most out of task first."""
    days = request.GET.get("days", "7")
    days = days if days in PERIODS else "7"
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since, until = today - timedelta(days=int(days) - 1), today + timedelta(days=1)
    found = look_counts(request.actor, since=since, until=until)
    middle = _middles(found)
    context = paged(request, found, per_page=30)
    context["rows"] = _rows(context["page"].object_list, middle)
    context |= {
        "crumbs": [{"title": "查看与导出"}],
        "periods": PERIODS.items(),
        "chosen": days,
        "totals": _totals(found),
        "held": held_back(request.actor, at=timezone.now()),
    }
    return render(request, "web/ledger_patterns.html", context)


def _middles(found: list[dict[str, Any]]) -> dict[str, float]:
    """Role → the middle number of looks per account and day."""
    counts: dict[str, list[int]] = {}
    for one in found:
        counts.setdefault(one["role"], []).append(one["looks"])
    return {role: median(numbers) for role, numbers in counts.items()}


def _rows(found: Any, middle: dict[str, float]) -> list[dict[str, Any]]:
    names, places = names_of({one["actor"] for one in found}), full_names({one["place_code"] for one in found})
    labels = dict(Role.choices)
    return [
        {
            **one,
            "name": names.get(one["actor"], one["actor"]),
            "role_word": labels.get(one["role"], one["role"]),
            "place": places.get(one["place_code"], ""),
            "middle": middle[one["role"]],
            "address": _address(one, out="1" if one["out_of_task"] else ""),
        }
        for one in found
    ]


def _address(one: dict[str, Any], **more: str) -> str:
    """The entries behind a row."""
    asked = {"who": one["actor"], "from": str(one["day"]), "to": str(one["day"]), **more}
    return f"{reverse('ledger')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _totals(found: list[dict[str, Any]]) -> dict[str, int]:
    names = ("looks", "out_of_task", "numbers", "exports", "exported_rows")
    return {name: sum(one[name] for one in found) for name in names}
