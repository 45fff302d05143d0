"""Whoever subscribed is told: in the transaction of the act, without personal data, again and again until it arrives."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from shouwang.kernel.errors import Refusal
from shouwang.kernel.signing import is_signed
from shouwang.register.ledger.models import Entry
from shouwang.register.machines.actions import (
    announce,
    deliver_messages,
    end_subscription,
    revoke_machine,
    send_again,
    subscribe,
)
from shouwang.register.machines.choices import WAITS, Event, MessageState
from shouwang.register.machines.models import Machine, Message
from shouwang.register.machines.queries import Known, dead_messages_within, known_machine
from shouwang.register.machines.receipts import signing_keys
from tests.cast import AT, OTHER_COUNTY, TODAY, Cast
from tests.register.machines.registering import register, security_admin
from tests.stream.determination.walking import Walk
from tests.stream.files import BROKEN, LI, deliver

pytestmark = pytest.mark.django_db
ADDRESS = "https://hooks.example.cn/shouwang"
ALL = [one.value for one in Event]


@pytest.fixture(autouse=True)
def _own_key(settings: Any, tmp_path: Any) -> None:
    settings.MACHINE_KEY_FILE = tmp_path / "machines.json"


@pytest.fixture
def admin(cast: Cast) -> Any:
    return security_admin()


def known(machine: Machine) -> Known:
    found = known_machine(machine, on=TODAY)
    assert found is not None
    return found


@pytest.fixture
def yibao(admin: Any) -> Known:
    """The medical insurance office's system, which wants to be told of everything."""
    machine = known(register(admin))
    subscribe(known=machine, address=ADDRESS, events=ALL, at=AT)
    return machine


