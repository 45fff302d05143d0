"""To-do (待办): what waits for who is signed in, the most urgent first, each one click away."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.procedure.choices import Act, Matter
from shouwang.register.procedure.queries import case_rows, todo, waiting_for
from shouwang.register.releases.queries import waiting_count
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.queries import Waiting
from shouwang.stream.clues.queries import todo as clue_todo
from shouwang.stream.fieldwork.queries import count_to_settle
from shouwang.stream.self_service.queries import waiting_corrections
from shouwang.surfaces.web.access import StaffRequest, own_page
from shouwang.surfaces.web.cases import waits_for
from shouwang.surfaces.web.helping import guide
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.plans import plan_groups

SHOWN = 20


@own_page
@require_GET
def inbox(request: StaffRequest) -> HttpResponse:
    """Counts by kind of work, and the first of the cases that wait."""
    actor, day = request.actor, timezone.localdate()
    groups = [_clue_group(one) for one in clue_todo(actor, on=day)]
    groups += [_group(row) for row in todo(actor, on=day)] + plan_groups(actor, on=day)
    groups += _correction_group(actor, day)
    groups += _from_phones(actor) + _releases(actor)
    rows = case_rows(waiting_for(actor)[:SHOWN]) if actor.may(Permission.SEE_CASES) else []
    for row in rows:
        found = row["case"]
        row |= {
            "waits": waits_for(found),
            "matter": Matter(found.matter).label,
            "late": bool(found.due_on and found.due_on < day) or bool(found.whole_due_on and found.whole_due_on < day),
        }
    look_list(request, actor.place_code, len(rows), "待办")
    context = {
        "crumbs": [{"title": "待办", "address": ""}],
        "groups": groups,
        "guide": guide(actor),
        "rows": rows,
        "total": sum(group["count"] for group in groups),
        "overdue": sum(group["overdue"] for group in groups),
    }
    return render(request, "web/inbox.html", context)


def _from_phones(actor: Actor) -> list[dict[str, Any]]:
    waiting = count_to_settle(actor)
    shown = {"title": "手机送来的表待处理", "count": waiting, "overdue": 0, "address": reverse("field_form_list")}
    return [shown] if waiting else []


def _releases(actor: Actor) -> list[dict[str, Any]]:
    waiting = waiting_count(actor, at=timezone.now())
    shown = {"title": "名单导出待审批", "count": waiting, "overdue": 0, "address": reverse("release_list")}
    return [shown] if waiting else []


def _clue_group(one: Waiting) -> dict[str, Any]:
    route = "held_warnings" if one.name == "notes" else "clue_list"
    address = f"{reverse(route)}?{urlencode(one.filters)}"
    return {"title": one.title, "count": one.count, "overdue": one.overdue, "address": address}


def _correction_group(actor: Actor, day: date) -> list[dict[str, Any]]:
    count, overdue = waiting_corrections(actor, on=day)
    address = reverse("self_service")
    return [{"title": "农户请求更正", "count": count, "overdue": overdue, "address": address}] if count else []


def _group(row: dict[str, Any]) -> dict[str, Any]:
    address = reverse("enquiry_list") if row["act"] == Act.REPLY else reverse("case_list")
    return {**row, "title": Act(row["act"]).label, "address": address}
