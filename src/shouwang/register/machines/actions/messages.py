"""Sending what waits (发送通知): signed, tried again after growing waits, at last set aside for a person to look at."""

import http.client
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.machines.addresses import post
from shouwang.register.machines.choices import WAITS, MessageState
from shouwang.register.machines.models import Message
from shouwang.register.machines.queries import dead_message_within, waiting_messages
from shouwang.register.machines.receipts import signed_text
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor

MOST_AT_ONCE = 100
Post = Callable[[str, bytes, Mapping[str, str]], int]


def deliver_messages(*, at: datetime, send: Post = post, most: int = MOST_AT_ONCE) -> int:
    """Try every message whose time has come, once (发送待发通知); gives back how many arrived.

    Each is locked while it is tried, so that two workers never send it at a time. A worker that is killed between
    sending and marking sends it once more: the receiver knows it by its key.
    """
    arrived, silent = 0, set[int]()
    for _ in range(most):
        message = _try_one(at, send, silent)
        if message is None:
            break
        if message.state == MessageState.SENT:
            arrived += 1
        else:  # who does not answer now keeps nobody else waiting
            silent.add(message.subscription_id)
    return arrived


@transaction.atomic
def send_again(*, message_id: int, actor: Actor, at: datetime) -> Message:
    """Put a message that nobody took back into the queue (重新发送). Raises Refusal."""
    actor.require(Permission.MANAGE_MACHINES)
    found = dead_message_within(actor, message_id)
    if found is None:
        raise Refusal("没有找到这条未送达的通知。")
    found.state, found.attempts, found.next_at = MessageState.WAITING, 0, at
    found.save(update_fields=["state", "attempts", "next_at"])
    note(act="send_again", subject=f"message:{found.key}", actor=actor, at=at)
    return found


@transaction.atomic
def _try_one(at: datetime, send: Post, silent: set[int]) -> Message | None:
    """The oldest waiting message after it was tried; None when none waits."""
    found = waiting_messages(at=at).exclude(subscription__in=silent).select_for_update(skip_locked=True, of=("self",))
    message = found.select_related("subscription").first()
    if message is None:
        return None
    problem = _send(message, send)
    message.attempts += 1
    message.problem = problem[:200]
    if not problem:
        message.state, message.sent_at = MessageState.SENT, at
    elif message.attempts > len(WAITS):
        message.state = MessageState.DEAD
    else:
        message.next_at = at + WAITS[message.attempts - 1]
    message.save(update_fields=["state", "attempts", "problem", "next_at", "sent_at"])
    return message


def _send(message: Message, send: Post) -> str:
    signed = signed_text(message.body)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Shouwang-Message": str(message.key),
        "Shouwang-Event": message.event,
        "Shouwang-Key": signed.key_id,
        "Shouwang-Signature": signed.signature,
    }
    try:
        status = send(message.subscription.address, message.body.encode(), headers)
    except Refusal as refusal:
        return str(refusal)
    except (OSError, http.client.HTTPException) as wrong:
        return f"连不上对方：{type(wrong).__name__}"
    return "" if 200 <= status < 300 else f"对方应答 {status}"
