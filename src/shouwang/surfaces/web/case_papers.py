"""Papers at the steps of a case (办件文书): made by the step that they belong to, linked from its timeline.

Pledge and authorisation are printed before they are signed, everything else is issued with its step. A step counts
whether or not its paper could be made; what could not is said, and made up for from the timeline.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.papers.actions import issue_notice_paper
from shouwang.register.papers.kinds import KINDS
from shouwang.register.papers.queries import postings_about
from shouwang.register.procedure.choices import Act
from shouwang.register.procedure.queries import case_of, records_of
from shouwang.register.staff.choices import Permission
from shouwang.stream.determination.papers import PaperWish, blank_wish, issue_case_paper
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.case_paper_rows import wish_of
from shouwang.surfaces.web.cases import found_case
from shouwang.surfaces.web.looks import look

BEFORE_SIGNING = (Act.PLEDGE, Act.AUTHORISATION)


@page(Permission.ISSUE_PAPER)
@require_POST
def case_paper(request: StaffRequest, number: str, what: str) -> HttpResponse:
    """Print the paper of a record, or one that is to be signed with what stands in its form; asked again, the same."""
    case = found_case(request, number)
    look(request, case.household_id, "签发文书", task=f"case:{number}")
    try:
        wish = _asked(request, case, what)
        if wish is None:
            raise Http404
        made = issue_case_paper(case=case, wish=wish, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('case', args=[number])}#next")
    return redirect("paper_file", made.pk, "pdf")


def _asked(request: StaffRequest, case: Any, what: str) -> PaperWish | None:
    if what in BEFORE_SIGNING:
        return blank_wish(request.actor, case, what, _form(request, what), on=timezone.localdate())
    one = next((one for one in records_of(case) if str(one.record.number) == what), None)
    return wish_of(request.actor, case, one) if one else None


def _form(request: StaffRequest, what: str) -> dict[str, Any]:
    """What stands in the form of a paper that is to be signed."""
    if what == Act.PLEDGE:
        return {"trouble": request.POST.get("trouble", ""), "writer": request.POST.get("writer", "")}
    return {"scope": scope(request), "valid_until": until(request)}


def scope(request: StaffRequest) -> str:
    """What the household lets us ask about. Raises Refusal for nothing."""
    given = request.POST
    found = "、".join([*given.getlist("scope"), *([given["other"].strip()] if given.get("other", "").strip() else [])])
    if not found:
        raise Refusal("没有选授权查询的范围。")
    return found


def until(request: StaffRequest) -> date:
    """Until when we may ask. Raises Refusal."""
    try:
        return date.fromisoformat(request.POST.get("valid_until", ""))
    except ValueError:
        raise Refusal("没有写授权的有效期。", "请选择一天。") from None


def issue_with_step(request: StaffRequest, number: str) -> None:
    """Issue the paper of the newest record, if it has one; what cannot be made leaves the step as it is."""
    case = case_of(request.actor, number)
    if case is None or not request.actor.may(Permission.ISSUE_PAPER):
        return
    records = records_of(case)
    try:
        wish = wish_of(request.actor, case, records[-1]) if records else None
        if wish is None:
            return
        made = issue_case_paper(case=case, wish=wish, actor=request.actor, at=timezone.now())
    except Refusal as refusal:
        messages.warning(request, f"这一步已经登记；文书还没有签发：{refusal}可以在办理记录里补签发。")
        return
    messages.success(request, f"已签发《{KINDS[made.kind].title}》〔{made.year}〕{made.number}号，在办理记录里打印。")


def issue_posted(request: StaffRequest, number: str) -> None:
    """Issue the paper of the notice that was just posted for a case."""
    posted = postings_about(request.actor, [number]).get(number, [])
    if posted:
        issue_notice_paper(posting_id=posted[-1].pk, actor=request.actor, at=timezone.now())
