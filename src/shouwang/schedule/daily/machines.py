"""Every night what is no longer needed of machines' requests is forgotten (清理接口痕迹)."""

from datetime import datetime

from shouwang.register.machines.actions import forget_traces


def forget_machine_traces(*, at: datetime) -> int:
    """Forget used nonces, counts and old answers; gives back how many."""
    return forget_traces(at=at)
