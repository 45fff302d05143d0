"""Reminding staff (到期提醒): how many things are due, and nothing about whom."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from shouwang.kernel.messengers import Messenger, NotCarried
from shouwang.register.staff.models import Reminder

MOST_ATTEMPTS = 5
TEXT = "守望平台：您有 {due} 件事项已经到期，请登录办理。"


@transaction.atomic
def prepare_reminder(*, username: str, due: int, on: date) -> bool:
    """Put down that somebody is to be reminded on this day (备提醒); whether it was not yet."""
    return Reminder.objects.get_or_create(username=username, on=on, defaults={"due": due})[1]


def send_reminders(*, on: date, messenger: Messenger, at: Callable[[], datetime]) -> int:
    """Send the day's reminders that were not sent (发提醒); gives back how many went out.

    Each is marked as tried before and as sent after, each mark kept at once: killed in between, it goes out once more
    under the same key, and never not at all. What a gateway refuses five times is left, to be seen in the table.
    """
    sent = 0
    waiting = Reminder.objects.filter(on=on, sent_at=None, attempts__lt=MOST_ATTEMPTS).order_by("id")
    for one in waiting:
        one.tried_at, one.attempts = at(), one.attempts + 1
        one.save(update_fields=["tried_at", "attempts"])
        try:
            messenger.carry(account=one.username, text=TEXT.format(due=one.due), key=f"due:{one.username}:{on}")
        except NotCarried:
            continue
        one.sent_at = at()
        one.save(update_fields=["sent_at"])
        sent += 1
    return sent
