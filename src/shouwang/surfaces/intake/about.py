"""What anybody may know, and what a machine may know about itself (公开信息、本系统信息)."""

from typing import Any

from django.utils import timezone
from ninja import Router

from shouwang.register.machines.queries import usage_today
from shouwang.register.machines.receipts import public_keys
from shouwang.surfaces.intake import schemas
from shouwang.surfaces.intake.door import Access, Scope, SignedRequest, operation

router = Router(tags=["接口"])


@router.get("/keys", auth=None, response={200: schemas.Keys}, summary="本机公钥")
def keys(request: Any) -> Any:
    """验证回执和通知的签名用；换钥以后旧的仍列在这里。"""
    return {"keys": public_keys()}


keys.access = Access(None, Scope.NOBODY)  # type: ignore[attr-defined]


@router.get(
    "/me", auth=SignedRequest(), response={200: schemas.Myself} | schemas.PROBLEMS, summary="本系统的登记和用量"
)
@operation(None, Scope.SELF)
def myself(request: Any) -> Any:
    """登记了哪些数据、字段和次数，今天用了多少次，服务器现在几点。"""
    machine, actor, now = request.known.machine, request.known.actor, timezone.now()
    good = machine.keys.filter(revoked_at=None).order_by("-valid_until").first()
    return {
        "machine": actor.username,
        "name": actor.name,
        "unit": actor.unit,
        "place_code": actor.place_code,
        "feeds": machine.feeds,
        "fields": machine.fields,
        "purpose": machine.purpose,
        "per_minute": machine.per_minute,
        "per_day": machine.per_day,
        "asked_today": usage_today(machine, at=now),
        "server_time": now,
        "key_until": good.valid_until if good else None,
    }
