"""Asking how far it is (查进度): by code and the last digits of the phone; what happens, who must act, the answer."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shouwang.kernel.errors import Refusal
from shouwang.register.households.queries import household_file
from shouwang.register.ledger.actions import record_look
from shouwang.register.papers.actions import open_handed_paper
from shouwang.register.papers.kinds import KINDS
from shouwang.register.papers.queries import office_line
from shouwang.register.staff.queries import Actor
from shouwang.stream.rules.queries import pack_in_force
from shouwang.stream.self_service.actions import Door, Knock, ask_for_correction, knock, object_to_decision
from shouwang.stream.self_service.choices import CorrectionAbout
from shouwang.stream.self_service.queries import (
    Way,
    application_numbered,
    corrections_of,
    looks_at_me,
    papers_of,
    place_now,
    progress_of,
    way_of,
)
from shouwang.stream.self_service.queries.progress import spoken_day
from shouwang.surfaces.portal.looks import look_words
from shouwang.surfaces.portal.pages import portal_page, said, show, within_village
from shouwang.surfaces.portal.remembering import (
    address_of,
    forget_opened,
    known_device,
    opened_application,
    remember_opened,
)

WRONG = "编号或者电话后四位不对。请对着回执再输一遍。"
WAIT = "输错的次数太多了。请等一会儿再查；急的话，直接打电话问。"
KEPT_YEARS = 3
SAID = {
    "case": "您的意见已经收到，记进了这件事里。由乡镇以上、没有参加原来核实的人答复您。",
    "review": "已经申请复核。由没有参加原来决定的人再看一遍，再书面答复您。",
    "again": "您的意见已经收到，又送到了乡镇。乡镇要再看一遍，必有答复。",
}


@dataclass(frozen=True)
class Opened:
    """An application that somebody has opened: what the portal may read for it, and with whose reach."""

    application: Any
    way: Way
    actor: Actor

    @property
    def of_household(self) -> bool:
        """Whether somebody has met the holder and said that it is one of the household."""
        return self.application.confirmed_at is not None and bool(self.way.household_id)


OpenedView = Callable[..., HttpResponse]


def opened_page(view: OpenedView) -> OpenedView:
    """A page about the application that this telephone has opened; without one, back to the door."""

    @portal_page
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = opened_application(request)
        application = application_numbered(number) if number else None
        if application is None:
            return redirect("portal_status")
        with within_village(place_now(application)) as actor:
            opened = Opened(application, way_of(application, actor), actor)
            return view(request, opened, *args, **kwargs)

    return shown


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The door: code and last digits. Wrong, unknown and tried too often are one sentence each, never which."""
    if request.method != "POST":
        return show(request, "status.html", {"wrong": ""})
    given = Knock(
        code=request.POST.get("code", "")[:40],
        tail=request.POST.get("tail", "")[:12],
        address=address_of(request),
        device=known_device(request),
    )
    door, application = knock(given=given, at=timezone.now())
    if door == Door.OPEN and application is not None:
        response: HttpResponse = redirect("portal_case")
        remember_opened(response, request, application.pk)
        return response
    waits = door == Door.WAIT
    response = show(
        request, "status.html", {"wrong": WAIT if waits else WRONG, "code": given.code}, status=429 if waits else 422
    )
    if waits:
        response["Retry-After"] = "900"
    return response


@portal_page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close it again: whoever takes the telephone next sees nothing."""
    response: HttpResponse = redirect("portal_status")
    forget_opened(response)
    return response


@opened_page
@require_safe
def case(request: HttpRequest, opened: Opened) -> HttpResponse:
    """How far it is: stages, days, who must act, what comes next, the answer with its reasons, what can be done."""
    day = timezone.localdate()
    progress = progress_of(opened.way, on=day, of_household=opened.of_household, on_behalf=opened.application.on_behalf)
    _looked(opened, "农户查看办理进度")
    context = {
        "opened": opened,
        "progress": progress,
        "due": spoken_day(progress.due_on) if progress.due_on else "",
        "whole_due": spoken_day(progress.whole_due_on) if progress.whole_due_on else "",
        "phone": office_line(opened.actor.range_low),
        "applied_on": spoken_day(timezone.localdate(opened.application.applied_at)),
        "objecting": _objecting(opened),
    }
    return show(request, "case.html", context)


@opened_page
@require_http_methods(["GET", "HEAD", "POST"])
def disagree(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Objecting, or having a decision looked at again; and what is left when that was done."""
    kind = _objecting(opened)
    wrong, given = "", request.POST
    if request.method == "POST":
        try:
            done = object_to_decision(
                application=opened.application, way=opened.way, words=given.get("words", ""),
                form_key=given.get("form_key", ""), actor=opened.actor, at=timezone.now(),
            )  # fmt: skip
            return said(request, "收到了", SAID[done], back="portal_case")
        except Refusal as refusal:
            wrong = str(refusal)
    context = {
        "opened": opened,
        "kind": kind,
        "wrong": wrong,
        "given": given,
        "form_key": given.get("form_key") or secrets.token_urlsafe(16),
        "days": _days("reconsideration_days", opened.actor.range_low),
    }
    return show(request, "disagree.html", context, status=422 if wrong else 200)


