"""Plans for households (一户一策): the board of an area, one household's plan, and its printed form."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.households.queries import household_of
from shouwang.register.papers.kinds import KINDS
from shouwang.register.places.queries import child_level, places_at
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor, names_of
from shouwang.stream.assistance.choices import AgreedHow, PlanState, Word
from shouwang.stream.assistance.papers import kinds_of
from shouwang.stream.assistance.queries import (
    FILTERS,
    PlanView,
    open_plan_of,
    plan_board,
    plan_fields,
    plan_of,
    plan_view,
    plans_by_household,
    todo,
    waiting_households,
)
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look, look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import address, chosen_place

TITLE = "帮扶方案"
WORDS = {
    "no_plan": "没有方案",
    "draft": "起草中",
    "proposed": "待批准",
    "no_measure": "该提醒：没有措施",
    "red": "亮红：没有措施",
    "overdue": "措施超期",
}
STYLES = {"draft": "tag-brand", "proposed": "tag-late", "approved": "tag-good", "closed": ""}
FINDING_ICONS = {"red": "bad", "warn": "warning", "hint": "doubt"}


@page(Permission.SEE_PLANS)
@require_GET
def plan_list(request: StaffRequest) -> HttpResponse:
    """The board of the chosen place, one row per place below it, and the households that wait."""
    places, on = chosen_place(request.actor, request.GET), timezone.localdate()
    what = request.GET.get("what", "")
    what = what if what in FILTERS else ""
    found = waiting_households(request.actor, what, on=on, range_low=places.range_low, range_high=places.range_high)
    shown = paged(request, found)
    homes = list(shown["page"].object_list)
    held = plans_by_household(request.actor, [home.pk for home in homes])
    shown["page"].object_list = [_row(home, held.get(home.pk), on) for home in homes]
    look_list(request, places.place.code, len(homes), TITLE)
    context = {
        "crumbs": [{"title": TITLE}],
        "places": places,
        "what": what,
        "filters": [
            {"name": name, "title": title, "address": address("plan_list", places.place.code, what=name)}
            for name, title in WORDS.items()
        ],
        "board": _board(request.actor, places.place, on),
        "words": WORDS,
        **shown,
    }
    return render(request, "web/plans.html", context)


@page(Permission.SEE_PLANS)
@require_GET
def household_plan(request: StaffRequest, household_id: str) -> HttpResponse:
    """The open plan of a household, or the form that begins one."""
    household = household_of(request.actor, household_id)
    if household is None:
        raise Http404
    plan = open_plan_of(request.actor, household_id)
    if plan is not None:
        return redirect("plan", plan.pk)
    look(request, household_id, "起草帮扶方案")
    context = {
        "crumbs": [*_crumbs(), {"title": f"{household.head_name or '未知'}户"}],
        "household": household,
        "monitored": bool(household.monitored_class) and household.cleared_on is None,
        "may_draft": request.actor.may(Permission.DRAFT_PLAN),
        "form": {"contact_name": request.actor.name},
    }
    return render(request, "web/plan_new.html", context)


@page(Permission.SEE_PLANS)
@require_GET
def plan(request: StaffRequest, plan_id: int) -> HttpResponse:
    """One plan: risks and what answers them, remarks, measures, what was said, and what may be done next."""
    found = found_plan(request, plan_id)
    look(request, found.household_id, "帮扶方案", task=f"plan:{found.pk}")
    return render(request, "web/plan.html", plan_context(request, found))


@page(Permission.SEE_PLANS)
@require_GET
def plan_print(request: StaffRequest, plan_id: int) -> HttpResponse:
    """The plan and the household's card, to print and sign."""
    found = found_plan(request, plan_id)
    look(request, found.household_id, "打印帮扶方案", task=f"plan:{found.pk}")
    fields = plan_fields(request.actor, found, on=timezone.localdate())
    crumbs = [*_crumbs(), {"title": "方案", "address": reverse("plan", args=[found.pk])}, {"title": "打印"}]
    return render(request, "web/plan_print.html", {"crumbs": crumbs, "plan": found, "fields": fields})


def plan_groups(actor: Actor, *, on: Any) -> list[dict[str, Any]]:
    """What waits for an actor in assistance (待办), as the inbox shows it."""
    return [
        {"title": one.title, "count": one.count, "overdue": one.overdue, "address": _waits_at(one.kind)}
        for one in todo(actor, on=on)
    ]


