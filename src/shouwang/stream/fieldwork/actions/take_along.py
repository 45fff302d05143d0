"""Taking work along (下载外出包): only what the visits need, masked, each household a look in the ledger."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import localtime

from shouwang.register.ledger.actions import note, record_look
from shouwang.register.staff.choices import Permission
from shouwang.register.staff.queries import Actor
from shouwang.stream.fieldwork.actions.keys import open_sealing_key
from shouwang.stream.fieldwork.actions.phones import PhoneShutOut
from shouwang.stream.fieldwork.forms import FORMS, current_form
from shouwang.stream.fieldwork.kinds import Task, lists_of
from shouwang.stream.fieldwork.models import Bundle, Phone
from shouwang.stream.fieldwork.queries.cards import household_cards
from shouwang.stream.fieldwork.queries.phones import token_hash
from shouwang.stream.fieldwork.queries.tasks import tasks_of

LASTS = timedelta(days=21)
"""How long a phone keeps what it took along without coming back; a limit of safety, not of policy."""
PURPOSE = "下载外出包"


@dataclass(frozen=True)
class Taken:
    """A download as the phone gets it (外出包)."""

    bundle: Bundle
    content: dict[str, Any]


@transaction.atomic
def take_bundle(*, phone: Phone, actor: Actor, at: datetime) -> Taken:
    """Put together what somebody takes along today. Raises NotAllowed, PhoneShutOut for a phone that was reported lost."""
    actor.require(Permission.CHECK_CLUE)
    if phone.revoked_at is not None or phone.username != actor.username:
        raise PhoneShutOut("这部手机已经挂失或不是您登记的。", "请在手机上重新登记。")
    day = localtime(at).date()
    tasks = tasks_of(actor, on=day)
    cards = household_cards(actor, tasks, on=day)
    secret = secrets.token_urlsafe(24)
    bundle = Bundle.objects.create(
        pk=uuid4(),
        phone=phone,
        username=actor.username,
        role=actor.role,
        place_code=actor.place_code,
        place_number=actor.range_low,
        visits=len(tasks),
        secret_hash=token_hash(secret),
        downloaded_at=at,
    )
    _record_looks(tasks, actor, at)
    note(act="take_bundle", subject=f"phone:{phone.pk}", actor=actor, at=at, details={"visits": len(tasks)})
    key, lists = open_sealing_key(at=at), lists_of(day)
    content = {
        "bundle": str(bundle.pk),
        "secret": secret,
        "downloaded_at": at.isoformat(),
        "expires_at": (at + LASTS).isoformat(),
        "day": day.isoformat(),
        "person": {"username": actor.username, "name": actor.name, "post": f"{actor.place_name} · {actor.role_label}"},
        "key": {"id": key.key_id, "public": key.public},
        "forms": {name: current_form(name, lists).shown() for name in FORMS},
        "visits": [_visit(task, cards[task.subject]) for task in tasks],
    }
    return Taken(bundle, content)


def _record_looks(tasks: Iterable[Task], actor: Actor, at: datetime) -> None:
    for task in tasks:
        subject = f"household:{task.household_id}" if task.household_id else f"place:{task.place_number}"
        rows = None if task.household_id else 1
        record_look(subjects=[subject], purpose=PURPOSE, task=task.key, rows=rows, actor=actor, at=at)


def _visit(task: Task, card: dict[str, Any]) -> dict[str, Any]:
    return {
        "form": task.form,
        "subject": task.subject,
        "title": task.title,
        "due_on": task.due_on.isoformat() if task.due_on else "",
        "why": task.why,
        "factors": task.factors,
        "only": task.only,
        "base": task.base,
        "household": card,
    }
