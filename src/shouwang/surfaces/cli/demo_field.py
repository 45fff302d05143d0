"""A phone of the demo (演示外出手机): the collector was in the hills; one form is done, one had been overtaken at the desk."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from shouwang.kernel.errors import Refusal
from shouwang.register.staff.queries import SYSTEM, Actor, actor_named
from shouwang.stream.clues.actions import Closing, close_clue
from shouwang.stream.fieldwork.actions import receive_entries, register_phone, take_bundle
from shouwang.stream.fieldwork.queries import phones
from shouwang.stream.fieldwork.sealing import Envelope, seal

WANTED = 3


def has_field_forms() -> bool:
    """Whether the phone was played already."""
    return phones(SYSTEM).exists()


@transaction.atomic
def play_phone() -> None:
    """小王 takes three clues along; two come back as filled in, the third was closed by 小陈 in the meantime."""
    now, day = timezone.now(), timezone.localdate()
    collector, officer = actor_named("xiaowang", on=day), actor_named("xiaochen", on=day)
    if collector is None or officer is None:
        return
    phone = register_phone(title="小王的旧手机", actor=collector, at=now).phone
    content = take_bundle(phone=phone, actor=collector, at=now).content
    taken = [one for one in content["visits"] if one["form"] == "clue_check" and not one["only"]][-WANTED:]
    if len(taken) < WANTED:
        return
    until = next(one for one in content["forms"]["clue_check"]["fields"] if one["name"] == "no_risk_until")["choices"][
        1
    ][0]
    no_risk = {"conclusion": "checked_no_risk", "no_risk_until": until, "sentence": "看过了，儿子在外务工，按月寄钱"}
    answers = [{"conclusion": "not_met"}, no_risk, no_risk]
    forms = [_form(content, one, said, now) for one, said in zip(taken, answers, strict=True)]
    _at_the_desk(int(taken[-1]["subject"].partition(":")[2]), officer, now)
    sealed = [_sealed(content, str(phone.pk), number, form) for number, form in enumerate(forms, 1)]
    receive_entries(phone=phone, envelopes=sealed, sent_at=now, at=now)


def _at_the_desk(clue_id: int, officer: Actor, now: datetime) -> None:
    try:
        close_clue(clue_id=clue_id, closing=Closing("data_error", "结算单是同名的人"), actor=officer, at=now)
    except Refusal:
        return


def _form(content: dict[str, Any], visit: dict[str, Any], answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    said = now - timedelta(hours=5)
    return {
        "form": visit["form"], "version": content["forms"][visit["form"]]["version"], "subject": visit["subject"],
        "household_id": visit["household"]["id"], "base": visit["base"], "answers": answers,
        "bundle": content["bundle"], "secret": content["secret"], "said_at": said.isoformat(),
        "visited_on": timezone.localdate(said).isoformat(), "finished": True, "photos": [], "signature": "",
    }  # fmt: skip


def _sealed(content: dict[str, Any], phone: str, number: int, form: dict[str, Any]) -> Envelope:
    plain = json.dumps(form, ensure_ascii=False).encode()
    return seal(id=str(uuid4()), phone=phone, sequence=number, public=content["key"]["public"], plain=plain)
