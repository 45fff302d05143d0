"""Every morning staff are reminded of what is overdue: by number, never by name, once a day."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shouwang.kernel import messengers
from shouwang.kernel.errors import InputError
from shouwang.kernel.messengers import FileMessenger, NotCarried, messenger_named
from shouwang.register.staff.actions import prepare_reminder, send_reminders
from shouwang.register.staff.models import Reminder
from shouwang.schedule.daily import reminders
from shouwang.schedule.daily.reminders import remind_staff
from tests.cast import AT, TODAY, Cast
from tests.stream.determination.walking import START, Walk


class Gateway:
    """An SMS gateway that refuses as often as it is told to."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses, self.carried = refuses, list[tuple[str, str, str]]()

    def carry(self, *, account: str, text: str, key: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotCarried("busy")
        self.carried.append((account, text, key))


@pytest.fixture
def gateway(monkeypatch: Any) -> Gateway:
    one = Gateway()
    monkeypatch.setattr(reminders, "messenger_named", lambda name, home: one)
    return one


def test_whoever_has_something_overdue_is_reminded_once_a_day(cast: Cast, gateway: Gateway) -> None:
    Walk(cast).papers()  # begun on the first of September, and left alone since
    late = START + timedelta(days=120)

    assert remind_staff(at=late) == len(gateway.carried) > 0
    assert remind_staff(at=late) == 0

    assert len({account for account, _, _ in gateway.carried}) == len(gateway.carried)
    assert Reminder.objects.filter(sent_at=None).count() == 0


def test_a_reminder_names_nobody(cast: Cast, gateway: Gateway) -> None:
    walk = Walk(cast).papers()

    remind_staff(at=START + timedelta(days=120))

    said = "".join(text for _, text, _ in gateway.carried)
    assert "已经到期" in said
    assert not any(one in said for one in ("赵有田", "H2", walk.number, "金田村"))


def test_nobody_is_reminded_of_nothing(cast: Cast, gateway: Gateway) -> None:
    remind_staff(at=AT)

    assert gateway.carried == []
    assert not Reminder.objects.exists()


def test_what_a_gateway_refuses_is_tried_again_and_then_left_to_be_seen(cast: Cast) -> None:
    prepare_reminder(username="xiaochen", due=3, on=TODAY)
    gateway = Gateway(refuses=99)

    assert [send_reminders(on=TODAY, messenger=gateway, at=lambda: AT) for _ in range(7)] == [0] * 7

    left = Reminder.objects.get()
    assert (left.attempts, left.sent_at) == (5, None)
    assert gateway.refuses == 94


def test_killed_between_sending_and_marking_it_goes_out_again_under_the_same_key(cast: Cast) -> None:
    prepare_reminder(username="xiaochen", due=3, on=TODAY)
    gateway = Gateway()
    send_reminders(on=TODAY, messenger=gateway, at=lambda: AT)
    Reminder.objects.update(sent_at=None)  # as a process leaves it that died right then

    send_reminders(on=TODAY, messenger=gateway, at=lambda: AT)

    assert len(gateway.carried) == 2
    assert len({key for _, _, key in gateway.carried}) == 1


def test_without_a_gateway_messages_are_written_to_a_file(tmp_path: Path) -> None:
    messenger_named("file", tmp_path).carry(account="xiaochen", text="您有 1 件", key="k")

    assert json.loads((tmp_path / "messages.jsonl").read_text("utf-8"))["account"] == "xiaochen"


def test_a_plug_in_is_found_by_its_name(tmp_path: Path, monkeypatch: Any) -> None:
    class Point:
        name = "dingtalk"

        def load(self) -> Any:
            return lambda home: Gateway()

    monkeypatch.setattr(messengers, "entry_points", lambda group: [Point()] if group == "shouwang.messengers" else [])

    assert isinstance(messenger_named("dingtalk", tmp_path), Gateway)
    with pytest.raises(InputError, match="dingtalk、file"):
        messenger_named("wecom", tmp_path)


def test_a_full_disk_is_not_carried(tmp_path: Path) -> None:
    with pytest.raises(NotCarried):
        FileMessenger(tmp_path / "nowhere").carry(account="x", text="y", key="z")
