"""The guide of a post's first day (第一天指引): ticks that somebody sets for oneself; like large type, no business of the ledger."""

from datetime import datetime

from shouwang.register.staff.models import GuideMark, User
from shouwang.register.staff.queries import Actor


def mark_guide(*, step: str, done: bool, actor: Actor, at: datetime) -> None:
    """Tick a step off or take the tick away (打勾、去勾); the step `closed` closes the guide and opens it again."""
    user = User.objects.get(username=actor.username)
    if done:
        GuideMark.objects.get_or_create(user=user, role=actor.role, step=step, defaults={"at": at})
    else:
        GuideMark.objects.filter(user=user, role=actor.role, step=step).delete()
