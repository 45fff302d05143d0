"""What the phone's page asks of the server (手机页与平台的往来): taking along at the desk, sending on the way."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from shouwang.kernel.row_security import rows_within
from shouwang.kernel.run_time_role import EVERYWHERE
from shouwang.register.staff.choices import Permission
from shouwang.stream.fieldwork.actions import PhoneShutOut, receive_entries, register_phone, take_bundle
from shouwang.stream.fieldwork.queries import phone_of_token, receipts_of
from shouwang.stream.fieldwork.sealing import POINT, Envelope, as_bytes
from shouwang.surfaces.access import Scope, StaffRequest, open_page, page
from shouwang.surfaces.field.english import answered, words_of

SMALLEST = POINT + 12 + 16
AT_ONCE = 20


@page(Permission.CHECK_CLUE, scope=Scope.SELF)
@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    """Who is signed in, and the token for the form that takes work along."""
    actor = request.actor
    post = f"{actor.place_name} · {actor.role_label}"
    who = {"name": actor.name, "username": actor.username, "post": answered(request, post)}
    return JsonResponse({"who": who, "csrf": get_token(request), "now": timezone.now().isoformat()})


@page(Permission.CHECK_CLUE)
@require_POST
def bundle(request: StaffRequest) -> HttpResponse:
    """Take work along: the phone's own number and token, or a name for a new one; each household is a look."""
    given, at = _json(request), timezone.now()
    if given is None:
        return JsonResponse({"wrong": answered(request, "没有看懂手机发来的内容。")}, status=400)
    phone = _phone(str(given.get("phone", "")), str(given.get("token", "")))
    if phone is not None and phone.revoked_at is not None:
        return JsonResponse({"wrong": answered(request, "这部手机已经挂失，不能再下载。"), "revoked": True}, status=410)
    told: dict[str, Any] = {}
    if phone is None or phone.username != request.actor.username:
        made = register_phone(title=str(given.get("title", "")), actor=request.actor, at=at)
        phone, told = made.phone, {"token": made.token}
    try:
        taken = take_bundle(phone=phone, actor=request.actor, at=at)
    except PhoneShutOut as refusal:
        return JsonResponse({"wrong": answered(request, str(refusal)), "revoked": True}, status=410)
    return JsonResponse({"phone": str(phone.pk), **told, **taken.content, "english": words_of(taken.content)})


@csrf_exempt  # no session: the phone shows its own token, and what it sends is sealed
@open_page
@require_POST
def outbox(request: HttpRequest) -> HttpResponse:
    """Sealed forms of a phone, each with its receipt. It needs no session: weeks may have passed on the way."""
    given, at = _json(request), timezone.now()
    if given is None:
        return JsonResponse({"wrong": "没有看懂手机发来的内容。"}, status=400)
    with rows_within(*EVERYWHERE):  # who sends has no session; the unguessable token is the only way to it
        phone = _phone(str(given.get("phone", "")), str(given.get("token", "")))
        if phone is None:
            return JsonResponse({"wrong": "不认识这部手机。", "unknown": True}, status=403)
        try:
            envelopes = [_envelope(one, str(phone.pk)) for one in given.get("entries", [])[:AT_ONCE]]
            sent_at = datetime.fromisoformat(str(given.get("sent_at")))
        except (AttributeError, KeyError, TypeError, ValueError):
            return JsonResponse({"wrong": "没有看懂手机发来的内容。"}, status=400)
        told = receive_entries(
            phone=phone, envelopes=envelopes, sent_at=sent_at if timezone.is_aware(sent_at) else None, at=at
        )
        receipts = [{"id": one.id, "state": one.state, "arrived_at": one.arrived_at.isoformat()} for one in told]
        earlier = [one for one in given.get("ask", []) if isinstance(one, str) and _is_uuid(one)][:200]
        known = receipts_of(phone, earlier) if earlier else []
    gone = phone.revoked_at is not None
    return JsonResponse({"receipts": receipts, "states": known, "revoked": gone, "now": at.isoformat()})


def _json(request: HttpRequest) -> dict[str, Any] | None:
    try:
        given = json.loads(request.body)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _phone(phone_id: str, token: str) -> Any:
    return phone_of_token(phone_id, token) if _is_uuid(phone_id) else None


def _envelope(given: Mapping[str, Any], phone: str) -> Envelope:
    """A sealed form as it came. Raises ValueError, KeyError or TypeError for what is none."""
    body, sequence = as_bytes(str(given["body"])), given["sequence"]
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 < sequence < 2**53 or len(body) < SMALLEST:
        raise ValueError
    return Envelope(str(UUID(str(given["id"]))), phone, sequence, str(given["key"])[:16], body)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
