"""What machines asked to be told goes out (发送通知)."""

from datetime import datetime

from shouwang.register.machines.actions import deliver_messages


def send_waiting(*, at: datetime) -> int:
    """Try every message whose time has come; gives back how many arrived."""
    return deliver_messages(at=at)
