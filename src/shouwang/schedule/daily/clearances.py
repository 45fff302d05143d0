"""Every night: whom a recheck says was cleared wrongly is monitored again (复核撤销后恢复监测)."""

from datetime import datetime

from shouwang.stream.clearance.actions import take_back_reversed


def restore_monitoring(*, at: datetime) -> int:
    """Carry out what rechecks decided in favour of households; gives back how many."""
    return take_back_reversed(at=at)
