"""Histories of phones that lose their way (模拟历史): delay, order, repetition, clocks, versions, and what happens meanwhile.

Each history is played against the real actions. What must hold is looked at in the tables and in the sealed originals,
not asked of the code that is under test.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shouwang.kernel.errors import Refusal
from shouwang.register.households.models import Household
from shouwang.register.places.queries import place_of
from shouwang.stream.clues.actions import Closing, close_clue, dispatch_clue, reopen_clue, return_clue, take_clues
from shouwang.stream.clues.models import Clue, ClueEvent
from shouwang.stream.fieldwork.actions import open_sealing_key, revoke_phone, settle_entry
from shouwang.stream.fieldwork.forms import FORMS, Field, Form
from shouwang.stream.fieldwork.forms.definitions import clue_check
from shouwang.stream.fieldwork.kinds.clues import ClueCheck
from shouwang.stream.fieldwork.models import Entry, Phone
from shouwang.stream.fieldwork.queries.opening import open_entry
from shouwang.stream.fieldwork.sealing import Envelope
from tests.cast import AT, NEXT_VILLAGE
from tests.stream.clues.telling import say
from tests.stream.fieldwork.carrying import Carried, handed_on

UNTIL = "2026-12-31"
WAITING = ("dispatched", "taken")
FACTS = (
    "household_id",
    "place_number",
    "is_application",
    "closing_reason",
    "closed_by",
    "closing_sentence",
    "no_risk_until",
)


def oldest(lists: dict[str, Any]) -> Form:
    """How the form might have looked two versions ago: other names, other codes."""
    results = (("fine", "没有风险"), ("true", "属实"), ("absent", "没见到人"), ("back", "退回"))
    fields = (Field("result", "结果", "choice", results, needed=True), Field("note", "备注", "words"))

    def upgrade(answers: dict[str, Any]) -> dict[str, Any]:
        codes = {"fine": "checked_no_risk", "true": "confirmed", "absent": "not_met", "back": "back"}
        return {"conclusion": codes[answers["result"]], "note": answers.get("note")}

    return Form("clue_check", 1, "核实线索", fields, upgrade)


def middle(lists: dict[str, Any]) -> Form:
    """One version ago: the codes of today, until when was not asked yet."""
    conclusions = tuple((one, one) for one in ("checked_no_risk", "confirmed", "not_met", "back"))
    fields = (Field("conclusion", "结论", "choice", conclusions, needed=True), Field("note", "备注", "words"))

    def upgrade(answers: dict[str, Any]) -> dict[str, Any]:
        until = UNTIL if answers["conclusion"] == "checked_no_risk" else None
        return {"conclusion": answers["conclusion"], "sentence": answers.get("note"), "no_risk_until": until}

    return Form("clue_check", 2, "核实线索", fields, upgrade)


def newest(lists: dict[str, Any]) -> Form:
    """The form of today as the third version."""
    return replace(clue_check(lists), version=3)


VERSIONS = {**FORMS, "clue_check": (oldest, middle, newest)}
ANSWERS: dict[int, list[dict[str, str]]] = {
    1: [
        {"result": "fine"},
        {"result": "true", "note": "欠了账"},
        {"result": "absent"},
        {"result": "back", "note": "不是本村"},
    ],
    2: [{"conclusion": "checked_no_risk"}, {"conclusion": "confirmed"}, {"conclusion": "back", "note": "不是本村"}],
    3: [
        {"conclusion": "checked_no_risk", "no_risk_until": UNTIL},
        {"conclusion": "confirmed", "sentence": "欠了账"},
        {"conclusion": "helped_otherwise", "sentence": "医疗救助办了"},
        {"conclusion": "not_met"},
        {"conclusion": "back"},  # refused: no word why
        {"conclusion": "nonsense"},
    ],
}


@dataclass
class Sent:
    """A form that was made, and what the phone knew when it was."""

    envelope: Envelope
    phone: Carried
    form: Any
    garbled: bool = False


class History:
    """One history; `seed` makes it the same again."""

    def __init__(self, seed: int, cast: Any, phones: list[Carried]) -> None:
        self.chance, self.cast, self.now = Random(seed), cast, AT + timedelta(hours=1)
        self.clue = handed_on(cast)
        self.phones = self.chance.sample(phones, self.chance.randint(1, len(phones)))
        for phone in self.phones:
            phone.off = timedelta(
                days=self.chance.choice([0, 0, -730, 730, -1, 3]), minutes=self.chance.randint(-90, 90)
            )
            self._load(phone)
        self.made: list[Sent] = []
        self.desk: set[int] = set()
        self.receipts: dict[str, set[datetime]] = {}
        self.faults: list[str] = []

    def play(self) -> list[str]:
        """Everything in some order, then all that was not sent yet; what was found wrong."""
        for _ in range(self.chance.randint(2, 7)):
            self.now += timedelta(hours=self.chance.randint(1, 72))
            self.chance.choice([self._fill, self._fill, self._send_some, self._happen, self._happen, self._reload])()
        if not self.made:
            self._fill()
        self.now += timedelta(days=self.chance.randint(0, 21))
        left = self.made * self.chance.choice([1, 1, 2])
        self.chance.shuffle(left)
        for one in left:
            self._send([one])
        if self.chance.random() < 0.3:
            self._settle()
        self._look()
        return self.faults

    def _load(self, phone: Carried) -> None:
        task = next((one for one in ClueCheck().tasks(phone.actor, on=AT.date(), most=9)), None)
        base = task.base if task else {"turn": "waiting"}
        phone.content |= {
            "visits": [{
                "subject": f"clue:{self.clue.pk}", "form": "clue_check", "base": base,
                "household": {"id": self.clue.household_id},
            }]
        }  # fmt: skip

    # ------------------------------------------------------------------------------------------------- the phones

    def _fill(self) -> None:
        phone, version = self.chance.choice(self.phones), self.chance.choice([1, 2, 3, 3, 3])
        more: dict[str, Any] = {"version": version}
        lot = self.chance.random()
        if lot < 0.04:
            more["secret"] = "guessed"
        elif lot < 0.08:
            more["finished"] = False
        elif lot < 0.1:
            more["version"] = 9
        envelope = phone.fill(f"clue:{self.clue.pk}", self.chance.choice(ANSWERS[version]), at=self.now, **more)
        form = phone.last
        garbled = self.chance.random() < 0.03
        if garbled:
            body = bytearray(envelope.body)
            body[self.chance.randrange(len(body))] ^= 1
            envelope = replace(envelope, body=bytes(body))
        self.made.append(Sent(envelope, phone, form, garbled))

    def _send_some(self) -> None:
        if self.made:
            self._send(self.chance.sample(self.made, self.chance.randint(1, len(self.made))))

    def _send(self, some: list[Sent]) -> None:
        for phone in self.phones:
            batch = [one.envelope for one in some if one.phone is phone]
            if not batch:
                continue
            before = self._facts()
            seen = set(Entry.objects.values_list("pk", flat=True))
            for receipt in phone.send(*batch, at=self.now):
                self.receipts.setdefault(receipt.id, set()).add(receipt.arrived_at)
            new = Entry.objects.filter(phone=phone.phone, state="applied").exclude(pk__in=seen)
            self._nothing_overwritten(before, phone, list(new))

    def _reload(self) -> None:
        phone = self.chance.choice(self.phones)
        if Phone.objects.get(pk=phone.phone.pk).revoked_at is None and self._posted(phone):
            content = phone.content
            phone.take(at=self.now)
            phone.content["visits"] = content["visits"]
            self._load(phone)

    def _posted(self, phone: Carried) -> bool:
        return self.cast.users[phone.actor.username].posts.filter(valid_until=None).exists()

    # ---------------------------------------------------------------------------------------------- the other people

    def _happen(self) -> None:
        happenings: list[Callable[[], Any]] = [
            self._township_closes, self._township_reopens, self._handed_to_another, self._somebody_begins,
            self._applies, self._moves, self._post_ends, self._phone_lost, self._new_key, self._sent_back,
        ]  # fmt: skip
        before = ClueEvent.objects.count()
        try:
            self.chance.choice(happenings)()
        except Refusal:
            return
        added = ClueEvent.objects.order_by("-pk")[: ClueEvent.objects.count() - before]
        self.desk |= {one.pk for one in added}

    def _given(self, actor: Any) -> dict[str, Any]:
        return {"clue_id": self.clue.pk, "actor": actor, "at": self.now}

    def _township_closes(self) -> None:
        close_clue(**self._given(self.cast.xiaochen), closing=Closing("data_error", "是同名的人"))

    def _township_reopens(self) -> None:
        reopen_clue(**self._given(self.cast.xiaochen))

    def _handed_to_another(self) -> None:
        dispatch_clue(**self._given(self.cast.xiaochen), to=self.chance.choice(["laozhang", "xiaowang", ""]))

    def _somebody_begins(self) -> None:
        take_clues(
            clue_ids=[self.clue.pk], actor=self.chance.choice([self.cast.laozhang, self.cast.xiaowang]), at=self.now
        )

    def _sent_back(self) -> None:
        return_clue(**self._given(self.cast.laozhang), sentence="请乡镇再看")

    def _applies(self) -> None:
        say(self.cast.xiaochen, household_id="H1", name="李大山", at=self.now)

    def _moves(self) -> None:
        place = place_of(NEXT_VILLAGE)
        assert place is not None
        Household.objects.filter(pk="H1").update(place=place, place_number=place.range_low)
        Clue.objects.filter(pk=self.clue.pk).update(place_number=place.range_low)

    def _post_ends(self) -> None:
        who = self.chance.choice(["xiaowang", "laozhang"])
        self.cast.users[who].posts.update(valid_until=self.now.date())

    def _phone_lost(self) -> None:
        lost = self.chance.choice(self.phones)
        revoke_phone(phone_id=str(lost.phone.pk), because="丢了", actor=self.cast.xiaochen, at=self.now)

    def _new_key(self) -> None:
        key = open_sealing_key(at=self.now, new=True)
        self.chance.choice(self.phones).content["key"] = {"id": key.key_id, "public": key.public}

    def _settle(self) -> None:
        waits = Entry.objects.filter(state="review").order_by("?").first()
        if waits is not None:
            take = self.chance.choice([[], ["conclusion", "sentence", "no_risk_until"]])
            before = ClueEvent.objects.count()
            try:
                settle_entry(entry_id=str(waits.pk), take=take, words="看过了", actor=self.cast.xiaochen, at=self.now)
            except Refusal:
                return
            added = ClueEvent.objects.order_by("-pk")[: ClueEvent.objects.count() - before]
            self.desk |= {one.pk for one in added}

    # ------------------------------------------------------------------------------------------------ what must hold

    def _facts(self) -> dict[str, Any]:
        clue = Clue.objects.get(pk=self.clue.pk)
        return {name: getattr(clue, name) for name in (*FACTS, "state", "owner")}

    def _nothing_overwritten(self, before: dict[str, Any], phone: Carried, done: list[Entry]) -> None:
        """What somebody else had written stands there still; a form only acts on a clue that waits for its own person."""
        acted = [
            one
            for one in done
            if open_entry(one).given["answers"] not in ({"conclusion": "not_met"}, {"result": "absent"})
        ]
        if not acted:
            return
        if before["closing_reason"]:
            self.faults.append(f"a closed clue was touched: {before}")
        if before["state"] not in (*WAITING, "confirmed") or before["owner"] not in ("", phone.actor.username):
            own = Entry.objects.filter(phone=phone.phone, state="applied").exclude(pk__in=[one.pk for one in done])
            if not own.exists():
                self.faults.append(f"a clue in other hands was touched: {before}")
        if not phone.actor.covers(before["place_number"]) or not self._was_posted(phone):
            self.faults.append("somebody without the post acted")

    def _was_posted(self, phone: Carried) -> bool:
        until = self.cast.users[phone.actor.username].posts.values_list("valid_until", flat=True).get()
        return until is None or until > self.now.date()

    def _look(self) -> None:
        """Every form is there once, as it was sealed, receipted at one time; every act of a phone comes from one form."""
        if Entry.objects.count() != len(self.made):
            self.faults.append(f"{len(self.made)} made, {Entry.objects.count()} kept")
        for one in self.made:
            kept = Entry.objects.filter(pk=one.envelope.id).first()
            if kept is None:
                self.faults.append("lost")
            elif not one.garbled and open_entry(kept).given != json.loads(json.dumps(one.form)):
                self.faults.append("not the original")
            elif (kept.cause == "unreadable") != one.garbled or kept.cause == "failed":
                self.faults.append(f"{kept.cause} {kept.said_why}")
            if len(self.receipts.get(one.envelope.id, ())) != 1:
                self.faults.append("no receipt, or two different ones")
        acts = ClueEvent.objects.filter(clue=self.clue, act__in=["closed", "confirmed", "returned"])
        by_phones = acts.exclude(pk__in=self.desk).count()
        effects = sum(
            1 for one in Entry.objects.filter(state="applied")
            if open_entry(one).given["answers"] not in ({"conclusion": "not_met"}, {"result": "absent"})
        )  # fmt: skip
        if by_phones != effects:
            self.faults.append(f"{effects} forms applied, {by_phones} acts")
