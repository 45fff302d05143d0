"""Looking at unmasked identity (查看完整身份信息): it costs a reason and a ledger row in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Resident
from shouwang.register.ledger.actions import record_look
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor


class NotFound(Refusal):
    """Nothing of this name within the own area (没有找到): the same answer whether it is elsewhere or nowhere."""


class NoReason(Refusal):
    """No reason was given (没有写明理由)."""


@dataclass(frozen=True)
class Identity:
    """A resident's identity in full (完整身份信息)."""

    resident_id: str
    name: str
    id_number: str | None
    phone: str | None


@transaction.atomic
def reveal_identity(*, resident_id: str, reason: str, actor: Actor, at: datetime, task: str = "") -> Identity:
    """Open one resident's ID number and phone for an actor who says why (查看完整证件号), for a task or out of one.

    依据: 个人信息保护法 第五十一条. Raises NotAllowed, NoReason, or NotFound for a resident outside the actor's area.
    """
    actor.require(Permission.REVEAL_IDENTITY)
    if len(reason.strip()) < 4:
        raise NoReason("请写明查看理由，不少于四个字。")
    resident = Resident.objects.visible_to(actor).filter(pk=resident_id).first()
    if resident is None:
        raise NotFound("没有找到这个人。")
    ring, table = keyring(), Resident._meta.db_table
    opened = [
        ring.decrypt_all(f"{table}.{column}", [resident_id], [sealed])[0]
        for column, sealed in (("id_number", resident.id_number_cipher), ("phone", resident.phone_cipher))
    ]
    record_look(subjects=[f"resident:{resident_id}"], purpose=reason.strip(), task=task, actor=actor, at=at)
    return Identity(resident_id, resident.name, opened[0], opened[1])