class Receiver:
    """A department's server: it answers as it is told to and remembers what came."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers, self.came = list(answers), list[tuple[str, bytes, Mapping[str, str]]]()

    def __call__(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.came.append((address, body, headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(event: Event) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in Message.objects.filter(event=event).order_by("id")]


def test_the_unit_is_told_that_its_file_was_processed(yibao: Known, cast: Cast) -> None:
    delivery = deliver(cast, LI, BROKEN)

    (said,) = told(Event.DELIVERY_PROCESSED)
    assert (said["delivery"], said["status"], said["rows_good"], said["rows_bad"]) == (delivery.pk, "accepted", 1, 1)


def test_another_unit_is_not_told_of_it(admin: Any, cast: Cast) -> None:
    other = known(register(admin, "minzheng", unit="民政局", feeds=[], name="救助系统"))
    subscribe(known=other, address=ADDRESS, events=ALL, at=AT)

    deliver(cast, LI)

    assert told(Event.DELIVERY_PROCESSED) == []


def test_a_decision_is_told_by_its_number_alone(yibao: Known, cast: Cast) -> None:
    walk = Walk(cast).decided()

    (said,) = told(Event.CASE_DECIDED)
    assert said["case"] == walk.number
    assert set(said) == {"message", "event", "at", "case", "matter"}
    assert "赵有田" not in json.dumps(said, ensure_ascii=False)


def test_a_question_to_the_unit_is_told(yibao: Known, cast: Cast) -> None:
    Walk(cast).checked()

    assert len(told(Event.ENQUIRY_OPENED)) == 1


def test_a_system_of_another_place_is_told_nothing(admin: Any, cast: Cast) -> None:
    there = security_admin(OTHER_COUNTY, "laoqiu")
    stranger = known(register(there, "yibao-guiyang", place_code=OTHER_COUNTY))
    subscribe(known=stranger, address=ADDRESS, events=ALL, at=AT)

    Walk(cast).decided()

    assert not Message.objects.exists()


def test_a_system_that_may_not_pull_does_not_subscribe_to_decisions(admin: Any) -> None:
    sender = known(register(admin, fields=[], purpose=""))

    with pytest.raises(Refusal, match="没有取认定结果的授权"):
        subscribe(known=sender, address=ADDRESS, events=[Event.CASE_DECIDED], at=AT)


def test_an_act_that_fails_tells_nobody(yibao: Known) -> None:
    with transaction.atomic():
        announce(event=Event.CASE_DECIDED, keys={"case": "1"}, range_low=431003101202, range_high=431003101203, at=AT)
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_message_is_signed_and_arrives_once(yibao: Known, cast: Cast) -> None:
    deliver(cast, LI)
    receiver = Receiver()

    assert deliver_messages(at=AT, send=receiver) == 1
    assert deliver_messages(at=AT, send=receiver) == 0

    ((address, body, headers),) = receiver.came
    from base64 import b64decode

    public = signing_keys().public[headers["Shouwang-Key"]]
    assert address == ADDRESS
    assert is_signed(body, b64decode(headers["Shouwang-Signature"]), public)
    assert json.loads(body)["message"] == headers["Shouwang-Message"]
    assert Message.objects.get().state == MessageState.SENT


def test_a_receiver_that_fails_is_tried_again_after_growing_waits(yibao: Known, cast: Cast) -> None:
    deliver(cast, LI)
    receiver = Receiver(500, ConnectionRefusedError(), 200)
    at = AT

    for wait in WAITS[:2]:
        deliver_messages(at=at, send=receiver)
        assert deliver_messages(at=at + wait - timedelta(seconds=1), send=receiver) == 0
        at += wait

    assert deliver_messages(at=at, send=receiver) == 1
    assert len({headers["Shouwang-Message"] for _, _, headers in receiver.came}) == 1
    assert len(receiver.came) == 3


def exhausted(receiver: Receiver) -> datetime:
    at = AT
    for wait in (*WAITS, timedelta()):
        deliver_messages(at=at, send=receiver)
        at += wait
    return at


def test_a_message_that_nobody_takes_is_set_aside_and_sent_again_by_a_person(
    yibao: Known, cast: Cast, admin: Any
) -> None:
    deliver(cast, LI)
    receiver = Receiver(*[503] * (len(WAITS) + 1))

    at = exhausted(receiver)

    dead = dead_messages_within(admin).get()
    assert (dead.attempts, dead.problem) == (len(WAITS) + 1, "对方应答 503")
    assert deliver_messages(at=at + timedelta(days=9), send=receiver) == 0
    send_again(message_id=dead.pk, actor=admin, at=at)
    assert deliver_messages(at=at, send=receiver) == 1
    assert Entry.objects.filter(act="send_again").count() == 1


def test_an_administrator_elsewhere_sees_and_sends_none_of_them(yibao: Known, cast: Cast) -> None:
    deliver(cast, LI)
    exhausted(Receiver(*[503] * (len(WAITS) + 1)))
    there = security_admin(OTHER_COUNTY, "laoqiu")

    assert not dead_messages_within(there).exists()
    with pytest.raises(Refusal):
        send_again(message_id=Message.objects.get().pk, actor=there, at=AT)


def test_one_silent_receiver_keeps_nobody_waiting(yibao: Known, admin: Any, cast: Cast) -> None:
    """Its other messages are left for the next round; those to others go out."""
    second = known(register(admin, "yibao-2", name="医保参保系统"))
    subscribe(known=second, address="https://other.example.cn/", events=ALL, at=AT)
    deliver(cast, LI)
    deliver(cast, LI, BROKEN)
    tried: list[str] = []

    def answers(address: str, body: bytes, headers: Mapping[str, str]) -> int:
        tried.append(address)
        if address == ADDRESS:
            raise TimeoutError
        return 204

    assert deliver_messages(at=AT, send=answers) == 2
    assert tried.count(ADDRESS) == 1


def test_what_was_ended_or_shut_out_is_told_nothing_more(yibao: Known, cast: Cast, admin: Any) -> None:
    deliver(cast, LI)
    revoke_machine(username="yibao", reason="系统下线", actor=admin, at=AT)

    assert deliver_messages(at=AT, send=Receiver()) == 0
    deliver(cast, LI, BROKEN)
    assert Message.objects.count() == 1


def test_an_ended_subscription_brings_no_new_messages(yibao: Known, cast: Cast) -> None:
    end_subscription(known=yibao, subscription_id=yibao.machine.subscriptions.get().pk, at=AT)

    deliver(cast, LI)

    assert not Message.objects.exists()


def test_messages_hold_no_identity(yibao: Known, cast: Cast) -> None:
    from tests.cast import LI_ID, LI_PHONE

    deliver(cast, LI, BROKEN)
    Walk(cast).decided()

    everything = "".join(Message.objects.values_list("body", flat=True))
    assert not any(one in everything for one in (LI_ID, LI_PHONE, "李大山", "赵有田", "H1", "H2"))
