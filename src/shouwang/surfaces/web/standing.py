"""What is left to do (动态清零) and who is to be visited again (跟踪回访)."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.register.places.queries import place_names
from shouwang.register.procedure.queries import case_rows
from shouwang.register.staff.choices import Permission
from shouwang.stream.clearance.queries import (
    contacts_of,
    follow_up_households,
    follow_up_interval,
    helpless_households,
    late_cases,
    place_standings,
)
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import address, chosen_place

ZERO = "动态清零"
VISITS = "跟踪回访"
LISTS = {"no_measure": "监测户没有帮扶措施", "cases": "办理逾期"}


@page(Permission.SEE_CASES)
@require_GET
def zero_board(request: StaffRequest) -> HttpResponse:
    """Per village what is not at zero yet; each number opens its rows."""
    places, on = chosen_place(request.actor, request.GET), timezone.localdate()
    found = place_standings(request.actor, on=on, range_low=places.range_low, range_high=places.range_high)
    sums = {
        name: sum(getattr(one, name) for one in found)
        for name in ("monitored", "no_measure", "cases_late", "clues_late")
    }
    rows = [
        {"village": one, "query": address("zero_board", f"{one.place_number:012d}").partition("?")[2]} for one in found
    ]
    context = {
        "crumbs": [{"title": ZERO, "address": ""}],
        "places": places,
        "sums": sums,
        "clean": sum(not one.open_count for one in found),
        "villages": len(found),
        "may_see_clues": request.actor.may(Permission.SEE_CLUES),
        **paged(request, rows, per_page=50),
    }
    return render(request, "web/zero_board.html", context)


@page(Permission.SEE_CASES)
@require_GET
def zero_list(request: StaffRequest, what: str) -> HttpResponse:
    """The rows behind a number of the board."""
    if what not in LISTS:
        raise Http404
    places, on = chosen_place(request.actor, request.GET), timezone.localdate()
    area: dict[str, Any] = {"on": on, "range_low": places.range_low, "range_high": places.range_high}
    found = late_cases(request.actor, **area) if what == "cases" else helpless_households(request.actor, **area)
    context = paged(request, found)
    shown = list(context["page"].object_list)
    if what == "cases":
        context["page"].object_list = case_rows(shown)
    else:
        names = place_names({one.place_number for one in shown})
        context["page"].object_list = [
            {"household": one, "place_name": names.get(one.place_number, "")} for one in shown
        ]
    look_list(request, places.place.code, len(shown), LISTS[what])
    crumbs = [{"title": ZERO, "address": reverse("zero_board")}, {"title": LISTS[what], "address": ""}]
    context |= {"crumbs": crumbs, "title": LISTS[what], "what": what, "places": places}
    return render(request, "web/zero_list.html", context)


@page(Permission.SEE_CASES)
@require_GET
def follow_up_list(request: StaffRequest) -> HttpResponse:
    """Monitored and cleared households, those not visited for longest first; who is due where an interval is set."""
    places, on = chosen_place(request.actor, request.GET), timezone.localdate()
    due, cleared = request.GET.get("due") == "1", request.GET.get("only") == "cleared"
    found = follow_up_households(
        request.actor, on=on, range_low=places.range_low, range_high=places.range_high, due=due
    )
    found = found.exclude(cleared_on=None) if cleared else found
    context = paged(request, found)
    shown = list(context["page"].object_list)
    contacts = contacts_of(shown)
    context["page"].object_list = [
        {
            "household": one,
            "contact": contacts[one.pk],
            "late": one.next_due is not None and one.next_due <= on,
        }
        for one in shown
    ]
    look_list(request, places.place.code, len(shown), VISITS)
    context |= {
        "crumbs": [{"title": VISITS, "address": ""}],
        "places": places,
        "due": due,
        "cleared": cleared,
        "interval": follow_up_interval(places.range_low, on=on),
        "may_set": request.actor.may(Permission.SEE_RULES),
    }
    return render(request, "web/follow_ups.html", context)
