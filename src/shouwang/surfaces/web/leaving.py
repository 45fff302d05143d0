"""Lists that leave by a page (名单导出): every way out goes through here, and stops where others must agree first.

What a list tells is said for each page; a page that is named nowhere counts as the most sensitive, so that a new page is
never a way round.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from shouwang.register.ledger.actions import note
from shouwang.register.releases.actions import Leaving, MustAsk, let_leave
from shouwang.register.releases.choices import Sensitivity
from shouwang.register.staff.queries import Actor

SALT = "release"
OF_NOBODY = frozenset(
    """design insight screen zero_board round_list round delivery_list exchange outgoing exchange_templates
    rule_list rule_book rule amendment_list working_calendar account_list post_list machine_list machine
    ledger ledger_sheet seal_list look_patterns template_list template_page village_codes phone_list posting_list
    clue_ladder release_list help help_chapter help_words help_book posting posting_sheet household_looks""".split()
)
"""Pages whose tables speak of places, rules, files, staff and acts, of notices that hang in public, or of who looked."""
OF_OTHER = frozenset(
    """inbox case_list case follow_up_list round_rows plan_list paper_list field_form_list household_list zero_list
    enquiry_list request_list reported_clues""".split()
)
"""Pages whose tables name households and where their matter stands, without illness or money."""


def kind_of(request: HttpRequest) -> str | None:
    """What the tables of a page tell of people; None where they tell of nobody."""
    route = getattr(request.resolver_match, "url_name", "") or ""
    if route in OF_NOBODY:
        return None
    return Sensitivity.OTHER if route in OF_OTHER else Sensitivity.PROPERTY


def rows_leave(request: HttpRequest, title: str, rows: Sequence[str] | int, kind: str | None = None) -> None:
    """Count the rows of a list that is about to leave by this page, each one person. Raises MustAsk."""
    kind = kind or kind_of(request)
    if kind is None:
        return
    actor: Actor = request.actor  # type: ignore[attr-defined]
    let_leave(leaving=Leaving(kind, list_key(request), title, rows), actor=actor, at=timezone.now())


def list_key(request: HttpRequest) -> str:
    """The address of a list with its filters in a fixed order: the same key, the same list."""
    chosen = sorted((name, value) for name, values in request.GET.lists() for value in values if value)
    return f"{request.path}?{urlencode(chosen)}"


def stopped_at_the_line(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose list may have to be asked for: instead of the file, the form for the request."""

    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MustAsk as stop:
            return release_form(request, stop)

    return asked


def release_form(request: HttpRequest, stop: MustAsk) -> HttpResponse:
    """The form that asks for a list, and a note that somebody stood at the line, which the auditor sees at once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    told = {"people": stop.leaving.count, "kind": stop.leaving.kind, "needed": stop.needed}
    note(act="hold_export", subject=f"place:{actor.place_code}", actor=actor, at=timezone.now(), details=told)
    asked = {**told, "page": stop.leaving.page, "title": stop.leaving.title}
    context = {"sealed": signing.dumps([actor.username, asked], salt=SALT), **asked}
    return render(request, "web/release_form.html", _words(context))


def asked_for(posted: QueryDict, actor: Actor) -> dict[str, Any] | None:
    """What a form asks for, as it was sealed for this person within the last hour; None for anything else."""
    try:
        username, asked = signing.loads(posted.get("sealed", ""), salt=SALT, max_age=3600)
    except signing.BadSignature:
        return None
    return asked if username == actor.username else None


def _words(context: dict[str, Any]) -> dict[str, Any]:
    kinds = dict(Sensitivity.choices)
    return {**context, "kind_word": kinds[context["kind"]], "crumbs": [{"title": "导出审批", "address": ""}]}
