"""A phone as its page works it, played in Python: takes along, fills in, seals, loses its way, sends, sends again."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from shouwang.register.staff.queries import Actor
from shouwang.stream.clues.actions import dispatch_clue
from shouwang.stream.clues.models import Clue
from shouwang.stream.fieldwork.actions import Receipt, receive_entries, register_phone, take_bundle
from shouwang.stream.fieldwork.models import Entry, Phone
from shouwang.stream.fieldwork.sealing import Envelope, seal
from tests.cast import AT
from tests.stream.clues.telling import say

NO_RISK = {"conclusion": "checked_no_risk", "no_risk_until": "2026-12-31", "sentence": "儿子寄钱回来"}
PIXEL = "data:image/jpeg;base64,/9j/4AAQ"


class Carried:
    """A phone in somebody's pocket; `off` is how far its clock is behind the right time."""

    def __init__(self, actor: Actor, *, at: datetime = AT, off: timedelta = timedelta(0), title: str = "手机") -> None:
        self.actor, self.off, self.sequence, self.made = actor, off, 0, list[Envelope]()
        registered = register_phone(title=title, actor=actor, at=at)
        self.phone, self.token = registered.phone, registered.token
        self.take(at=at)

    def take(self, *, at: datetime = AT) -> dict[str, Any]:
        """Take work along."""
        self.content = take_bundle(phone=self.phone, actor=self.actor, at=at).content
        return self.content

    def visit(self, subject: str) -> dict[str, Any]:
        """What was taken along about one thing."""
        return next(one for one in self.content["visits"] if one["subject"] == subject)

    def fill(self, subject: str, answers: dict[str, Any], *, at: datetime = AT, **changes: Any) -> Envelope:
        """Fill in a form at the door and seal it."""
        visit = self.visit(subject)
        said = at - self.off
        form = {
            "form": visit["form"],
            "version": self.content["forms"][visit["form"]]["version"],
            "subject": subject,
            "household_id": visit["household"]["id"],
            "base": visit["base"],
            "answers": answers,
            "bundle": self.content["bundle"],
            "secret": self.content["secret"],
            "said_at": said.isoformat(),
            "visited_on": said.date().isoformat(),
            "finished": True,
            "photos": [],
            "signature": "",
            **changes,
        }
        return self.seal(form)

    def seal(self, form: Any) -> Envelope:
        """Seal whatever it is."""
        self.sequence += 1
        self.last = form
        sealed = seal(
            id=str(uuid4()), phone=str(self.phone.pk), sequence=self.sequence, public=self.content["key"]["public"],
            plain=json.dumps(form).encode(),
        )  # fmt: skip
        self.made.append(sealed)
        return sealed

    def send(self, *envelopes: Envelope, at: datetime = AT) -> list[Receipt]:
        """Send, with the phone's own clock beside it."""
        phone = Phone.objects.get(pk=self.phone.pk)
        return receive_entries(phone=phone, envelopes=envelopes, sent_at=at - self.off, at=at)


def handed_on(cast: Any, household_id: str = "H1", **said: Any) -> Clue:
    """A clue about 老李's household in the hands of its village."""
    told = {"channel": "grid_report", "name": "李大山", "household_id": household_id, "on_behalf": False}
    clue = say(cast.xiaochen, **told | said)
    return dispatch_clue(clue_id=clue.pk, actor=cast.xiaochen, at=AT)


def entry(envelope: Envelope) -> Entry:
    """What the server has of it."""
    return Entry.objects.get(pk=envelope.id)
