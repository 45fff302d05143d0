"""Issuing a paper about a household or its case (签发文书): the form follows from the kind, filled with what is known."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import HouseholdFile, household_file
from shouwang.register.papers.actions import issue_paper
from shouwang.register.papers.kinds import KINDS, Field, Kind, Table
from shouwang.register.procedure.queries import case_of
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import look

MOST_LINES = 200
SEPARATORS = str.maketrans({"｜": "|", "\t": "|"})


@page(Permission.ISSUE_PAPER)
@require_GET
def choose_paper(request: StaffRequest) -> HttpResponse:
    """Which paper is to be issued about this household; notices are not among them."""
    file, case = _about(request)
    query = urlencode(_query(file, case))
    kinds = [{"kind": one, "address": f"{reverse('new_paper', args=[one.name])}?{query}"} for one in _offered()]
    context = {"crumbs": _crumbs(), "file": file, "case": case, "kinds": kinds}
    return render(request, "web/paper_choice.html", context)


@page(Permission.ISSUE_PAPER)
@require_http_methods(["GET", "POST"])
def new_paper(request: StaffRequest, kind: str) -> HttpResponse:
    """The form of one kind. Posted, the paper is issued; what is wrong is said above what was written."""
    found = next((one for one in _offered() if one.name == kind), None)
    if found is None:
        raise Http404
    file, case = _about(request)
    wrong = ""
    if request.method == "POST":
        subject = f"case:{case.number}" if case else file.household.household_id
        try:
            issue_paper(
                kind=kind,
                subject=subject,
                fields=_read(request, found),
                place_number=file.household.place_number,
                part=request.POST.get("part", "").strip()[:40],
                actor=request.actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, "已签发。点文书名称打印；内容有变化时再签发一次，就是新的一版。")
            return redirect(f"{reverse('paper_list')}?{urlencode({'about': subject})}")
    context = {
        "crumbs": [*_crumbs(), {"title": found.title}],
        "kind": found,
        "file": file,
        "case": case,
        "wrong": wrong,
        "inputs": _inputs(request, found, file, case),
        "action": f"{request.path}?{urlencode(_query(file, case))}",
        "part": request.POST.get("part", ""),
    }
    return render(request, "web/paper_form.html", context, status=422 if wrong else 200)


def _offered() -> list[Kind]:
    return [one for one in KINDS.values() if not one.posted and not one.of_place]


def _about(request: StaffRequest) -> tuple[HouseholdFile, Any]:
    """The household, and its case where one is named; both of the actor's area, else not found."""
    number = request.GET.get("case", "")
    case = case_of(request.actor, number) if number else None
    household_id = case.household_id if case else request.GET.get("household", "")
    file = household_file(request.actor, household_id)
    if file is None or (number and case is None):
        raise Http404
    look(request, household_id, "签发文书", task=f"case:{case.number}" if case else "")
    return file, case


def _query(file: HouseholdFile, case: Any) -> dict[str, str]:
    return {"case": case.number} if case else {"household": file.household.household_id}


def _crumbs() -> list[dict[str, str]]:
    return [{"title": "文书", "address": reverse("paper_list")}, {"title": "签发", "address": ""}]


def _known(file: HouseholdFile, case: Any) -> dict[str, str]:
    """What the register knows already, so that nobody types it a second time; the ID number stays masked."""
    home = file.household
    head = next((one for one in file.members if one.resident.relation == "head"), None)
    lines = [f"{one.resident.name} | {one.resident.get_relation_display() or ''} |" for one in file.members]
    return {
        "head_name": home.head_name,
        "village": home.place.full_name,
        "group_name": home.group_name or "",
        "members": str(len(file.members)),
        "id_number": head.id_number if head else "",
        "case_number": case.number if case else "",
        "monitored_class": home.get_monitored_class_display() if home.monitored_class else "",
        "members_listed": "\n".join(lines),
        "people": "\n".join(
            f"{one.resident.name} | {one.id_number} | {one.resident.get_relation_display() or ''}"
            for one in file.members
        ),
    }


def _inputs(request: StaffRequest, kind: Kind, file: HouseholdFile, case: Any) -> list[dict[str, Any]]:
    known = _known(file, case)
    made: list[dict[str, Any]] = []
    for one in kind.fields:
        value = request.POST.get(one.key, known.get(one.key, ""))
        made.append({"key": one.key, "title": one.title, "type": one.type, "needed": one.needed, "value": value})
    for table in kind.tables:
        value = request.POST.get(table.key, known.get(table.key, ""))
        columns = " | ".join(one.title for one in table.columns)
        made.append(
            {
                "key": table.key,
                "title": table.title,
                "type": "rows",
                "needed": table.needed,
                "value": value,
                "columns": columns,
            }
        )
    return made


def _read(request: StaffRequest, kind: Kind) -> dict[str, Any]:
    given: dict[str, Any] = {one.key: _value(one, request.POST.get(one.key, "")) for one in kind.fields}
    return given | {table.key: _lines(table, request.POST.get(table.key, "")) for table in kind.tables}


def _lines(table: Table, text: str) -> list[dict[str, Any]]:
    """One row a line, its cells between bars, as the line above the field says."""
    rows = []
    for line in [one for one in text.splitlines() if one.strip()][:MOST_LINES]:
        cells = [cell.strip() for cell in line.translate(SEPARATORS).split("|")]
        while len(cells) > len(table.columns) and not cells[-1]:
            cells.pop()
        if len(cells) > len(table.columns):
            raise Refusal(f"“{table.title}”有一行的格数不对：{line.strip()[:30]}。", "格与格之间用竖线 | 分开。")
        rows.append({one.key: _value(one, cell) for one, cell in zip(table.columns, cells, strict=False)})
    return rows


def _value(one: Field, text: str) -> Any:
    """The value of a field as the room of papers takes it; an empty one is not known."""
    text = text.strip()
    if not text:
        return None
    try:
        if one.type == "day":
            return date.fromisoformat(text)
        if one.type == "money":
            return Decimal(text.replace(",", "").replace("，", ""))
        if one.type == "count":
            return int(text)
        if one.type == "yes_no":
            return {"是": True, "否": False}[text]
    except (ValueError, InvalidOperation, KeyError):
        raise Refusal(f"“{one.title}”填得不对：{text[:30]}。", "日期写成 2026-11-22，金额和人数写数字。") from None
    return text
