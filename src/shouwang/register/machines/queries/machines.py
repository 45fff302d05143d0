"""Machines and what they may do (部门系统)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import QuerySet

from shouwang.register.machines.models import Machine, Message, Subscription, Usage
from shouwang.register.staff.choices import Permission, Role
from shouwang.register.staff.queries import Actor, actor_of


@dataclass(frozen=True)
class Known:
    """A machine in force (在用的部门系统) and the actor that it is on this day."""

    machine: Machine
    actor: Actor

    @property
    def may_pull(self) -> bool:
        """Whether its registration allows it any field of a determination."""
        return bool(self.machine.fields)


def known_machine(machine: Machine, *, on: date) -> Known | None:
    """A machine as an actor on a day; None when it is revoked, suspended, or its post has ended."""
    if machine.revoked_at is not None:
        return None
    actor = actor_of(machine.user, on=on)
    return Known(machine, actor) if actor is not None and actor.role == Role.MACHINE else None


def machines_within(actor: Actor) -> QuerySet[Machine]:
    """Machines whose area lies inside the actor's (部门系统列表), for whoever manages them; nobody else's."""
    if not actor.may(Permission.MANAGE_MACHINES):
        return Machine.objects.none()
    posts = {
        "user__posts__place__range_low__gte": actor.range_low,
        "user__posts__place__range_high__lte": actor.range_high,
    }
    found = Machine.objects.filter(**posts, user__posts__role=Role.MACHINE).select_related("user").distinct()
    return found.prefetch_related("keys", "user__posts__place", "subscriptions").order_by(
        "revoked_at", "user__username"
    )


def machine_within(actor: Actor, username: str) -> Machine | None:
    """One machine of the actor's area, None when it is elsewhere or nowhere."""
    return machines_within(actor).filter(user__username=username).first()


def subscriptions_of(machine: Machine) -> QuerySet[Subscription]:
    """What a machine has asked to be told and still wants (在用订阅)."""
    return Subscription.objects.filter(machine=machine, ended_at=None).order_by("id")


def messages_of(machine: Machine, *, after: int = 0) -> QuerySet[Message]:
    """Everything that was told to a machine (通知), oldest first, whether or not it could be delivered."""
    found = Message.objects.filter(subscription__machine=machine, pk__gt=after)
    return found.select_related("subscription").order_by("pk")


def usage_today(machine: Machine, *, at: datetime) -> int:
    """How often a machine has asked on this day."""
    began = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Usage.objects.filter(machine=machine, window="day", began_at=began).first()
    return found.count if found else 0
