"""Exchanged sheets (对接表格): sheets that came in, what they differ in, deciding, taking over and undoing."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import InputError, Refusal
from shouwang.register.exchange.actions import (
    MANY_ROWS,
    compare_sheet,
    decide_all,
    decide_differences,
    download_returned,
    open_incoming,
    receive_sheet,
    take_over,
    undo_take_over,
)
from shouwang.register.exchange.choices import Decision
from shouwang.register.exchange.jobs import defer_comparison
from shouwang.register.exchange.queries import (
    IncomingSheet,
    counts_of,
    differences,
    fields_of,
    incoming_sheet,
    incoming_sheets,
    returned_rows,
    shown,
    takeovers_of,
    villages_of,
)
from shouwang.register.households.queries import households, residents_named
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.fresh_factor import fresh_factor_for
from shouwang.surfaces.web.leaving import rows_leave
from shouwang.surfaces.web.looks import look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.sheets import sheet_response

LARGE_FILE = 2 * 1024 * 1024
"""A file over this size is not even opened while its sender waits."""
RETURNED_SHOWN = 50
FILTERS = ("field", "village", "decision")
STYLES = {"compared": "tag-good", "refused": "tag-bad"}
HOME = {"title": "对接表格", "address": ""}


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def exchange(request: StaffRequest) -> HttpResponse:
    """All sheets that came in, and the form to bring one."""
    return render(request, "web/exchange.html", _list(request))


@page(Permission.EXCHANGE_SHEETS)
@require_POST
def bring_sheet(request: StaffRequest) -> HttpResponse:
    """Takes a sheet in; a small one is compared at once, a large one in the background."""
    file, year = request.FILES.get("file"), request.POST.get("income_year", "").strip()
    wrong = _refusal(file, year)
    if wrong or file is None:
        return render(request, "web/exchange.html", _list(request, wrong=wrong), status=422)
    sheet = receive_sheet(
        file_name=file.name or "",
        content=file.read(),
        actor=request.actor,
        at=timezone.now(),
        income_year=int(year) if year else None,
    )
    work_on_sheet(sheet, request.actor)
    return redirect("incoming_sheet", sheet.pk)


def work_on_sheet(sheet: IncomingSheet, actor: Actor) -> None:
    """Compare a small sheet at once, leave a large one to the worker; what cannot be read is refused either way."""
    if sheet.size > LARGE_FILE:
        defer_comparison(sheet_id=sheet.pk, actor=actor)
        return
    try:
        read = open_incoming(sheet)
    except InputError:
        read = None
    if read is not None and len(read.rows) >= MANY_ROWS:
        defer_comparison(sheet_id=sheet.pk, actor=actor)
    else:
        compare_sheet(sheet_id=sheet.pk, actor=actor, at=timezone.now(), read=read)


@page(Permission.EXCHANGE_SHEETS)
@require_GET
def incoming(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """One sheet: its progress, or what it differs in; asked by htmx while the work goes on, only the changing part."""
    sheet = _mine(request.actor, sheet_id)
    if request.headers.get("HX-Request") and not sheet.finished:
        return render(request, "web/parts/sheet_progress.html", {"sheet": sheet})
    response = render(request, "web/exchange_sheet.html", _review(request, sheet))
    if request.headers.get("HX-Request"):
        response.headers["HX-Refresh"] = "true"
    return response


@page(Permission.EXCHANGE_SHEETS)
@require_POST
def decide(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """Keeps the decisions of a page, or one decision for everything that the filter shows."""
    _mine(request.actor, sheet_id)
    try:
        if "all" in request.POST:
            number = decide_all(
                sheet_id=sheet_id,
                decision=request.POST["all"],
                actor=request.actor,
                at=timezone.now(),
                filters=_filters(request.POST),
                only_blank=request.POST.get("only_blank") == "yes",
            )
            messages.success(request, f"已处理 {number} 处。")
        else:
            counts = decide_differences(
                sheet_id=sheet_id, decisions=_decisions(request), actor=request.actor, at=timezone.now()
            )
            messages.success(request, f"已保存本页的处理意见，共 {sum(counts.values())} 处。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(request, sheet_id)


@page(Permission.EXCHANGE_SHEETS)
@require_POST
def take(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """Takes over everything that was decided so."""
    _mine(request.actor, sheet_id)
    try:
        taken = take_over(sheet_id=sheet_id, actor=request.actor, at=timezone.now())
        if taken.act is not None:
            messages.success(request, f"已采用，更正 {taken.act.households} 户 {taken.act.values} 项。可以整次撤销。")
        if taken.stale:
            messages.warning(request, f"有 {taken.stale} 处比对以后登记已经变了，没有采用，请重新比对。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("incoming_sheet", sheet_id)


@page(Permission.EXCHANGE_SHEETS)
@require_POST
def undo_taking(request: StaffRequest, sheet_id: int, take_over_id: int) -> HttpResponse:
    """Undoes one take-over as a whole."""
    _mine(request.actor, sheet_id)
    try:
        undone = undo_take_over(take_over_id=take_over_id, actor=request.actor, at=timezone.now())
        left = f"，其中 {undone.left_alone} 项采用后又更正过，没有动" if undone.left_alone else ""
        messages.success(request, f"已撤销这次采用{left}。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("incoming_sheet", sheet_id)


@page(Permission.EXCHANGE_SHEETS)
@require_GET
@fresh_factor_for(must=False)
def returned_sheet(request: StaffRequest, sheet_id: int) -> HttpResponse:
    """The sheet with the column 错误说明, noted in the ledger."""
    sheet = _mine(request.actor, sheet_id)
    if sheet.received_by != request.actor.username:  # what somebody brought goes back to them
        rows_leave(request, "退回表", [f"incoming:{sheet.pk}:{row}" for row in range(sheet.rows_in)])
    all_rows = request.GET.get("rows") == "all"
    found, content = download_returned(sheet_id=sheet_id, all_rows=all_rows, actor=request.actor, at=timezone.now())
    return sheet_response(content, f"{found.layout_title}退回表.xlsx")


def _refusal(file: Any, year: str) -> str:
    """Why a sheet is not even taken in, as one sentence; empty when it is."""
    if file is None or not file.size:
        return "没有收到文件，或者文件是空的，请重新选择。"
    if file.size > settings.UPLOAD_LIMIT:
        return f"文件超过 {settings.UPLOAD_LIMIT // 1024**2} MB，请分成几张表导入。"
    if year and not (year.isdigit() and 2000 <= int(year) <= 2100):
        return "收支年度请写四位年份，例如 2025；不比对收支就留空。"
    return ""


def _decisions(request: HttpRequest) -> dict[int, str]:
    """The decisions of the page: d-<number> → decision."""
    given = {name.removeprefix("d-"): value for name, value in request.POST.items() if name.startswith("d-")}
    return {int(number): str(value) for number, value in given.items() if number.isdigit()}


def _filters(given: Any) -> dict[str, str]:
    return {name: given.get(name, "") for name in FILTERS if given.get(name)}


def _back(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """The same page of the same list; what is shown after a decision may be the next ones."""
    kept = {**_filters(request.POST), "page": request.POST.get("page", "")}
    query = urlencode({name: value for name, value in kept.items() if value})
    return redirect(reverse("incoming_sheet", args=[sheet_id]) + (f"?{query}" if query else "") + "#differences")


def _mine(actor: Actor, sheet_id: int) -> IncomingSheet:
    found = incoming_sheet(actor, sheet_id)
    if found is None:
        raise Http404
    return found


def _list(request: StaffRequest, **more: Any) -> dict[str, Any]:
    rows = paged(request, incoming_sheets(request.actor))
    for one in rows["page"].object_list:
        one.style = STYLES.get(one.state, "tag-brand")
    limit = settings.UPLOAD_LIMIT // 1024**2
    return {"crumbs": [HOME], "limit_mb": limit, **rows, **more}


def _review(request: StaffRequest, sheet: IncomingSheet) -> dict[str, Any]:
    actor, filters = request.actor, _filters(request.GET)
    crumbs = [
        {"title": "对接表格", "address": reverse("exchange")},
        {"title": sheet.layout_title or sheet.file_name},
    ]
    context: dict[str, Any] = {"crumbs": crumbs, "sheet": sheet}
    if not sheet.finished or sheet.problem:
        return context
    rows = paged(request, differences(actor, sheet.pk, **filters))
    look_list(request, "", len(rows["page"].object_list), "对接表格差异")
    found = returned_rows(actor, sheet.pk)
    return {
        **context,
        **rows,
        "rows": _rows(actor, rows["page"].object_list),
        "counts": counts_of(actor, sheet.pk),
        "filters": filters,
        "fields": fields_of(actor, sheet.pk),
        "villages": villages_of(actor, sheet.pk),
        "decisions": Decision.choices,
        "takeovers": takeovers_of(actor, sheet.pk),
        "returned": found[:RETURNED_SHOWN],
        "returned_count": found.count(),
    }


def _rows(actor: Actor, found: Any) -> list[dict[str, Any]]:
    """Differences with the names of households and people."""
    rows = shown(found)
    homes = {one.difference.household_id for one in rows}
    heads = {one.household_id: one for one in households(actor).filter(pk__in=homes)}
    people = residents_named(actor, {one.difference.resident_id for one in rows if one.difference.resident_id})
    return [
        {
            "shown": one,
            "household": heads.get(one.difference.household_id),
            "person": people.get(one.difference.resident_id),
            "takeable": one.difference.can_take,
        }
        for one in rows
    ]
