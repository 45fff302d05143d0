"""Cases (办理): what is under way, and one case with its steps, its records and what may be done next."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_of
from shouwang.register.procedure.actions import keep_evidence
from shouwang.register.procedure.choices import LEVEL_TITLES, RUNNING, Act, CaseState, Matter
from shouwang.register.procedure.queries import (
    case_of,
    case_rows,
    cases,
    enquiries,
    evidence_file,
    evidence_of,
    records_of,
)
from shouwang.register.procedure.steps import holds, may_take, overdue, skippable, steps_of, turns
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import names_of
from shouwang.stream.determination.actions import open_case
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.case_paper_rows import begun_with, with_papers
from shouwang.surfaces.web.case_words import told
from shouwang.surfaces.web.decisions import decision_context
from shouwang.surfaces.web.looks import look, look_list
from shouwang.surfaces.web.paging import paged
from shouwang.surfaces.web.place_choice import chosen_place

TITLE = "办理"
BESIDE = (
    Act.OBJECTION,
    Act.HELP_FIRST,
    Act.RECUSAL,
    Act.RETURN,
    Act.TRANSFER,
    Act.REVOCATION,
    Act.WITHDRAWAL,
    Act.MERGER,
)
MATTERS = (*Matter.choices, ("clearances", "风险消除（两种方式）"))
LEVELS = [(name, LEVEL_TITLES[name]) for name in ("village", "township", "county")]
STATES = {"open": "tag-brand", "decided": "tag-brand", "closed": "tag-good", "withdrawn": "", "merged": ""}


@page(Permission.SEE_CASES)
@require_GET
def case_list(request: StaffRequest) -> HttpResponse:
    """Cases of the area, those that are due first."""
    places = chosen_place(request.actor, request.GET)
    matter, state = request.GET.get("matter", ""), request.GET.get("state", "running")
    level, late = request.GET.get("level", ""), request.GET.get("late") == "1"
    text, day = request.GET.get("q", "").strip()[:40], timezone.localdate()
    found = cases(
        request.actor,
        matter=matter if matter in dict(MATTERS) else "",
        state=state if state in (*CaseState.values, "running") else "",
        level=level if level in dict(LEVELS) else "",
        late_on=day if late else None,
        text=text,
        range_low=places.range_low,
        range_high=places.range_high,
    )
    context = paged(request, found)
    rows = case_rows(context["page"].object_list)
    for row in rows:
        row |= {"late": overdue(row["case"], day), "style": STATES[row["case"].state], "waits": waits_for(row["case"])}
    context["page"].object_list = rows
    look_list(request, places.place.code, len(rows), "办理列表")
    context |= {
        "crumbs": [{"title": TITLE, "address": ""}],
        "places": places,
        "matters": MATTERS,
        "levels": LEVELS,
        "states": [("running", "正在办"), *CaseState.choices],
        "chosen": {"matter": matter, "state": state, "level": level, "late": late, "q": text},
    }
    return render(request, "web/cases.html", context)


@page(Permission.SEE_CASES)
@require_GET
def case(request: StaffRequest, number: str) -> HttpResponse:
    """One case; that of another place is not found."""
    found = found_case(request, number)
    look(request, found.household_id, "办理件", task=f"case:{number}")
    return render(request, "web/case.html", case_context(request, found))


def found_case(request: StaffRequest, number: str) -> Any:
    """The case of an address, or the page that says there is none."""
    found = case_of(request.actor, number)
    if found is None:
        raise Http404
    return found


def case_context(request: StaffRequest, found: Any) -> dict[str, Any]:
    """Everything that the page of a case shows."""
    actor, day = request.actor, timezone.localdate()
    records = records_of(found)
    names = names_of({one.record.actor for one in records} | set(found.recused) | {found.opened_by})
    mine = [step for step in turns(found) if may_take(actor, found, step)]
    household = household_of(actor, found.household_id)
    history = [told(one, found, names) for one in reversed(records)]
    return {
        "crumbs": [{"title": TITLE, "address": reverse("case_list")}, {"title": found.number, "address": ""}],
        "case": found,
        "style": STATES[found.state],
        "running": found.state in RUNNING,
        "late": overdue(found, day),
        "today": day,
        "waits": waits_for(found),
        "steps": steps_of(found, [one.record for one in records]),
        "mine": [{"step": step, "skippable": skippable(found, step), "needed": _needed(step)} for step in mine],
        "beside": [act for act in BESIDE if _may_beside(actor, found, act)],
        "returnable": [step for step in found.steps if step["step"] in found.done],
        "objections": _objections(records),
        "may_answer": holds(actor, found, Act.ANSWER) and actor.username not in found.recused,
        "history": history,
        "begun_with": begun_with(actor, found, mine),
        "files": evidence_of(found),
        "enquiries": list(enquiries(actor, case=found)),
        "recused": [names.get(one, one) for one in found.recused],
        "opener": names.get(found.opened_by, found.opened_by),
        "household": household,
        "about": found.about,
        "may_object": found.outcome in ("refused", "cleared")
        and found.state in ("decided", "closed")
        and actor.may(Permission.OPEN_CASE),
        **with_papers(actor, found, records, history),
        **decision_context(request, found, records),
    }


def waits_for(found: Any) -> str:
    """Who has to do what next, in words."""
    open_now = turns(found)
    if not open_now:
        return ""
    step = open_now[0]
    who = "请农户来办" if step["level"] == "household" else f"等{LEVEL_TITLES[step['level']]}办"
    return f"{who}：{step['title']}"


def _needed(step: dict[str, Any]) -> dict[str, Any]:
    return {kind: limit.get("value") for kind, limit in step.get("limits", {}).items()}


def _may_beside(actor: Any, found: Any, act: str) -> bool:
    if found.state not in RUNNING or not holds(actor, found, act):
        return False
    if found.state == CaseState.DECIDED:
        return act in (Act.RECUSAL, Act.TRANSFER)
    if act == Act.OBJECTION:
        return found.notice_until is not None
    if act == Act.RETURN:
        return any(step["level"] in ("township", "county") and may_take(actor, found, step) for step in turns(found))
    return not (act == Act.REVOCATION and not found.authorised) and not (act == Act.HELP_FIRST and found.green_channel)


def _objections(records: list[Any]) -> list[dict[str, Any]]:
    """Objections of a case with their answers; who objected is not among it."""
    answers = {one.record.content.get("objection"): one for one in records if one.record.act == Act.ANSWER}
    return [
        {
            "number": one.record.number,
            "at": one.record.at,
            "words": one.words.get("words", ""),
            "answer": answers[one.record.number].words.get("words", "") if one.record.number in answers else "",
        }
        for one in records
        if one.record.act == Act.OBJECTION
    ]


@page(Permission.OPEN_CASE)
@require_POST
def begin(request: StaffRequest, household_id: str) -> HttpResponse:
    """Open a determination for a household and go to it."""
    from django.contrib import messages

    try:
        made = open_case(household_id=household_id, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("household_file", household_id)
    messages.success(request, f"已开办识别认定 {made.number}，按当地程序一步一步办理。")
    return redirect("case", made.number)


@page(Permission.SEE_CASES)
@require_POST
def add_evidence(request: StaffRequest, number: str) -> HttpResponse:
    """Keep photos or scans in a case."""
    from django.contrib import messages

    found = found_case(request, number)
    given = request.FILES.getlist("files")
    kept = 0
    for one in given:
        try:
            content = one.read()
            title = request.POST.get("title") or one.name or ""
            keep_evidence(number=found.number, title=title, content=content, actor=request.actor, at=timezone.now())
            kept += 1
        except Refusal as refusal:
            messages.error(request, f"{one.name}：{refusal}")
    if kept:
        messages.success(request, f"已存证 {kept} 份。")
    elif not given:
        messages.error(request, "没有选择文件。")
    return redirect(f"{reverse('case', args=[number])}#files")


@page(Permission.SEE_CASES)
@require_GET
def evidence(request: StaffRequest, number: str, sha256: str) -> HttpResponse:
    """A file of a case; the look is recorded."""
    found = found_case(request, number)
    kept = evidence_file(found, sha256)
    if kept is None:
        raise Http404
    look(request, found.household_id, "证据", task=f"case:{number}")
    row, content = kept
    response = HttpResponse(content, content_type=row.kind)
    response.headers["Content-Disposition"] = "inline" if row.kind != "application/pdf" else "attachment"
    return response
