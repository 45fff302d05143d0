"""Looking and taking note (知悉): a helper has read a note, somebody calls who left a number."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions.recording import ClueNotFound
from shouwang.stream.clues.actions.report import PHONE
from shouwang.stream.clues.choices import HeldBecause
from shouwang.stream.clues.models import ClueSource, HeldWarning


@transaction.atomic
def see_notes(*, household_ids: Iterable[str], actor: Actor, at: datetime) -> int:
    """Take note of new warnings of monitored households (知悉): they leave the to-do list. Gives back how many."""
    actor.require(Permission.CHECK_CLUE)
    found = HeldWarning.objects.visible_to(actor).filter(
        household_id__in=list(household_ids), because=HeldBecause.MONITORED, seen_at=None
    )
    seen = found.update(seen_by=actor.username, seen_at=at)
    if seen:
        note(act="see_notes", subject="clues", actor=actor, at=at, details={"warnings": seen})
    return int(seen)


@transaction.atomic
def open_contact(*, source_id: int, actor: Actor, at: datetime) -> str:
    """The phone number that somebody left (联系电话), to call back; every look is noted in the ledger."""
    actor.require(Permission.CHECK_CLUE)
    found = ClueSource.objects.visible_to(actor).select_related("original").filter(pk=source_id).first()
    if found is None:
        raise ClueNotFound("没有找到这条来由。", "请从线索里打开。")
    kept = found.original or found
    note(act="open_contact", subject=f"clue:{found.clue_id}", actor=actor, at=at, reason="联系反映人")
    return keyring().decrypt(PHONE, kept.key, kept.phone_cipher) if kept.phone_cipher else ""
