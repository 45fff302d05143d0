"""What came from phones and could not simply be done (手机送来的表): both values side by side, settled field by field."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import households
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import names_of
from shouwang.register.visits.choices import Purpose
from shouwang.stream.fieldwork.actions import settle_entry
from shouwang.stream.fieldwork.choices import EntryState
from shouwang.stream.fieldwork.queries import entries, entry_of, entry_view
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look, look_list
from shouwang.surfaces.web.paging import paged

TITLE = "手机送来的表"
STYLES = {"applied": "tag-good", "review": "tag-bad", "taken": "tag-brand", "kept": ""}


@page(Permission.DISPATCH_CLUE)
@require_GET
def field_form_list(request: StaffRequest) -> HttpResponse:
    """Forms from the area, those that wait for a decision unless others are asked for."""
    state = request.GET.get("state", EntryState.REVIEW)
    context = paged(request, entries(request.actor, state=state if state in EntryState.values else ""), per_page=30)
    found = list(context["page"].object_list)
    homes = households(request.actor).in_bulk({one.household_id for one in found if one.household_id})
    names = names_of({one.phone.username for one in found})
    titles = dict(Purpose.choices)
    context["rows"] = [
        {
            "entry": one,
            "title": titles.get(one.form, "表"),
            "who": homes[one.household_id].head_name if one.household_id in homes else "",
            "by": names.get(one.phone.username, one.phone.username),
            "style": STYLES[one.state],
        }
        for one in found
    ]
    look_list(request, request.actor.place_code, len([row for row in context["rows"] if row["who"]]), TITLE)
    context |= {"crumbs": [{"title": TITLE, "address": ""}], "states": EntryState.choices, "state": state}
    return render(request, "web/field_forms.html", context)


@page(Permission.DISPATCH_CLUE)
@require_GET
def field_form(request: StaffRequest, entry_id: str) -> HttpResponse:
    """One form opened beside what stands now: who, when, and both values of every field."""
    return _form_page(request, _found(request, entry_id))


@page(Permission.DISPATCH_CLUE)
@require_POST
def settle_field_form(request: StaffRequest, entry_id: str) -> HttpResponse:
    """The officer's choice for every field, with a sentence."""
    found = _found(request, entry_id)
    take = [name.partition("side-")[2] for name, side in request.POST.items() if side == "phone" and "side-" in name]
    try:
        done = settle_entry(
            entry_id=entry_id, take=take, words=request.POST.get("words", ""), actor=request.actor, at=timezone.now()
        )
    except Refusal as refusal:
        return _form_page(request, found, wrong=str(refusal))
    said = "已按手机上的办理。" if done.state == EntryState.TAKEN else "已保留原来的，手机上的留作记录。"
    messages.success(request, said)
    return redirect("field_form_list")


def _form_page(request: StaffRequest, found: Any, *, wrong: str = "") -> HttpResponse:
    view = entry_view(request.actor, found)
    if found.household_id:
        look(request, found.household_id, TITLE)
    else:
        look_list(request, str(found.place_number), 1, TITLE)
    home = households(request.actor).filter(pk=found.household_id).first() if found.household_id else None
    by = names_of([found.settled_by])
    context = {
        "crumbs": [{"title": TITLE, "address": reverse("field_form_list")}, {"title": view.title, "address": ""}],
        "view": view,
        "entry": found,
        "home": home,
        "waits": found.state == EntryState.REVIEW,
        "settled_name": by.get(found.settled_by, found.settled_by),
        "clock_off": _in_words(found.clock_off),
        "wrong": wrong,
        "given": request.POST,
    }
    return render(request, "web/field_form.html", context, status=422 if wrong else 200)


def _found(request: StaffRequest, entry_id: str) -> Any:
    found = entry_of(request.actor, entry_id)
    if found is None:
        raise Http404
    return found


def _in_words(seconds: int) -> str:
    """How wrong the phone's clock went, when it is worth saying."""
    if abs(seconds) < 600:
        return ""
    days, hours = divmod(abs(seconds) // 3600, 24)
    size = f"{days} 天" if days else f"{hours} 小时" if hours else f"{abs(seconds) // 60} 分钟"
    return f"手机时钟{'慢' if seconds > 0 else '快'}了约 {size}"
