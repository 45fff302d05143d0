"""Phones that people take along (外出手机): one's own, and those of the area; any of them can be reported lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import names_of
from shouwang.stream.fieldwork.actions import revoke_phone
from shouwang.stream.fieldwork.queries import own_phones, phones
from shouwang.surfaces.web.access import StaffRequest, page

TITLE = "外出手机"


@page(Permission.CHECK_CLUE)
@require_GET
def phone_list(request: StaffRequest) -> HttpResponse:
    """One's own phones, and for township and county those of everybody in the area."""
    own = list(own_phones(request.actor)[:50])
    others = [one for one in phones(request.actor)[:200] if one.username != request.actor.username]
    names = names_of({one.username for one in others} | {one.revoked_by for one in [*own, *others]})
    context = {
        "crumbs": [{"title": TITLE, "address": ""}],
        "groups": [
            {"title": "我的手机", "rows": [_row(one, names) for one in own], "empty": "您还没有登记过手机。"},
            *(
                [
                    {
                        "title": "本辖区的手机",
                        "rows": [_row(one, names) for one in others],
                        "empty": "没有别人登记的手机。",
                    }
                ]
                if request.actor.may(Permission.DISPATCH_CLUE)
                else []
            ),
        ],
    }
    return render(request, "web/field_phones.html", context)


@page(Permission.CHECK_CLUE)
@require_POST
def report_phone_lost(request: StaffRequest, phone_id: str) -> HttpResponse:
    """Shut a phone out; what it sealed is still taken in and put up."""
    try:
        revoke_phone(phone_id=phone_id, because=request.POST.get("because", ""), actor=request.actor, at=timezone.now())
        messages.success(request, "已挂失：不能再下载，下次联网时清空；它封好的表仍会收下，交乡镇核对。")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("phone_list")


def _row(phone: Any, names: dict[str, str]) -> dict[str, Any]:
    by = names.get(phone.revoked_by, phone.revoked_by)
    return {"phone": phone, "name": names.get(phone.username, phone.username), "revoked_name": by}
