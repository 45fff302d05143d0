"""Subscriptions (订阅): where a system wants to be told of what; messages can also be asked for, so that none is missed."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja import Query, Router

from shouwang.register.machines.actions import end_subscription, subscribe
from shouwang.register.machines.queries import messages_of, subscriptions_of
from shouwang.register.machines.receipts import signed_text
from shouwang.surfaces.intake import schemas
from shouwang.surfaces.intake.door import Scope, SignedRequest, operation, told

router = Router(tags=["订阅通知"])


@router.get(
    "/subscriptions",
    auth=SignedRequest(),
    response={200: schemas.Subscriptions} | schemas.PROBLEMS,
    summary="本系统的订阅",
)
@operation(None, Scope.SELF)
def subscription_list(request: Any) -> Any:
    """在用的订阅。"""
    return {"subscriptions": [_row(one) for one in subscriptions_of(request.known.machine)]}


@router.post(
    "/subscriptions", auth=SignedRequest(), response={201: schemas.Subscription} | schemas.PROBLEMS, summary="订阅"
)
@operation(None, Scope.SELF)
def new_subscription(request: Any, given: schemas.NewSubscription) -> Any:
    """通知只有事项、编号和数目，没有个人信息；内容用本机密钥签名，见 /keys。没有应答 2xx 的会隔几次再试。"""
    made = subscribe(known=request.known, address=given.address, events=given.events, at=timezone.now())
    return told(_row(made), status=201)


@router.delete(
    "/subscriptions/{int:subscription_id}",
    auth=SignedRequest(),
    response={200: schemas.Subscription} | schemas.PROBLEMS,
    summary="结束订阅",
)
@operation(None, Scope.SELF)
def remove_subscription(request: Any, subscription_id: int) -> Any:
    """此后不再为它生成通知；以前生成的仍会发出。"""
    found = subscriptions_of(request.known.machine).filter(pk=min(subscription_id, 2**62)).first()
    if found is None:
        raise Http404
    return _row(end_subscription(known=request.known, subscription_id=found.pk, at=timezone.now()))


@router.get(
    "/messages", auth=SignedRequest(), response={200: schemas.Messages} | schemas.PROBLEMS, summary="发给本系统的通知"
)
@operation(None, Scope.SELF)
def messages(request: Any, after: int = Query(0, ge=0, le=2**62), limit: int = Query(100, ge=1, le=200)) -> Any:
    """按编号从前往后；停机以后用它补取漏收的通知。"""
    found = list(messages_of(request.known.machine, after=after)[: limit + 1])
    shown = found[:limit]
    return {"messages": [_message(one) for one in shown], "next": shown[-1].pk if len(found) > limit else None}


def _row(one: Any) -> dict[str, Any]:
    return {"subscription": one.pk, "address": one.address, "events": one.events, "made_at": one.made_at}


def _message(one: Any) -> dict[str, Any]:
    signed = signed_text(one.body).told("message")
    return {"number": one.pk, "event": one.event, "state": str(one.state), **signed}
