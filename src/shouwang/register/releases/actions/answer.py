"""Agreeing or not that a list may leave (审批导出): yes and no ask for the same."""

from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.releases.choices import RequestState
from shouwang.register.releases.models import Answer, Request
from shouwang.register.releases.queries.requests import state_of
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


@transaction.atomic
def answer_request(*, request_id: int, agrees: bool, words: str, actor: Actor, at: datetime) -> Answer:
    """Say yes or no with a sentence (签署意见). Raises Refusal, NotAllowed."""
    actor.require(Permission.APPROVE_EXPORT)
    found = Request.objects.visible_to(actor).filter(pk=request_id).first()
    if found is None:
        raise Refusal("没有找到这份导出申请。")
    if found.asked_by == actor.username:
        raise Refusal("自己的导出申请要由别人审批。")
    if not words.strip():
        raise Refusal("请写一句说明，同意和不同意都要写。")
    if state_of(found, at=at) != RequestState.WAITING or found.answers.filter(answered_by=actor.username).exists():
        raise Refusal("这份导出申请已经不用您审批了。")
    made = Answer.objects.create(
        request=found, asked_by=found.asked_by, answered_by=actor.username, answered_at=at, agrees=agrees,
        words=words.strip()[:200],
    )  # fmt: skip
    details = {"agrees": agrees, "people": found.people, "kind": found.kind, "needed": found.needed}
    note(act="answer_export", subject=f"release:{found.pk}", reason=made.words, actor=actor, at=at, details=details)
    return made
