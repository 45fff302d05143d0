"""Doing what came back (办理手机送来的表): by the ordinary actions, under the person's post, or put up for the township.

A form is never dropped and never writes over what somebody else did after the phone was loaded: then it is shown field
by field to a township officer, who decides.
"""

import logging
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils.timezone import localtime

from shouwang.kernel.errors import Refusal
from shouwang.kernel.row_security import rows_within
from shouwang.register.ledger.actions import note
from shouwang.register.staff.queries import Actor, actor_in_post, as_posted
from shouwang.register.visits.actions import Written, record_visit
from shouwang.register.visits.choices import SignedHow
from shouwang.stream.fieldwork.choices import Cause, EntryState
from shouwang.stream.fieldwork.forms import UnknownForm, Wrong
from shouwang.stream.fieldwork.kinds import KINDS, Reading, Standing
from shouwang.stream.fieldwork.models import Entry
from shouwang.stream.fieldwork.queries.opening import Opened, open_envelope, read_entry, said_day
from shouwang.stream.fieldwork.sealing import Envelope, Unreadable

LOG = logging.getLogger(__name__)
NOT_WORDS = ("companion", "signed_how", "witness")


class PutUp(Exception):
    """The form is put up for a township officer (交乡镇处理), with the cause and what was said."""

    def __init__(self, cause: Cause, said: str = "") -> None:
        self.cause, self.said = cause, said
        super().__init__(cause)


def work_off(entry: Entry, envelope: Envelope, *, at: datetime) -> None:
    """Do a form that was just kept, or say why not. Whatever goes wrong, the form stays."""
    try:
        with transaction.atomic():
            opened = open_envelope(envelope)
            _describe(entry, opened)
            up = _tried(entry, opened, at)
        entry.state, entry.cause = (EntryState.REVIEW, up.cause) if up else (EntryState.APPLIED, "")
        entry.said_why = up.said[:300] if up else ""
    except Unreadable:
        entry.state, entry.cause = EntryState.REVIEW, Cause.UNREADABLE
    except OperationalError:
        raise  # the database was busy or went away: nothing is receipted, the phone sends again
    except Exception as fault:  # a fault of ours must not cost a form
        LOG.exception("a form from a phone could not be worked off")
        entry.state, entry.cause, entry.said_why = EntryState.REVIEW, Cause.FAILED, type(fault).__name__
    entry.save()


def apply_reading(entry: Entry, reading: Reading, *, actor: Actor, at: datetime) -> dict[str, str]:
    """Do a form by the actions of the house and give back what stands there then. Raises Refusal."""
    with transaction.atomic(), rows_within(*actor.row_range):
        KINDS[reading.form].apply(reading, actor=actor, at=at)
        after = KINDS[reading.form].standing(actor, reading.subject)
    note(act="apply_field_form", subject=f"entry:{entry.pk}", actor=actor, at=at, details={"subject": entry.subject})
    return after.guarded if after else {}


def keep_visit(entry: Entry, opened: Opened, reading: Reading, actor: Actor, at: datetime) -> None:
    """That somebody was at the door stays known, whatever becomes of the form. Raises Refusal without a witness."""
    answers = reading.answers
    place = opened.given.get("place")
    words = {name: value for name, value in answers.items() if name not in NOT_WORDS}
    written = Written(
        visited_on=said_day(opened),
        said_at=opened.said_at,
        together_with=str(answers.get("companion", "")),
        signed_how=str(answers.get("signed_how", SignedHow.NOT_ASKED)),
        witness=str(answers.get("witness", "")),
        photos=len(reading.photos),
        words=words | ({"place": place} if isinstance(place, dict) else {}),
    )
    record_visit(
        visit_id=entry.pk,
        purpose=reading.form,
        about=entry.subject,
        household_id=entry.household_id,
        place_number=entry.place_number,
        written=written,
        actor=actor,
        at=at,
    )


def _describe(entry: Entry, opened: Opened) -> None:
    """What a list shows of a form before anybody opens it."""
    entry.form, entry.version, entry.subject = opened.form, opened.version, opened.text("subject")
    entry.household_id, entry.said_at = opened.text("household_id", 40), opened.said_at


def _tried(entry: Entry, opened: Opened, at: datetime) -> PutUp | None:
    """Why the form was put up, None when it was done. The visit that was kept on the way stays either way."""
    try:
        entry.after = _work_off(entry, opened, at)
    except PutUp as up:
        return up
    return None


def _work_off(entry: Entry, opened: Opened, at: datetime) -> dict[str, str]:
    if opened.bundle is None or not opened.proven:
        raise PutUp(Cause.UNPROVEN)
    if entry.phone.revoked_at is not None:
        raise PutUp(Cause.REVOKED)
    if opened.given.get("finished") is not True:
        raise PutUp(Cause.UNFINISHED)
    try:
        reading = read_entry(entry, opened)
    except UnknownForm:
        raise PutUp(Cause.FORM_UNKNOWN) from None
    except Wrong as wrong:
        raise PutUp(Cause.INCOMPLETE, str(wrong)) from None
    bundle = opened.bundle
    actor = actor_in_post(bundle.username, bundle.role, bundle.place_code, on=localtime(at).date())
    standing = _standing(actor, reading) if actor else None
    if standing is not None:
        entry.household_id, entry.place_number = standing.household_id, standing.place_number
    visitor = actor or as_posted(bundle.username, bundle.role, bundle.place_code)
    try:
        keep_visit(entry, opened, reading, visitor, at)
    except Refusal as refusal:
        raise PutUp(Cause.INCOMPLETE, str(refusal)) from None
    return _do(entry, reading, actor, standing, since=bundle.downloaded_at, at=at)


def _standing(actor: Actor, reading: Reading) -> Standing | None:
    with rows_within(*actor.row_range):
        return KINDS[reading.form].standing(actor, reading.subject)


def _do(
    entry: Entry, reading: Reading, actor: Actor | None, standing: Standing | None, *, since: datetime, at: datetime
) -> dict[str, str]:
    """`since` is when the phone took its work along: what it did itself after that is no change by others."""
    if actor is None:
        raise PutUp(Cause.POST_ENDED)
    if standing is None:
        raise PutUp(Cause.GONE)
    same = Entry.objects.filter(phone=entry.phone, subject=entry.subject, state=EntryState.APPLIED).exclude(pk=entry.pk)
    if same.filter(sequence__gt=entry.sequence).exists():
        raise PutUp(Cause.OVERTAKEN)
    own = same.filter(arrived_at__gte=since).order_by("-sequence").first()
    before = own.after if own is not None else reading.base
    changed = [name for name, value in standing.guarded.items() if before.get(name) != value]
    if changed:
        raise PutUp(Cause.CHANGED, "、".join(changed))
    try:
        return apply_reading(entry, reading, actor=actor, at=at)
    except Refusal as refusal:
        raise PutUp(Cause.REFUSED, str(refusal)) from None