def _waits_at(kind: str) -> str:
    what = {"plans_to_draft": "no_plan", "plans_returned": "draft", "plans_to_approve": "proposed"}.get(kind, "")
    if kind.startswith("requests"):
        return reverse("request_list")
    return address("plan_list", what=what or "overdue")


def found_plan(request: StaffRequest, plan_id: int) -> Any:
    """The plan of an address; one of another place is not found."""
    found = plan_of(request.actor, plan_id)
    if found is None:
        raise Http404
    return found


def plan_context(request: StaffRequest, found: Any) -> dict[str, Any]:
    """What the page of a plan shows."""
    actor, on = request.actor, timezone.localdate()
    household = household_of(actor, found.household_id)
    view = plan_view(actor, found, on=on)
    name = household.head_name if household else found.masked_name
    return {
        "crumbs": [*_crumbs(), {"title": f"{name}户"}],
        "plan": found,
        "view": view,
        "name": name,
        "style": STYLES.get(found.state, ""),
        "matrix": _matrix(view),
        "findings": [{"finding": one, "icon": FINDING_ICONS[one.level]} for one in view.findings],
        "people": names_of([found.drafted_by, found.decided_by]),
        "revision": {
            "goals": view.goals,
            "contact_name": found.contact_name,
            "contact_phone": view.contact_phone,
        },
        "agreed_how": AgreedHow.choices,
        "words": Word.choices,
        "paper_kinds": [(kind, KINDS[kind].title) for kind in kinds_of(found) if actor.may(Permission.ISSUE_PAPER)],
        **_next(actor, found),
    }


def _next(actor: Actor, found: Any) -> dict[str, bool]:
    drafts, draft = actor.may(Permission.DRAFT_PLAN), found.state == PlanState.DRAFT
    return {
        "may_choose": drafts and (draft or (found.green_channel and found.state != PlanState.CLOSED)),
        "may_agree": drafts and draft,
        "may_propose": drafts and draft and found.agreed_on is not None,
        "may_decide": found.state == PlanState.PROPOSED and actor.may(Permission.APPROVE_PLAN),
        "may_revise": drafts and found.state in (PlanState.DRAFT, PlanState.APPROVED),
        "may_close": drafts and found.state in (PlanState.DRAFT, PlanState.APPROVED),
        "may_record": actor.may(Permission.RECORD_MEASURE) and found.state != PlanState.CLOSED,
    }


def _matrix(view: PlanView) -> list[dict[str, Any]]:
    """One row per risk or factor with the measures that answer it."""
    titles = {need.name: need for need in view.needs}
    return [
        {"title": titles[name].title if name in titles else name, "is_risk": titles[name].is_risk, "measures": held}
        for name, held in view.answered.items()
        if name in titles
    ]


def _row(home: Any, plan: Any, on: Any) -> dict[str, Any]:
    measures = [one for one in plan.measures.all() if one.withdrawn_at is None] if plan else []
    waiting = [one for one in measures if one.state in ("planned", "under_way")]
    return {
        "home": home,
        "plan": plan,
        "style": STYLES.get(plan.state, "") if plan else "",
        "measures": len(measures),
        "delivered": sum(one.state == "delivered" for one in measures),
        "late": sum(one.due_on < on for one in waiting),
        "days": (on - home.monitored_on).days if home.monitored_on else None,
    }


def _board(actor: Actor, place: Any, on: Any) -> list[dict[str, Any]]:
    """One row per place below the chosen one; a village has none."""
    level = child_level(place.level)
    below = (
        [] if level == place.level else list(places_at(level, range_low=place.range_low, range_high=place.range_high))
    )
    named = {one.code: one.name for one in below}
    rows = plan_board(actor, codes=named, on=on) if named else []
    return [
        {
            "name": named[row.code],
            "address": address("plan_list", row.code),
            "counts": [
                {"number": row.counts[what], "address": address("plan_list", row.code, what=what)} for what in FILTERS
            ],
            "monitored": row.counts["monitored"],
        }
        for row in rows
        if row.counts["monitored"]
    ]


def _crumbs() -> list[dict[str, str]]:
    return [{"title": TITLE, "address": reverse("plan_list")}]
