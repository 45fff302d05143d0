"""Seals (封存记录): every batch of the ledger and whether it still fits, for the auditor."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shouwang.register.ledger.queries import last_verification, seals
from shouwang.register.ledger.verifying import seal_states
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import Scope, StaffRequest, page
from shouwang.surfaces.web.paging import paged

PER_PAGE = 10
"""Each of them is verified while the page is made."""


@page(Permission.SEE_LEDGER, scope=Scope.NOBODY)
@require_GET
def seal_list(request: StaffRequest) -> HttpResponse:
    """Seals, newest first, each verified anew at this moment; and how the last night's verification of all went."""
    context = paged(request, seals(request.actor), per_page=PER_PAGE)
    shown = list(context["page"].object_list)
    states = seal_states([one.number for one in shown])
    context["rows"] = [{"seal": one, "sound": states[one.number]} for one in shown]
    context |= {
        "crumbs": [{"title": "封存核验"}],
        "broken": [one.number for one in shown if not states[one.number]],
        "verified": last_verification(request.actor),
    }
    return render(request, "web/ledger_seals.html", context)
