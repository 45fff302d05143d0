"""Taking a delivery back (撤回): its rows no longer count, everything about it stays known."""

from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may
from shouwang.stream.feeds.choices import DeliveryStatus
from shouwang.stream.feeds.models import Delivery


class NothingToUndo(Refusal):
    """There is no such delivery in force (没有可撤回的送达)."""


@transaction.atomic
def undo_delivery(*, delivery_id: int, reason: str, actor: Actor, at: datetime) -> Delivery:
    """Take back an accepted delivery (撤回送达); the next screening runs as if it had never come.

    Raises NothingToUndo when it is not the actor's, speaks of more than the own place or is not in force, NotAllowed
    without the permission.
    """
    actor.require(Permission.UNDO_DELIVERY)
    mine = Delivery.objects.visible_to(actor).effective()
    delivery = mine.select_for_update().filter(pk=delivery_id).first()
    if delivery is None or not may(actor, Permission.UNDO_DELIVERY, delivery):
        raise NothingToUndo("没有可撤回的送达。")
    if not reason.strip():
        raise NothingToUndo("请写明撤回理由。")
    delivery.status, delivery.undone_at, delivery.undone_by = DeliveryStatus.UNDONE, at, actor.username
    delivery.progress_text = "已撤回"
    delivery.claim = f"{delivery.claim}:{delivery.pk}"[-130:]
    delivery.save()
    note(act="undo_delivery", subject=f"delivery:{delivery.pk}", reason=reason.strip(), actor=actor, at=at)
    return delivery
