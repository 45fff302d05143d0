"""Messages that wait or could not be delivered (待发和未送达的通知)."""

from datetime import datetime

from django.db.models import QuerySet

from shouwang.register.machines.choices import MessageState
from shouwang.register.machines.models import Message
from shouwang.register.machines.queries.machines import machines_within
from shouwang.register.staff.queries import Actor


def waiting_messages(*, at: datetime) -> QuerySet[Message]:
    """Messages whose time has come (待发通知), the oldest first; none to a machine that was shut out."""
    found = Message.objects.filter(state=MessageState.WAITING, next_at__lte=at)
    return found.filter(subscription__machine__revoked_at=None).order_by("next_at", "id")


def dead_messages_within(actor: Actor) -> QuerySet[Message]:
    """Messages that nobody took (未送达), to machines of the actor's area, newest first."""
    mine = machines_within(actor).values("pk").order_by()
    found = Message.objects.filter(state=MessageState.DEAD, subscription__machine__in=mine)
    return found.select_related("subscription__machine__user").order_by("-made_at", "-id")


def dead_message_within(actor: Actor, message_id: int) -> Message | None:
    """One of them, None when it is elsewhere or nowhere."""
    return dead_messages_within(actor).filter(pk=message_id).first()
