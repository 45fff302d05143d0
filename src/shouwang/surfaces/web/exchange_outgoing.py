"""Sheets that go up (导出上报表): choose, see how many, say why where that is asked, download."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.exchange.actions import (
    CannotSend,
    Wish,
    download_sheet,
    order_sheet,
    prepare_sheet,
    send_sheet,
)
from shouwang.register.exchange.choices import Choice, Sensitivity
from shouwang.register.exchange.jobs import defer_making
from shouwang.register.exchange.layouts import LAYOUTS
from shouwang.register.exchange.limits import HOURS
from shouwang.register.exchange.queries import open_orders, outgoing_order, outgoing_sheets
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor, NotAllowed
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.errors import not_found
from shouwang.surfaces.web.fresh_factor import code_first
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import chosen_place
from shouwang.surfaces.web.sheets import sheet_response

MOST_LISTED = 2_000


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def outgoing(request: StaffRequest) -> HttpResponse:
    """The form, the numbers of what it asks for, and all sheets that went up."""
    return render(request, "web/exchange_outgoing.html", _page(request, request.GET))


@page(Permission.EXCHANGE_SHEETS)
@require_POST
def send(request: StaffRequest) -> HttpResponse:
    """Makes the sheet and gives it back, a large one later; what is missing is said above the form."""
    wish = _wish(request.actor, request.POST)
    if asked := code_first(request, must=wish.in_full):
        return asked
    try:
        reason = request.POST.get("reason", "")
        if request.POST.get("later") == "yes":
            order = order_sheet(wish=wish, reason=reason, actor=request.actor, at=timezone.now())
            defer_making(order_id=order.pk, actor=request.actor)
            return redirect("outgoing_order", order.pk)
        sheet, content = send_sheet(wish=wish, reason=reason, actor=request.actor, at=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        context = _page(request, request.POST, wrong=str(refusal))
        return render(request, "web/exchange_outgoing.html", context, status=422)
    return sheet_response(content, f"{sheet.layout_title}{timezone.localdate():%Y%m%d}.xlsx")


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def outgoing_again(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """A sheet that was made before, once more; noted in the ledger."""
    told_in_full = outgoing_sheets(request.actor).filter(pk=sheet_id, in_full=True).exists()
    if asked := code_first(request, must=told_in_full):
        return asked
    try:
        sheet, content = download_sheet(sheet_id=sheet_id, actor=request.actor, at=timezone.now())
    except CannotSend:
        return not_found(request)
    return sheet_response(content, f"{sheet.layout_title}{timezone.localtime(sheet.made_at):%Y%m%d}.xlsx")


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def order(request: StaffRequest, order_id: int) -> HttpResponse:
    """A large sheet that is being made: its progress, then the way to it; asked by htmx, only the changing part."""
    found = outgoing_order(request.actor, order_id)
    if found is None:
        return not_found(request)
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/order_progress.html", {"order": found})
    crumbs = [{"title": "导出上报表", "address": reverse("outgoing")}, {"title": "后台生成"}]
    context = {"crumbs": [{"title": "对接表格", "address": reverse("exchange")}, *crumbs], "order": found}
    return render(request, "web/exchange_order.html", context)


def _wish(actor: Actor, given: QueryDict) -> Wish:
    place = chosen_place(actor, given)
    year, kept = given.get("year", ""), given.get("kept", "")
    return Wish(
        layout=given.get("layout", ""),
        choice=Choice.ALL if kept.isdigit() else given.get("choice", ""),
        range_low=place.range_low,
        range_high=place.range_high,
        place_name=place.place.full_name,
        listed=tuple(given.get("listed", "").replace("，", " ").replace(",", " ").split()[:MOST_LISTED]),
        kept_of_sheet=int(kept) if kept.isdigit() else None,
        in_full=given.get("in_full") == "yes",
        year=int(year) if year.isdigit() and len(year) == 4 else None,
    )


def _page(request: HttpRequest, given: QueryDict, **more: Any) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wish, prepared, wrong = _wish(actor, given), None, more.pop("wrong", "")
    if wish.layout and wish.choice:
        try:
            prepared = prepare_sheet(wish=wish, actor=actor, at=timezone.now())
        except NotAllowed:
            raise
        except Refusal as refusal:
            wrong = wrong or str(refusal)
    sheets = paged(request, outgoing_sheets(actor))
    return {
        "crumbs": [{"title": "对接表格", "address": reverse("exchange")}, {"title": "导出上报表"}],
        "places": chosen_place(actor, given),
        "wish": wish,
        "listed": " ".join(wish.listed),
        "layouts": [(layout.name, layout.title) for layout in LAYOUTS.values()],
        "choices": list(Choice.choices),
        "may_see_full": actor.may(Permission.REVEAL_IDENTITY),
        "prepared": prepared,
        "kinds": _kinds(prepared),
        "told": Sensitivity(prepared.sensitivity).label if prepared else "",
        "hours": HOURS,
        "orders": open_orders(actor),
        "reason": given.get("reason", ""),
        "wrong": wrong,
        **sheets,
    }


def _kinds(prepared: Any) -> list[tuple[str, int]]:
    """How many households of each class the sheet holds."""
    counted: dict[str, int] = {}
    for record in prepared.records if prepared else []:
        name = record.household.get_monitored_class_display() or record.household.get_kind_display() or "未知"
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted.items(), key=lambda pair: -pair[1])
