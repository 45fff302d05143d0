"""Every morning whoever has something overdue is reminded (到期提醒), by the messenger of the settings."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from shouwang.kernel.messengers import messenger_named
from shouwang.register.procedure.queries import todo as case_todo
from shouwang.register.staff.actions import prepare_reminder, send_reminders
from shouwang.register.staff.choices import Role
from shouwang.register.staff.queries import Actor, actors_in_post
from shouwang.stream.assistance.queries import todo as plan_todo
from shouwang.stream.clues.queries import todo as clue_todo


def remind_staff(*, at: datetime) -> int:
    """Remind everybody with something overdue, once a day; gives back how many messages went out."""
    day = timezone.localdate(at)
    due: dict[str, int] = {}
    for actor in actors_in_post(on=day):
        if actor.role != Role.MACHINE:
            due[actor.username] = due.get(actor.username, 0) + overdue(actor, on=day)
    for username, count in due.items():
        if count:
            prepare_reminder(username=username, due=count, on=day)
    return send_reminders(on=day, messenger=messenger_named(settings.MESSENGER, settings.HOME), at=timezone.now)


def overdue(actor: Actor, *, on: date) -> int:
    """How many things that wait for a post are late."""
    found = sum(one.overdue for one in clue_todo(actor, on=on)) + sum(one.overdue for one in plan_todo(actor, on=on))
    return found + sum(row["overdue"] for row in case_todo(actor, on=on))
