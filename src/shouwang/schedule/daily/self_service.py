"""Every night counts of the open forms are forgotten (删除旧计数)."""

from datetime import datetime

from shouwang.stream.self_service.actions import forget_counts


def forget_old_counts(*, at: datetime) -> int:
    """Forget what is older than a day; gives back how many."""
    return forget_counts(at=at)
