"""Phones that people take along (外出手机): registered at the desk, reported lost by anybody responsible."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.models import Phone
from shouwang.stream.fieldwork.queries.phones import own_phones, phones, token_hash


class PhoneShutOut(Refusal):
    """The phone was reported lost (手机已挂失): it gets nothing any more, what it sends is still kept."""


@dataclass(frozen=True)
class NewPhone:
    """A registered phone with its token, which is shown once."""

    phone: Phone
    token: str


@transaction.atomic
def register_phone(*, title: str, actor: Actor, at: datetime) -> NewPhone:
    """Register a phone for the person who is signed in on it (登记手机)."""
    actor.require(Permission.CHECK_CLUE)
    token = secrets.token_urlsafe(32)
    made = Phone.objects.create(
        pk=uuid4(),
        username=actor.username,
        title=title.strip()[:40] or "手机",
        place_number=actor.range_low,
        token_hash=token_hash(token),
        registered_at=at,
        seen_at=at,
    )
    note(act="register_phone", subject=f"phone:{made.pk}", actor=actor, at=at)
    return NewPhone(made, token)


@transaction.atomic
def revoke_phone(*, phone_id: str, because: str, actor: Actor, at: datetime) -> Phone:
    """Report a phone lost (挂失): one's own, or one of the own area. What it sealed is still taken in, for people to look at.

    Raises Refusal for a phone that is not there, or without a reason.
    """
    within = phones(actor) | own_phones(actor)
    found = within.select_for_update().filter(pk=phone_id).first()
    if found is None:
        raise Refusal("没有找到这部手机。")
    if not because.strip():
        raise Refusal("没有写原因。", "请写一句，例如：丢了、换了。")
    if found.revoked_at is not None:
        return found
    found.revoked_at, found.revoked_by, found.revoked_because = at, actor.username, because.strip()[:100]
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    note(act="revoke_phone", subject=f"phone:{found.pk}", actor=actor, at=at, details={"of": found.username})
    return found
