"""Looking at a full ID number (查看完整证件号): a reason first, then the number and a row in the ledger."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from shouwang.register.households.actions import NoReason, NotFound, reveal_identity
from shouwang.register.households.queries import households_of
from shouwang.register.releases.actions import Leaving, count_seen
from shouwang.register.releases.choices import Sensitivity
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.web.access import StaffRequest, page
from shouwang.surfaces.web.looks import task_of


@page(Permission.REVEAL_IDENTITY)
@require_POST
def reveal(request: StaffRequest, resident_id: str) -> HttpResponse:
    """The number in place of the question; nothing is opened without a reason."""
    reason = request.POST.get("reason", "")
    try:
        identity = reveal_identity(
            resident_id=resident_id,
            reason=reason,
            task=_task(request, resident_id),
            actor=request.actor,
            at=timezone.now(),
        )
    except NotFound as nobody:
        raise Http404 from nobody
    except NoReason as refusal:
        asked = {
            "resident_id": resident_id,
            "reason": reason,
            "opened_for": request.POST.get("for", ""),
            "wrong": str(refusal),
        }
        return render(request, "web/parts/asked_again.html", asked, status=422)
    seen = Leaving(Sensitivity.OTHER, request.path, "完整证件号", [f"resident:{resident_id}"])
    count_seen(leaving=seen, actor=request.actor, at=timezone.now())
    return render(request, "web/parts/revealed.html", {"identity": identity})


def _task(request: StaffRequest, resident_id: str) -> str:
    """What the household's file was opened for, when its page says so."""
    home = households_of(request.actor, [resident_id]).get(resident_id, "")
    return task_of(request.actor, home, request.POST.get("for", ""))
