"""The rule book (规则手册): what the platform goes by, to search, to read and to print."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from shouwang.policy import Pack
from shouwang.policy.book import KINDS, Entry, found, rule_book
from shouwang.register.staff.choices import Permission
from shouwang.stream.rules.choices import OPEN, AmendmentKind
from shouwang.stream.rules.queries import history_of, pack_in_force
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.paging import paged

AMENDED = {"rules": AmendmentKind.RULE, "parameters": AmendmentKind.PARAMETER}
HOME = "规则手册"
KEPT = 20
"""Books kept per process: what is in force on a day, with the numbers of a place."""
_books: dict[tuple[date, str], tuple[Pack, list[Entry]]] = {}


@page(Permission.SEE_RULES)
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """Search all entries; asked by htmx, only the rows."""
    query, kind = request.GET.get("q", "").strip()[:60], request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    entries = entries_for(request)
    hits = found(entries, query, kind)
    counts = {name: sum(entry.kind == name for entry in entries) for name in KINDS}
    context = {
        **paged(request, hits),
        "crumbs": [{"title": HOME}],
        "kinds": [{"name": name, "title": title, "count": counts[name]} for name, title in KINDS.items()],
        "kind_titles": KINDS,
        "chosen": {"q": query, "kind": kind},
        **_pack(request),
    }
    only_rows = bool(request.headers.get("HX-Request"))
    return render(request, "web/parts/rule_rows.html" if only_rows else "web/rules.html", context)


@page(Permission.SEE_RULES)
@require_GET
def rule(request: StaffRequest, kind: str, name: str) -> HttpResponse:
    """One entry with its numbers, clauses, cases and amendments."""
    entry = entry_for(request, kind, name)
    amended = AMENDED.get(kind)
    history = list(history_of(request.actor, settings.PACK, amended, name)) if amended else []
    mine = "" if amended == AmendmentKind.RULE else request.actor.place_code
    underway = next((one for one in history if one.state in OPEN and one.place_code == mine), None)
    context = {
        "crumbs": [{"title": HOME, "address": reverse("rule_list")}, {"title": entry.title}],
        "entry": entry,
        "kind_title": KINDS[kind],
        "history": history,
        "may_amend": bool(amended) and request.actor.may(Permission.DRAFT_RULES),
        "underway": underway,
        "amend_address": f"{reverse('draft_amendment')}?kind={amended}&name={name}" if amended else "",
        **_pack(request),
    }
    return render(request, "web/rule.html", context)


@page(Permission.SEE_RULES)
@require_GET
def whole_book(request: StaffRequest) -> HttpResponse:
    """The whole book on one page, for printing or saving as PDF."""
    entries = entries_for(request)
    chapters = [
        {"title": title, "name": name, "entries": [entry for entry in entries if entry.kind == name]}
        for name, title in KINDS.items()
    ]
    context = {
        "crumbs": [{"title": HOME, "address": reverse("rule_list")}, {"title": "全文"}],
        "chapters": [chapter for chapter in chapters if chapter["entries"]],
        **_pack(request),
    }
    return render(request, "web/rule_book.html", context)


def entries_for(request: StaffRequest) -> list[Entry]:
    """The book as it holds today where the actor is."""
    on = timezone.localdate()
    pack = pack_in_force(settings.PACK, on=on)
    key = on, request.actor.place_code
    # By the pack itself: what is approved for a later day stands in the book already, but not yet in its version.
    if key not in _books or _books[key][0] is not pack:
        while len(_books) >= KEPT:
            _books.pop(next(iter(_books)))
        _books[key] = pack, rule_book(pack, on, request.actor.place_code or None)
    return _books[key][1]


def entry_for(request: StaffRequest, kind: str, name: str) -> Entry:
    """One entry. Raises Http404."""
    for entry in entries_for(request):
        if (entry.kind, entry.name) == (kind, name):
            return entry
    raise Http404


def _pack(request: StaffRequest) -> dict[str, Any]:
    on = timezone.localdate()
    pack = pack_in_force(settings.PACK, on=on)
    return {"pack": pack, "on": on, "place_name": request.actor.place_name}