@opened_page
@require_safe
def papers(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The papers that were given to the household."""
    if not opened.of_household:
        return _not_met(request)
    found = papers_of(opened.way, opened.actor)
    _looked(opened, "农户查看自己的文书")
    rows = [{"paper": one, "title": KINDS[one.kind].title, "on": spoken_day(one.issued_on)} for one in found]
    return show(request, "papers.html", {"rows": rows})


@opened_page
@require_safe
def paper(request: HttpRequest, opened: Opened, paper_id: int) -> HttpResponse:
    """One of these papers, as it was issued."""
    found = {one.pk: one for one in papers_of(opened.way, opened.actor)} if opened.of_household else {}
    if paper_id not in found:
        raise Http404
    content = open_handed_paper(paper=found[paper_id], actor=opened.actor, at=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = "inline"
    return response


@opened_page
@require_safe
def looks(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Who looked at the household's data, when and why: three years back."""
    if not opened.of_household:
        return _not_met(request)
    now = timezone.now()
    found = looks_at_me(opened.way, opened.actor, since=now - timedelta(days=366 * KEPT_YEARS))
    _looked(opened, "农户查看谁看过自己的信息")
    return show(request, "looks.html", {"rows": look_words(found), "years": KEPT_YEARS})


@opened_page
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What is on record about the household, and asking to have it corrected."""
    if not opened.of_household:
        return _not_met(request)
    wrong, given = "", request.POST
    if request.method == "POST":
        try:
            asked = ask_for_correction(
                application=opened.application, household_id=opened.way.household_id, about=given.get("about", ""),
                words=given.get("words", ""), form_key=given.get("form_key", ""), actor=opened.actor,
                at=timezone.now(),
            )  # fmt: skip
            sentence = f"村里要在{spoken_day(asked.due_on)}之前核对，再在这里答复您：改了，还是没改、为什么。"
            return said(request, "收到了", sentence, back="portal_mine")
        except Refusal as refusal:
            wrong = str(refusal)
    _looked(opened, "农户查看自己的登记")
    context = {
        "file": household_file(opened.actor, opened.way.household_id),
        "asked": [
            {"one": one, "due": spoken_day(one.request.due_on)}
            for one in corrections_of(opened.actor, opened.way.household_id)
        ],
        "abouts": CorrectionAbout.choices,
        "given": given,
        "wrong": wrong,
        "form_key": given.get("form_key") or secrets.token_urlsafe(16),
    }
    return show(request, "mine.html", context, status=422 if wrong else 200)


def _looked(opened: Opened, purpose: str) -> None:
    """A look by the household itself is a look too: it stands in the same list."""
    subject = opened.way.household_id if opened.of_household else ""
    if subject:
        record_look(
            subjects=[f"household:{subject}"], purpose=purpose, task=f"clue:{opened.way.clue.pk}", actor=opened.actor,
            at=timezone.now(),
        )  # fmt: skip


def _objecting(opened: Opened) -> str:
    """What can be done by who does not agree: object in the case, have it reviewed, ask again; or only go further."""
    way = opened.way
    if way.objection is not None and not way.objection.outcome:
        return "under_review"
    if way.objection is not None and way.case is not None and way.case.state != "open":
        return "go_further"
    if way.case is not None:
        return "case" if way.case.state == "open" else "review" if way.case.outcome else ""
    return "again" if way.clue.state == "closed" else ""


def _days(name: str, place_number: int) -> int | None:
    """A number of days of the pack; nothing where it sets none."""
    on = timezone.localdate()
    found = pack_in_force(settings.PACK, on=on).program(on).parameters.get(name)
    value = found.at(f"{place_number:012d}") if found else None
    return int(value) if value is not None else None


def _not_met(request: HttpRequest) -> HttpResponse:
    return said(
        request, "还要当面核对一次",
        "这里有家里的信息，不能只凭编号看。干部上门的时候，请把回执给他看，他点一下“已当面核对”，您就能看了。",
        back="portal_case",
    )  # fmt: skip
