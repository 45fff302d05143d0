"""Taking in what a phone sends (收件): kept sealed first, receipted, then done; the same form again is the same receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction

from shouwang.kernel import filestore
from shouwang.stream.fieldwork.actions.apply import work_off
from shouwang.stream.fieldwork.choices import Cause, EntryState
from shouwang.stream.fieldwork.models import Entry, Phone
from shouwang.stream.fieldwork.queries.opening import FOLDER, kept_bytes
from shouwang.stream.fieldwork.sealing import Envelope

MOST_OFF = 100 * 366 * 86_400


@dataclass(frozen=True)
class Receipt:
    """What a phone is told about a form that it sent (回执)."""

    id: str
    state: str
    arrived_at: datetime


@transaction.atomic
def receive_entries(
    *, phone: Phone, envelopes: Sequence[Envelope], sent_at: datetime | None, at: datetime
) -> list[Receipt]:
    """Keep what a phone sealed and do it, in the phone's own order whatever came first; one receipt for each.

    `sent_at` is the phone's clock when it sent, from which it is known how wrong it goes. A phone that was reported lost
    is heard as well: what it brings is put up for people to look at.
    """
    held = Phone.objects.select_for_update().get(pk=phone.pk)  # one at a time for each phone
    off = max(-MOST_OFF, min(MOST_OFF, round((at - sent_at).total_seconds()))) if sent_at else 0
    receipts = [_receive(held, one, off, at) for one in sorted(envelopes, key=lambda one: one.sequence)]
    held.seen_at = at
    held.save(update_fields=["seen_at"])
    return receipts


def _receive(phone: Phone, envelope: Envelope, off: int, at: datetime) -> Receipt:
    content = kept_bytes(envelope)
    path, digest = filestore.put(settings.STORE, FOLDER, content, ".sealed")
    number, cause = UUID(envelope.id), Cause.FAILED
    known = Entry.objects.filter(pk=number).first()
    if known is not None and (known.phone_id != phone.pk or known.sha256 != digest):
        # Never thrown away and never in the place of the first one: it is kept under a number of its own.
        number, cause = uuid5(NAMESPACE_URL, f"{envelope.id} {phone.pk} {digest}"), Cause.OTHER_CONTENT
        known = Entry.objects.filter(pk=number).first()
    if known is not None:
        return Receipt(envelope.id, known.state, known.arrived_at)
    made = Entry.objects.create(
        pk=number,
        phone=phone,
        sequence=envelope.sequence,
        sha256=digest,
        path=path,
        size=len(content),
        place_number=phone.place_number,
        arrived_at=at,
        clock_off=off,
        state=EntryState.REVIEW,
        cause=cause,
    )
    if cause != Cause.OTHER_CONTENT:
        work_off(made, envelope, at=at)
    return Receipt(envelope.id, made.state, made.arrived_at)
