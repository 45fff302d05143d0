"""Reading machines (查部门系统)."""

from shouwang.register.machines.queries.machines import (
    Known,
    known_machine,
    machine_within,
    machines_within,
    messages_of,
    subscriptions_of,
    usage_today,
)
from shouwang.register.machines.queries.messages import dead_message_within, dead_messages_within, waiting_messages

__all__ = [
    "Known",
    "dead_message_within",
    "dead_messages_within",
    "known_machine",
    "machine_within",
    "machines_within",
    "messages_of",
    "subscriptions_of",
    "usage_today",
    "waiting_messages",
]
