"""Questions to a department (比对请求): its system asks what waits for it and answers as its liaison would."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja import Query, Router

from shouwang.register.ledger.actions import record_look
from shouwang.register.procedure.actions import answer_enquiry
from shouwang.register.procedure.queries import enquiries, enquiry_of
from shouwang.register.staff.choices import Permission
from shouwang.surfaces.intake import schemas
from shouwang.surfaces.intake.door import Scope, SignedRequest, operation

router = Router(tags=["比对请求"])
PURPOSE = "比对请求（机器接口）"


@router.get(
    "/enquiries",
    auth=SignedRequest(),
    response={200: schemas.EnquiryPage} | schemas.PROBLEMS,
    summary="本单位待答复的比对请求",
)
@operation(Permission.ANSWER_COMPARISON, Scope.UNIT)
def open_enquiries(request: Any, after: int = Query(0, ge=0, le=2**62), limit: int = Query(50, ge=1, le=200)) -> Any:
    """只给答复所需的内容；每次查看记入台账。"""
    actor = request.known.actor
    found = list(enquiries(actor, answered=False).filter(pk__gt=after).order_by("pk")[: limit + 1])
    shown = found[:limit]
    subjects = sorted({f"household:{one.case.household_id}" for one in shown})
    record_look(subjects=subjects, purpose=PURPOSE, actor=actor, at=timezone.now())
    rows = [_row(one) for one in shown]
    return {"enquiries": rows, "next": shown[-1].pk if len(found) > limit else None}


@router.post(
    "/enquiries/{int:enquiry_id}/answer",
    auth=SignedRequest(),
    response={200: schemas.Answered} | schemas.PROBLEMS,
    summary="答复一条比对请求",
    openapi_extra=schemas.KEY,
)
@operation(Permission.ANSWER_COMPARISON, Scope.UNIT)
def answer(request: Any, enquiry_id: int, given: schemas.EnquiryAnswer) -> Any:
    """结果只请农户说明，不会直接影响认定。请带 Idempotency-Key，重发不会答复两次。"""
    actor, now = request.known.actor, timezone.now()
    found = enquiry_of(actor, enquiry_id) if enquiry_id < 2**62 else None
    if found is None:
        raise Http404
    done = answer_enquiry(enquiry_id=enquiry_id, result=given.result, words=given.words, actor=actor, at=now)
    return {"enquiry": done.pk, "case": found.case.number, "answered_at": done.answered_at}


def _row(one: Any) -> dict[str, Any]:
    return {
        "enquiry": one.pk,
        "kind": one.kind,
        "case": one.case.number,
        "household_id": one.case.household_id,
        "head_name": one.case.head_name,
        "place_code": str(one.place_number),
        "asked_at": one.asked_at,
        "due_on": one.due_on,
        "answered_at": one.answered_at,
    }
