"""What came from phones (手机送来的表): lists, one of them with both sides, receipts."""

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from shouwang.register.staff.queries import Actor, names_of
from shouwang.register.visits.choices import Purpose
from shouwang.stream.fieldwork.choices import EntryState
from shouwang.stream.fieldwork.forms import UnknownForm, Wrong
from shouwang.stream.fieldwork.kinds import KINDS, Reading, Side, Standing
from shouwang.stream.fieldwork.models import Entry, Phone
from shouwang.stream.fieldwork.queries.opening import open_entry, read_entry, said_day
from shouwang.stream.fieldwork.sealing import Unreadable


@dataclass(frozen=True)
class EntryView:
    """One form with both sides, as a township officer sees it (两边对照)."""

    entry: Entry
    title: str
    by_name: str
    visited_on: Any
    problem: str
    sides: list[Side] = field(default_factory=list)
    standing: Standing | None = None
    images: list[tuple[str, str]] = field(default_factory=list)
    raw: list[tuple[str, str]] = field(default_factory=list)


def entries(actor: Actor, *, state: str = "") -> QuerySet[Entry]:
    """Forms from the actor's area, those that wait for a decision first."""
    found = Entry.objects.visible_to(actor).select_related("phone")
    return (found.filter(state=state) if state else found).order_by("-arrived_at", "phone", "-sequence")


def count_to_settle(actor: Actor) -> int:
    """How many forms wait for somebody's decision in the actor's area."""
    return Entry.objects.visible_to(actor).filter(state=EntryState.REVIEW).count()


def entry_of(actor: Actor, entry_id: str) -> Entry | None:
    """One form, None when it is not from the actor's area."""
    return Entry.objects.visible_to(actor).select_related("phone").filter(pk=entry_id).first()


def entry_view(actor: Actor, entry: Entry) -> EntryView:
    """A form opened, beside what stands now. What cannot be read is shown as far as it goes."""
    names = names_of([entry.phone.username])
    title = dict(Purpose.choices).get(entry.form, "表")
    by_name = names.get(entry.phone.username, entry.phone.username)
    try:
        opened = open_entry(entry)
    except (Unreadable, OSError, ValueError, KeyError):
        return EntryView(entry, title, by_name, None, "打不开这张表，原件还在。")
    try:
        reading, day = read_entry(entry, opened), said_day(opened)
    except (UnknownForm, Wrong) as problem:
        return EntryView(entry, title, by_name, None, str(problem), raw=_raw(opened.given.get("answers")))
    kind = KINDS[reading.form]
    standing = kind.standing(actor, reading.subject)
    sides = kind.sides(actor, reading)
    shown = {side.name for side in sides}
    raw = [row for row in _raw(reading.answers) if row[0] not in shown]
    return EntryView(entry, title, by_name, day, "", sides, standing, _images(reading), raw)


def _images(reading: Reading) -> list[tuple[str, str]]:
    """Photos and signature as a page shows them: only what really is a picture."""
    named = [(f"照片 {number}", one) for number, one in enumerate(reading.photos, 1)]
    named += [("签名", reading.signature)] if reading.signature else []
    kinds = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png"}
    return [
        (title, f"data:{kinds[content[:3]]};base64,{b64encode(content).decode()}")
        for title, content in named
        if content[:3] in kinds
    ]


def receipts_of(phone: Phone, ids: Collection[str]) -> list[dict[str, str]]:
    """What became of forms that a phone sent, for the phone itself: states, no names."""
    rows = Entry.objects.filter(phone=phone, pk__in=list(ids))
    return [{"id": str(one.pk), "state": one.state, "label": str(one.get_state_display())} for one in rows]


def _raw(answers: Any) -> list[tuple[str, str]]:
    """Answers as they came, by the titles of today's forms where they are known."""
    if not isinstance(answers, dict):
        return []
    told = [(str(name)[:40], str(value)[:500]) for name, value in answers.items() if value not in (None, "", [], {})]
    return [(name, value.encode("utf-8", "replace").decode()) for name, value in told]
