"""Pulling determinations (取认定结果): only the fields that the purpose allows, only the own area, every pull on record."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.timezone import localtime
from ninja import Header, Query, Router

from shouwang.register.ledger.actions import note, record_look
from shouwang.register.machines.choices import DeterminationField as Field
from shouwang.register.machines.receipts import signed_text
from shouwang.register.procedure.queries import Position, decided_cases
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.intake import schemas
from shouwang.surfaces.intake.door import Scope, SignedRequest, operation, told
from shouwang.surfaces.intake.problems import Problem

router = Router(tags=["认定结果"])
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@router.get(
    "/determinations",
    auth=SignedRequest(),
    response={200: schemas.DeterminationPage, 304: None} | schemas.PROBLEMS,
    summary="辖区内的认定结果",
)
@operation(Permission.PULL_DETERMINATIONS, Scope.PLACE)
def determinations(
    request: Any,
    changed_since: datetime | None = Query(None, description="只要这个时间以后有变化的，带时区"),
    cursor: str | None = Query(None, max_length=120, description="上一页给的 next"),
    limit: int = Query(100, ge=1, le=200),
    if_none_match: str | None = Header(None, alias="If-None-Match"),
) -> Any:
    """只给登记时许可的字段；每次取数都记入台账，农户看得到谁为什么取了他家的结果。没有变化时应答 304。"""
    machine, actor = request.known.machine, request.known.actor
    if not request.known.may_pull:
        raise Problem(
            403, "nothing-to-pull", "没有授权", "这个系统没有取认定结果的授权。", "需要时请联系县安全管理员。"
        )
    after = _read(cursor) if cursor else None
    found = decided_cases(actor, changed_since=_time(changed_since), after=after, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    rows = [_row(case, machine.fields) for case in shown]
    following = _written(shown[-1]) if more else None
    tag = f'"{sha256(_text({"rows": rows, "next": following}).encode()).hexdigest()[:32]}"'
    if if_none_match and tag in if_none_match.replace("W/", ""):
        response = HttpResponse(status=304)
    else:
        response = told({"determinations": rows, "next": following, "watermark": _recorded(request, shown)})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def _recorded(request: Any, shown: list[Any]) -> dict[str, str]:
    """Put the pull on record before anything goes out: a look at every household, and the watermark of the whole."""
    machine, actor, now = request.known.machine, request.known.actor, timezone.now()
    pull = secrets.token_hex(6)
    subjects = sorted({f"household:{case.household_id}" for case in shown})
    record_look(subjects=subjects, purpose=machine.purpose, task=f"pull:{pull}", actor=actor, at=now)
    details = {"pull": pull, "rows": len(shown), "fields": machine.fields}
    subject = f"machine:{actor.username}"
    note(act="pull_determinations", subject=subject, reason=machine.purpose, actor=actor, at=now, details=details)
    said = {
        "kind": "shouwang pull 1",
        "pull": pull,
        "machine": actor.username,
        "unit": actor.unit,
        "purpose": machine.purpose,
        "rows": len(shown),
        "at": now.isoformat(),
    }
    return signed_text(_text(said)).told("watermark")


def _row(case: Any, allowed: list[str]) -> dict[str, Any]:
    every = {
        Field.HOUSEHOLD_ID: case.household_id,
        Field.HEAD_NAME: case.head_name,
        Field.PLACE_CODE: str(case.place_number),
        Field.MATTER: str(case.matter),
        Field.OUTCOME: str(case.outcome),
        Field.DECIDED_ON: _day(case.decided_at),
        Field.EFFECTIVE_ON: case.effective_on,
        Field.STATE: str(case.state),
    }
    given = {name.value: value for name, value in every.items() if name in allowed}
    return {"case": case.number, "changed_at": case.last_at, **given}


def _day(at: datetime | None) -> date | None:
    return localtime(at).date() if at else None


def _time(given: datetime | None) -> datetime | None:
    if given is None:
        return None
    aware = given if given.tzinfo else timezone.make_aware(given)
    return min(max(aware, EARLIEST), LATEST)


def _written(last: Any) -> str:
    return urlsafe_b64encode(f"{last.last_at.isoformat()}|{last.pk}".encode()).decode()


def _read(cursor: str) -> Position:
    try:
        at, _, number = urlsafe_b64decode(cursor.encode()).decode().partition("|")
        position = Position(datetime.fromisoformat(at), int(number))
        if not EARLIEST <= position.changed_at <= LATEST or not 0 <= position.case_id < 2**62:
            raise ValueError
    except (Error, ValueError, TypeError):
        raise Problem(422, "bad-cursor", "cursor 不对", "cursor 不是上一页给的。", "请从第一页重新取。") from None
    return position


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
