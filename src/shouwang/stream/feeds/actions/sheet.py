"""Handing back the rejected rows (下载退回清单)."""

from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.sealed_files import open_sealed
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.register.staff.rights import may
from shouwang.stream.feeds.models import Delivery


class NoRejects(Refusal):
    """There is no reject sheet for this actor (没有退回清单)."""


@transaction.atomic
def download_rejects(*, delivery_id: int, actor: Actor, at: datetime) -> bytes:
    """The reject sheet of a delivery as xlsx (退回清单): the rows as they came, with the reasons in 中文.

    They show who somebody is, hence the ledger row, and only inside one's own place: a file of the area around it holds
    people of other places. Raises NotAllowed without the permission to deliver, NoRejects when the delivery is not the
    actor's or nothing was rejected.
    """
    actor.require(Permission.SEND_DELIVERY)
    delivery = Delivery.objects.visible_to(actor).filter(pk=delivery_id).exclude(sheet_path="").first()
    if delivery is None or not may(actor, Permission.SEND_DELIVERY, delivery):
        raise NoRejects("没有退回清单。")
    content = open_sealed("sheets", delivery.sha256, delivery.sheet_path)
    note(act="download_rejects", subject=f"delivery:{delivery_id}", actor=actor, at=at)
    return content
