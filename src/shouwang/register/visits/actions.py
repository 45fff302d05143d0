"""Keeping visits (登记走访)."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.register.ledger.actions import note
from shouwang.register.ledger.keys import keyring
from shouwang.register.staff.queries import Actor
from shouwang.register.visits.choices import BY_ANOTHER_HAND, Purpose, SignedHow
from shouwang.register.visits.models import Visit
from shouwang.register.visits.queries import WORDS


@dataclass(frozen=True)
class Written:
    """What the visitor wrote down (走访记录): codes and sentences, kept encrypted."""

    visited_on: date
    said_at: datetime | None = None
    together_with: str = ""
    signed_how: str = SignedHow.NOT_ASKED
    witness: str = ""
    photos: int = 0
    words: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_visit(
    *, visit_id: UUID, purpose: str, about: str, household_id: str, place_number: int, written: Written,
    actor: Actor, at: datetime,
) -> Visit:  # fmt: skip
    """Keep a visit (登记走访), once: the same one again changes nothing. It decides nothing about the household.

    Raises Refusal when somebody who cannot write signed and nobody is named who was there.
    """
    known = Visit.objects.filter(pk=visit_id).first()
    if known is not None:
        return known
    if purpose not in Purpose.values or written.signed_how not in SignedHow.values:
        raise Refusal("没有写走访事由或签字方式。")
    if written.signed_how in BY_ANOTHER_HAND and not written.witness.strip():
        raise Refusal("按手印或代签的，没有写见证人。", "请写当时在场的人。")
    text = json.dumps(written.words, ensure_ascii=False) if written.words else None
    made = Visit.objects.create(
        pk=visit_id,
        household_id=household_id,
        place_number=place_number,
        purpose=purpose,
        about=about,
        visited_on=written.visited_on,
        said_at=written.said_at,
        arrived_at=at,
        by=actor.username,
        together_with=written.together_with.strip()[:60],
        signed_how=written.signed_how,
        witness=written.witness.strip()[:60],
        photos=written.photos,
        words_cipher=keyring().encrypt(WORDS, str(visit_id), text) if text else None,
    )
    details = {"purpose": purpose, "about": about, "photos": written.photos}
    note(act="record_visit", subject=f"household:{household_id}", actor=actor, at=at, details=details)
    return made
