"""Issued papers (文书): what was issued, to print again, and the open page on which anybody checks one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from shouwang.register.papers.actions import open_paper
from shouwang.register.papers.kinds import KINDS
from shouwang.register.papers.queries import code_words, papers, verified
from shouwang.register.places.queries import place_names
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, open_page, page
from shouwang.surfaces.web.files import TYPES, file_response
from shouwang.surfaces.web.paging import paged

TITLE = "文书"
SUBJECTS = {
    "case": ("办件", "case"),
    "plan": ("方案", "plan"),
    "posting": ("公示", "posting"),
    "place": ("地区", ""),
}
"""Kind of subject → its word, and the page that shows one."""


@page(Permission.ISSUE_PAPER)
@require_GET
def paper_list(request: StaffRequest) -> HttpResponse:
    """Papers of the area, the newest first, narrowed to a kind and to what they are about."""
    kind, subject = request.GET.get("kind", ""), request.GET.get("about", "").strip()[:80]
    kind = kind if kind in KINDS else ""
    shown = paged(request, papers(request.actor, kind=kind, subject=subject).select_related("superseded_by"))
    names = place_names(one.place_number for one in shown["page"].object_list)
    rows = [_row(one, names) for one in shown["page"].object_list]
    context = {
        "crumbs": [{"title": TITLE}],
        "kinds": [(one.name, one.title) for one in KINDS.values()],
        "chosen": {"kind": kind, "about": subject},
        "rows": rows,
        "may_manage": request.actor.may(Permission.MANAGE_TEMPLATES),
        **shown,
    }
    return render(request, "web/papers.html", context)


def _row(one: Any, names: dict[int, str]) -> dict[str, Any]:
    return {
        "paper": one,
        "title": KINDS[one.kind].title,
        "number": f"〔{one.year}〕{one.number}号",
        "place": names.get(one.place_number, ""),
        "code": code_words(one.code),
        **_about(one.subject),
    }


def _about(subject: str) -> dict[str, str]:
    """What a paper is about, in words and as an address."""
    kind, _, key = subject.rpartition(":")
    if not kind:
        return {"about": f"户 {key}", "address": reverse("household_file", args=[key])}
    word, route = SUBJECTS.get(kind, ("", ""))
    return {"about": f"{word} {key}".strip(), "address": reverse(route, args=[key]) if route else ""}


@page(Permission.ISSUE_PAPER)
@require_GET
def paper_file(request: StaffRequest, paper_id: int, form: str) -> HttpResponse:
    """The paper as it was issued; opening it is noted in the ledger."""
    if form not in TYPES:
        raise Http404
    found = open_paper(paper_id=paper_id, form=form, actor=request.actor, at=timezone.now())
    if found is None:
        raise Http404
    paper, content = found
    return file_response(content, f"{KINDS[paper.kind].title}{paper.year}-{paper.number}", form)


@open_page
@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Is this paper genuine? Kind, date, place and fingerprint of the code's paper, nothing about a person."""
    given = code or request.GET.get("code", "").strip()[:60]
    if given and not code:
        return redirect("verify_paper", "".join(sign for sign in given if sign.isalnum()) or "0")
    verdict = verified(code) if code else None
    context = {"asked": bool(code), "code": code_words(code.upper()) if verdict else code[:60], "verdict": verdict}
    response = render(request, "web/verify.html", context, status=404 if code and verdict is None else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
